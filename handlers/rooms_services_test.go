package handlers_test

import (
	"net/http"
	"testing"

	"dentalk/domain"
	"dentalk/handlers"
)

// A key that makes rooms does not read what is written in them.
func TestARoomShowsItsLastMessageToReadersOnly(t *testing.T) {
	w := newWorld(t)
	api := w.instance()
	w.user("operator", domain.RoleOperator, "")
	kim := w.user("kim", domain.RoleLab, "")
	operator := w.token(api, "operator")
	room := w.room("1", kim)
	w.post(api, w.token(api, "kim"), room, `{"text":"hello"}`)
	writer := w.key(api, operator, `{"name":"writer","scopes":["rooms:write","messages:write"]}`).Secret
	reader := w.key(api, operator, `{"name":"reader","scopes":["rooms:write","ops:read"]}`).Secret
	path := "/v1/rooms/" + string(room.ID)

	for secret, want := range map[string]string{writer: "", reader: "hello"} {
		var one, same, joined handlers.Room
		var page handlers.Page[handlers.Room]
		w.decode(w.call(api, http.MethodGet, path, secret, ""), http.StatusOK, &one)
		w.decode(w.call(api, http.MethodGet, "/v1/rooms", secret, ""), http.StatusOK, &page)
		w.decode(w.call(api, http.MethodPost, "/v1/rooms", secret, `{"orderId":"1","name":"n"}`), http.StatusOK, &same)
		w.decode(w.call(api, http.MethodPost, path+"/participants", secret, `{"userId":"`+string(kim.ID)+`"}`), http.StatusOK, &joined)
		for how, got := range map[string]handlers.Room{"read": one, "listed": page.Items[0], "made again": same, "joined": joined} {
			text := ""
			if got.LastMessage != nil {
				text = got.LastMessage.Text
			}
			if text != want || got.LastSeq != 1 {
				t.Errorf("%s: got %q and %d, want %q", how, text, got.LastSeq, want)
			}
		}
	}
}
