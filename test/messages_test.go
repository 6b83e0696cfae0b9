package test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"dentalk/handlers"
)

func TestIdempotencyOfMessages(t *testing.T) {
	s := startServer(t, t.TempDir())
	operator := s.operator(t)
	lab := s.member(t, operator, "lab", "lab", "ko")
	room := operator.room("keys", lab)
	path := "/v1/rooms/" + room.ID + "/messages"
	var first, second handlers.Message
	r := operator.must("POST", path, `{"text":" hello "}`, http.StatusCreated, &first, "Idempotency-Key", "k1")
	if r.header.Get("Location") != path+"/"+first.ID || r.header.Get("Idempotent-Replayed") != "" {
		t.Errorf("got %v", r.header)
	}
	r = operator.must("POST", path, `{"text":"hello","clientMessageId":"k1"}`, http.StatusCreated, &second)
	if second.ID != first.ID || r.header.Get("Idempotent-Replayed") != "true" {
		t.Errorf("the key in the body is not the key in the header: %s, %v", second.ID, r.header)
	}
	operator.refused("POST", path, `{"text":"other","clientMessageId":"k1"}`, http.StatusUnprocessableEntity, "idempotency_key_reused")
	operator.refused("POST", path, `{"text":"hello","clientMessageId":"k1"}`, http.StatusBadRequest, "validation_failed", "Idempotency-Key", "k2")
	operator.refused("POST", path, `{"text":"hello"}`, http.StatusBadRequest, "validation_failed", "Idempotency-Key", strings.Repeat("k", 129))
	var of handlers.Message
	lab.must("POST", path, `{"text":"mine","clientMessageId":"k1"}`, http.StatusCreated, &of)
	if of.ID == first.ID || of.Seq != 2 {
		t.Errorf("another sender's key is the same key: %+v", of)
	}
}

func TestIdempotencyOfCreating(t *testing.T) {
	s := startServer(t, t.TempDir())
	operator := s.operator(t)
	other := s.member(t, operator, "second.operator", "operator", "en")
	body := `{"kind":"lab","name":"Lab","language":"ko"}`
	var first, again, others handlers.Organization
	operator.must("POST", "/v1/organizations", body, http.StatusCreated, &first, "Idempotency-Key", "o1")
	r := operator.must("POST", "/v1/organizations", body, http.StatusCreated, &again, "Idempotency-Key", "o1")
	if again.ID != first.ID || r.header.Get("Idempotent-Replayed") != "true" || r.header.Get("Location") == "" {
		t.Errorf("got %s, %v", again.ID, r.header)
	}
	operator.refused("POST", "/v1/organizations", `{"kind":"lab","name":"Other","language":"ko"}`, http.StatusUnprocessableEntity, "idempotency_key_reused", "Idempotency-Key", "o1")
	other.must("POST", "/v1/organizations", body, http.StatusCreated, &others, "Idempotency-Key", "o1")
	if others.ID == first.ID {
		t.Error("a key is shared between callers")
	}
	operator.must("POST", "/v1/organizations", ` {"name":"Lab", "language":"ko", "kind":"lab"}`, http.StatusCreated, &again, "Idempotency-Key", "o1")
	if again.ID != first.ID {
		t.Error("the same body in another spelling is another request")
	}
	operator.refused("POST", "/v1/organizations", `{}`, http.StatusBadRequest, "validation_failed", "Idempotency-Key", "o2")
	operator.must("POST", "/v1/organizations", body, http.StatusCreated, nil, "Idempotency-Key", "o2")
}

func TestRoomOfAnOrderIsMadeOnce(t *testing.T) {
	s := startServer(t, t.TempDir())
	operator := s.operator(t)
	clinic := s.member(t, operator, "clinic", "clinic", "en")
	room := operator.room("ORD-1", clinic)
	var again handlers.Room
	operator.must("POST", "/v1/rooms", map[string]any{"orderId": "ORD-1", "name": "x"}, http.StatusOK, &again)
	if again.ID != room.ID || again.Name != room.Name || len(again.Participants) != 1 {
		t.Errorf("got %+v", again)
	}
	problem := operator.refused("POST", "/v1/rooms", `{"orderId":"ORD-2","participantIds":["`+clinic.user.ID+`","nobody"]}`, http.StatusBadRequest, "validation_failed")
	if len(problem.Errors) != 1 || problem.Errors[0].Field != "participantIds[1]" {
		t.Errorf("got %+v", problem.Errors)
	}
}

