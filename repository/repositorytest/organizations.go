package repositorytest

import (
	"time"

	"dentalk/domain"
)

var organizationRules = []rule{
	{"an organization is found as it was stored", organizationStored},
	{"organizations are listed by ID, after one and up to a limit", organizationsListed},
	{"an update stores the canonical outcome and nothing invalid", organizationUpdated},
	{"an unknown organization is not found", organizationUnknown},
}

func (w *world) organization(kind domain.OrganizationKind) domain.Organization {
	w.Helper()
	o := domain.Organization{
		ID: w.id(), Kind: kind, Name: w.name("organization"), Language: "ko", Country: "KR", Timezone: "Asia/Seoul",
		Specialties: []string{"zirconia", "implants"}, Notation: domain.NotationFDI, CreatedAt: w.now(), UpdatedAt: w.now(),
	}
	w.must(w.store.CreateOrganization(w.ctx, o))
	return o
}

func organizationStored(w *world) {
	want := w.organization(domain.OrganizationLab)
	got, err := w.store.Organization(w.ctx, want.ID)
	w.must(err)
	w.same("organization", got, want)

	// Stores keep milliseconds in UTC, whatever they are given.
	finer := want
	finer.ID, finer.Specialties, finer.Notation = w.id(), nil, ""
	finer.CreatedAt = w.clock.Now().In(time.FixedZone("KST", 9*60*60))
	w.must(w.store.CreateOrganization(w.ctx, finer))
	got, err = w.store.Organization(w.ctx, finer.ID)
	w.must(err)
	w.same("time", got.CreatedAt, w.now())
	w.same("zone", got.CreatedAt.Location().String(), "UTC")
	w.same("specialties", got.Specialties, []string(nil))
	w.same("notation", got.Notation, domain.ToothNotation(""))
}

func organizationsListed(w *world) {
	var want []domain.Organization
	for range 5 {
		want = append(want, w.organization(domain.OrganizationClinic))
	}
	got, err := w.store.Organizations(w.ctx, "", 3)
	w.must(err)
	w.same("first page", got, want[:3])
	got, err = w.store.Organizations(w.ctx, got[2].ID, 3)
	w.must(err)
	w.same("second page", got, want[3:])
}

func organizationUpdated(w *world) {
	want := w.organization(domain.OrganizationLab)
	w.clock.advance(time.Minute)
	got, err := w.store.UpdateOrganization(w.ctx, want.ID,
		domain.OrganizationChange{Name: ref("Seoul Dental"), Country: ref("de"), Specialties: ref([]string{"veneers"}), Notation: ref(domain.NotationPalmer)}, w.clock.Now())
	w.must(err)
	want.Name, want.Country, want.Specialties, want.UpdatedAt = "Seoul Dental", "DE", []string{"veneers"}, w.now()
	want.Notation = domain.NotationPalmer
	w.same("answer", got, want)

	_, err = w.store.UpdateOrganization(w.ctx, want.ID, domain.OrganizationChange{Name: ref("")}, w.clock.Now())
	w.fails(err, domain.KindInvalid, "validation_failed")
	got, err = w.store.Organization(w.ctx, want.ID)
	w.must(err)
	w.same("stored", got, want)
}

func organizationUnknown(w *world) {
	_, err := w.store.Organization(w.ctx, w.id())
	w.fails(err, domain.KindNotFound, "organization_not_found")
	_, err = w.store.UpdateOrganization(w.ctx, w.id(), domain.OrganizationChange{}, w.now())
	w.fails(err, domain.KindNotFound, "organization_not_found")
}
