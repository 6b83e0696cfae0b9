package main

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"strings"
)

// template is one line of a templates file: a sentence with choices in braces, and its labels.
type template struct {
	group int // the line's number among the templates of its language
	text  string
	label
}

// The most messages that are made from one template. Talk without a complaint is the most of what
// people write, so its templates are used more often; a template that is no more than a list of
// words is used until most of them are met, and one around a whole phrase, <fitp> for example, is
// met with several.
const (
	complaintVariants = 3
	plainVariants     = 5
	listVariants      = 24
	phraseVariants    = 9
)

var (
	choice = regexp.MustCompile(`\{[^{}]*\}`)
	slot   = regexp.MustCompile(`<[a-z]+>`)
	phrase = regexp.MustCompile(`<[a-z]+p>`)
	spaces = regexp.MustCompile(`\s+`)
)

// readTemplates reads templates/<language>.txt. A line "= name: a|b" declares what may stand for
// <name>; a line "# sentiment complaint category" labels the templates below it.
func readTemplates(folder, language string) ([]template, map[string][]string, error) {
	data, err := os.ReadFile(filepath.Join(folder, language+".txt"))
	if err != nil {
		return nil, nil, err
	}
	var templates []template
	var current label
	slots := make(map[string][]string)
	for line := range strings.Lines(string(data)) {
		line = strings.TrimSpace(line)
		switch {
		case line == "":
		case strings.HasPrefix(line, "= "):
			name, words, _ := strings.Cut(line[2:], ": ")
			slots["<"+name+">"] = strings.Split(words, "|")
		case strings.HasPrefix(line, "# "):
			if current, err = parseLabel(strings.Fields(line[2:])); err != nil {
				return nil, nil, fmt.Errorf("%s: %q: %w", language, line, err)
			}
		default:
			templates = append(templates, template{len(templates), line, current})
		}
	}
	return templates, slots, nil
}

// expand makes some different messages from a template.
func (t template) expand(slots map[string][]string, random *rand.Rand) []string {
	pick := func(options []string) string { return options[random.IntN(len(options))] }
	variants := plainVariants
	if t.isFrame() {
		variants = phraseVariants
	} else if t.complaint {
		variants = complaintVariants
	} else if options := strings.Count(choice.FindString(t.text), "|"); options >= listVariants/4 {
		variants = min(options, listVariants)
	}
	made := make(map[string]bool)
	var messages []string
	for range 4 * variants {
		text := slot.ReplaceAllStringFunc(t.text, func(name string) string { return pick(slots[name]) })
		text = choice.ReplaceAllStringFunc(text, func(options string) string {
			return pick(strings.Split(options[1:len(options)-1], "|"))
		})
		text = slot.ReplaceAllStringFunc(text, func(name string) string { return pick(slots[name]) })
		text = strings.TrimSpace(spaces.ReplaceAllString(text, " "))
		if !made[text] && len(messages) < variants {
			made[text] = true
			messages = append(messages, text)
		}
	}
	return messages
}

// isFrame tells whether the template is a frame around a whole phrase. Frames are much alike.
func (t template) isFrame() bool { return phrase.MatchString(t.text) }
