package main

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"fmt"
)

// conversations are realistic orders with their talk, one JSON object a line.
//
//go:embed conversations.jsonl
var conversations []byte

// script is what the demo plays.
type script struct {
	organizations []scriptLine
	users         []scriptLine
	rooms         []scriptLine
	messages      []scriptLine
}

// scriptLine is one line of any kind; each kind fills the fields that it needs.
type scriptLine struct {
	Kind         string   `json:"kind"`
	ID           string   `json:"id"`
	Type         string   `json:"type"`
	Name         string   `json:"name"`
	Country      string   `json:"country"`
	Timezone     string   `json:"timezone"`
	Language     string   `json:"language"`
	Specialties  []string `json:"specialties"`
	Organization string   `json:"organization"`
	Role         string   `json:"role"`
	OrderID      string   `json:"orderId"`
	Participants []string `json:"participants"`
	From         string   `json:"from"`
	Text         string   `json:"text"`
}

func readScript(raw []byte) (script, error) {
	var s script
	for number, line := range bytes.Split(bytes.TrimSpace(raw), []byte("\n")) {
		var one scriptLine
		if err := json.Unmarshal(line, &one); err != nil {
			return script{}, fmt.Errorf("line %d of the conversations: %w", number+1, err)
		}
		switch one.Kind {
		case "organization":
			s.organizations = append(s.organizations, one)
		case "user":
			s.users = append(s.users, one)
		case "room":
			s.rooms = append(s.rooms, one)
		case "message":
			s.messages = append(s.messages, one)
		default:
			return script{}, fmt.Errorf("line %d of the conversations: unknown kind %q", number+1, one.Kind)
		}
	}
	return s, nil
}
