package test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"

	"dentalk/docs"
	"dentalk/domain"
	"dentalk/handlers"
)

// What the person has left, each somewhere else, and found nowhere by chance.
const (
	goneName    = "vanishing.kim"
	goneEmail   = "kim@vanishing-lab.example"
	goneText    = "26번 크라운 vanishing-text"
	goneFile    = "vanishing-file"
	goneContent = "vanishing-content"
	goneAnswer  = "vanishing-translation"
)

// goneWords are all of them.
var goneWords = []string{goneName, goneEmail, goneText, goneFile, goneContent, goneAnswer}

// erasureWorld is a room with messages of a person who is to be forgotten, and of others.
type erasureWorld struct {
	*testing.T
	server                   *server
	operator, clinic, person *caller
	room                     string
	said                     []handlers.Message // by the person
	file                     handlers.Attachment
	readers                  map[string]*caller
	known                    map[string][]string // what exists, by the name of a path's parameter
}

func newErasureWorld(t *testing.T, s *server) *erasureWorld {
	t.Helper()
	w := &erasureWorld{T: t, server: s, operator: s.operator(t)}
	w.clinic = s.member(t, w.operator, "clinic", "clinic", "en")
	request := handlers.CreateUserRequest{Username: goneName, Password: userPassword, Email: goneEmail, Role: "lab"}
	w.operator.must("POST", "/v1/users", request, http.StatusCreated, nil, "Idempotency-Key", "the person")
	w.person = s.logIn(t, goneName, userPassword)
	var room handlers.Room
	order := map[string]any{"orderId": "ORD-1", "name": "ORD-1", "participantIds": []string{w.clinic.user.ID, w.person.user.ID}}
	w.operator.must("POST", "/v1/rooms", order, http.StatusCreated, &room, "Idempotency-Key", "the room")
	w.room = room.ID
	var key handlers.APIKeyWithSecret
	w.operator.must("POST", "/v1/api-keys", map[string]any{"name": "reader", "scopes": domain.Scopes()}, http.StatusCreated, &key)
	w.readers = map[string]*caller{"the operator": w.operator, "the clinic": w.clinic, "a service": {t: t, url: s.url, token: key.Secret, http: w.clinic.http}}
	w.talk()
	w.known = map[string][]string{
		"roomId": {w.room}, "attachmentId": {w.file.ID}, "userId": {w.person.user.ID, w.clinic.user.ID}, "keyId": {key.ID},
		"erasureId": {w.said[0].ID}, "organizationId": {w.room}, "term": {"crown"}, "sessionId": {sessionOf(t, w.operator.token, "")},
	}
	for _, message := range w.operator.history(w.room) {
		w.known["messageId"] = append(w.known["messageId"], message.ID)
	}
	return w
}

func (w *erasureWorld) talk() {
	w.Helper()
	messages := "/v1/rooms/" + w.room + "/messages"
	w.clinic.post(w.room, "When is the crown for 26 ready?")
	w.say(map[string]any{"text": goneText})
	w.clinic.post(w.room, "I see.")
	content := largeSTL(40)
	copy(content, goneContent)
	w.person.decode(upload(w, w.person, w.room, goneFile+".stl", content, http.StatusCreated, "Idempotency-Key", "the file"), http.StatusCreated, &w.file)
	w.say(map[string]any{"type": "file", "text": goneText, "attachmentIds": []string{w.file.ID}, "replyTo": w.said[0].ID})
	w.clinic.must("PUT", "/v1/rooms/"+w.room+"/read", `{"seq":1}`, http.StatusNoContent, nil)
	w.person.must("PUT", "/v1/rooms/"+w.room+"/read", `{"seq":3}`, http.StatusNoContent, nil)
	w.person.must("POST", "/v1/rooms/"+w.room+"/typing", nil, http.StatusAccepted, nil)
	eventually(w, "the enrichments", func() bool { return !anyPending(w.operator.history(w.room)) })
	w.operator.must("PATCH", messages+"/"+w.said[0].ID+"/enrichment", map[string]any{"translations": map[string]string{"en": goneAnswer}}, http.StatusOK, nil)
}

func (w *erasureWorld) say(request map[string]any) {
	w.Helper()
	var message handlers.Message
	w.person.must("POST", "/v1/rooms/"+w.room+"/messages", request, http.StatusCreated, &message)
	w.said = append(w.said, message)
}

// erase gives the order, when it is done.
func (w *erasureWorld) erase(target string, id string) (erasure handlers.Erasure) {
	w.Helper()
	w.operator.must("POST", "/v1/ops/erasures", map[string]string{target: id, "reason": "asked for"}, http.StatusCreated, &erasure)
	w.known["erasureId"] = []string{erasure.ID}
	if erasure.State != "done" {
		w.Errorf("the erasure is %s", erasure.State)
	}
	return erasure
}

// found tells where each of the words is to be read: by every reader, on every route that reads, for
// everything that exists. The routes are the description's, so that a new one is looked at too.
func (w *erasureWorld) found(words ...string) map[string][]string {
	w.Helper()
	description, err := openapi3.NewLoader().LoadFromData(docs.OpenAPIYAML)
	if err != nil {
		w.Fatal(err)
	}
	places := map[string][]string{}
	for who, reader := range w.readers {
		for _, one := range operationsOf(description) {
			if one.method != http.MethodGet || strings.HasSuffix(one.path, "/stream") {
				continue
			}
			for _, path := range w.paths(one.path) {
				answer, err := reader.call("GET", path, nil)
				if err != nil {
					w.Errorf("%s reads %s: %v", who, path, err)
				}
				for _, word := range words {
					if strings.Contains(fmt.Sprint(answer.header)+string(answer.body), word) {
						places[word] = append(places[word], who+" in "+path)
					}
				}
			}
		}
	}
	return places
}

// paths fills the path with everything that exists.
func (w *erasureWorld) paths(path string) []string {
	w.Helper()
	paths := []string{path}
	for name, ids := range w.known {
		var filled []string
		for _, one := range paths {
			for _, id := range ids {
				filled = append(filled, strings.ReplaceAll(one, "{"+name+"}", id))
			}
		}
		slices.Sort(filled)
		paths = slices.Compact(filled)
	}
	if strings.Contains(paths[0], "{") {
		w.Errorf("the test knows nothing to read at %s", path)
	}
	if strings.HasSuffix(path, "/events") {
		for i := range paths {
			paths[i] += "?after=" + string(domain.ZeroID)
		}
	}
	return paths
}

// wantFound holds that the search would find the words.
func (w *erasureWorld) wantFound(words ...string) {
	w.Helper()
	places := w.found(words...)
	for _, word := range words {
		if len(places[word]) == 0 {
			w.Errorf("%q is nowhere before it is erased", word)
		}
	}
}

// wantForgotten holds that the words are in no answer and in no file of the data dir.
func (w *erasureWorld) wantForgotten(words ...string) {
	w.Helper()
	for word, places := range w.found(words...) {
		w.Errorf("%q is read by %s", word, strings.Join(places, ", "))
	}
	wantNowhere(w, w.server.dir, words...)
}