func TestArchivedRoom(t *testing.T) {
	s := startServer(t, t.TempDir())
	operator := s.operator(t)
	room := operator.room("archive")
	stream := operator.subscribe(t, "/v1/rooms/"+room.ID+"/stream").ready()
	operator.must("PATCH", "/v1/rooms/"+room.ID, `{"status":"archived"}`, http.StatusOK, nil)
	operator.refused("POST", "/v1/rooms/"+room.ID+"/messages", `{"text":"hello"}`, http.StatusConflict, "room_archived")
	operator.refused("POST", "/v1/rooms/"+room.ID+"/messages", `{"text":"hello","clientMessageId":"a"}`, http.StatusConflict, "room_archived")
	eventually(t, "room.updated", func() bool { return stream.count("room.updated") > 0 })
	operator.must("PATCH", "/v1/rooms/"+room.ID, `{"status":"open"}`, http.StatusOK, nil)
	operator.post(room.ID, "hello")
	for _, query := range []string{"?status=archived", "?orderId=other"} {
		var page handlers.RoomPage
		operator.must("GET", "/v1/rooms"+query, nil, http.StatusOK, &page)
		if len(page.Items) != 0 {
			t.Errorf("%s: got %d rooms", query, len(page.Items))
		}
	}
}

// TestHistoryPages puts pages together in every direction and compares with the whole.
func TestHistoryPages(t *testing.T) {
	s := startServer(t, t.TempDir())
	operator := s.operator(t)
	room := operator.room("pages")
	var empty handlers.MessagePage
	operator.must("GET", "/v1/rooms/"+room.ID+"/messages", nil, http.StatusOK, &empty)
	if len(empty.Items) != 0 || empty.Position != strings.Repeat("0", 24) || empty.HasMoreBefore || empty.HasMoreAfter {
		t.Errorf("an empty room: %+v", empty)
	}
	const count = 23
	for n := range count {
		operator.post(room.ID, fmt.Sprint("message ", n+1))
	}
	page := func(query string) handlers.MessagePage {
		var page handlers.MessagePage
		operator.must("GET", "/v1/rooms/"+room.ID+"/messages?limit=5"+query, nil, http.StatusOK, &page)
		return page
	}
	for _, test := range []struct {
		query         string
		first, last   int64
		before, after bool
	}{
		{"", 19, 23, true, false},
		{"&before=19", 14, 18, true, true},
		{"&before=3", 1, 2, false, true},
		{"&after=0", 1, 5, false, true},
		{"&after=20", 21, 23, true, false},
		{"&around=10", 8, 12, true, true},
		{"&around=1", 1, 5, false, true},
		{"&around=23", 19, 23, true, false},
	} {
		got := page(test.query)
		first, last := got.Items[0].Seq, got.Items[len(got.Items)-1].Seq
		if first != test.first || last != test.last || got.HasMoreBefore != test.before || got.HasMoreAfter != test.after {
			t.Errorf("%s: got %d..%d, more before %t, after %t", test.query, first, last, got.HasMoreBefore, got.HasMoreAfter)
		}
	}
	if got := page("&after=23"); len(got.Items) != 0 || got.HasMoreAfter || !got.HasMoreBefore {
		t.Errorf("after the end: %+v", got)
	}
	for _, query := range []string{"before=1&after=2", "limit=5&limit=6", "before=x", "after=-1", "bofore=1", "after=%zz", "after=1;limit=2"} {
		operator.refused("GET", "/v1/rooms/"+room.ID+"/messages?"+query, nil, http.StatusBadRequest, "validation_failed")
	}
	for _, limit := range []string{"0", "201", "-1", "ten"} {
		operator.refused("GET", "/v1/rooms/"+room.ID+"/messages?limit="+limit, nil, http.StatusBadRequest, "validation_failed")
	}
}

// TestRoomListPages holds that the cursor finds every room once while others become active.
func TestRoomListPages(t *testing.T) {
	s := startServer(t, t.TempDir())
	operator := s.operator(t)
	last := operator.room("list-0").ID
	for n := range 6 {
		operator.room(fmt.Sprint("list-", n+1))
	}
	seen := map[string]int{}
	path := "/v1/rooms?limit=3"
	for pages := 0; path != ""; pages++ {
		var page handlers.RoomPage
		r := operator.must("GET", path, nil, http.StatusOK, &page)
		for _, room := range page.Items {
			seen[room.OrderID]++
		}
		path = ""
		if page.Next != nil {
			link := r.header.Get("Link")
			path = strings.TrimSuffix(strings.TrimPrefix(link, "<"), `>; rel="next"`)
			operator.post(page.Items[0].ID, "activity") // moves a room that was listed already
			operator.post(last, "activity")             // and the one that comes last
			operator.room(fmt.Sprint("made meanwhile ", pages))
		}
		if pages > 5 {
			t.Fatal("the list does not end")
		}
	}
	for n := range 7 {
		if seen[fmt.Sprint("list-", n)] != 1 {
			t.Errorf("list-%d was listed %d times", n, seen[fmt.Sprint("list-", n)])
		}
	}
	var users handlers.Page[handlers.User]
	s.member(t, operator, "second", "clinic", "en")
	operator.must("GET", "/v1/users?limit=1", nil, http.StatusOK, &users)
	operator.must("GET", "/v1/users?limit=1&cursor="+*users.Next, nil, http.StatusOK, nil)
	operator.refused("GET", "/v1/rooms?cursor="+*users.Next, nil, http.StatusBadRequest, "validation_failed")
	operator.refused("GET", "/v1/rooms?cursor=nonsense", nil, http.StatusBadRequest, "validation_failed")
}

