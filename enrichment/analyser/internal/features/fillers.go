package features

import (
	_ "embed"
	"fmt"
	"strings"
)

//go:embed fillers.txt
var fillerText string

// Role tells where a word may stand in a phrase that is quoted as a reason.
type Role uint8

// The roles of words.
const (
	Anywhere Role = iota
	Filler        // neither first nor last
	Opener        // first, before another word
	Closer        // last, after another word
	Mark          // no word at all: a question mark or a pictograph
)

// particles are the endings that a Korean name takes.
const particles = "은 는 이 가 을 를 도 의 에 로 으로 만 에서 과 와 랑 이랑 께서 께 들이 한테"

// roles knows the words with a role by the hash of their letters.
type roles struct {
	whole, beginnings map[uint32]Role
}

func readRoles(text string) (roles, error) {
	r := roles{make(map[uint32]Role), make(map[uint32]Role)}
	names := map[string]Role{"filler": Filler, "opener": Opener, "closer": Closer}
	for line := range strings.Lines(text) {
		if line[0] == '#' {
			continue
		}
		name, words, _ := strings.Cut(line, ": ")
		role, known := names[name]
		if !known {
			return roles{}, fmt.Errorf("fillers: kind %q is not known", name)
		}
		for word := range strings.FieldsSeq(words) {
			r.add(word, role)
		}
	}
	return r, nil
}

func (r roles) add(word string, role Role) {
	bare := strings.TrimRight(word, "+*")
	hash := hashLetters(hashStart(groupWord), trimSpaces(fold(bare, nil)))
	if strings.HasSuffix(word, "*") {
		r.beginnings[hash] = role
		return
	}
	r.whole[hash] = role
	if strings.HasSuffix(word, "+") {
		for particle := range strings.FieldsSeq(particles) {
			r.add(bare+particle, role)
		}
	}
}

// of gives the role of a word whose letters have the given hash.
func (r roles) of(letters []letter, hash uint32) Role {
	if role, known := r.whole[hash]; known {
		return role
	}
	if !isWordRune(letters[0].value) {
		return Mark
	}
	if !isSyllable(letters[0].value) {
		return Anywhere
	}
	beginning := hashStart(groupWord)
	for _, each := range letters[:min(len(letters), 3)] {
		beginning = hashNext(beginning, each.value)
		if role, known := r.beginnings[beginning]; known {
			return role
		}
	}
	return Anywhere
}
