package repositorytest

import (
	"context"
	"time"
)

var cacheRules = []volatileRule{
	{"gives what was set, and nothing else", cacheGives},
	{"gives the latest value", cacheReplaces},
	{"deletes", cacheDeletes},
	{"clears what begins with a prefix, and nothing else", cacheClears},
	{"clears a prefix that looks like a pattern", cacheClearsLiterally},
	{"forgets after the life, and not before", cacheExpires},
	{"takes no keys", cacheTakesNoKeys},
	{"ends with the context", cacheEnds},
}

func (w *volatileWorld) set(life time.Duration, key, value string) {
	w.Helper()
	w.must(w.store.CacheSet(w.ctx, life, map[string][]byte{key: []byte(value)}))
}

func (w *volatileWorld) get(keys ...string) map[string]string {
	w.Helper()
	found, err := w.store.CacheGet(w.ctx, keys...)
	w.must(err)
	texts := make(map[string]string, len(found))
	for key, value := range found {
		texts[key] = string(value)
	}
	return texts
}

func cacheGives(w *volatileWorld) {
	keys, want := numbered(100, "key"), map[string]string{}
	values := map[string][]byte{}
	for _, key := range keys {
		want[key], values[key] = "value of "+key, []byte("value of "+key)
	}
	w.must(w.store.CacheSet(w.ctx, time.Hour, values))
	w.same("values", w.get(append([]string{"other"}, keys...)...), want)
	values[keys[0]][0] = '!'
	w.same("a value that was changed afterwards", w.get(keys[0]), map[string]string{keys[0]: want[keys[0]]})
	w.same("values of other keys", w.get("other"), map[string]string{})
}

func cacheReplaces(w *volatileWorld) {
	w.set(time.Hour, "key", "first")
	w.set(time.Hour, "key", "")
	w.same("value", w.get("key"), map[string]string{"key": ""})
	w.set(time.Hour, "key", "\x00\xff third\r\n")
	w.same("value", w.get("key"), map[string]string{"key": "\x00\xff third\r\n"})
}

func cacheDeletes(w *volatileWorld) {
	w.set(time.Hour, "gone", "1")
	w.set(time.Hour, "gone too", "2")
	w.set(time.Hour, "kept", "3")
	w.must(w.store.CacheDelete(w.ctx, "gone", "gone too", "never there"))
	w.same("values", w.get("gone", "gone too", "kept"), map[string]string{"kept": "3"})
}

// clear may fail in a store that stands in for another one, but what can be read here is gone.
func (w *volatileWorld) clear(prefix string) {
	w.Helper()
	if err := w.store.CacheClear(w.ctx, prefix); err != nil {
		w.Logf("clear %q: %v", prefix, err)
	}
}

func cacheClears(w *volatileWorld) {
	gone, values := numbered(2500, "text:of a person"), map[string][]byte{}
	for _, key := range gone {
		values[key] = []byte("said")
	}
	w.must(w.store.CacheSet(w.ctx, time.Hour, values))
	kept := map[string]string{"text": "1", "texts:": "2", "other text:": "3", "Text:": "4"}
	for key, value := range kept {
		w.set(time.Hour, key, value)
	}
	w.must(w.store.AddFailure(w.ctx, w.now(), time.Hour, "text:"))
	w.clear("text:")
	w.same("values that were cleared", w.get(gone...), map[string]string{})
	w.same("other values", w.get("text", "texts:", "other text:", "Text:"), kept)
	counts, err := w.store.Failures(w.ctx, w.now(), "text:")
	w.must(err)
	w.same("what is no cache", counts[0].Count, 1)
	w.clear("text:")
	w.set(time.Hour, gone[0], "again")
	w.same("a value set afterwards", w.get(gone[0]), map[string]string{gone[0]: "again"})
}

func cacheClearsLiterally(w *volatileWorld) {
	prefix := `a*?[b-c]\`
	w.set(time.Hour, prefix+"1", "gone")
	w.set(time.Hour, `abc`, "1")
	w.set(time.Hour, `axybb\2`, "2")
	w.clear(prefix)
	w.same("values", w.get(prefix+"1", `abc`, `axybb\2`), map[string]string{`abc`: "1", `axybb\2`: "2"})
}

func cacheExpires(w *volatileWorld) {
	w.set(time.Hour, "long", "1")
	w.set(50*time.Millisecond, "short", "2")
	w.eventually("the short life is over", func() bool { return len(w.get("short")) == 0 })
	w.same("values", w.get("short", "long"), map[string]string{"long": "1"})
}

func cacheTakesNoKeys(w *volatileWorld) {
	w.same("values", w.get(), map[string]string{})
	w.must(w.store.CacheSet(w.ctx, time.Hour, nil))
	w.must(w.store.CacheDelete(w.ctx))
}

func cacheEnds(w *volatileWorld) {
	ctx, cancel := context.WithCancel(w.ctx)
	cancel()
	_, _ = w.store.CacheGet(ctx, "key") // answers or fails, and does not hang
	w.set(time.Hour, "key", "value")
	w.same("values afterwards", w.get("key"), map[string]string{"key": "value"})
}
