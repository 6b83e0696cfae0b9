package handlers_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"dentalk/domain"
	"dentalk/handlers"
)

// countingStore counts how often organizations are read.
type countingStore struct {
	domain.Store
	reads int
}

func (s *countingStore) Organization(ctx context.Context, id domain.ID) (domain.Organization, error) {
	s.reads++
	return s.Store.Organization(ctx, id)
}

func TestTeethAreReadInTheNotationOfTheirWriter(t *testing.T) {
	w := newWorld(t)
	store := &countingStore{Store: w.store}
	api := w.instance(func(c *handlers.Config) { c.Chat.Store = store })
	clinic := w.user("clinic", domain.RoleClinic, w.organization(domain.OrganizationClinic, domain.NotationUniversal))
	lab := w.user("lab", domain.RoleLab, w.organization(domain.OrganizationLab, domain.NotationFDI))
	unset := w.user("unset", domain.RoleLab, w.organization(domain.OrganizationLab, ""))
	free := w.user("free", domain.RoleLab, "")
	operator := w.user("operator", domain.RoleOperator, "")
	room := w.room("with a clinic", clinic, lab, unset, free)
	alone := w.room("without one", lab, unset, free)

	fdi := handlers.Tooth{Text: "26", FDI: "26", Universal: "14"}
	universal := handlers.Tooth{Text: "26", FDI: "42", Universal: "26"}
	ambiguous := fdi
	ambiguous.Ambiguous = true
	certain := handlers.Tooth{Text: "30", FDI: "46", Universal: "30"}
	for _, test := range []struct {
		who   domain.User
		room  domain.Room
		kind  string
		text  string
		want  []handlers.Tooth
		reads int
	}{
		{clinic, room, "text", "crown on tooth 26", []handlers.Tooth{universal}, 1},
		{lab, room, "text", "crown on tooth 26", []handlers.Tooth{fdi}, 1},
		{unset, room, "text", "crown on tooth 26", []handlers.Tooth{universal}, 2},
		{free, room, "text", "crown on tooth 26", []handlers.Tooth{universal}, 1},
		{operator, room, "note", "crown on tooth 26", []handlers.Tooth{universal}, 1},
		{operator, room, "system", "crown on tooth 26", []handlers.Tooth{universal}, 1},
		{lab, alone, "text", "crown on tooth 26", []handlers.Tooth{fdi}, 1},
		{unset, alone, "text", "crown on tooth 26", []handlers.Tooth{ambiguous}, 1},
		{operator, alone, "text", "crown on tooth 26", []handlers.Tooth{ambiguous}, 0},
		{clinic, room, "text", "crown on tooth 30", []handlers.Tooth{certain}, 0},
		{lab, room, "text", "FDI 26", []handlers.Tooth{fdi}, 0},
		{clinic, room, "text", "hello", []handlers.Tooth{}, 0},
	} {
		store.reads = 0
		got := w.post(api, w.token(api, test.who.Username), test.room, fmt.Sprintf(`{"type":"%s","text":"%s"}`, test.kind, test.text))
		name := fmt.Sprintf("%s of %s %s", test.text, test.who.Username, test.room.Name)
		if diff := cmp.Diff(test.want, got.Content.Teeth); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
		if store.reads != test.reads {
			t.Errorf("%s: read %d organizations, want %d", name, store.reads, test.reads)
		}
	}
}
