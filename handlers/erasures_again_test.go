package handlers_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"dentalk/domain"
	"dentalk/handlers"
)

// late is a store that holds one append back, as a slow machine or network does.
type late struct {
	domain.Store
	begun, goOn chan struct{}
	room        domain.ID // whose status the append has read before it was held back
}

func (l *late) AppendMessages(ctx context.Context, drafts []domain.Draft) ([]domain.Appended, error) {
	close(l.begun)
	<-l.goOn
	if l.room == "" {
		return l.Store.AppendMessages(ctx, drafts)
	}
	open, archived := domain.RoomOpen, domain.RoomArchived
	if _, err := l.Store.UpdateRoom(ctx, l.room, domain.RoomChange{Status: &open}, time.Now()); err != nil {
		return nil, err
	}
	appended, err := l.Store.AppendMessages(ctx, drafts)
	if err == nil {
		_, err = l.Store.UpdateRoom(ctx, l.room, domain.RoomChange{Status: &archived}, time.Now())
	}
	return appended, err
}

// eraseBefore erases the target while a message of kim is about to be stored, and gives it and the order.
func (w *erasing) eraseBefore(target, text string, read domain.ID) (domain.ID, handlers.Erasure) {
	w.Helper()
	held := &late{Store: w.store, begun: make(chan struct{}), goOn: make(chan struct{}), room: read}
	slow := w.instance(func(c *handlers.Config) { c.Chat.Store = held })
	token := w.world.token(w.api, "kim")
	answers := make(chan *httptest.ResponseRecorder)
	go func() { answers <- w.call(slow, http.MethodPost, w.path()+"/messages", token, `{"text":"`+text+`"}`) }()
	<-held.begun
	erasure := w.erase(target)
	close(held.goOn)
	var message handlers.Message
	w.decode(<-answers, http.StatusCreated, &message)
	return domain.ID(message.ID), erasure
}

// resume does what the upkeep does.
func (w *erasing) resume() {
	w.Helper()
	var erasures *domain.Erasures
	w.instance(func(c *handlers.Config) { erasures = c.Erasures })
	if err := erasures.Resume(w.Context()); err != nil {
		w.Fatal(err)
	}
}

const erasedAgain = 5 * time.Minute

func TestWhatWasUnderWayWhenItWasErasedIsFoundLater(t *testing.T) {
	for name, one := range map[string]struct {
		target func(*erasing) string
		read   func(*erasing) domain.ID
		sender string
	}{
		"person": {
			func(w *erasing) string { return `"userId":"` + string(w.kim.ID) + `"` },
			func(*erasing) domain.ID { return "" }, "erased",
		},
		"room": {
			func(w *erasing) string { return `"roomId":"` + string(w.room.ID) + `"` },
			func(w *erasing) domain.ID { return w.room.ID }, "kim",
		},
	} {
		t.Run(name, func(t *testing.T) {
			w := newErasing(t)
			id, erasure := w.eraseBefore(one.target(w), "marmalade", one.read(w))
			upload := w.upload(w.room.ID, w.kim.ID)
			w.advance(erasedAgain)
			w.resume() // not after but within the time
			if found := w.leaks("marmalade", w.token); len(found) == 0 {
				t.Fatal("the message is not there")
			}
			w.advance(time.Second)
			w.resume()
			if found := w.leaks("marmalade", w.token); found != nil {
				t.Errorf("the text is in\n%s", strings.Join(found, "\n"))
			}
			message, err := w.store.Message(t.Context(), w.room.ID, id, domain.Viewer{})
			if err != nil || message.Text != "" || message.UserName != one.sender || message.ErasedAt.IsZero() {
				t.Errorf("stored is %+v, %v", message, err)
			}
			if _, err := w.store.Upload(t.Context(), upload.ID); domain.KindOf(err) != domain.KindNotFound {
				t.Errorf("the upload is there: %v", err)
			}
			w.repeatedOnce(erasure)
		})
	}
}

// repeatedOnce holds that an order is told as it was, and carried out no third time.
func (w *erasing) repeatedOnce(made handlers.Erasure) {
	w.Helper()
	first, err := w.store.Erasure(w.Context(), domain.ID(made.ID))
	if err != nil || !first.RepeatedAt.Equal(domain.Milliseconds(w.clock())) {
		w.Fatalf("stored is %+v, %v", first, err)
	}
	w.advance(2 * erasedAgain)
	w.resume()
	if again, err := w.store.Erasure(w.Context(), first.ID); err != nil || again != first {
		w.Errorf("it became %+v, %v", again, err)
	}
	w.token = w.world.token(w.api, "operator") // the other one has expired
	var told handlers.Erasure
	w.decode(w.call(w.api, http.MethodGet, "/v1/ops/erasures/"+made.ID, w.token, ""), http.StatusOK, &told)
	if diff := cmp.Diff(made, told); diff != "" {
		w.Errorf("the order (-before +after):\n%s", diff)
	}
	if entries := w.entries(w.api, w.token, "?action=erasure.completed").Items; len(entries) != 1 {
		w.Errorf("traces of the end: %+v", entries)
	}
}

