package redisbroker_test

import (
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"dentalk/domain"
	"dentalk/streams/redisbroker"
)

func TestEventsArriveAsTheyWere(t *testing.T) {
	for _, name := range domain.EventNames() {
		want := domain.Event{}
		fill(reflect.ValueOf(&want).Elem(), new(int))
		want.Name = name
		payload, err := redisbroker.Encode("one/1", 7, want)
		if err != nil {
			t.Fatal(err)
		}
		got, err := redisbroker.Decode(payload)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if diff := cmp.Diff(want, got.Event); diff != "" || got.From != "one/1" || got.N != 7 {
			t.Errorf("%s of %s, %d: %s", name, got.From, got.N, diff)
		}
	}
}

// fill gives every field another value than its zero.
func fill(v reflect.Value, n *int) {
	*n++
	if v.Type() == reflect.TypeFor[time.Time]() {
		v.Set(reflect.ValueOf(time.Date(2026, 3, 4, 5, 6, *n, 8e6, time.UTC)))
		return
	}
	switch v.Kind() {
	case reflect.String:
		v.SetString(fmt.Sprintf("치아 \u2028 %d", *n))
	case reflect.Int, reflect.Int64:
		v.SetInt(1<<60 + int64(*n))
	case reflect.Float64:
		v.SetFloat(1 / float64(*n))
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fill(v.Elem(), n)
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		fill(v.Index(0), n)
		fill(v.Index(1), n)
	case reflect.Map:
		v.Set(reflect.MakeMap(v.Type()))
		key, value := reflect.New(v.Type().Key()).Elem(), reflect.New(v.Type().Elem()).Elem()
		fill(key, n)
		fill(value, n)
		v.SetMapIndex(key, value)
	case reflect.Struct:
		for i := range v.NumField() {
			fill(v.Field(i), n)
		}
	default:
		panic("fill: " + v.Type().String())
	}
}

func TestOwnEventsAreKnownByTheirBeginning(t *testing.T) {
	for _, from := range []string{"one/1", `"<&>\ \u2028`} {
		payload, err := redisbroker.Encode(from, 1, created("r", 1))
		if err != nil || !strings.HasPrefix(string(payload), redisbroker.Beginning(from)) {
			t.Errorf("%v: %s does not begin with %s", err, payload, redisbroker.Beginning(from))
		}
	}
}

// Instances of another build write and read too: a field may be added, but one that is renamed or
// changes its meaning needs a new wireVersion.
func TestWhatVersionOneWroteIsRead(t *testing.T) {
	const payload = `{"v":1,"from":"one/1","n":7,"event":{"Name":"message.created","RoomID":"r","Message":{"ID":"000000000000000000000003",` +
		`"RoomID":"r","Seq":3,"UserID":"u","UserName":"kim","Role":"lab","Type":"text","Text":"ok","Enrichment":{"State":"done",` +
		`"Translator":"glossary","Language":"en","Translations":{"ko":"네"},"Emotion":{"Sentiment":"positive","Score":0.5,"Confidence":1}},` +
		`"ReplyTo":"","ClientMessageID":"k","CreatedAt":"2026-03-04T05:06:07.008Z","UpdatedAt":"2026-03-04T05:06:07.008Z"},"Later":"?"}}`
	want := created("r", 3)
	m := want.Message
	m.UserID, m.UserName, m.Role, m.Text, m.ClientMessageID = "u", "kim", domain.RoleLab, "ok", "k"
	m.Enrichment = domain.Enrichment{
		State: domain.EnrichmentDone, Translator: "glossary", Language: "en", Translations: map[string]string{"ko": "네"},
		Emotion: &domain.Emotion{Sentiment: domain.SentimentPositive, Score: 0.5, Confidence: 1},
	}
	got, err := redisbroker.Decode([]byte(payload))
	if diff := cmp.Diff(want, got.Event); err != nil || diff != "" {
		t.Errorf("%v %s", err, diff)
	}
}

