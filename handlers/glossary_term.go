package handlers

import "dentalk/domain"

// GlossaryTerm is a term of the trade in several languages.
type GlossaryTerm struct {
	// The English term by which the entry is known, whatever the case of its letters.
	Term string `json:"term" example:"occlusal contact"`
	// By language, without English.
	Translations map[string]string `json:"translations" example:"ko:교합 접촉,es:contacto oclusal"`
	// By language, English included.
	Synonyms map[string][]string `json:"synonyms"`
	Category string              `json:"category" example:"fit_occlusion"`
}

func newGlossaryTerm(t domain.GlossaryTerm) GlossaryTerm {
	term := GlossaryTerm{Term: t.Term, Translations: textsOrEmpty(t.Translations), Synonyms: t.Synonyms, Category: t.Category}
	if term.Synonyms == nil {
		term.Synonyms = map[string][]string{}
	}
	return term
}

func newGlossaryTerms(terms []domain.GlossaryTerm) []GlossaryTerm {
	items := make([]GlossaryTerm, len(terms))
	for i, term := range terms {
		items[i] = newGlossaryTerm(term)
	}
	return items
}

// GlossaryPage is a page of the glossary.
type GlossaryPage struct {
	Page[GlossaryTerm]
	// Counts the changes of operators.
	Version int64 `json:"version" example:"7"`
}

// GlossaryImport says what came of an import.
type GlossaryImport struct {
	Added     int `json:"added" example:"12"`
	Changed   int `json:"changed" example:"3"`
	Unchanged int `json:"unchanged" example:"190"`
	// The version afterwards: the one before where nothing changed.
	Version int64 `json:"version" example:"8"`
}

// GlossaryVersion is what an operator changed in the version before.
type GlossaryVersion struct {
	Version  int64          `json:"version" example:"8"`
	At       string         `json:"at" format:"date-time" example:"2026-03-14T09:26:53.589Z"`
	UserID   string         `json:"userId" example:"66f0a1b2c3d4e5f607182930"`
	UserName string         `json:"userName" example:"operator"`
	Set      []GlossaryTerm `json:"set"`
	Removed  []string       `json:"removed"`
}

func newGlossaryVersion(change domain.GlossaryChange) GlossaryVersion {
	return GlossaryVersion{
		Version: change.Version, At: formatTime(change.At), UserID: string(change.UserID), UserName: change.UserName,
		Set: newGlossaryTerms(change.Set), Removed: append([]string{}, change.Removed...),
	}
}
