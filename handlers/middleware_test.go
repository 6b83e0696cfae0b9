package handlers_test

import (
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"regexp"
	"strings"
	"testing"
)

func TestBrowsersAreKeptToTLSOnceTheyCameOverIt(t *testing.T) {
	w := newWorld(t)
	api := w.instance(behindProxy)
	if got := w.browse(api, http.MethodGet, "/livez", "", "X-Forwarded-Proto", "https").Header().Get("Strict-Transport-Security"); got == "" {
		t.Error("over TLS: not told to stay")
	}
	for name, answer := range map[string]http.Header{
		"in the clear":                      w.browse(api, http.MethodGet, "/livez", "").Header(),
		"with a proxy that is not believed": w.browse(w.instance(), http.MethodGet, "/livez", "", "X-Forwarded-Proto", "https").Header(),
	} {
		if got := answer.Get("Strict-Transport-Security"); got != "" {
			t.Errorf("%s: got %s", name, got)
		}
	}
}

func TestEveryAnswerIsKeptToItself(t *testing.T) {
	w := newWorld(t)
	for _, path := range []string{"/livez", "/docs", "/v1/me", "/nothing"} {
		header := w.browse(w.instance(), http.MethodGet, path, "").Header()
		for _, name := range []string{"X-Request-Id", "X-Content-Type-Options", "Referrer-Policy", "Permissions-Policy",
			"Cross-Origin-Opener-Policy", "Cross-Origin-Resource-Policy"} {
			if header.Get(name) == "" {
				t.Errorf("%s: no %s", path, name)
			}
		}
		if !strings.Contains(header.Get("Content-Security-Policy"), "frame-ancestors 'none'") {
			t.Errorf("%s: got %s", path, header.Get("Content-Security-Policy"))
		}
	}
	if got := w.browse(w.instance(withOrigin), http.MethodGet, "/livez", "").Header().Get("Cross-Origin-Resource-Policy"); got != "same-site" {
		t.Errorf("with a page elsewhere: got %s", got)
	}
}

func TestReferenceRunsItsOwnScriptsOnly(t *testing.T) {
	w := newWorld(t)
	answer := w.browse(w.instance(), http.MethodGet, "/docs", "")
	var scripts string
	for directive := range strings.SplitSeq(answer.Header().Get("Content-Security-Policy"), "; ") {
		if rest, found := strings.CutPrefix(directive, "script-src "); found {
			scripts = rest
		}
	}
	if scripts == "" || strings.Contains(scripts, "unsafe") {
		t.Errorf("got script-src %s", scripts)
	}
	inline := regexp.MustCompile(`(?s)<script>(.*?)</script>`).FindAllStringSubmatch(answer.Body.String(), -1)
	if len(inline) == 0 {
		t.Fatalf("no script in %s", answer.Body)
	}
	for _, script := range inline {
		sum := sha256.Sum256([]byte(script[1]))
		if !strings.Contains(scripts, "'sha256-"+base64.StdEncoding.EncodeToString(sum[:])+"'") {
			t.Errorf("not allowed: %s", script[1])
		}
	}
	for _, asset := range []string{"swagger-ui.css", "swagger-ui-bundle.js", "favicon-32x32.png"} {
		if answer := w.browse(w.instance(), http.MethodGet, "/docs/"+asset, ""); answer.Code != http.StatusOK || answer.Body.Len() == 0 {
			t.Errorf("%s: got %d", asset, answer.Code)
		}
	}
}
