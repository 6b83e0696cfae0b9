package handlers_test

import (
	"net/http"
	"testing"

	"github.com/google/go-cmp/cmp"

	"dentalk/domain"
	"dentalk/handlers"
)

func TestTheToothNotationOfAnOrganization(t *testing.T) {
	w := newWorld(t)
	api := w.instance()
	w.user("operator", domain.RoleOperator, "")
	token := w.token(api, "operator")
	var made handlers.Organization
	body := `{"kind":"clinic","name":"x","language":"en","toothNotation":"palmer"}`
	w.decode(w.call(api, http.MethodPost, "/v1/organizations", token, body), http.StatusCreated, &made)
	path := "/v1/organizations/" + made.ID
	if made.ToothNotation != "palmer" {
		t.Errorf("made with %q", made.ToothNotation)
	}
	for _, test := range []struct{ change, want string }{
		{`{"toothNotation":"universal"}`, "universal"},
		{`{"name":"y"}`, "universal"},
		{`{"toothNotation":""}`, ""},
		{`{"toothNotation":"fdi"}`, "fdi"},
		{`{"toothNotation":null}`, ""},
	} {
		var changed, read handlers.Organization
		w.decode(w.call(api, http.MethodPatch, path, token, test.change), http.StatusOK, &changed)
		w.decode(w.call(api, http.MethodGet, path, token, ""), http.StatusOK, &read)
		if changed.ToothNotation != test.want || !cmp.Equal(changed, read) {
			t.Errorf("%s: got %+v and read %+v", test.change, changed, read)
		}
	}
	for _, wrong := range []string{`"FDI"`, `1`, `["fdi"]`} {
		answer := w.call(api, http.MethodPatch, path, token, `{"toothNotation":`+wrong+`}`)
		if fields := w.refused(answer, http.StatusBadRequest, "validation_failed"); !cmp.Equal(fields, []string{"toothNotation"}) {
			t.Errorf("%s: got %v", wrong, fields)
		}
	}
}
