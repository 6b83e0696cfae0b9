package repositorytest

import (
	"fmt"
	"time"

	"dentalk/domain"
)

var resetRules = []rule{
	{"a password and a reset are changed apart", passwordChanged},
	{"a password is changed only while it is the one that was seen", passwordSeen},
	{"of many who change a password at once one does, and a reset stands", passwordRace},
	{"a reset gives the new password, once", resetRedeemed},
	{"a reset that was replaced, has expired or is another's is not found", resetRefused},
	{"the reset of a disabled user is not found", resetOfDisabled},
	{"of many who redeem a reset at once one does", resetRace},
}

const resetLife = time.Hour

func (w *world) reset(user domain.User, hash string) domain.User {
	w.Helper()
	reset := &domain.PasswordReset{Hash: hash, ExpiresAt: w.clock.Now().Add(resetLife)}
	changed, err := w.store.UpdateUser(w.ctx, user.ID, domain.UserChange{Reset: reset}, w.now())
	w.must(err)
	return changed
}

func (w *world) noReset(user domain.ID, hash string) {
	w.Helper()
	_, err := w.store.RedeemPasswordReset(w.ctx, user, hash, "guessed", w.now())
	w.fails(err, domain.KindNotFound, "password_reset_not_found")
}

func (w *world) storedUser(id domain.ID) domain.User {
	w.Helper()
	user, err := w.store.User(w.ctx, id)
	w.must(err)
	return user
}

func passwordChanged(w *world) {
	want := w.clinic()
	got := w.reset(want, "r1")
	want.Reset = &domain.PasswordReset{Hash: "r1", ExpiresAt: w.now().Add(resetLife)}
	w.same("with a reset", got, want)
	w.same("with a reset and stored", w.storedUser(want.ID), want)
	w.clock.advance(time.Minute)
	got, err := w.store.UpdateUser(w.ctx, want.ID, domain.UserChange{PasswordHash: ref("new")}, w.now())
	w.must(err)
	want.PasswordHash, want.UpdatedAt = "new", w.now()
	w.same("with a password", got, want)
	w.same("with a password and stored", w.storedUser(want.ID), want)
}

// replace changes a password that was seen.
func replace(w *world, store domain.Store, user domain.ID, seen, next string) error {
	_, err := store.UpdateUser(w.ctx, user, domain.UserChange{IfPasswordHash: &seen, PasswordHash: &next}, w.now())
	return err
}

func passwordSeen(w *world) {
	user := w.reset(w.clinic(), "r1")
	w.fails(replace(w, w.store, user.ID, "another", "new"), domain.KindConflict, "password_changed")
	w.fails(replace(w, w.store, user.ID, "", "new"), domain.KindConflict, "password_changed")
	w.same("stored", w.storedUser(user.ID), user)
	w.must(replace(w, w.store, user.ID, user.PasswordHash, "new"))
	w.fails(replace(w, w.store, user.ID, user.PasswordHash, "newer"), domain.KindConflict, "password_changed")
	user.PasswordHash, user.UpdatedAt = "new", w.now()
	w.same("changed", w.storedUser(user.ID), user)
	w.fails(replace(w, w.store, w.id(), "", "new"), domain.KindNotFound, "user_not_found")
}

func passwordRace(w *world) {
	w.passwordsTogether(func(int) domain.Store { return w.store })
}

// passwordsTogether lets several change one password that all have seen, while a reset is redeemed: that
// one stands, whichever comes first.
func (w *world) passwordsTogether(store func(i int) domain.Store) {
	w.Helper()
	for range 10 {
		user := w.clinic()
		w.reset(user, "r1")
		errs := make([]error, 4)
		together(len(errs), func(i int) {
			if i == 0 {
				_, errs[i] = store(i).RedeemPasswordReset(w.ctx, user.ID, "r1", "reset", w.now())
				return
			}
			errs[i] = replace(w, store(i), user.ID, user.PasswordHash, fmt.Sprint("new ", i))
		})
		w.must(errs[0])
		changed := 0
		for _, err := range errs[1:] {
			if err == nil {
				changed++
				continue
			}
			w.fails(err, domain.KindConflict, "password_changed")
		}
		w.same("changed at most once", changed <= 1, true)
		w.same("stored", w.storedUser(user.ID).PasswordHash, "reset")
	}
}

func resetRedeemed(w *world) {
	want, other := w.clinic(), w.lab()
	w.reset(want, "r1")
	w.clock.advance(resetLife - time.Millisecond)
	got, err := w.store.RedeemPasswordReset(w.ctx, want.ID, "r1", "new", w.clock.Now())
	w.must(err)
	want.PasswordHash, want.UpdatedAt = "new", w.now()
	w.same("answer", got, want)
	w.same("stored", w.storedUser(want.ID), want)
	w.noReset(want.ID, "r1")
	w.noReset(want.ID, "")
	w.same("another", w.storedUser(other.ID), other)
}

func resetRefused(w *world) {
	user, other := w.clinic(), w.lab()
	w.noReset(user.ID, "")
	w.reset(user, "r1")
	w.reset(user, "r2")
	w.reset(other, "r3")
	for _, hash := range []string{"r1", "r3", "", "R2"} {
		w.noReset(user.ID, hash)
	}
	w.noReset(w.id(), "r2")
	w.clock.advance(resetLife)
	w.noReset(user.ID, "r2")
	w.same("password", w.storedUser(user.ID).PasswordHash, user.PasswordHash)
}

func resetOfDisabled(w *world) {
	user := w.clinic()
	w.reset(user, "r1")
	_, err := w.store.UpdateUser(w.ctx, user.ID, domain.UserChange{Disabled: ref(true)}, w.now())
	w.must(err)
	w.noReset(user.ID, "r1")
	w.same("password", w.storedUser(user.ID).PasswordHash, user.PasswordHash)
}

func resetRace(w *world) {
	w.redeemTogether(func(int) domain.Store { return w.store })
}

// redeemTogether lets several redeem one reset, and checks that the winner's password is stored.
func (w *world) redeemTogether(store func(i int) domain.Store) {
	w.Helper()
	user := w.clinic()
	w.reset(user, "r1")
	errs := make([]error, 10)
	together(len(errs), func(i int) {
		_, errs[i] = store(i).RedeemPasswordReset(w.ctx, user.ID, "r1", fmt.Sprint("new ", i), w.now())
	})
	var winners []string
	for i, err := range errs {
		if err == nil {
			winners = append(winners, fmt.Sprint("new ", i))
			continue
		}
		w.fails(err, domain.KindNotFound, "")
	}
	w.same("winners", winners, []string{w.storedUser(user.ID).PasswordHash})
}
