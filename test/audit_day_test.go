package test

import (
	"net/http"
	"strings"
	"testing"

	"dentalk/domain"
	"dentalk/handlers"
)

// Texts that people have typed, none of which may be in the audit log.
const (
	typedText   = "typed text of a message"
	typedRoom   = "typed name of a room"
	typedFile   = "typed-file"
	typedKey    = "typed name of a key"
	typedName   = "typed.username"
	typedReason = "typed reason of an erasure"
	typedWrong  = "a wrong password, typed"
	newPassword = "another password, typed"
)

// auditDay is what happens on one day, and what of it is told.
type auditDay struct {
	*testing.T
	server               *server
	operator             *caller
	clinic, lab, service *caller
	want                 []string // action, actor, room, user; by the names of the test
	names                map[string]string
}

// known gives an ID a name in what is wanted.
func (d *auditDay) known(name, id string) string {
	d.names[id] = name
	return id
}

func (d *auditDay) expect(entries ...string) { d.want = append(d.want, entries...) }

func (d *auditDay) account(name, role string) *caller {
	d.Helper()
	c := d.server.member(d, d.operator, typedName+"."+name, role, "en")
	d.known(name, c.user.ID)
	d.expect("user.created operator "+name, "login.succeeded "+name+" "+name)
	return c
}

// newAuditDay does everything that leaves a trace.
func newAuditDay(t *testing.T) *auditDay {
	t.Helper()
	s := startServer(t, t.TempDir())
	d := &auditDay{T: t, server: s, operator: s.operator(t), names: map[string]string{}}
	d.known("operator", d.operator.user.ID)
	d.expect("user.created operator", "login.succeeded operator operator") // the first one is nobody's work
	d.clinic, d.lab = d.account("clinic", "clinic"), d.account("lab", "lab")
	d.logins()
	room, message := d.rooms()
	d.keys(room)
	d.passwords()
	var erasure handlers.Erasure
	d.operator.must("POST", "/v1/ops/erasures", map[string]string{"messageId": message, "reason": typedReason}, http.StatusCreated, &erasure)
	d.known("erasure", erasure.ID)
	d.expect("erasure.created operator room erasure", "erasure.completed operator room erasure")
	d.operator.must("POST", "/v1/ops/erasures", map[string]string{"userId": d.clinic.user.ID, "reason": typedReason}, http.StatusCreated, nil)
	d.expect("erasure.created operator clinic", "erasure.completed operator clinic")
	d.operator.must("POST", "/v1/auth/logout", nil, http.StatusNoContent, nil)
	d.expect("session.ended operator operator")
	d.operator = s.operator(t)
	d.expect("login.succeeded operator operator")
	return d
}

func (d *auditDay) logins() {
	d.Helper()
	nobody := d.server.anonymous(d)
	nobody.refused("POST", "/v1/auth/login", handlers.LoginRequest{Username: d.clinic.user.Username, Password: typedWrong}, http.StatusUnauthorized, "invalid_credentials")
	nobody.refused("POST", "/v1/auth/login", handlers.LoginRequest{Username: "nobody." + typedName, Password: typedWrong}, http.StatusUnauthorized, "invalid_credentials")
	d.expect("login.failed clinic", "login.failed")
}

// rooms gives the room and a message in it.
func (d *auditDay) rooms() (room, message string) {
	d.Helper()
	var made handlers.Room
	d.operator.must("POST", "/v1/rooms", map[string]any{"orderId": "ORD-1", "name": typedRoom, "participantIds": []string{d.clinic.user.ID}}, http.StatusCreated, &made)
	path := "/v1/rooms/" + d.known("room", made.ID)
	d.operator.must("POST", path+"/participants", map[string]string{"userId": d.lab.user.ID}, http.StatusCreated, nil)
	message = d.clinic.post(made.ID, typedText).ID
	var file handlers.Attachment
	d.lab.decode(upload(d, d.lab, made.ID, typedFile+".stl", smallSTL(), http.StatusCreated), http.StatusCreated, &file)
	d.lab.must("POST", path+"/messages", map[string]any{"type": "file", "attachmentIds": []string{file.ID}}, http.StatusCreated, nil)
	d.clinic.must("GET", path+"/messages", nil, http.StatusOK, nil)
	d.clinic.must("GET", "/v1/attachments/"+file.ID, nil, http.StatusOK, nil)
	d.expect("room.created operator room", "room.read operator room", "participant.added operator room lab")
	for range 2 { // the second time leaves none
		d.operator.must("GET", path+"/messages", nil, http.StatusOK, nil)
		d.operator.must("GET", "/v1/attachments/"+file.ID, nil, http.StatusOK, nil)
		d.operator.must("GET", "/v1/rooms", nil, http.StatusOK, nil)
	}
	d.expect("attachment.read operator room", "rooms.read operator")
	d.operator.must("PATCH", path, map[string]string{"name": typedRoom + " again"}, http.StatusOK, nil)
	d.operator.must("DELETE", path+"/participants/"+d.lab.user.ID, nil, http.StatusNoContent, nil)
	d.expect("room.updated operator room", "participant.removed operator room lab")
	return made.ID, message
}

func (d *auditDay) keys(room string) {
	d.Helper()
	var key handlers.APIKeyWithSecret
	d.operator.must("POST", "/v1/api-keys", map[string]any{"name": typedKey, "scopes": []string{domain.ScopeOpsRead}}, http.StatusCreated, &key)
	d.known("key", key.ID)
	d.service = &caller{t: d, url: d.server.url, token: key.Secret, http: d.operator.http}
	d.service.must("GET", "/v1/rooms/"+room, nil, http.StatusOK, nil)
	d.operator.must("POST", "/v1/api-keys/"+key.ID+"/rotate", `{"overlapSeconds":60}`, http.StatusOK, nil)
	d.operator.must("DELETE", "/v1/api-keys/"+key.ID, nil, http.StatusNoContent, nil)
	d.expect("api_key.created operator key", "api_key.used key key", "room.read key room", "api_key.rotated operator key", "api_key.deleted operator key")
}

func (d *auditDay) passwords() {
	d.Helper()
	d.clinic.must("POST", "/v1/me/password", map[string]string{"currentPassword": userPassword, "newPassword": newPassword}, http.StatusNoContent, nil)
	var reset handlers.PasswordReset
	d.operator.must("POST", "/v1/users/"+d.lab.user.ID+"/password-resets", nil, http.StatusCreated, &reset)
	d.server.anonymous(d).must("POST", "/v1/auth/password-reset", map[string]string{"token": reset.Token, "newPassword": newPassword}, http.StatusNoContent, nil)
	d.expect("password.changed clinic clinic", "password_reset.created operator lab", "password_reset.used lab lab")
}

// line is an entry in the words of what is wanted.
func (d *auditDay) line(entry handlers.AuditEntry) string {
	words := []string{entry.Action}
	if entry.Actor != nil {
		words = append(words, d.names[entry.Actor.ID])
	}
	for _, id := range []string{entry.RoomID, entry.UserID, entry.TargetID} {
		if name, known := d.names[id]; known {
			words = append(words, name)
		}
	}
	return strings.Join(words, " ")
}
