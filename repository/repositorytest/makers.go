package repositorytest

import "dentalk/domain"

func (w *world) user(role domain.Role, language string) domain.User {
	w.Helper()
	name := w.name(string(role))
	user := domain.User{
		ID: w.id(), Username: name, Email: name + "@example.com", Role: role, Language: language,
		PasswordHash: "hash of " + name, CreatedAt: w.now(), UpdatedAt: w.now(),
	}
	w.must(w.store.CreateUser(w.ctx, user))
	return user
}

func (w *world) clinic() domain.User   { return w.user(domain.RoleClinic, "en-US") }
func (w *world) lab() domain.User      { return w.user(domain.RoleLab, "ko") }
func (w *world) operator() domain.User { return w.user(domain.RoleOperator, "en") }

func (w *world) newRoom(users ...domain.User) domain.Room {
	order := w.name("order")
	room := domain.Room{ID: w.id(), OrderID: order, Name: "Room of " + order, Status: domain.RoomOpen, CreatedAt: w.now(), UpdatedAt: w.now()}
	for _, user := range users {
		room.Participants = append(room.Participants, user.Participant())
	}
	return room
}

func (w *world) room(users ...domain.User) domain.Room {
	w.Helper()
	room, created, err := w.store.CreateRoom(w.ctx, w.newRoom(users...))
	w.must(err)
	if !created {
		w.Fatal("a new order got the room of another")
	}
	return room
}

func draft(room domain.Room, user domain.User, text string) domain.Draft {
	return domain.Draft{
		RoomID: room.ID, UserID: user.ID, UserName: user.Username, Role: user.Role,
		Type: domain.MessageText, Text: text, Language: "en", State: domain.EnrichmentOff,
	}
}

func (w *world) append(drafts ...domain.Draft) []domain.Appended {
	w.Helper()
	appended, err := w.store.AppendMessages(w.ctx, drafts)
	w.must(err)
	if len(appended) != len(drafts) {
		w.Fatalf("got %d answers for %d drafts", len(appended), len(drafts))
	}
	return appended
}

func (w *world) put(d domain.Draft) domain.Message {
	w.Helper()
	appended := w.append(d)[0]
	w.must(appended.Err)
	return appended.Message
}

func (w *world) post(room domain.Room, user domain.User, text string) domain.Message {
	w.Helper()
	return w.put(draft(room, user, text))
}

func (w *world) note(room domain.Room, user domain.User) domain.Message {
	w.Helper()
	d := draft(room, user, "internal")
	d.Type = domain.MessageNote
	return w.put(d)
}

func (w *world) view(room domain.Room, viewer domain.Viewer) domain.RoomView {
	w.Helper()
	view, err := w.store.RoomView(w.ctx, room.ID, viewer)
	w.must(err)
	return view
}

// eyes is the viewer that a user is.
func eyes(user domain.User) domain.Viewer {
	return domain.Viewer{UserID: user.ID, Notes: user.Role == domain.RoleOperator}
}

func idsOf(messages []domain.Message) []domain.ID {
	ids := make([]domain.ID, len(messages))
	for i, message := range messages {
		ids[i] = message.ID
	}
	return ids
}

func seqsOf(messages []domain.Message) []int64 {
	seqs := make([]int64, len(messages))
	for i, message := range messages {
		seqs[i] = message.Seq
	}
	return seqs
}

func ref[T any](value T) *T { return &value }
