package repositorytest

import "dentalk/domain"

func (w *world) hasOperator() bool {
	w.Helper()
	has, err := w.store.HasOperator(w.ctx)
	w.must(err)
	return has
}

func disable(w *world, store domain.Store, id domain.ID) error {
	_, err := store.UpdateUser(w.ctx, id, domain.UserChange{Disabled: ref(true), Email: ref("new@example.com")}, w.clock.Now())
	return err
}

func lastOperatorStays(w *world) {
	w.clinic()
	first, last := w.operator(), w.operator()
	w.must(disable(w, w.store, first.ID))
	w.must(disable(w, w.store, first.ID)) // again: nobody is disabled by that
	w.fails(disable(w, w.store, last.ID), domain.KindConflict, "last_operator")
	_, err := w.store.EraseUser(w.ctx, last.ID, w.now())
	w.fails(err, domain.KindConflict, "last_operator")
	w.same("stored", w.storedUser(last.ID), last)
	w.same("found", w.hasOperator(), true)

	w.eraseUser(first.ID) // who is disabled already
	next := w.operator()
	w.same("erased", w.eraseUser(last.ID).Disabled, true)
	w.fails(disable(w, w.store, next.ID), domain.KindConflict, "last_operator")
}

func operatorsTogether(w *world) {
	w.disableTogether(func(int) domain.Store { return w.store })
}

// disableTogether lets operators disable and erase each other. Who is left goes on.
func (w *world) disableTogether(store func(i int) domain.Store) {
	w.Helper()
	var left []domain.User
	for range 10 {
		operators := append(left, w.operator(), w.operator(), w.operator())
		left = nil
		errs := make([]error, len(operators))
		together(len(errs), func(i int) {
			if i%2 == 0 {
				errs[i] = disable(w, store(i), operators[i].ID)
				return
			}
			_, errs[i] = store(i).EraseUser(w.ctx, operators[i].ID, w.now())
		})
		for i, err := range errs {
			if err != nil {
				w.fails(err, domain.KindConflict, "last_operator")
				left = append(left, operators[i])
			}
			w.same("disabled", w.storedUser(operators[i].ID).Disabled, err == nil)
		}
		w.same("found", w.hasOperator(), true)
	}
}
