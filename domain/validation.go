package domain

import (
	"fmt"
	"net/mail"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/language"
)

// validation collects the broken rules of one request, so that a client learns all at once.
type validation struct{ fields []FieldError }

func (v *validation) add(field, code, detail string) {
	v.fields = append(v.fields, FieldError{Field: field, Code: code, Detail: detail})
}

// err is nil when no rule is broken.
func (v *validation) err() error {
	if len(v.fields) == 0 {
		return nil
	}
	return Invalid(v.fields...)
}

// text checks that value has least..most characters, is valid UTF-8 and has no control characters
// other than line breaks and tabs.
func (v *validation) text(field, value string, least, most int) {
	length := utf8.RuneCountInString(value)
	switch {
	case length == 0 && least > 0:
		v.add(field, "required", "is required")
	case length < least:
		v.add(field, "too_short", fmt.Sprintf("must have at least %d characters", least))
	case length > most:
		v.add(field, "too_long", fmt.Sprintf("must have at most %d characters", most))
	case !printable(value):
		v.add(field, "invalid", "must be UTF-8 text without control characters")
	}
}

// line is text without line breaks and tabs.
func (v *validation) line(field, value string, least, most int) {
	if strings.ContainsAny(value, "\n\r\t") {
		v.add(field, "invalid", "must be a single line")
		return
	}
	v.text(field, value, least, most)
}

func printable(value string) bool {
	if !utf8.ValidString(value) {
		return false
	}
	return !strings.ContainsFunc(value, func(r rune) bool {
		return unicode.IsControl(r) && r != '\n' && r != '\r' && r != '\t'
	})
}

func (v *validation) oneOf(field, value string, allowed ...string) {
	for _, one := range allowed {
		if value == one {
			return
		}
	}
	code := "invalid"
	if value == "" {
		code = "required"
	}
	v.add(field, code, "must be one of "+strings.Join(allowed, ", "))
}

// language checks a BCP 47 tag and returns its canonical spelling.
func (v *validation) language(field, value string) string {
	tag, err := language.Parse(value)
	if err != nil || tag == language.Und {
		v.add(field, "invalid", "must be a language tag of BCP 47, for example en or ko")
		return value
	}
	return tag.String()
}

// country checks an ISO 3166-1 alpha-2 code and returns it in upper case.
func (v *validation) country(field, value string) string {
	region, err := language.ParseRegion(value)
	if err != nil || len(value) != 2 || !region.IsCountry() {
		v.add(field, "invalid", "must be a country code of two letters (ISO 3166-1), for example KR")
		return value
	}
	return region.String()
}

func (v *validation) timezone(field, value string) {
	if _, err := time.LoadLocation(value); err != nil || value == "Local" {
		v.add(field, "invalid", "must be a name of the IANA time zone database, for example Asia/Seoul")
	}
}

func (v *validation) email(field, value string) {
	address, err := mail.ParseAddress(value)
	if err != nil || address.Address != value || len(value) > 254 {
		v.add(field, "invalid", "must be an e-mail address")
	}
}
