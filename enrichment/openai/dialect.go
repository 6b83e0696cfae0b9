package openai

import (
	"encoding/json"
	"net/http"
	"strings"

	"dentalk/enrichment/internal/rest"
)

// format is how the endpoint is told the form of the answer.
type format int

// From the strictest to none at all.
const (
	formatSchema format = iota
	formatObject
	formatText
)

// dialect is what an endpoint takes of the parameters. The zero value is what most take.
type dialect struct {
	format           format
	ownTemperature   bool // it takes none from us
	completionTokens bool // max_completion_tokens instead of max_tokens
}

// errorBody holds the error as most endpoints write it. Param and code are null, text or number.
type errorBody struct {
	Error struct {
		Message string          `json:"message"`
		Type    string          `json:"type"`
		Param   json.RawMessage `json:"param"`
		Code    json.RawMessage `json:"code"`
	} `json:"error"`
}

// adapted gives another dialect when the endpoint has refused a parameter of this one. That is a
// guess where only the words of the error tell: it is worth remembering once it has helped.
func (d dialect) adapted(e *rest.StatusError) (dialect, bool) {
	if e.Status != http.StatusBadRequest && e.Status != http.StatusUnprocessableEntity {
		return d, false
	}
	complaint := complaintOf(e)
	switch {
	case d.format < formatText && mentions(complaint, "response_format", "json_schema", "json_object"):
		d.format++
	case !d.ownTemperature && mentions(complaint, "temperature"):
		d.ownTemperature = true
	case !d.completionTokens && mentions(complaint, "max_tokens"):
		d.completionTokens = true
	default:
		return d, false
	}
	return d, true
}

// complaintOf is the parameter that the endpoint names, else the words of its error.
func complaintOf(e *rest.StatusError) string {
	var body errorBody
	if e.Decode(&body) {
		var parameter string
		if json.Unmarshal(body.Error.Param, &parameter) == nil && parameter != "" {
			return parameter
		}
		if body.Error.Message != "" {
			return body.Error.Message
		}
	}
	var plain struct {
		Error   any    `json:"error"`
		Message string `json:"message"`
	}
	if !e.Decode(&plain) {
		return ""
	}
	if message, ok := plain.Error.(string); ok {
		return message
	}
	return plain.Message
}

func mentions(complaint string, parameters ...string) bool {
	for _, parameter := range parameters {
		if strings.Contains(complaint, parameter) {
			return true
		}
	}
	return false
}
