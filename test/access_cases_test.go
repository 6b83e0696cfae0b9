package test

import "net/http"

// cases are what the routes are called with, by method and path of the description. GET routes need
// none.
func (w *accessWorld) cases() map[string]accessCase {
	addParticipant := func() {
		w.operator.must("POST", "/v1/rooms/"+w.room+"/participants", `{"userId":"`+w.participant+`"}`, http.StatusCreated, nil)
	}
	removeParticipant := func() {
		r, err := w.operator.call("DELETE", "/v1/rooms/"+w.room+"/participants/"+w.participant, nil)
		if err != nil || r.status != http.StatusNoContent && r.status != http.StatusNotFound {
			w.Errorf("remove participant: %v %d", err, r.status)
		}
	}
	form, formType := multipartFile(w, "scan.stl", smallSTL())
	return map[string]accessCase{
		"POST /v1/auth/register":                                   {body: `{"username":"{unique}","password":"long enough","email":"a@b.example","role":"lab","language":"ko"}`},
		"POST /v1/auth/login":                                      {body: `{"username":"operator","password":"` + operatorPassword + `"}`},
		"POST /v1/auth/refresh":                                    {body: `{"refreshToken":"dtr_unknown"}`, status: http.StatusUnauthorized},
		"POST /v1/auth/password-reset":                             {body: `{"token":"dtp_unknown","newPassword":"long enough"}`, status: http.StatusUnauthorized},
		"POST /v1/auth/logout":                                     {fresh: true},
		"DELETE /v1/me/sessions":                                   {fresh: true},
		"DELETE /v1/me/sessions/{sessionId}":                       {fresh: true},
		"POST /v1/me/password":                                     {fresh: true, body: `{"currentPassword":"` + userPassword + `","newPassword":"another long one"}`},
		"POST /v1/stream-tickets":                                  {},
		"POST /v1/organizations":                                   {body: `{"kind":"lab","name":"Lab","language":"ko"}`},
		"PATCH /v1/organizations/{organizationId}":                 {body: `{"name":"Renamed"}`},
		"POST /v1/users":                                           {body: `{"username":"{unique}","password":"long enough","role":"lab","language":"ko"}`},
		"PATCH /v1/users/{userId}":                                 {body: `{"language":"en"}`},
		"POST /v1/users/{userId}/password-resets":                  {},
		"POST /v1/api-keys":                                        {body: `{"name":"n","scopes":["ops:read"]}`},
		"POST /v1/api-keys/{keyId}/rotate":                         {body: `{"overlapSeconds":0}`},
		"DELETE /v1/api-keys/{keyId}":                              {before: func() { w.replaceKey() }},
		"POST /v1/rooms":                                           {body: `{"orderId":"{unique}","name":"n","participantIds":[]}`, status: http.StatusCreated},
		"PATCH /v1/rooms/{roomId}":                                 {body: `{"name":"Renamed"}`},
		"POST /v1/rooms/{roomId}/participants":                     {body: `{"userId":"{participant}"}`, status: http.StatusCreated, before: removeParticipant},
		"DELETE /v1/rooms/{roomId}/participants/{userId}":          {before: func() { removeParticipant(); addParticipant() }},
		"POST /v1/rooms/{roomId}/messages":                         {body: `{"text":"hello"}`, status: http.StatusCreated},
		"POST /v1/rooms/{roomId}/attachments":                      {body: form, contentType: formType},
		"POST /v1/rooms/{roomId}/messages/{messageId}/enrich":      {},
		"PATCH /v1/rooms/{roomId}/messages/{messageId}/enrichment": {body: `{"emotion":{"sentiment":"neutral"}}`},
		"PUT /v1/rooms/{roomId}/read":                              {body: `{"seq":1}`},
		"POST /v1/rooms/{roomId}/typing":                           {},
		"PUT /v1/ops/glossary/{term}":                              {body: `{"translations":{"ko":"접근"}}`, status: http.StatusOK},
		"DELETE /v1/ops/glossary/{term}":                           {before: func() { w.setTerm() }},
		"POST /v1/ops/glossary/import":                             {body: "term_en\tterm_ko\nimported\t반입\n", contentType: "text/tab-separated-values"},
		"POST /v1/ops/erasures":                                    {body: `{"messageId":"{erasable}","reason":"asked for"}`, status: http.StatusCreated, before: func() { w.erasable = w.clinic.post(w.room, "to be erased").ID }},
	}
}

func (w *accessWorld) setTerm() {
	if r, err := w.operator.call("PUT", "/v1/ops/glossary/access%20point", `{"translations":{"ko":"접근"}}`); err != nil || r.status >= 300 {
		w.Errorf("set term: %v %d", err, r.status)
	}
}

// replaceKey makes another key when the one of the paths was deleted.
func (w *accessWorld) replaceKey() {
	if r, err := w.operator.call("GET", "/v1/api-keys/"+w.key, nil); err == nil && r.status == http.StatusOK {
		return
	}
	w.key = w.newKey("ops:read").ID
}
