package test

import (
	"encoding/json"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"
)

// composeProject is what the tests read of compose.yaml, as docker compose reads it.
type composeProject struct {
	Services map[string]struct {
		Environment map[string]string
		Volumes     []struct{ Type, Source string }
	}
}

func loadCompose(t *testing.T, env ...string) (composeProject, error) {
	t.Helper()
	load := exec.CommandContext(t.Context(), "go", "run", ".", "../../compose.yaml")
	load.Dir = "../tools/compose"
	load.Env = append(append(os.Environ(), "GOFLAGS=", "GOWORK=off"), env...)
	output, err := load.Output()
	if err != nil {
		return composeProject{}, err
	}
	var project composeProject
	return project, json.Unmarshal(output, &project)
}

func TestCompose(t *testing.T) {
	project, err := loadCompose(t, "DENTALK_JWT_SECRET=any", "DENTALK_OPERATOR_PASSWORD=any")
	if err != nil {
		t.Fatalf("compose.yaml is not valid: %v", err)
	}
	help, err := exec.CommandContext(t.Context(), binary, "serve", "--help").Output()
	if err != nil {
		t.Fatal(err)
	}
	gateway, err := os.ReadFile("../deploy/nginx/dentalk.conf")
	if err != nil {
		t.Fatal(err)
	}
	instances := 0
	for name, service := range project.Services {
		for setting := range service.Environment {
			if !regexp.MustCompile(`\b` + setting + `\b`).Match(help) {
				t.Errorf("%s: serve knows no %s", name, setting)
			}
		}
		if strings.HasPrefix(name, "dentalk-") {
			instances++
			if !strings.Contains(string(gateway), "server "+name+service.Environment["DENTALK_ADDR"]+" ") {
				t.Errorf("the gateway leads nobody to %s", name)
			}
		}
		for _, volume := range service.Volumes {
			if _, err := os.Stat(volume.Source); volume.Type == "bind" && err != nil {
				t.Errorf("%s: %v", name, err)
			}
		}
	}
	if instances != strings.Count(string(gateway), "server dentalk-") {
		t.Errorf("the gateway leads to other instances than the %d that there are", instances)
	}
}

func TestComposeNeedsItsSecrets(t *testing.T) {
	if _, err := loadCompose(t, "DENTALK_JWT_SECRET=", "DENTALK_OPERATOR_PASSWORD=any"); err == nil {
		t.Error("compose.yaml is valid without a secret")
	}
}
