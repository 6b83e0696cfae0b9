package handlers_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"dentalk/domain"
	"dentalk/handlers"
)

func TestWhatIsStillDoneWithAnErasedMessage(t *testing.T) {
	w := newErasing(t)
	w.erase(`"messageId":"` + w.messages[0].ID + `"`)
	w.erase(`"messageId":"` + w.messages[2].ID + `"`)
	kim := w.world.token(w.api, "kim")
	w.refused(w.call(w.api, http.MethodPost, w.message(0)+"/enrich", w.token, ""), http.StatusConflict, "message_erased")
	w.refused(w.call(w.api, http.MethodPatch, w.message(0)+"/enrichment", w.token, `{"emotion":{"sentiment":"neutral"}}`), http.StatusConflict, "message_erased")
	if reply := w.post(w.api, kim, w.room, `{"text":"What was that?","replyTo":"`+w.messages[0].ID+`"}`); reply.Seq != 5 {
		t.Errorf("the reply is %+v", reply)
	}
	var replayed handlers.Message
	body := `{"text":"` + secret + ` again","clientMessageId":"key"}`
	w.decode(w.call(w.api, http.MethodPost, w.path()+"/messages", kim, body), http.StatusCreated, &replayed)
	if replayed.ID != w.messages[2].ID || replayed.Content.Text != "" || replayed.ErasedAt == nil {
		t.Errorf("the replay is %+v", replayed)
	}
}

func TestErasuresThatAreRefused(t *testing.T) {
	w := newErasing(t)
	var me handlers.User
	w.decode(w.call(w.api, http.MethodGet, "/v1/me", w.token, ""), http.StatusOK, &me)
	missing := string(w.ids.Next(w.clock()))
	long := strings.Repeat("가", 501)
	for _, one := range []struct {
		body   string
		status int
		code   string
		fields []string
	}{
		{`{"userId":"` + me.ID + `","reason":"x"}`, 409, "own_account", nil},
		{`{"userId":"` + missing + `","reason":"x"}`, 404, "user_not_found", nil},
		{`{"roomId":"` + missing + `","reason":"x"}`, 404, "room_not_found", nil},
		{`{"messageId":"` + missing + `","reason":"x"}`, 404, "message_not_found", nil},
		{`{"messageId":"nonsense","reason":"x"}`, 404, "message_not_found", nil},
		{`{"reason":"x"}`, 400, "validation_failed", []string{"body"}},
		{`{"userId":"` + missing + `","roomId":"` + missing + `","messageId":"` + missing + `","reason":"x"}`, 400, "validation_failed", []string{"messageId", "roomId"}},
		{`{"userId":"` + missing + `"}`, 400, "validation_failed", []string{"reason"}},
		{`{"userId":"` + missing + `","reason":"  "}`, 400, "validation_failed", []string{"reason"}},
		{`{"userId":"` + missing + `","reason":"` + long + `"}`, 400, "validation_failed", []string{"reason"}},
		{`{"userId":"` + missing + `","reason":"x","orderId":"1"}`, 400, "validation_failed", []string{"orderId"}},
	} {
		fields := w.refused(w.call(w.api, http.MethodPost, "/v1/ops/erasures", w.token, one.body), one.status, one.code)
		if !slices.Equal(fields, one.fields) {
			t.Errorf("%.90s names %v", one.body, fields)
		}
	}
	w.refused(w.call(w.api, http.MethodGet, "/v1/ops/erasures/"+missing, w.token, ""), http.StatusNotFound, "erasure_not_found")
	kim := w.world.token(w.api, "kim")
	w.refused(w.call(w.api, http.MethodPost, "/v1/ops/erasures", kim, `{"userId":"`+missing+`","reason":"x"}`), http.StatusForbidden, "forbidden")
	w.refused(w.call(w.api, http.MethodGet, "/v1/ops/erasures/"+missing, kim, ""), http.StatusForbidden, "forbidden")
	if got := w.entries(w.api, w.token, "?action=erasure.created").Items; len(got) != 0 {
		t.Errorf("what was refused left %+v", got)
	}
}

