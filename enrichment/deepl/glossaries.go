package deepl

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"dentalk/domain"
)

const (
	// glossaryTimeout is what a translation waits for its glossary at most.
	glossaryTimeout = 3 * time.Second
	// glossaryPause is how long translations do without a glossary that could not be made.
	glossaryPause = time.Minute
)

// glossaries keeps a copy of each dictionary at DeepL: one glossary for a pair of languages, with
// the version in its name, so that another process finds it again. It is safe for concurrent use.
type glossaries struct {
	api api
	log *slog.Logger
	now func() time.Time

	mu    sync.Mutex
	pairs map[[2]string]*glossary // by the languages; variants of a language share a glossary
}

// glossary is that of one pair of languages.
type glossary struct {
	turn    chan struct{} // whoever has put a value in it may use the fields below
	id      string        // at DeepL; empty: not known
	version string        // of the dictionary that the glossary holds
	retry   time.Time     // not before
}

func newGlossaries(api api, config Config) *glossaries {
	g := &glossaries{api: api, log: config.Log, now: config.Now, pairs: map[[2]string]*glossary{}}
	if g.log == nil {
		g.log = slog.New(slog.DiscardHandler)
	}
	if g.now == nil {
		g.now = time.Now
	}
	return g
}

// id gives the id of the glossary that holds the dictionary, which it makes when there is none. It
// is empty when there is nothing to hold or when DeepL does not let us.
func (g *glossaries) id(ctx context.Context, p pair, dictionary *domain.Dictionary) string {
	if dictionary == nil || len(dictionary.Entries) == 0 {
		return ""
	}
	bounded, cancel := context.WithTimeout(ctx, glossaryTimeout)
	defer cancel()
	one := g.of(p)
	select {
	case one.turn <- struct{}{}: // one at a time, so that none is made twice
		defer func() { <-one.turn }()
	case <-bounded.Done():
		return ""
	}
	if one.id != "" && one.version == dictionary.Version {
		return one.id
	}
	entries := tsv(dictionary.Entries)
	if entries == "" || g.now().Before(one.retry) {
		return ""
	}
	var err error
	one.version = dictionary.Version
	one.id, err = g.bring(bounded, one.id, p, dictionary.Version, entries)
	if err != nil && ctx.Err() == nil {
		g.log.Warn("deepl: translations do without the glossary", "source", p.from, "target", p.into, "error", err)
		one.retry = g.now().Add(glossaryPause)
	}
	return one.id
}

func (g *glossaries) of(p pair) *glossary {
	g.mu.Lock()
	defer g.mu.Unlock()
	languages := [2]string{p.from, p.into}
	one := g.pairs[languages]
	if one == nil {
		one = &glossary{turn: make(chan struct{}, 1)}
		g.pairs[languages] = one
	}
	return one
}

// lost says that DeepL has no glossary of that id, whatever it told before.
func (g *glossaries) lost(p pair, id string) {
	one := g.of(p)
	one.turn <- struct{}{} // who holds it does so for glossaryTimeout at most
	defer func() { <-one.turn }()
	if one.id == id {
		one.id, one.retry = "", g.now().Add(glossaryPause)
	}
}

// bring makes DeepL hold the entries and gives the id; it is empty after an error. A known id is that
// of a glossary of another version.
func (g *glossaries) bring(ctx context.Context, known string, p pair, version, entries string) (string, error) {
	prefix := fmt.Sprintf("dentalk %s-%s ", p.from, p.into)
	found := glossaryAnswer{ID: known}
	if known == "" {
		var err error
		if found, err = g.find(ctx, prefix, prefix+version); err != nil {
			return "", err
		}
	}
	dictionary := dictionaryBody{Source: p.from, Target: p.into, Entries: entries, Format: "tsv"}
	switch {
	case found.ID == "":
		return g.create(ctx, prefix+version, dictionary)
	case found.Name == prefix+version:
		return found.ID, nil
	}
	if err := g.replace(ctx, found.ID, prefix+version, dictionary); err != nil {
		return "", err
	}
	return found.ID, nil
}
