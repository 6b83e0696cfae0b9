package checker

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"time"
)

// writer posts messages one after the other, each until it is acknowledged.
type writer struct {
	caller *caller
	rooms  []string
	random *rand.Rand
	every  time.Duration // mean time between two messages
	ledger *ledger
	report *report
}

// run writes until writing ends, and then until its last message is acknowledged or ctx ends.
func (w *writer) run(ctx context.Context, writing <-chan struct{}) {
	for n := 1; ; n++ {
		wait := time.NewTimer(upTo(w.random, 2*w.every))
		select {
		case <-writing:
			wait.Stop()
			return
		case <-wait.C:
			w.write(ctx, fmt.Sprintf("%s-%d", w.caller.name, n))
		}
	}
}

func (w *writer) write(ctx context.Context, key string) {
	room := w.rooms[w.random.IntN(len(w.rooms))]
	body := w.body(key)
	w.ledger.send(key, sent{room: room, user: w.caller.id, text: body["text"]})
	path := "/v1/rooms/" + room + "/messages"
	var first message
	_, tries, err := w.caller.insist(ctx, http.MethodPost, path, body, &first)
	if err != nil {
		w.report.violation(violation{Rule: "every message is acknowledged in the end", Room: room, Detail: fmt.Sprintf("%s: %v", key, err)})
		return
	}
	w.ledger.acknowledge(key, first, tries)
	if w.random.IntN(20) != 0 {
		return
	}
	var again message
	if _, _, err := w.caller.insist(ctx, http.MethodPost, path, body, &again); err != nil || again.ID != first.ID || again.Seq != first.Seq {
		w.report.violation(violation{
			Rule: "repeating a request gives the same message", Room: room, Seq: first.Seq,
			Detail: fmt.Sprintf("%s: first %s with seq %d, then %s with seq %d, %v", key, first.ID, first.Seq, again.ID, again.Seq, err),
		})
	}
}

// body is of a text, or, from an operator, now and then of a note.
func (w *writer) body(key string) map[string]string {
	body := map[string]string{"text": texts[w.random.IntN(len(texts))] + " (" + key + ")", "clientMessageId": key}
	if w.caller.isOperator() && w.random.IntN(3) == 0 {
		body["type"] = "note"
	}
	return body
}

var texts = []string{
	"Zirconia crown on 26, shade A2, please.",
	"The margin is open again. This is the second remake and the patient is angry!",
	"Thank you, the bridge fits perfectly.",
	"When will the implant abutment be shipped? It was due last week.",
	"26번 지르코니아 크라운, 색상은 A2로 부탁드립니다.",
	"교합이 너무 높습니다. 다시 제작해 주세요.",
	"내일 오전에 발송하겠습니다.",
}
