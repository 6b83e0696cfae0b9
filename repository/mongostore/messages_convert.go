package mongostore

import (
	"dentalk/domain"
)

func (d messageDocument) message() domain.Message {
	return domain.Message{
		ID: idOf(d.ID), RoomID: idOf(d.RoomID), Seq: d.Seq, UserID: idOf(d.UserID), UserName: d.UserName, Role: d.Role,
		Type: d.Content.Type, Text: d.Content.Text, Enrichment: d.enrichment(), ReplyTo: idOf(d.ReplyTo),
		ClientMessageID: d.ClientMessageID, CreatedAt: timeOf(d.CreatedAt), UpdatedAt: timeOf(d.UpdatedAt),
	}
}

func (d messageDocument) enrichment() domain.Enrichment {
	e := domain.Enrichment{
		State: d.Enrichment.State, Translator: d.Enrichment.Translator, Analyser: d.Enrichment.Analyser,
		Language: d.Content.Language, Translations: d.Content.Translations,
		Terms: convert(d.Content.Terms, func(t termDocument) domain.Term { return domain.Term(t) }),
	}
	if d.Emotion != nil {
		emotion := domain.Emotion(*d.Emotion)
		e.Emotion = &emotion
	}
	if d.Complaint != nil {
		complaint := domain.Complaint(*d.Complaint)
		e.Complaint = &complaint
	}
	return e
}

// enrich sets everything of e but the place in the queue.
func (d *messageDocument) enrich(e domain.Enrichment) {
	d.Enrichment.State, d.Enrichment.Translator, d.Enrichment.Analyser = e.State, e.Translator, e.Analyser
	d.Content.Language, d.Content.Translations = e.Language, e.Translations
	d.Content.Terms = convert(e.Terms, func(t domain.Term) termDocument { return termDocument(t) })
	d.Emotion, d.Complaint = nil, nil
	if e.Emotion != nil {
		emotion := emotionDocument(*e.Emotion)
		d.Emotion = &emotion
	}
	if e.Complaint != nil {
		complaint := complaintDocument(*e.Complaint)
		d.Complaint = &complaint
	}
}

// newMessageDocument is that of a message without a place in the queue.
func newMessageDocument(m domain.Message, counts countsDocument) messageDocument {
	d := messageDocument{
		ID: objectID(m.ID), RoomID: objectID(m.RoomID), Seq: m.Seq, Counts: counts, UserID: objectID(m.UserID),
		UserName: m.UserName, Role: m.Role, Content: contentDocument{Type: m.Type, Text: m.Text},
		ReplyTo: objectID(m.ReplyTo), ClientMessageID: m.ClientMessageID, Key: keyOf(m.ClientMessageID, objectID(m.ID)),
		CreatedAt: domain.Milliseconds(m.CreatedAt), UpdatedAt: domain.Milliseconds(m.UpdatedAt),
	}
	d.enrich(m.Enrichment)
	return d
}

func newMessage(draft domain.Draft) domain.Message {
	return domain.Message{
		RoomID: draft.RoomID, UserID: draft.UserID, UserName: draft.UserName, Role: draft.Role,
		Type: draft.Type, Text: draft.Text, ReplyTo: draft.ReplyTo, ClientMessageID: draft.ClientMessageID,
		Enrichment: domain.Enrichment{State: draft.State, Language: draft.Language},
	}
}
