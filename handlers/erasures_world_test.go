package handlers_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"dentalk/domain"
	"dentalk/handlers"
)

// secret is in everything that is to be erased.
const secret = "periwinkle"

// erasing is a world in which kim, a lab, and nguyen, a clinic, have talked in a room.
type erasing struct {
	*world
	api         *handlers.API
	token       string // an operator's
	kim, nguyen domain.User
	room        domain.Room
	messages    []handlers.Message // 1: kim's, enriched and corrected; 2: nguyen's; 3: kim's, with a key; 4: the operator's note
}

func newErasing(t *testing.T) *erasing {
	t.Helper()
	w := &erasing{world: newWorld(t)}
	w.now = domain.Milliseconds(time.Now()) // the store's clock
	w.api = w.instance(func(c *handlers.Config) { c.Chat.Enrich = true })
	w.user("operator", domain.RoleOperator, "")
	w.token = w.world.token(w.api, "operator")
	w.kim, w.nguyen = w.user("kim", domain.RoleLab, ""), w.user("nguyen", domain.RoleClinic, "")
	w.room = w.world.room("1", w.kim, w.nguyen)
	kim := w.world.token(w.api, "kim")
	w.messages = []handlers.Message{
		w.post(w.api, kim, w.room, `{"text":"tooth 26 is `+secret+`"}`),
		w.post(w.api, w.world.token(w.api, "nguyen"), w.room, `{"text":"I see."}`),
		w.post(w.api, kim, w.room, `{"text":"`+secret+` again","clientMessageId":"key"}`),
		w.post(w.api, w.token, w.room, `{"type":"note","text":"`+secret+` is odd"}`),
	}
	w.enrich()
	w.ok(http.MethodPatch, w.message(0)+"/enrichment", w.token, `{"translations":{"es":"`+secret+`, no?"}}`)
	return w
}

// enrich does what the workers do.
func (w *erasing) enrich() {
	w.Helper()
	tasks, err := w.store.ClaimEnrichments(w.Context(), domain.Claim{Limit: 10, Lease: time.Minute})
	if err != nil {
		w.Fatal(err)
	}
	var results []domain.EnrichmentResult
	for _, task := range tasks {
		if task.Message.UserID != w.kim.ID {
			continue
		}
		results = append(results, domain.EnrichmentResult{RoomID: task.Message.RoomID, MessageID: task.Message.ID, Lease: task.Lease, Enrichment: domain.Enrichment{
			State: domain.EnrichmentDone, Language: "en", Translations: map[string]string{"ko": secret}, Terms: []domain.Term{{Source: secret, Target: secret}},
			Emotion:   &domain.Emotion{Sentiment: domain.SentimentNegative, Score: -1, Confidence: 1},
			Complaint: &domain.Complaint{Detected: true, Category: domain.CategoryFit, Confidence: 1, Reasons: []string{secret}},
		}})
	}
	if saved, err := w.store.SaveEnrichments(w.Context(), results); err != nil || len(saved) != 2 {
		w.Fatalf("saved %d: %v", len(saved), err)
	}
}

func (w *erasing) path() string { return "/v1/rooms/" + string(w.room.ID) }

func (w *erasing) message(i int) string { return w.path() + "/messages/" + w.messages[i].ID }

// ok fails the test unless the answer is a success, and gives its body.
func (w *erasing) ok(method, path, token, body string) string {
	w.Helper()
	answer := w.call(w.api, method, path, token, body)
	if answer.Code >= http.StatusMultipleChoices {
		w.Fatalf("%s %s: %d %s", method, path, answer.Code, answer.Body)
	}
	return answer.Body.String()
}

// erase gives an order that is done within the request.
func (w *erasing) erase(target string) (erasure handlers.Erasure) {
	w.Helper()
	answer := w.call(w.api, http.MethodPost, "/v1/ops/erasures", w.token, `{`+target+`,"reason":"asked for"}`)
	w.decode(answer, http.StatusCreated, &erasure)
	var again handlers.Erasure
	w.decode(w.call(w.api, http.MethodGet, answer.Header().Get("Location"), w.token, ""), http.StatusOK, &again)
	if diff := cmp.Diff(erasure, again); diff != "" {
		w.Fatalf("the erasure is told differently (-made +read):\n%s", diff)
	}
	if erasure.State != "done" || erasure.CompletedAt == nil {
		w.Fatalf("got %+v, want it done", erasure)
	}
	return erasure
}

// leaks names the answers in which the text is still to be found.
func (w *erasing) leaks(text string, tokens ...string) (paths []string) {
	w.Helper()
	all := []string{
		"/v1/rooms", w.path(), w.path() + "/messages", w.path() + "/messages?after=0", w.path() + "/receipts", w.path() + "/presence",
		"/v1/users", "/v1/users/" + string(w.kim.ID), "/v1/ops/audit", "/v1/ops/glossary/versions", "/v1/ops/glossary",
	}
	for i := range w.messages {
		all = append(all, w.message(i), w.message(i)+"/enrichment")
	}
	for _, path := range all {
		for _, token := range tokens {
			if body := w.call(w.api, http.MethodGet, path, token, "").Body.String(); strings.Contains(body, text) {
				paths = append(paths, path+": "+body)
			}
		}
	}
	return paths
}

func (w *erasing) history(token string) []handlers.Message {
	w.Helper()
	var page handlers.Page[handlers.Message]
	w.decode(w.call(w.api, http.MethodGet, w.path()+"/messages", token, ""), http.StatusOK, &page)
	return page.Items
}

func (w *erasing) unread(token string) int64 {
	w.Helper()
	var room handlers.Room
	w.decode(w.call(w.api, http.MethodGet, w.path(), token, ""), http.StatusOK, &room)
	return room.UnreadCount
}

func seqsOf(messages []handlers.Message) (seqs []int64) {
	for _, message := range messages {
		seqs = append(seqs, message.Seq)
	}
	return seqs
}
