package deepl

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
)

var errNoID = errors.New("the answer has no id")

type dictionaryBody struct {
	Source  string `json:"source_lang"`
	Target  string `json:"target_lang"`
	Entries string `json:"entries"`
	Format  string `json:"entries_format"`
}

type glossaryBody struct {
	Name         string           `json:"name"`
	Dictionaries []dictionaryBody `json:"dictionaries,omitempty"`
}

type glossaryAnswer struct {
	ID   string `json:"glossary_id"`
	Name string `json:"name"`
}

// find gives the glossary of that name, else one of another version, else an empty one.
func (g *glossaries) find(ctx context.Context, prefix, name string) (found glossaryAnswer, err error) {
	var list struct {
		Glossaries []glossaryAnswer `json:"glossaries"`
	}
	if err := g.api.do(ctx, http.MethodGet, "/v3/glossaries", nil, &list); err != nil {
		return found, fmt.Errorf("list glossaries: %w", err)
	}
	for _, one := range list.Glossaries {
		if one.Name == name {
			return one, nil
		}
		if strings.HasPrefix(one.Name, prefix) {
			found = one
		}
	}
	return found, nil
}

func (g *glossaries) create(ctx context.Context, name string, dictionary dictionaryBody) (string, error) {
	var made glossaryAnswer
	body := glossaryBody{Name: name, Dictionaries: []dictionaryBody{dictionary}}
	if err := g.api.do(ctx, http.MethodPost, "/v3/glossaries", body, &made); err != nil {
		return "", fmt.Errorf("create a glossary: %w", err)
	}
	if made.ID == "" {
		return "", fmt.Errorf("create a glossary: %w", errNoID)
	}
	return made.ID, nil
}

// replace gives the glossary its new name last: a name never promises what the glossary does not hold.
func (g *glossaries) replace(ctx context.Context, id, name string, dictionary dictionaryBody) error {
	path := "/v3/glossaries/" + url.PathEscape(id)
	if err := g.api.do(ctx, http.MethodPut, path+"/dictionaries", dictionary, nil); err != nil {
		return fmt.Errorf("replace the dictionary of a glossary: %w", err)
	}
	if err := g.api.do(ctx, http.MethodPatch, path, glossaryBody{Name: name}, nil); err != nil {
		return fmt.Errorf("rename a glossary: %w", err)
	}
	return nil
}
