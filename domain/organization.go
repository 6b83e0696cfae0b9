package domain

import (
	"slices"
	"strings"
	"time"
)

// OrganizationKind says on which side of an order an organization stands.
type OrganizationKind string

// The two sides of an order.
const (
	OrganizationClinic OrganizationKind = "clinic"
	OrganizationLab    OrganizationKind = "lab"
)

// Organization is a dental clinic or a dental lab.
type Organization struct {
	ID          ID
	Kind        OrganizationKind
	Name        string
	Language    string   // BCP 47
	Country     string   // ISO 3166-1 alpha-2; empty when not known
	Timezone    string   // IANA name; empty when not known
	Specialties []string // of a lab, for example "zirconia"
	// Notation is how the organization numbers teeth; empty when not known.
	Notation  ToothNotation
	CreatedAt time.Time
	UpdatedAt time.Time
}

const (
	maxName        = 200
	maxSpecialties = 50
)

// Check validates o and returns it in canonical spelling.
func (o Organization) Check() (Organization, error) {
	var v validation
	v.oneOf("kind", string(o.Kind), string(OrganizationClinic), string(OrganizationLab))
	o.Name = strings.TrimSpace(o.Name)
	v.line("name", o.Name, 1, maxName)
	o.Language = v.language("language", o.Language)
	if o.Country != "" {
		o.Country = v.country("country", o.Country)
	}
	if o.Timezone != "" {
		v.timezone("timezone", o.Timezone)
	}
	if len(o.Specialties) > maxSpecialties {
		v.add("specialties", "too_many", "must have at most 50 entries")
	}
	if o.Notation != "" {
		v.oneOf("toothNotation", string(o.Notation), string(NotationFDI), string(NotationUniversal), string(NotationPalmer))
	}
	for _, specialty := range o.Specialties {
		v.line("specialties", specialty, 1, maxName)
	}
	return o, v.err()
}

// OrganizationChange holds the fields to change; nil leaves a field as it is.
type OrganizationChange struct {
	Name        *string
	Language    *string
	Country     *string
	Timezone    *string
	Specialties *[]string
	Notation    *ToothNotation
}

// Apply gives o with the changes.
func (c OrganizationChange) Apply(o Organization) Organization {
	set(&o.Name, c.Name)
	set(&o.Language, c.Language)
	set(&o.Country, c.Country)
	set(&o.Timezone, c.Timezone)
	set(&o.Specialties, c.Specialties)
	set(&o.Notation, c.Notation)
	return o
}

// differences names the fields that a change can make another in o and other.
func (o Organization) differences(other Organization) []string {
	var names []string
	for _, field := range []struct {
		name string
		same bool
	}{
		{"name", o.Name == other.Name},
		{"language", o.Language == other.Language},
		{"country", o.Country == other.Country},
		{"timezone", o.Timezone == other.Timezone},
		{"specialties", slices.Equal(o.Specialties, other.Specialties)},
		{"toothNotation", o.Notation == other.Notation},
	} {
		if !field.same {
			names = append(names, field.name)
		}
	}
	return names
}

func set[T any](field *T, value *T) {
	if value != nil {
		*field = *value
	}
}
