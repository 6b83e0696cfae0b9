package domain

import (
	"context"
	"fmt"
)

// GlossaryImport counts what came of an import.
type GlossaryImport struct {
	Added     int
	Changed   int
	Unchanged int
	Version   int64 // of the glossary afterwards
}

// SetTerm stores the entry in place of the one with its key, if there is one, and tells whether
// there was none, for operators. An entry that is there already makes no new version. A
// translation that is the term of another entry is KindConflict with code term_taken.
func (b *TermBase) SetTerm(ctx context.Context, caller Caller, term GlossaryTerm) (GlossaryTerm, bool, error) {
	if !caller.IsOperator() {
		return GlossaryTerm{}, false, errOperatorsOnly
	}
	term, err := term.Check()
	if err != nil {
		return GlossaryTerm{}, false, err
	}
	created := false
	_, err = b.change(ctx, caller, func(glossary Glossary) (GlossaryChange, error) {
		before, exists := glossary.Term(term.Term)
		created = !exists
		if exists && before.Equal(term) {
			return GlossaryChange{}, nil
		}
		return GlossaryChange{Set: []GlossaryTerm{term}}, nil
	})
	if err != nil {
		return GlossaryTerm{}, false, err
	}
	return term, created, nil
}

// RemoveTerm removes the entry that is known by the English term, for operators.
func (b *TermBase) RemoveTerm(ctx context.Context, caller Caller, term string) error {
	if !caller.IsOperator() {
		return errOperatorsOnly
	}
	_, err := b.change(ctx, caller, func(glossary Glossary) (GlossaryChange, error) {
		found, exists := glossary.Term(term)
		if !exists {
			return GlossaryChange{}, errTermNotFound
		}
		return GlossaryChange{Removed: []string{found.Term}}, nil
	})
	return err
}

// Import stores all of the entries as one version, or none, for operators. An entry that exists is
// merged: in the languages of the new one, English included, the new one replaces it, and other
// languages stay. What the import does not name stays too.
func (b *TermBase) Import(ctx context.Context, caller Caller, terms []GlossaryTerm) (GlossaryImport, error) {
	if !caller.IsOperator() {
		return GlossaryImport{}, errOperatorsOnly
	}
	terms, err := checkImport(terms)
	if err != nil {
		return GlossaryImport{}, err
	}
	var outcome GlossaryImport
	version, err := b.change(ctx, caller, func(glossary Glossary) (GlossaryChange, error) {
		set, counts, err := glossary.mergeAll(terms)
		outcome = counts
		return GlossaryChange{Set: set}, err
	})
	if err != nil {
		return GlossaryImport{}, err
	}
	outcome.Version = version
	return outcome, nil
}

// mergeAll gives the entries that are new or other than before.
func (g Glossary) mergeAll(terms []GlossaryTerm) ([]GlossaryTerm, GlossaryImport, error) {
	var set []GlossaryTerm
	var counts GlossaryImport
	for _, term := range terms {
		before, exists := g.Term(term.Term)
		merged, err := before.merge(term).Check()
		if err != nil {
			return nil, GlossaryImport{}, err
		}
		switch {
		case !exists:
			counts.Added++
		case before.Equal(merged):
			counts.Unchanged++
			continue
		default:
			counts.Changed++
		}
		set = append(set, merged)
	}
	return set, counts, nil
}

// checkImport validates the entries and that none is there twice; it names them by their place.
func checkImport(terms []GlossaryTerm) ([]GlossaryTerm, error) {
	if len(terms) > MaxGlossaryTerms {
		return nil, errGlossaryFull("terms")
	}
	var v validation
	checked := make([]GlossaryTerm, len(terms))
	places := make(map[string]int, len(terms))
	for i, term := range terms {
		prefix := fmt.Sprintf("terms[%d].", i)
		checked[i] = term.check(&v, prefix)
		key := TermKey(checked[i].Term)
		if other, twice := places[key]; twice {
			v.add(prefix+"term", "duplicate", fmt.Sprintf("is the same as terms[%d].term", other))
		}
		places[key] = i
		if len(v.fields) >= maxGlossaryErrors {
			break
		}
	}
	return checked, v.err()
}

func errGlossaryFull(field string) *Error {
	return InvalidField(field, "too_many", fmt.Sprintf("must leave the glossary with at most %d terms", MaxGlossaryTerms))
}

// changeAttempts is how often a change is tried when other ones come between.
const changeAttempts = 10

// change appends what edit makes of the newest version and gives the version afterwards. A change
// of nothing is not stored. When another change was stored meanwhile, it begins anew.
func (b *TermBase) change(ctx context.Context, caller Caller, edit func(Glossary) (GlossaryChange, error)) (int64, error) {
	for attempt := 1; ; attempt++ {
		glossary, err := b.Snapshot(ctx)
		if err != nil {
			return 0, err
		}
		change, err := edit(glossary)
		if err != nil || len(change.Set)+len(change.Removed) == 0 {
			return glossary.Version, err
		}
		change.Version, change.At = glossary.Version+1, Milliseconds(b.Now())
		change.UserID, change.UserName = caller.UserID, caller.Username
		if err := glossary.accepts(change); err != nil {
			return 0, err
		}
		err = b.Store.AppendGlossaryChange(ctx, change)
		if err == nil {
			return change.Version, nil
		}
		if CodeOf(err) != "glossary_changed" || attempt == changeAttempts {
			return 0, fmt.Errorf("store a change of the glossary: %w", err)
		}
	}
}

// accepts checks the glossary as it is after the change.
func (g Glossary) accepts(change GlossaryChange) error {
	after := g.apply([]GlossaryChange{change})
	if len(after.Terms) > MaxGlossaryTerms {
		return errGlossaryFull("term")
	}
	changed := make(map[string]bool, len(change.Set))
	for _, term := range change.Set {
		changed[term.Term] = true
	}
	type spelling struct{ language, key string }
	owners := make(map[spelling]string, len(after.Terms))
	for _, term := range after.Terms {
		for language, translation := range term.Translations {
			one := spelling{language, TermKey(translation)}
			owner, taken := owners[one]
			if taken && (changed[term.Term] || changed[owner]) {
				return Conflict("term_taken", fmt.Sprintf("%q (%s) is the translation of %q and of %q; make one a synonym of the other.",
					translation, language, owner, term.Term))
			}
			owners[one] = term.Term
		}
	}
	return nil
}
