package test

import (
	"net/http"
	"testing"

	"dentalk/domain"
	"dentalk/handlers"
)

// TestAnExportLeavesATrace of who took what away.
func TestAnExportLeavesATrace(t *testing.T) {
	s := startServer(t, t.TempDir())
	operator := s.operator(t)
	operator.must("GET", "/v1/ops/glossary/export", nil, http.StatusOK, nil)
	var page handlers.Page[handlers.AuditEntry]
	operator.must("GET", "/v1/ops/audit?action="+string(domain.AuditExported), nil, http.StatusOK, &page)
	if len(page.Items) != 1 || page.Items[0].Actor == nil || page.Items[0].Actor.ID != operator.user.ID || page.Items[0].Detail["what"] != "glossary" {
		t.Errorf("got %+v", page.Items)
	}
}
