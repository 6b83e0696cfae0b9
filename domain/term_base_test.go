package domain_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"dentalk/domain"
)

// glossaryChanges keeps the changes in memory as a store does.
type glossaryChanges struct {
	mu      sync.Mutex
	changes []domain.GlossaryChange
	read    int // how many changes were given
	fails   error
}

func (s *glossaryChanges) GlossaryChanges(_ context.Context, after int64, limit int) ([]domain.GlossaryChange, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.fails != nil {
		return nil, s.fails
	}
	newer := s.changes[min(after, int64(len(s.changes))):]
	newer = newer[:min(limit, len(newer))]
	s.read += len(newer)
	return newer, nil
}

func (s *glossaryChanges) AppendGlossaryChange(_ context.Context, change domain.GlossaryChange) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if change.Version != int64(len(s.changes))+1 {
		return domain.Conflict("glossary_changed", "The glossary was changed meanwhile.")
	}
	s.changes = append(s.changes, change)
	return nil
}

var (
	operator = domain.Caller{UserID: "64b000000000000000000001", Username: "min", Role: domain.RoleOperator}
	reader   = domain.Caller{Role: domain.RoleService, Scopes: []string{domain.ScopeOpsRead}}
	clinic   = domain.Caller{UserID: "64b000000000000000000002", Role: domain.RoleClinic}
)

var glossaryTime = time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)

func newTermBase(store *glossaryChanges, base ...domain.GlossaryTerm) *domain.TermBase {
	return &domain.TermBase{Store: store, Base: base, Now: func() time.Time { return glossaryTime }}
}