func TestAnErasureClearsTheCacheOnceMore(t *testing.T) {
	w := newErasing(t)
	cached := func() int {
		found, err := w.volatile.CacheGet(t.Context(), domain.CachedTranslations+"1")
		if err != nil {
			t.Fatal(err)
		}
		return len(found)
	}
	translate := func() {
		if err := w.volatile.CacheSet(t.Context(), time.Hour, map[string][]byte{domain.CachedTranslations + "1": []byte("x")}); err != nil {
			t.Fatal(err)
		}
	}
	w.erase(`"messageId":"` + w.messages[0].ID + `"`)
	translate()
	w.resume()
	if cached() == 0 {
		t.Error("it is cleared each minute")
	}
	w.advance(erasedAgain + time.Second)
	w.resume()
	if cached() != 0 {
		t.Error("a translation that was under way is left")
	}
	translate()
	w.resume()
	if cached() == 0 {
		t.Error("it is cleared a third time")
	}
}

// during is a body that is held back until something has happened.
type during struct {
	io.Reader
	happen func()
}

func (d *during) Read(p []byte) (int, error) {
	if d.happen != nil {
		d.happen()
		d.happen = nil
	}
	return d.Reader.Read(p)
}

func TestABodyThatIsHeldBackUntilItsSenderIsGoneIsNotStored(t *testing.T) {
	for name, happen := range map[string]func(*erasing){
		"erased":   func(w *erasing) { w.erase(`"userId":"` + string(w.kim.ID) + `"`) },
		"disabled": func(w *erasing) { w.ok(http.MethodPatch, "/v1/users/"+string(w.kim.ID), w.token, `{"disabled":true}`) },
	} {
		t.Run(name, func(t *testing.T) {
			w := newErasing(t)
			body := &during{strings.NewReader(`{"text":"marmalade"}`), func() { happen(w); w.advance(2 * time.Second) }}
			request := httptest.NewRequestWithContext(t.Context(), http.MethodPost, w.path()+"/messages", body)
			request.Header.Set("Authorization", "Bearer "+w.world.token(w.api, "kim"))
			answer := httptest.NewRecorder()
			w.api.ServeHTTP(answer, request)
			w.refused(answer, http.StatusUnauthorized, "session_ended")
			if found := w.leaks("marmalade", w.token); found != nil {
				t.Errorf("it is in\n%s", strings.Join(found, "\n"))
			}
		})
	}
}

// TestNoRememberedAnswerHoldsWhatWasErased makes answers with names and texts, by an operator.
func TestNoRememberedAnswerHoldsWhatWasErased(t *testing.T) {
	w := newErasing(t)
	keys := 0
	create := func(path, body string, into any, status int) {
		t.Helper()
		keys++
		request := httptest.NewRequestWithContext(t.Context(), http.MethodPost, path, strings.NewReader(body))
		request.Header.Set("Authorization", "Bearer "+w.token)
		request.Header.Set("Idempotency-Key", fmt.Sprint("key ", keys))
		answer := httptest.NewRecorder()
		w.api.ServeHTTP(answer, request)
		w.decode(answer, status, into)
	}
	var user handlers.User
	var room, other handlers.Room
	create("/v1/users", `{"username":"daffodil","password":"`+password+`","role":"lab","email":"daffodil@example.com"}`, &user, http.StatusCreated)
	create("/v1/rooms", `{"orderId":"9","name":"Mr. Begonia"}`, &room, http.StatusCreated)
	create("/v1/rooms", `{"orderId":"8","name":"other"}`, &other, http.StatusCreated)
	var message handlers.Message
	w.decode(w.call(w.api, http.MethodPost, "/v1/rooms/"+other.ID+"/messages", w.token, `{"text":"camellia"}`), http.StatusCreated, &message)
	create("/v1/rooms", `{"orderId":"8","name":"other"}`, &other, http.StatusOK)

	for word, target := range map[string]string{
		"daffodil": `"userId":"` + user.ID + `"`, "Begonia": `"roomId":"` + room.ID + `"`, "camellia": `"messageId":"` + message.ID + `"`,
	} {
		if w.remembered(word) == 0 {
			t.Errorf("%s is in no answer before", word)
		}
		w.erase(target)
		if left := w.remembered(word); left != 0 {
			t.Errorf("%s is left in %d answers", word, left)
		}
	}
}

// remembered counts the answers that hold the word.
func (w *erasing) remembered(word string) (count int) {
	w.Helper()
	for record, err := range w.store.(domain.Archive).Export(w.Context(), domain.RecordIdempotency, "") {
		if err != nil {
			w.Fatal(err)
		}
		if strings.Contains(string(record.Idempotency.Answer), word) {
			count++
		}
	}
	return count
}
