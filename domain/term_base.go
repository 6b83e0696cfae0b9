package domain

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"time"
)

// TermBase is the glossary as operators keep it: the embedded terms, and their changes on top. It
// is safe for concurrent use, also by several instances on one store.
type TermBase struct {
	Store GlossaryStore
	Base  []GlossaryTerm // valid entries; must not be changed
	Now   func() time.Time

	newest atomic.Pointer[Glossary]
}

// changesPage bounds what one query for changes reads.
const changesPage = 100

// Snapshot gives the glossary as it is now. It reads from the store only what is newer than what
// it knows.
func (b *TermBase) Snapshot(ctx context.Context) (Glossary, error) {
	known := b.known()
	for {
		changes, err := b.Store.GlossaryChanges(ctx, known.Version, changesPage)
		if err != nil {
			return Glossary{}, fmt.Errorf("read changes of the glossary: %w", err)
		}
		known = known.apply(changes)
		if len(changes) < changesPage {
			b.keep(known)
			return known, nil
		}
	}
}

func (b *TermBase) known() Glossary {
	if newest := b.newest.Load(); newest != nil {
		return *newest
	}
	return newGlossary(b.Base)
}

// keep remembers g, unless a newer one is known.
func (b *TermBase) keep(g Glossary) {
	for {
		before := b.newest.Load()
		if before != nil && before.Version >= g.Version || b.newest.CompareAndSwap(before, &g) {
			return
		}
	}
}

// TermQuery says which entries to list.
type TermQuery struct {
	After    string // those whose keys follow that of this term; empty for all
	Limit    int
	Text     string // part of a term or synonym in any language, without regard to case; empty for all
	Category string // empty for all
}

// Terms lists entries in ascending order of TermKey, with the version of the glossary, for
// operators.
func (b *TermBase) Terms(ctx context.Context, caller Caller, query TermQuery) ([]GlossaryTerm, int64, error) {
	glossary, err := b.read(ctx, caller)
	if err != nil {
		return nil, 0, err
	}
	after, text := TermKey(query.After), TermKey(query.Text)
	var found []GlossaryTerm
	for _, term := range glossary.Terms {
		if len(found) >= query.Limit {
			break
		}
		if TermKey(term.Term) > after && term.holds(text) && (query.Category == "" || query.Category == term.Category) {
			found = append(found, term)
		}
	}
	return found, glossary.Version, nil
}

// holds tells whether a spelling of the entry has the text, which is a TermKey.
func (t GlossaryTerm) holds(text string) bool {
	has := func(spelling string) bool { return strings.Contains(TermKey(spelling), text) }
	if text == "" || has(t.Term) {
		return true
	}
	for _, translation := range t.Translations {
		if has(translation) {
			return true
		}
	}
	for _, synonyms := range t.Synonyms {
		if slices.ContainsFunc(synonyms, has) {
			return true
		}
	}
	return false
}

// Term gives the entry that is known by the English term, for operators.
func (b *TermBase) Term(ctx context.Context, caller Caller, term string) (GlossaryTerm, error) {
	glossary, err := b.read(ctx, caller)
	if err != nil {
		return GlossaryTerm{}, err
	}
	found, exists := glossary.Term(term)
	if !exists {
		return GlossaryTerm{}, errTermNotFound
	}
	return found, nil
}

// Changes gives the versions after the given one in ascending order, for operators.
func (b *TermBase) Changes(ctx context.Context, caller Caller, after int64, limit int) ([]GlossaryChange, error) {
	if err := mayReadOperations(caller); err != nil {
		return nil, err
	}
	changes, err := b.Store.GlossaryChanges(ctx, after, limit)
	if err != nil {
		return nil, fmt.Errorf("read changes of the glossary: %w", err)
	}
	return changes, nil
}

// read gives the glossary to those who may see it.
func (b *TermBase) read(ctx context.Context, caller Caller) (Glossary, error) {
	if err := mayReadOperations(caller); err != nil {
		return Glossary{}, err
	}
	return b.Snapshot(ctx)
}

var errTermNotFound = NotFound("term")

// mayReadOperations holds that only operators, and services with the scope, see what operators keep.
func mayReadOperations(caller Caller) error {
	if !caller.IsOperator() && !caller.HasScope(ScopeOpsRead) {
		return errOperatorsOnly
	}
	return nil
}