// TestNotesStayInside looks for an operators' note through every exit.
func TestNotesStayInside(t *testing.T) {
	s := startServer(t, t.TempDir())
	operator := s.operator(t)
	clinic, lab := s.member(t, operator, "clinic", "clinic", "en"), s.member(t, operator, "lab", "lab", "ko")
	room := operator.room("notes", clinic, lab)
	other := operator.room("later", clinic, lab)
	path := "/v1/rooms/" + room.ID
	begin := strings.Repeat("0", 24)
	follow := map[string]*subscriber{
		"room":       clinic.subscribe(t, path+"/stream").ready(),
		"everything": clinic.subscribe(t, "/v1/stream").ready(),
	}
	inside := operator.subscribe(t, "/v1/stream").ready()
	operator.post(other.ID, "first")
	operator.post(room.ID, "before")
	views := rooms(clinic)
	var note handlers.Message
	operator.must("POST", path+"/messages", `{"type":"note","text":"SECRET note"}`, http.StatusCreated, &note)
	clinic.refused("GET", path+"/messages/"+note.ID, nil, http.StatusNotFound, "message_not_found")
	clinic.refused("POST", path+"/messages", `{"text":"x","replyTo":"`+note.ID+`"}`, http.StatusBadRequest, "validation_failed")
	operator.refused("POST", path+"/messages", `{"text":"a public answer","replyTo":"`+note.ID+`"}`, http.StatusBadRequest, "validation_failed")
	operator.must("POST", path+"/messages", `{"type":"note","text":"SECRET answer","replyTo":"`+note.ID+`"}`, http.StatusCreated, nil)
	after := rooms(clinic)
	a, _ := json.Marshal(views)
	b, _ := json.Marshal(after)
	if string(a) != string(b) {
		t.Errorf("the clinic's rooms changed by a note:\n%s\n%s", a, b)
	}
	for _, exit := range []string{
		path, "/v1/rooms", "/v1/rooms?unread=true", path + "/messages", path + "/messages?after=0", path + "/messages?around=2", path + "/receipts",
		path + "/events?after=" + begin, "/v1/events?after=" + begin,
	} {
		if r := clinic.must("GET", exit, nil, http.StatusOK, nil); strings.Contains(string(r.body), "SECRET") || strings.Contains(string(r.body), note.ID) {
			t.Errorf("%s leaks the note: %s", exit, r.body)
		}
	}
	lab.must("PUT", path+"/read", `{"seq":99}`, http.StatusNoContent, nil)
	var receipts handlers.Page[handlers.Receipt]
	clinic.must("GET", path+"/receipts", nil, http.StatusOK, &receipts)
	for _, receipt := range receipts.Items {
		if receipt.Seq > 1 {
			t.Errorf("a receipt stands at a note: %+v", receipt)
		}
	}
	operator.post(room.ID, "after")
	follow["resumed"] = clinic.subscribeFrom(t, path+"/stream", begin)
	follow["resumed everything"] = clinic.subscribeFrom(t, "/v1/stream", begin)
	for name, stream := range follow {
		eventually(t, name+" gets what came after", func() bool {
			got := stream.received()
			return len(got) > 0 && got[len(got)-1].Content.Text == "after"
		})
		for _, message := range stream.received() {
			if message.Content.Type == "note" {
				t.Errorf("%s got the note", name)
			}
		}
	}
	eventually(t, "the operator gets the note", func() bool { return len(inside.received()) == 5 })
	operator.must("GET", path+"/messages/"+note.ID, nil, http.StatusOK, nil)
}