func snapshot(t *testing.T, b *domain.TermBase) domain.Glossary {
	t.Helper()
	glossary, err := b.Snapshot(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return glossary
}

func setTerm(t *testing.T, b *domain.TermBase, term domain.GlossaryTerm) (created bool) {
	t.Helper()
	_, created, err := b.SetTerm(t.Context(), operator, term)
	if err != nil {
		t.Fatal(err)
	}
	return created
}

func wantKind(t *testing.T, what string, err error, want domain.Kind, code string) {
	t.Helper()
	if domain.KindOf(err) != want || domain.CodeOf(err) != code {
		t.Errorf("%s: error %v, want code %s", what, err, code)
	}
}

func TestGlossaryIsTheBaseWithTheChangesOnTop(t *testing.T) {
	store := &glossaryChanges{}
	b := newTermBase(store, korean("crown", "크라운"), korean("bridge", "브릿지"))
	if got := snapshot(t, b); got.Version != 0 || len(got.Terms) != 2 || got.Terms[0].Term != "bridge" {
		t.Errorf("at first: %+v", got)
	}
	if !setTerm(t, b, korean("Abutment", "어버트먼트")) || setTerm(t, b, korean("CROWN", "관")) {
		t.Error("created is wrong")
	}
	if err := b.RemoveTerm(t.Context(), operator, " Bridge "); err != nil {
		t.Fatal(err)
	}
	want := domain.Glossary{Version: 3, Terms: []domain.GlossaryTerm{korean("Abutment", "어버트먼트"), korean("CROWN", "관")}}
	if diff := cmp.Diff(want, snapshot(t, b)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(want, snapshot(t, newTermBase(store, b.Base...))); diff != "" {
		t.Errorf("another instance (-want +got):\n%s", diff)
	}
	changes, err := b.Changes(t.Context(), reader, 1, 1)
	wantChanges := []domain.GlossaryChange{{
		Version: 2, At: glossaryTime, UserID: operator.UserID, UserName: "min", Set: []domain.GlossaryTerm{korean("CROWN", "관")},
	}}
	if diff := cmp.Diff(wantChanges, changes); diff != "" || err != nil {
		t.Errorf("changes: %v\n%s", err, diff)
	}
}

func TestSnapshotReadsEveryChangeOnce(t *testing.T) {
	store := &glossaryChanges{}
	b := newTermBase(store)
	for i := range 250 {
		store.changes = append(store.changes, domain.GlossaryChange{
			Version: int64(i + 1), Set: []domain.GlossaryTerm{korean(fmt.Sprintf("term %d", i), fmt.Sprintf("용어 %d", i))},
		})
	}
	for range 3 {
		if got := snapshot(t, b); got.Version != 250 || len(got.Terms) != 250 {
			t.Fatalf("version %d, %d terms", got.Version, len(got.Terms))
		}
	}
	if store.read != 250 {
		t.Errorf("%d changes were read", store.read)
	}
}

func TestUnchangedTermMakesNoVersion(t *testing.T) {
	b := newTermBase(&glossaryChanges{}, korean("crown", "크라운"))
	if setTerm(t, b, korean(" crown", "크라운")) {
		t.Error("it is new")
	}
	if version := snapshot(t, b).Version; version != 0 {
		t.Errorf("version %d", version)
	}
}

func TestTranslationBelongsToOneTerm(t *testing.T) {
	b := newTermBase(&glossaryChanges{}, korean("crown", "크라운"), korean("bridge", "브릿지"))
	_, _, err := b.SetTerm(t.Context(), operator, korean("cap", "크라운"))
	wantKind(t, "a new term", err, domain.KindConflict, "term_taken")
	_, err = b.Import(t.Context(), operator, []domain.GlossaryTerm{korean("pontic", "폰틱"), korean("fpd", "브릿지")})
	wantKind(t, "import", err, domain.KindConflict, "term_taken")
	if got := snapshot(t, b); got.Version != 0 {
		t.Errorf("version %d", got.Version)
	}
	setTerm(t, b, korean("crown", "치관"))
	setTerm(t, b, korean("cap", "크라운")) // it is free now
}

func TestImportMergesAllOrNothing(t *testing.T) {
	both := domain.GlossaryTerm{
		Term: "crown", Category: "restoration", Translations: map[string]string{"ko": "크라운", "es": "corona"},
		Synonyms: map[string][]string{"en": {"cap"}, "ko": {"금관"}, "es": {"funda"}},
	}
	b := newTermBase(&glossaryChanges{}, both, korean("bridge", "브릿지"), korean("post", "포스트"))
	outcome, err := b.Import(t.Context(), operator, []domain.GlossaryTerm{
		korean("crown", "관"), korean("bridge", "브릿지"), korean("inlay", "인레이"),
	})
	if diff := cmp.Diff(domain.GlossaryImport{Added: 1, Changed: 1, Unchanged: 1, Version: 1}, outcome); diff != "" || err != nil {
		t.Errorf("outcome: %v\n%s", err, diff)
	}
	want := []domain.GlossaryTerm{
		korean("bridge", "브릿지"),
		{
			Term: "crown", Category: "restoration", Translations: map[string]string{"ko": "관", "es": "corona"},
			Synonyms: map[string][]string{"es": {"funda"}},
		},
		korean("inlay", "인레이"), korean("post", "포스트"),
	}
	if diff := cmp.Diff(want, snapshot(t, b).Terms); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}

	_, err = b.Import(t.Context(), operator, []domain.GlossaryTerm{korean("a", "가"), korean("b", ""), korean("A", "나")})
	var invalid *domain.Error
	if !errors.As(err, &invalid) || len(invalid.Fields) != 2 || invalid.Fields[0].Field != "terms[1].translations.ko" || invalid.Fields[1].Field != "terms[2].term" {
		t.Errorf("error %v", err)
	}
	outcome, err = b.Import(t.Context(), operator, want)
	if diff := cmp.Diff(domain.GlossaryImport{Unchanged: 4, Version: 1}, outcome); diff != "" || err != nil {
		t.Errorf("again: %v\n%s", err, diff)
	}
}

func TestGlossaryHasALimit(t *testing.T) {
	terms := make([]domain.GlossaryTerm, domain.MaxGlossaryTerms)
	for i := range terms {
		terms[i] = korean(fmt.Sprintf("term %d", i), fmt.Sprintf("용어 %d", i))
	}
	b := newTermBase(&glossaryChanges{}, terms...)
	_, _, err := b.SetTerm(t.Context(), operator, korean("one more", "하나 더"))
	wantKind(t, "set", err, domain.KindInvalid, "validation_failed")
	_, err = b.Import(t.Context(), operator, append(terms, korean("one more", "하나 더")))
	wantKind(t, "import", err, domain.KindInvalid, "validation_failed")
}

func TestTermsAreListedByPageTextAndCategory(t *testing.T) {
	post := korean("post", "포스트")
	post.Synonyms, post.Category = map[string][]string{"en": {"Dowel"}}, "core"
	b := newTermBase(&glossaryChanges{}, post, korean("Bridge", "브릿지"), korean("crown", "크라운"))
	for name, test := range map[string]struct {
		query domain.TermQuery
		want  []string
	}{
		"all":                  {domain.TermQuery{Limit: 10}, []string{"Bridge", "crown", "post"}},
		"a page":               {domain.TermQuery{After: "bridge", Limit: 1}, []string{"crown"}},
		"behind what is not":   {domain.TermQuery{After: "CAP", Limit: 10}, []string{"crown", "post"}},
		"part of a term":       {domain.TermQuery{Text: "RI", Limit: 10}, []string{"Bridge"}},
		"part of a synonym":    {domain.TermQuery{Text: "dow", Limit: 10}, []string{"post"}},
		"part of Korean":       {domain.TermQuery{Text: "라운", Limit: 10}, []string{"crown"}},
		"a category":           {domain.TermQuery{Category: "core", Limit: 10}, []string{"post"}},
		"nothing of that kind": {domain.TermQuery{Category: "core", Text: "crown", Limit: 10}, nil},
	} {
		terms, version, err := b.Terms(t.Context(), reader, test.query)
		var got []string
		for _, term := range terms {
			got = append(got, term.Term)
		}
		if diff := cmp.Diff(test.want, got); diff != "" || err != nil || version != 0 {
			t.Errorf("%s: version %d, %v\n%s", name, version, err, diff)
		}
	}
}

func TestTermIsFoundWithoutRegardToCase(t *testing.T) {
	b := newTermBase(&glossaryChanges{}, korean("Ti-base", "티베이스"))
	got, err := b.Term(t.Context(), reader, "TI-BASE")
	if err != nil || got.Term != "Ti-base" {
		t.Errorf("got %+v, %v", got, err)
	}
	_, err = b.Term(t.Context(), operator, "crown")
	wantKind(t, "read", err, domain.KindNotFound, "term_not_found")
	wantKind(t, "remove", b.RemoveTerm(t.Context(), operator, "crown"), domain.KindNotFound, "term_not_found")
}

func TestOperatorsKeepTheGlossary(t *testing.T) {
	b := newTermBase(&glossaryChanges{}, korean("crown", "크라운"))
	ctx := t.Context()
	forbidden := func(what string, err error) { t.Helper(); wantKind(t, what, err, domain.KindForbidden, "forbidden") }
	for _, caller := range []domain.Caller{clinic, reader, {Role: domain.RoleService}} {
		_, _, err := b.SetTerm(ctx, caller, korean("cap", "캡"))
		forbidden("set", err)
		_, err = b.Import(ctx, caller, nil)
		forbidden("import", err)
		forbidden("remove", b.RemoveTerm(ctx, caller, "crown"))
	}
	for _, caller := range []domain.Caller{clinic, {Role: domain.RoleService, Scopes: []string{domain.ScopeRoomsWrite}}} {
		_, _, err := b.Terms(ctx, caller, domain.TermQuery{Limit: 1})
		forbidden("list", err)
		_, err = b.Term(ctx, caller, "crown")
		forbidden("read", err)
		_, err = b.Changes(ctx, caller, 0, 1)
		forbidden("changes", err)
	}
}

func TestWritersOfSeveralInstancesLoseNothing(t *testing.T) {
	store := &glossaryChanges{}
	instances := []*domain.TermBase{newTermBase(store), newTermBase(store)}
	var writers sync.WaitGroup
	for writer := range 6 {
		writers.Go(func() {
			for i := range 20 {
				term := korean(fmt.Sprintf("term %d of %d", i, writer), fmt.Sprintf("용어 %d %d", i, writer))
				for {
					_, created, err := instances[writer%2].SetTerm(context.Background(), operator, term)
					if domain.CodeOf(err) == "glossary_changed" {
						continue
					}
					if err != nil || !created {
						t.Errorf("created %t, %v", created, err)
					}
					break
				}
			}
		})
	}
	writers.Wait()
	for _, instance := range instances {
		if got := snapshot(t, instance); got.Version != 120 || len(got.Terms) != 120 {
			t.Errorf("version %d, %d terms", got.Version, len(got.Terms))
		}
	}
}

func TestFailureOfTheStoreKeepsItsKind(t *testing.T) {
	b := newTermBase(&glossaryChanges{fails: domain.Unavailable("The database does not answer.")})
	_, err := b.Snapshot(t.Context())
	wantKind(t, "snapshot", err, domain.KindUnavailable, "unavailable")
	_, _, err = b.SetTerm(t.Context(), operator, korean("cap", "캡"))
	wantKind(t, "set", err, domain.KindUnavailable, "unavailable")
}