func TestAttachmentsAndErasuresOfVersionOneAreRead(t *testing.T) {
	const beginning = `{"v":1,"from":"one/1","n":8,"event":{"Name":"message.`
	const message = `","RoomID":"r","Message":{"ID":"000000000000000000000003","RoomID":"r","Seq":3,"UserID":"u","Type":"file",`
	withFile, erased := created("r", 3), created("r", 3)
	withFile.Message.UserID, withFile.Message.Type, withFile.Message.Text = "u", domain.MessageFile, ""
	withFile.Message.Attachments = []domain.Attachment{{ID: "a", Name: "crown.stl", ContentType: "model/stl", Size: 84, SHA256: "ab"}}
	blank := withFile.Message.Erased(domain.ErasureTarget{MessageID: "m"}, withFile.Message.UpdatedAt)
	erased.Name, erased.Message = domain.EventMessageErased, &blank
	for payload, want := range map[string]domain.Event{
		beginning + "created" + message + `"Attachments":[{"ID":"a","Name":"crown.stl","ContentType":"model/stl","Size":84,"SHA256":"ab"}],` +
			`"CreatedAt":"2026-03-04T05:06:07.008Z","UpdatedAt":"2026-03-04T05:06:07.008Z"}}}`: withFile,
		beginning + "erased" + message + `"Enrichment":{"State":"off"},"CreatedAt":"2026-03-04T05:06:07.008Z",` +
			`"UpdatedAt":"2026-03-04T05:06:07.008Z","ErasedAt":"2026-03-04T05:06:07.008Z"}}}`: erased,
	} {
		got, err := redisbroker.Decode([]byte(payload))
		if diff := cmp.Diff(want, got.Event); err != nil || diff != "" {
			t.Errorf("%v %s", err, diff)
		}
	}
}

func TestWhatCannotBeReadIsRefused(t *testing.T) {
	for payload, want := range map[string]error{
		``:                                     redisbroker.ErrMalformed,
		`nonsense`:                             redisbroker.ErrMalformed,
		`null`:                                 redisbroker.ErrVersion,
		`{"v":2,"event":["of another shape"]}`: redisbroker.ErrVersion,
		`{"v":2,"from":"a","n":1,"event":{}}`:  redisbroker.ErrVersion,
		`{"v":1,"from":"a","n":-1,"event":{"Name":"session.ended"}}`:             redisbroker.ErrMalformed,
		`{"v":1,"from":"a","n":1,"event":{}}`:                                    redisbroker.ErrMalformed,
		`{"v":1,"from":"","n":1,"event":{"Name":"session.ended"}}`:               redisbroker.ErrMalformed,
		`{"v":1,"from":"a","n":1,"event":{"Name":"message.created"}}`:            redisbroker.ErrMalformed,
		`{"v":1,"from":"a","n":1,"event":{"Name":"message.erased"}}`:             redisbroker.ErrMalformed,
		`{"v":1,"from":"a","n":1,"event":{"Name":"participant.left","Room":{}}}`: redisbroker.ErrMalformed,
	} {
		if _, err := redisbroker.Decode([]byte(payload)); !errors.Is(err, want) {
			t.Errorf("%s: got %v, want %v", payload, err, want)
		}
	}
}

func FuzzDecode(f *testing.F) {
	for _, name := range domain.EventNames() {
		event := domain.Event{}
		fill(reflect.ValueOf(&event).Elem(), new(int))
		event.Name = name
		payload, err := redisbroker.Encode("one/1", 7, event)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(payload)
	}
	f.Fuzz(func(t *testing.T, payload []byte) {
		e, err := redisbroker.Decode(payload)
		if err != nil {
			return
		}
		e.Event.Topics() // reads what the name promises
		again, err := redisbroker.Encode(e.From, e.N, e.Event)
		if err != nil {
			t.Fatal(err)
		}
		back, err := redisbroker.Decode(again)
		if diff := cmp.Diff(e, back); err != nil || diff != "" {
			t.Errorf("%v %s", err, diff)
		}
	})
}
