package domain

import (
	"regexp"
	"strings"
	"time"

	"golang.org/x/text/unicode/norm"
)

// Role says what somebody may do.
type Role string

// Operators are the platform's staff and see all rooms; clinics and labs see the rooms that they
// take part in; a service is an API key with scopes.
const (
	RoleOperator Role = "operator"
	RoleClinic   Role = "clinic"
	RoleLab      Role = "lab"
	RoleService  Role = "service"
)

// User is a person's account.
type User struct {
	ID             ID
	Username       string // unique whatever the case of its letters
	Email          string // empty when not known
	Role           Role   // never RoleService
	Language       string // BCP 47
	OrganizationID ID     // empty when the user belongs to none
	PasswordHash   string // never leaves the server
	Disabled       bool
	Reset          *PasswordReset // nil when none was made
	ErasedAt       time.Time      // zero unless the person was erased
	CreatedAt      time.Time
	UpdatedAt      time.Time
}

// UsernameKey is the form of a username that is unique: two spellings that look alike (Unicode's
// compatibility forms, and the case of letters) are one name.
func UsernameKey(username string) string { return strings.ToLower(norm.NFKC.String(username)) }

// Limits of accounts, in characters.
const (
	MinPassword = 8
	MaxPassword = 200
	minUsername = 2
	maxUsername = 64
)

var usernamePattern = regexp.MustCompile(`^[\p{L}\p{N}][\p{L}\p{N}._@+-]*$`)

// NewUser is an account to be made.
type NewUser struct {
	Username       string
	Password       string
	Email          string
	Role           Role
	Language       string
	OrganizationID ID
}

// Check validates u for an account of one of roles and returns it in canonical spelling.
func (u NewUser) Check(emailRequired bool, roles ...Role) (NewUser, error) {
	var v validation
	u.Username = norm.NFC.String(u.Username)
	v.line("username", u.Username, minUsername, maxUsername)
	if u.Username != "" && !usernamePattern.MatchString(u.Username) {
		v.add("username", "invalid", "must begin with a letter or digit and hold only letters, digits and . _ @ + -")
	}
	if strings.HasPrefix(UsernameKey(u.Username), erasedPrefix) {
		v.add("username", "reserved", "must not begin with "+erasedPrefix)
	}
	v.text("password", u.Password, MinPassword, MaxPassword)
	if u.Email != "" {
		v.email("email", u.Email)
	} else if emailRequired {
		v.add("email", "required", "is required")
	}
	allowed := make([]string, len(roles))
	for i, role := range roles {
		allowed[i] = string(role)
	}
	v.oneOf("role", string(u.Role), allowed...)
	u.Language = v.language("language", u.Language)
	return u, v.err()
}

// PasswordReset lets its holder choose a new password, once.
type PasswordReset struct {
	Hash      string // of the token
	ExpiresAt time.Time
}

// UserChange holds the fields to change; nil leaves a field as it is.
type UserChange struct {
	// IfPasswordHash is what the stored PasswordHash must be, so that nobody changes what they have not
	// seen; nil takes any.
	IfPasswordHash *string
	PasswordHash   *string
	Reset          *PasswordReset
	Email          *string
	Language       *string
	OrganizationID *ID
	Disabled       *bool
}

// Check validates the change and puts it into canonical spelling.
func (c *UserChange) Check() error {
	var v validation
	if c.Email != nil && *c.Email != "" {
		v.email("email", *c.Email)
	}
	if c.Language != nil {
		canonical := v.language("language", *c.Language)
		c.Language = &canonical
	}
	return v.err()
}

// Fits refuses a change that was made for another password than u's.
func (c UserChange) Fits(u User) error {
	if c.IfPasswordHash != nil && *c.IfPasswordHash != u.PasswordHash {
		return Conflict(codePasswordChanged, "The password has been changed meanwhile.")
	}
	return nil
}

// Apply gives u with the changes.
func (c UserChange) Apply(u User) User {
	set(&u.PasswordHash, c.PasswordHash)
	set(&u.Email, c.Email)
	set(&u.Language, c.Language)
	set(&u.OrganizationID, c.OrganizationID)
	set(&u.Disabled, c.Disabled)
	if c.Reset != nil {
		u.Reset = c.Reset
	}
	return u
}

// Viewer says for whom a query is made. Stores leave out, in the query itself, what a viewer must
// not see, so that no list, stream, search, preview or count can leak it.
type Viewer struct {
	UserID ID
	Notes  bool // sees the operators' notes
}
