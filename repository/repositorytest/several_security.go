package repositorytest

import "dentalk/domain"

func severalResets(w *world, other domain.Store) {
	w.redeemTogether(func(i int) domain.Store { return w.both(other, i) })
}

func severalPasswords(w *world, other domain.Store) {
	w.passwordsTogether(func(i int) domain.Store { return w.both(other, i) })
}

func severalOperators(w *world, other domain.Store) {
	w.disableTogether(func(i int) domain.Store { return w.both(other, i) })
}

func severalRotations(w *world, other domain.Store) {
	w.rotateTogether(func(i int) domain.Store { return w.both(other, i) })
}

func severalErasures(w *world, other domain.Store) {
	w.eraseTogether(func(i int) domain.Store { return w.both(other, i) })
}

// severalErase lets both carry out the same erasure.
func severalErase(w *world, other domain.Store) {
	clinic := w.clinic()
	room := w.room(clinic)
	for range 20 {
		w.post(room, clinic, "hello")
	}
	target := domain.ErasureTarget{UserID: clinic.ID}
	together(2, func(i int) {
		store := w.both(other, i)
		if _, err := store.EraseUser(w.ctx, clinic.ID, w.now()); err != nil {
			w.Errorf("erase user: %v", err)
		}
		w.eraseAll(store, target)
	})
	w.nowhere([]domain.Room{room}, []domain.User{w.lab()}, "hello", clinic.Username)
}
