package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/mattn/go-runewidth"

	"dentalk/handlers"
)

const columnWidth = 56

// printRooms sums up each room in a line.
func printRooms(w io.Writer, rooms []scriptLine, histories map[string][]handlers.Message) {
	fmt.Fprintf(w, "\n%s  messages  complaints  mood\n", pad("room", 36))
	for _, line := range rooms {
		var score float64
		complaints := 0
		for _, message := range histories[line.OrderID] {
			if message.Emotion != nil {
				score += message.Emotion.Score
			}
			if message.Complaint != nil && message.Complaint.Detected {
				complaints++
			}
		}
		count := len(histories[line.OrderID])
		fmt.Fprintf(w, "%s  %8d  %10d  %+.2f\n", pad(line.Name, 36), count, complaints, score/float64(max(1, count)))
	}
}

// printHistory shows what was written on the left and what was found in it on the right.
func printHistory(w io.Writer, title string, messages []handlers.Message) {
	fmt.Fprintf(w, "\n%s\n%s\n", title, strings.Repeat("─", 2*columnWidth+3))
	for _, message := range messages {
		left := wrap(fmt.Sprintf("#%d %s: %s", message.Seq, message.UserName, message.Content.Text))
		var right []string
		for _, line := range describe(message.Emotion, message.Complaint, message.Content.Translations, message.Content.Terms) {
			right = append(right, wrap(line)...)
		}
		for i := range max(len(left), len(right)) {
			fmt.Fprintf(w, "%s │ %s\n", pad(at(left, i), columnWidth), at(right, i))
		}
		fmt.Fprintln(w, strings.Repeat("─", 2*columnWidth+3))
	}
}

func at(lines []string, i int) string {
	if i < len(lines) {
		return lines[i]
	}
	return ""
}

// pad fills to a width in terminal cells: Korean letters take two.
func pad(text string, width int) string {
	return runewidth.FillRight(runewidth.Truncate(text, width, "…"), width)
}

// wrap breaks text between words, and inside a word only when it is wider than a column.
func wrap(text string) []string {
	var lines []string
	line := ""
	for word := range strings.FieldsSeq(plain(text)) {
		if line != "" && runewidth.StringWidth(line)+1+runewidth.StringWidth(word) > columnWidth {
			lines, line = append(lines, line), ""
		}
		if line != "" {
			line += " "
		}
		line += word
	}
	return append(lines, strings.Split(runewidth.Wrap(line, columnWidth), "\n")...)
}
