package mongostore

import "dentalk/domain"

func (d messageDocument) message() domain.Message {
	return domain.Message{
		ID: idOf(d.ID), RoomID: idOf(d.RoomID), Seq: d.Seq, UserID: idOf(d.UserID), UserName: d.UserName, Role: d.Role,
		Type: d.Content.Type, Text: d.Content.Text, Enrichment: d.enrichment(), ReplyTo: idOf(d.ReplyTo),
		Teeth:           convert(d.Content.Teeth, func(t toothDocument) domain.Tooth { return domain.Tooth(t) }),
		Attachments:     convert(d.Content.Attachments, attachmentDocument.attachment),
		ClientMessageID: d.ClientMessageID, CreatedAt: timeOf(d.CreatedAt), UpdatedAt: timeOf(d.UpdatedAt), ErasedAt: timeOf(d.ErasedAt),
	}
}

func (d messageDocument) enrichment() domain.Enrichment {
	e := domain.Enrichment{
		State: d.Enrichment.State, Translator: d.Enrichment.Translator, Analyser: d.Enrichment.Analyser,
		Language: d.Content.Language, Translations: d.Content.Translations, Mismatches: d.Content.Mismatches,
		Terms:   convert(d.Content.Terms, func(t termDocument) domain.Term { return domain.Term(t) }),
		Emotion: (*domain.Emotion)(d.Emotion), Complaint: (*domain.Complaint)(d.Complaint),
		Corrections: convert(d.Enrichment.Corrections, correctionDocument.correction), Reopened: d.Enrichment.Reopened,
	}
	if d.Enrichment.Machine != nil {
		e.Machine = new(d.Enrichment.Machine.verdict())
	}
	return e
}

// enrich sets everything of e but the place in the queue.
func (d *messageDocument) enrich(e domain.Enrichment) {
	d.Enrichment.State, d.Enrichment.Translator, d.Enrichment.Analyser = e.State, e.Translator, e.Analyser
	d.Content.Language, d.Content.Translations, d.Content.Mismatches = e.Language, e.Translations, e.Mismatches
	d.Content.Terms = convert(e.Terms, func(t domain.Term) termDocument { return termDocument(t) })
	d.Emotion, d.Complaint = (*emotionDocument)(e.Emotion), (*complaintDocument)(e.Complaint)
	d.Enrichment.Corrections = convert(e.Corrections, newCorrectionDocument)
	d.Enrichment.Machine, d.Enrichment.Reopened = nil, e.Reopened
	if e.Machine != nil {
		d.Enrichment.Machine = new(newVerdictDocument(*e.Machine))
	}
}

// newMessageDocument is that of a message without a place in the queue.
func newMessageDocument(m domain.Message, counts countsDocument) messageDocument {
	d := messageDocument{
		ID: objectID(m.ID), RoomID: objectID(m.RoomID), Seq: m.Seq, Counts: counts, UserID: objectID(m.UserID),
		UserName: m.UserName, Role: m.Role, Content: contentDocument{Type: m.Type, Text: m.Text},
		ReplyTo: objectID(m.ReplyTo), ClientMessageID: m.ClientMessageID, Key: keyOf(m.ClientMessageID, objectID(m.ID)),
		CreatedAt: domain.Milliseconds(m.CreatedAt), UpdatedAt: domain.Milliseconds(m.UpdatedAt),
		ErasedAt: domain.Milliseconds(m.ErasedAt),
	}
	d.Content.Teeth = convert(m.Teeth, func(t domain.Tooth) toothDocument { return toothDocument(t) })
	d.Content.Attachments = convert(m.Attachments, newAttachmentDocument)
	d.enrich(m.Enrichment)
	return d
}

func newMessage(draft domain.Draft) domain.Message {
	return domain.Message{
		RoomID: draft.RoomID, UserID: draft.UserID, UserName: draft.UserName, Role: draft.Role,
		Type: draft.Type, Text: draft.Text, Teeth: draft.Teeth, Attachments: draft.Attachments,
		ReplyTo: draft.ReplyTo, ClientMessageID: draft.ClientMessageID,
		Enrichment: domain.Enrichment{State: draft.State, Language: draft.Language},
	}
}

func newAttachmentDocument(a domain.Attachment) attachmentDocument {
	return attachmentDocument{objectID(a.ID), newFileDocument(a)}
}

func (d attachmentDocument) attachment() domain.Attachment { return d.File.attachment(d.ID) }