// TestProblems holds the form of every error.
func TestProblems(t *testing.T) {
	s := startServer(t, t.TempDir())
	operator := s.operator(t)
	room := operator.room("problems")
	messages := "/v1/rooms/" + room.ID + "/messages"
	operator.refused("GET", "/v1/nowhere", nil, http.StatusNotFound, "route_not_found")
	operator.refused("GET", "/docs/nope", nil, http.StatusNotFound, "route_not_found")
	operator.refused("GET", "/v1/me?x=1", nil, http.StatusBadRequest, "validation_failed")
	operator.refused("GET", "/v1/stream?room="+room.ID, nil, http.StatusBadRequest, "validation_failed")
	if r := operator.must("HEAD", "/livez", nil, http.StatusOK, nil); len(r.body) != 0 {
		t.Errorf("HEAD gives a body: %s", r.body)
	}
	operator.refused("DELETE", "/v1/me", nil, http.StatusMethodNotAllowed, "method_not_allowed")
	operator.refused("POST", messages, `{"text":"x"}`, http.StatusUnsupportedMediaType, "unsupported_media_type", "Content-Type", "text/plain")
	operator.refused("POST", messages, `{"text":"`+strings.Repeat("x", 70_000)+`"}`, http.StatusRequestEntityTooLarge, "body_too_large")
	for body, field := range map[string]string{
		`{"texd":"x"}`:                     "texd",
		`{"text":1}`:                       "text",
		`{"text":"x"}{}`:                   "body",
		`{"text":`:                         "body",
		`[]`:                               "body",
		`null`:                             "body",
		"{\"text\":\"\xff\"}":              "body",
		`{"text":"   "}`:                   "text",
		`{}`:                               "text",
		`{"text":"\u0000"}`:                "text",
		`{"text":"x","type":"shout"}`:      "type",
		`{"text":"x","replyTo":"nothing"}`: "replyTo",
		`{"type":"image"}`:                 "attachmentIds",
		`{"text":"x","attachmentIds":["nothing"]}`:     "attachmentIds[0]",
		`{"text":"` + strings.Repeat("가", 4001) + `"}`: "text",
	} {
		problem := operator.refused("POST", messages, body, http.StatusBadRequest, "validation_failed")
		if len(problem.Errors) != 1 || problem.Errors[0].Field != field || problem.Type == "" || problem.Title == "" {
			t.Errorf("%.60s: got %+v, want field %s", body, problem, field)
		}
	}
	operator.post(room.ID, strings.Repeat("가", 4000))
	r := operator.must("GET", "/v1/me", nil, http.StatusOK, nil, "X-Request-Id", "my-id.1")
	if r.header.Get("X-Request-Id") != "my-id.1" {
		t.Errorf("the request's id became %q", r.header.Get("X-Request-Id"))
	}
	r = operator.must("GET", "/v1/me", nil, http.StatusOK, nil, "X-Request-Id", "not sane")
	if strings.Contains(r.header.Get("X-Request-Id"), " ") {
		t.Errorf("the request's id became %q", r.header.Get("X-Request-Id"))
	}
}

func TestEnrichmentByTheEmbeddedProviders(t *testing.T) {
	s := startServer(t, t.TempDir())
	operator := s.operator(t)
	clinic, lab := s.member(t, operator, "clinic", "clinic", "en"), s.member(t, operator, "lab", "lab", "ko")
	room := operator.room("enrich", clinic, lab)
	stream := lab.subscribe(t, "/v1/rooms/"+room.ID+"/stream").ready()
	clinic.post(room.ID, "This is the third remake of the zirconia crown and it still does not fit. Unacceptable.")
	lab.post(room.ID, "크라운이 마진에 잘 맞지 않는다고 하셨는데 죄송합니다.")
	operator.must("POST", "/v1/rooms/"+room.ID+"/messages", `{"type":"system","text":"Order updated."}`, http.StatusCreated, nil)
	eventually(t, "message.enriched on the stream", func() bool { return stream.count("message.enriched") >= 2 })
	eventually(t, "the enrichment in the history", func() bool {
		history := clinic.history(room.ID)
		return history[0].Enrichment.State != "pending" && history[1].Enrichment.State != "pending"
	})
	history := clinic.history(room.ID)
	complaint, apology, system := history[0], history[1], history[2]
	if complaint.Enrichment.State != "partial" || len(complaint.Content.Translations) != 0 || len(complaint.Content.Terms) == 0 {
		t.Errorf("terms are not marked as partial: %+v", complaint.Content)
	}
	if complaint.Complaint == nil || !complaint.Complaint.Detected || len(complaint.Complaint.Reasons) == 0 || complaint.Emotion.Sentiment != "negative" {
		t.Errorf("the complaint was not seen: %+v %+v", complaint.Complaint, complaint.Emotion)
	}
	if apology.Content.Language != "ko" || apology.Complaint == nil || apology.Complaint.Detected {
		t.Errorf("an apology: %+v %+v", apology.Content, apology.Complaint)
	}
	if system.Enrichment.State != "off" || system.Emotion != nil {
		t.Errorf("a system message was enriched: %+v", system)
	}
}
