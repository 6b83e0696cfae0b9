package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// writtenMark stands before the number in the IDs of messages that were written one by one.
const writtenMark = "m"

// readWritten reads the messages that were written one by one, of every file messages/*.txt in the
// order of their names. A file is named after its language, and after what is in it; a line
// "# sentiment complaint category" labels the messages below it.
func readWritten(folder string) ([]message, error) {
	paths, err := filepath.Glob(filepath.Join(folder, "*.txt"))
	if err != nil {
		return nil, err
	}
	var messages []message
	numbers := make(map[string]int)
	for _, path := range paths {
		language, _, _ := strings.Cut(strings.TrimSuffix(filepath.Base(path), ".txt"), "_")
		read, err := readLabelled(path, language)
		if err != nil {
			return nil, err
		}
		for _, m := range read {
			numbers[language]++
			m.id = fmt.Sprintf("%s-%s%04d", language, writtenMark, numbers[language])
			messages = append(messages, m)
		}
	}
	return messages, nil
}

// readLabelled reads one file of messages under lines that label them.
func readLabelled(path, language string) ([]message, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	var messages []message
	var current label
	isLabelled, number := false, 0
	for line := range strings.Lines(string(data)) {
		number++
		line = strings.TrimSpace(line)
		switch {
		case line == "":
		case strings.HasPrefix(line, "# "):
			if current, err = parseLabel(strings.Fields(line[2:])); err != nil {
				return nil, fmt.Errorf("%s:%d: %w", path, number, err)
			}
			isLabelled = true
		case !isLabelled:
			return nil, fmt.Errorf("%s:%d: a message before the first label", path, number)
		case strings.ContainsRune(line, '\t'):
			return nil, fmt.Errorf("%s:%d: a tab in a message", path, number)
		default:
			messages = append(messages, message{language: language, text: line, label: current})
		}
	}
	return messages, nil
}
