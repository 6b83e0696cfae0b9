package domain

import (
	"context"
	"fmt"
	"slices"
	"strings"
)

// Corrected is what came of a correction.
type Corrected struct {
	Message Message
	// Mistakes are what providers had wrong.
	Mistakes []Mistake
}

var (
	errNotEnriched = Conflict("not_enriched",
		"Notes, system messages and messages without text are neither translated nor analysed.")
	errMessageErased      = Conflict("message_erased", "The content of this message was erased by law.")
	errNoProvider         = Conflict("not_enriched", "No provider is set that could translate or analyse.")
	errTooManyCorrections = Conflict("too_many_corrections", fmt.Sprintf("A message can be corrected %d times.", MaxCorrections))
)

// enriched tells whether messages of this type and text are translated and analysed. Notes stay
// inside, and system messages have no mood: neither is sent to a provider.
func (t MessageType) enriched(text string) bool {
	return text != "" && t != MessageNote && t != MessageSystem
}

// Enrichment gives the message with what providers and operators said of it, for operators.
func (c *Chat) Enrichment(ctx context.Context, caller Caller, roomID, messageID ID) (Message, error) {
	if err := c.manage(ctx, caller, roomID, ""); err != nil {
		return Message{}, err
	}
	message, err := c.Store.Message(ctx, roomID, messageID, caller.Viewer())
	if err != nil || len(message.Enrichment.Corrections) == 0 {
		return message, err
	}
	message.Enrichment.Corrections, err = c.named(ctx, message.Enrichment.Corrections)
	return message, err
}

// named gives the corrections with the names of those who made them.
func (c *Chat) named(ctx context.Context, corrections []Correction) ([]Correction, error) {
	ids := make([]ID, len(corrections))
	for i, correction := range corrections {
		ids[i] = correction.UserID
	}
	users, err := c.Store.UsersByID(ctx, ids)
	if err != nil {
		return nil, fmt.Errorf("read who corrected: %w", err)
	}
	names := make(map[ID]string, len(users))
	for _, user := range users {
		names[user.ID] = user.Username
	}
	corrections = slices.Clone(corrections)
	for i := range corrections {
		corrections[i].UserName = names[corrections[i].UserID]
	}
	return corrections, nil
}

// EnrichAgain makes the message pending, so that providers are asked anew. What operators have
// corrected stays. A message that is pending already is due at once, however long it was to wait.
func (c *Chat) EnrichAgain(ctx context.Context, caller Caller, roomID, messageID ID) (Message, error) {
	if err := c.manage(ctx, caller, roomID, ""); err != nil {
		return Message{}, err
	}
	message, err := c.Store.ChangeEnrichment(ctx, roomID, messageID, func(m Message) (Enrichment, error) {
		switch {
		case !m.ErasedAt.IsZero():
			return Enrichment{}, errMessageErased
		case !m.Type.enriched(m.Text):
			return Enrichment{}, errNotEnriched
		case !c.Enrich:
			return Enrichment{}, errNoProvider
		case m.Enrichment.State == EnrichmentPending:
			return m.Enrichment, nil
		}
		return m.Enrichment.Reopen(), nil
	})
	if err != nil {
		return Message{}, fmt.Errorf("enrich again: %w", err)
	}
	return message, nil
}

// Correct puts what an operator says in the place of what providers said.
func (c *Chat) Correct(ctx context.Context, caller Caller, roomID, messageID ID, request NewCorrection) (Corrected, error) {
	if err := c.manage(ctx, caller, roomID, ""); err != nil {
		return Corrected{}, err
	}
	request, err := request.Check()
	if err != nil {
		return Corrected{}, err
	}
	room, err := c.Store.Room(ctx, roomID)
	if err != nil {
		return Corrected{}, fmt.Errorf("read room: %w", err)
	}
	var mistakes []Mistake
	message, err := c.Store.ChangeEnrichment(ctx, roomID, messageID, func(m Message) (Enrichment, error) {
		if err := request.fits(m); err != nil {
			return Enrichment{}, err
		}
		verdict := request.verdict(m.Enrichment)
		mistakes = m.Enrichment.mistakes(verdict)
		return m.Enrichment.Correct(Correction{
			UserID: caller.UserID, At: Milliseconds(c.Now()), Verdict: verdict,
		}, room.languagesBesides(m.Enrichment.Language)), nil
	})
	if err != nil {
		return Corrected{}, fmt.Errorf("correct enrichment: %w", err)
	}
	if err := c.Audit.Record(ctx, caller, AuditEntry{
		Action: AuditEnrichmentChanged, RoomID: roomID, TargetID: messageID,
		Detail: map[string]string{"fields": strings.Join(request.fields(), " ")},
	}); err != nil {
		return Corrected{}, err
	}
	return Corrected{Message: message, Mistakes: mistakes}, nil
}

// languagesBesides are those of the participants who cannot read the language, without script and
// region.
func (r Room) languagesBesides(own string) (languages []string) {
	for _, participant := range r.Participants {
		if base := baseOf(participant.Language); base != "" && base != baseOf(own) {
			languages = append(languages, base)
		}
	}
	return languages
}

// baseOf is a language tag without script and region.
func baseOf(tag string) string {
	base, _, _ := strings.Cut(tag, "-")
	return strings.ToLower(base)
}

// fits checks what depends on the message.
func (n NewCorrection) fits(m Message) error {
	if !m.ErasedAt.IsZero() {
		return errMessageErased
	}
	if !m.Type.enriched(m.Text) {
		return errNotEnriched
	}
	if len(m.Enrichment.Corrections) >= MaxCorrections {
		return errTooManyCorrections
	}
	own := baseOf(m.Enrichment.Language)
	if _, found := n.Translations[own]; found {
		return InvalidField("translations."+own, "invalid", "is the language that the message is written in")
	}
	return nil
}
