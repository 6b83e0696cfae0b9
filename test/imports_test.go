package test

import (
	"encoding/json"
	"errors"
	"io"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// provider is what the client of a provider may import.
var provider = []string{"domain", "enrichment/internal/expiring", "enrichment/internal/quality", "enrichment/internal/rest"}

// imports says what each folder may import of ours. What is not listed may import nothing.
var imports = map[string][]string{
	"attachments":                       {"domain"},
	"domain":                            {},
	"handlers":                          {"domain", "streams"},
	"streams":                           {"domain"},
	"streams/membroker":                 {"domain"},
	"streams/redisbroker":               {"domain"},
	"streams/streamstest":               {"domain", "streams"},
	"repository/sqlitestore":            {"domain"},
	"repository/mongostore":             {"domain"},
	"repository/volatilestore":          {"domain"},
	"repository/filestore":              {"domain"},
	"repository/repositorytest":         {"domain"},
	"enrichment":                        {"domain"},
	"enrichment/glossary":               {"domain"},
	"enrichment/language":               {"domain"},
	"enrichment/privacy":                {"domain"},
	"enrichment/protect":                {"domain"},
	"enrichment/apertium":               provider,
	"enrichment/deepl":                  provider,
	"enrichment/googlelanguage":         provider,
	"enrichment/googletranslate":        provider,
	"enrichment/libretranslate":         provider,
	"enrichment/openai":                 provider,
	"enrichment/papago":                 provider,
	"enrichment/internal/expiring":      {},
	"enrichment/internal/quality":       {},
	"enrichment/internal/rest":          {"domain"},
	"enrichment/internal/rest/resttest": {"domain"},
	"enrichment/analyser":               {"domain", "enrichment/analyser/internal/features", "enrichment/analyser/internal/model"},
	"docs":                              {},
	"docs/openapi":                      {},
	"cmd/dentalk":                       nil, // all
	"test":                              nil,
	"test/servers":                      {},
	"test/servers/setup":                {"test/servers"},
	"test/contract":                     {"test/contract/checker"},
	"test/contract/checker":             {"test/servers"},
}

// TestImports holds the house's walls.
func TestImports(t *testing.T) {
	list := exec.Command("go", "list", "-json=ImportPath,Imports", "dentalk/...")
	list.Dir = ".."
	output, err := list.Output()
	if err != nil {
		t.Fatal(err)
	}
	decoder := json.NewDecoder(strings.NewReader(string(output)))
	for {
		var one struct {
			ImportPath string
			Imports    []string
		}
		if err := decoder.Decode(&one); errors.Is(err, io.EOF) {
			return
		} else if err != nil {
			t.Fatal(err)
		}
		checkImports(t, strings.TrimPrefix(one.ImportPath, "dentalk/"), one.Imports)
	}
}

func checkImports(t *testing.T, folder string, imported []string) {
	t.Helper()
	allowed, known := imports[folder]
	if strings.HasPrefix(folder, "enrichment/analyser/") {
		return // its own inside
	}
	if !known {
		t.Errorf("%s is not in the table of imports", folder)
	}
	for _, path := range imported {
		ours, isOurs := strings.CutPrefix(path, "dentalk/")
		if isOurs && (allowed != nil || folder == "domain") && !slices.Contains(allowed, ours) {
			t.Errorf("%s must not import %s", folder, ours)
		}
		if folder == "domain" && slices.Contains([]string{"net/http", "encoding/json", "log", "log/slog", "database/sql"}, path) {
			t.Errorf("domain must not know of %s", path)
		}
	}
}

// TestDescriptionIsUpToDate generates the API's description anew and compares.
func TestDescriptionIsUpToDate(t *testing.T) {
	dir := t.TempDir()
	generate := exec.CommandContext(t.Context(), "../docs/openapi/generate.sh", dir)
	if output, err := generate.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, output)
	}
	for _, name := range []string{"openapi.yaml", "openapi.json"} {
		if output, err := exec.Command("diff", filepath.Join(dir, name), "../docs/"+name).CombinedOutput(); err != nil {
			t.Errorf("%s is stale: run make openapi\n%.2000s", name, output)
		}
	}
}
