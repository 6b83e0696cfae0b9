package libretranslate

import (
	"context"
	"errors"
	"net/http"

	"dentalk/domain"
	"dentalk/enrichment/internal/rest"
)

// ability is what a server can do, by its own account.
type ability struct {
	targets map[string]map[string]bool // by source
	// mostCharacters of a request. Some versions count each text by itself, others all of them.
	mostCharacters int
}

type languageAnswer struct {
	Code    string   `json:"code"`
	Targets []string `json:"targets"`
}

type settingsAnswer struct {
	CharLimit int `json:"charLimit"` // -1 is none
}

func (t *Translator) ask(ctx context.Context) (ability, error) {
	var languages []languageAnswer
	if err := t.client.Do(ctx, rest.Call{Method: http.MethodGet, Path: "/languages"}, &languages); err != nil {
		return ability{}, err
	}
	most, err := t.mostCharacters(ctx)
	if err != nil {
		return ability{}, err
	}
	able := ability{targets: make(map[string]map[string]bool, len(languages)), mostCharacters: most}
	for _, one := range languages {
		able.targets[one.Code] = make(map[string]bool, len(one.Targets))
		for _, target := range one.Targets {
			able.targets[one.Code][target] = true
		}
	}
	return able, nil
}

// mostCharacters is what the server takes, but no more than the longest message, lest a batch takes
// it too long. A server without that endpoint is sent as much.
func (t *Translator) mostCharacters(ctx context.Context) (int, error) {
	var settings settingsAnswer
	err := t.client.Do(ctx, rest.Call{Method: http.MethodGet, Path: "/frontend/settings"}, &settings)
	var status *rest.StatusError
	switch {
	case errors.As(err, &status) && status.Status == http.StatusNotFound:
		return domain.MaxText, nil
	case err != nil:
		return 0, err
	case settings.CharLimit <= 0:
		return domain.MaxText, nil
	}
	return min(settings.CharLimit, domain.MaxText), nil
}
