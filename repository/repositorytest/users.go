package repositorytest

import (
	"slices"
	"strings"
	"time"

	"dentalk/domain"
)

var userRules = []rule{
	{"a user is found by ID and by name in any case", userStored},
	{"a username exists once whatever its case", usernameTaken},
	{"of two who take a username at once one gets it", usernameRace},
	{"users are found by IDs as far as they exist", usersByID},
	{"users are listed by ID, after one and up to a limit", usersListed},
	{"an update changes what it names and the time", userUpdated},
	{"a new language holds in the user's rooms", userLanguage},
	{"an unknown user is not found", userUnknown},
	{"an ID in capitals is unknown", userInCapitals},
	{"an enabled operator is known to exist or not", operatorExists},
	{"the last enabled operator is neither disabled nor erased", lastOperatorStays},
	{"of operators who disable and erase each other at once one is left", operatorsTogether},
}

func userStored(w *world) {
	user := domain.User{
		ID: w.id(), Username: "Dr.Kim", Email: "kim@example.com", Role: domain.RoleClinic, Language: "en-US",
		OrganizationID: w.id(), PasswordHash: "$argon2id$", Disabled: true, CreatedAt: w.now(), UpdatedAt: w.now(),
	}
	w.must(w.store.CreateUser(w.ctx, user))
	got, err := w.store.User(w.ctx, user.ID)
	w.must(err)
	w.same("by ID", got, user)
	for _, name := range []string{"Dr.Kim", "dr.kim", "DR.KIM"} {
		got, err = w.store.UserByUsername(w.ctx, name)
		w.must(err)
		w.same("by name", got, user)
	}
}

func usernameTaken(w *world) {
	first := w.clinic()
	second := first
	second.ID, second.Username = w.id(), strings.ToUpper(first.Username)
	w.fails(w.store.CreateUser(w.ctx, second), domain.KindConflict, "username_taken")
	_, err := w.store.User(w.ctx, second.ID)
	w.fails(err, domain.KindNotFound, "")
}

func usernameRace(w *world) {
	won := make(chan bool, 10)
	together(cap(won), func(int) {
		err := w.store.CreateUser(w.ctx, domain.User{ID: w.id(), Username: "wanted", Role: domain.RoleLab, Language: "ko", CreatedAt: w.now(), UpdatedAt: w.now()})
		if err != nil && domain.CodeOf(err) != "username_taken" {
			w.Errorf("unexpected error: %v", err)
		}
		won <- err == nil
	})
	close(won)
	var winners int
	for one := range won {
		if one {
			winners++
		}
	}
	w.same("winners", winners, 1)
}

func usersByID(w *world) {
	a, b := w.clinic(), w.lab()
	w.operator()
	got, err := w.store.UsersByID(w.ctx, []domain.ID{b.ID, w.id(), a.ID, b.ID})
	w.must(err)
	slices.SortFunc(got, func(x, y domain.User) int { return strings.Compare(string(x.ID), string(y.ID)) })
	w.same("users", got, []domain.User{a, b})
	got, err = w.store.UsersByID(w.ctx, nil)
	w.must(err)
	w.same("nobody", got, []domain.User(nil))
}

func usersListed(w *world) {
	var want []domain.User
	for range 5 {
		want = append(want, w.clinic())
	}
	got, err := w.store.Users(w.ctx, want[0].ID, 2)
	w.must(err)
	w.same("page", got, want[1:3])
	got, err = w.store.Users(w.ctx, want[4].ID, 2)
	w.must(err)
	w.same("after the last", got, []domain.User(nil))
}

func userUpdated(w *world) {
	want := w.clinic()
	w.clock.advance(time.Hour)
	organization := w.id()
	got, err := w.store.UpdateUser(w.ctx, want.ID, domain.UserChange{Language: ref("de"), OrganizationID: &organization, Disabled: ref(true)}, w.clock.Now())
	w.must(err)
	want.Language, want.OrganizationID, want.Disabled, want.UpdatedAt = "de", organization, true, w.now()
	w.same("answer", got, want)
	got, err = w.store.User(w.ctx, want.ID)
	w.must(err)
	w.same("stored", got, want)
}

func userUnknown(w *world) {
	_, err := w.store.User(w.ctx, w.id())
	w.fails(err, domain.KindNotFound, "user_not_found")
	_, err = w.store.UserByUsername(w.ctx, "nobody")
	w.fails(err, domain.KindNotFound, "user_not_found")
	_, err = w.store.UpdateUser(w.ctx, w.id(), domain.UserChange{}, w.now())
	w.fails(err, domain.KindNotFound, "user_not_found")
}

func operatorExists(w *world) {
	w.clinic()
	disabled := domain.User{ID: w.id(), Username: "disabled", Role: domain.RoleOperator, Language: "en", Disabled: true, CreatedAt: w.now(), UpdatedAt: w.now()}
	w.must(w.store.CreateUser(w.ctx, disabled))
	w.same("before", w.hasOperator(), false)
	w.operator()
	w.same("after", w.hasOperator(), true)
}

func userInCapitals(w *world) {
	user := w.clinic()
	for !strings.ContainsAny(string(user.ID), "abcdef") {
		user = w.clinic()
	}
	_, err := w.store.User(w.ctx, domain.ID(strings.ToUpper(string(user.ID))))
	w.fails(err, domain.KindNotFound, "user_not_found")
}

func userLanguage(w *world) {
	clinic, lab := w.clinic(), w.lab()
	room := w.room(clinic, lab)
	_, err := w.store.UpdateUser(w.ctx, lab.ID, domain.UserChange{Language: ref("ja")}, w.now())
	w.must(err)
	got, err := w.store.Room(w.ctx, room.ID)
	w.must(err)
	w.same("languages", []string{got.Participants[0].Language, got.Participants[1].Language}, []string{"en-US", "ja"})
	w.pending(room, clinic, "hello")
	w.same("targets", w.claim(1)[0].Targets, []string{"ja"})
}