func TestErasingIsTracedAndSafeToRepeat(t *testing.T) {
	w := newErasing(t)
	order := func() (*http.Response, handlers.Erasure) {
		body := `{"messageId":"` + w.messages[0].ID + `","reason":"asked for"}`
		request := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/v1/ops/erasures", strings.NewReader(body))
		request.Header.Set("Authorization", "Bearer "+w.token)
		request.Header.Set("Idempotency-Key", "one")
		answer := httptest.NewRecorder()
		w.api.ServeHTTP(answer, request)
		var erasure handlers.Erasure
		w.decode(answer, http.StatusCreated, &erasure)
		return answer.Result(), erasure
	}
	_, first := order()
	answer, second := order()
	if diff := cmp.Diff(first, second); diff != "" || answer.Header.Get("Idempotent-Replayed") != "true" {
		t.Errorf("the repetition (-first +second):\n%s", diff)
	}
	var traces []string
	for _, entry := range w.entries(w.api, w.token, "?roomId="+string(w.room.ID)).Items {
		if entry.TargetID == first.ID && *entry.Actor.Name == "operator" && entry.Detail["messageId"] == w.messages[0].ID {
			traces = append(traces, entry.Action)
		}
	}
	if diff := cmp.Diff([]string{"erasure.completed", "erasure.created"}, traces); diff != "" {
		t.Errorf("traces (-want +got):\n%s", diff)
	}
}

// stuck is a cache that cannot be cleared.
type stuck struct{ domain.Cache }

func (stuck) CacheClear(context.Context, string) error { return errors.New("no connection") }

func TestAnErasureThatIsNotDoneYetIsPending(t *testing.T) {
	w := newErasing(t)
	var erasures *domain.Erasures
	w.api = w.instance(func(c *handlers.Config) { erasures = c.Erasures })
	erasures.Cache = stuck{w.volatile}
	var pending, done handlers.Erasure
	answer := w.call(w.api, http.MethodPost, "/v1/ops/erasures", w.token, `{"userId":"`+string(w.kim.ID)+`","reason":" asked for "}`)
	w.decode(answer, http.StatusAccepted, &pending)
	if pending.State != "pending" || pending.CompletedAt != nil || pending.Reason != "asked for" {
		t.Errorf("got %+v", pending)
	}
	if err := erasures.Resume(t.Context()); err == nil {
		t.Error("what hinders the erasure is not told")
	}
	erasures.Cache = w.volatile
	if err := erasures.Resume(t.Context()); err != nil {
		t.Error(err)
	}
	w.decode(w.call(w.api, http.MethodGet, answer.Header().Get("Location"), w.token, ""), http.StatusOK, &done)
	if done.State != "done" || done.CompletedAt == nil {
		t.Errorf("got %+v", done)
	}
}

func TestAnErasureOnSeveralInstancesAtOnce(t *testing.T) {
	w := newErasing(t)
	var erasures *domain.Erasures
	w.instance(func(c *handlers.Config) { erasures = c.Erasures })
	order := domain.Erasure{
		ID: w.ids.Next(w.clock()), Target: domain.ErasureTarget{UserID: w.kim.ID}, Reason: "x", CreatedBy: w.nguyen.ID, CreatedAt: w.clock(),
	}
	if err := w.store.CreateErasure(t.Context(), order); err != nil {
		t.Fatal(err)
	}
	failures := make(chan error)
	for range 4 {
		go func() { failures <- erasures.Resume(t.Context()) }()
	}
	for range 4 {
		if err := <-failures; err != nil {
			t.Error(err)
		}
	}
	if done, err := w.store.Erasure(t.Context(), order.ID); err != nil || done.CompletedAt.IsZero() || done.Messages > 2 {
		t.Errorf("got %+v, %v", done, err)
	}
	for _, message := range w.history(w.token) {
		if (message.ErasedAt != nil) != (message.UserID == string(w.kim.ID)) {
			t.Errorf("got %+v", message)
		}
	}
}
