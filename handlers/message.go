package handlers

import (
	"math"

	"dentalk/domain"
)

// Message is one entry of a room's history.
type Message struct {
	ID     string `json:"id" example:"66f0a1b2c3d4e5f607182930"`
	RoomID string `json:"roomId" example:"66f0a1b2c3d4e5f607182931"`
	// Counts 1, 2, 3 … in its room. Operators' notes take one too, which others see as a step.
	Seq             int64      `json:"seq" example:"12"`
	UserID          string     `json:"userId"`
	UserName        string     `json:"userName" example:"dr.nguyen"`
	Role            string     `json:"role" enums:"operator,clinic,lab,service" example:"clinic"`
	Content         Content    `json:"content"`
	Emotion         *Emotion   `json:"emotion" extensions:"x-nullable"`
	Complaint       *Complaint `json:"complaint" extensions:"x-nullable"`
	Enrichment      Enrichment `json:"enrichment"`
	ReplyTo         string     `json:"replyTo,omitempty" validate:"optional"`
	ClientMessageID string     `json:"clientMessageId,omitempty" validate:"optional"`
	CreatedAt       string     `json:"createdAt" format:"date-time" example:"2026-03-14T09:26:53.589Z"`
	UpdatedAt       string     `json:"updatedAt" format:"date-time" example:"2026-03-14T09:26:53.589Z"`
	// When the content was erased by law; absent of all others.
	ErasedAt *string `json:"erasedAt,omitempty" validate:"optional" format:"date-time"`
}

// Content is what a message says.
type Content struct {
	Type     string `json:"type" enums:"text,image,file,system,note" example:"text"`
	Text     string `json:"text" example:"Shade A2, occlusal contact light please."`
	Language string `json:"language" example:"en"`
	// By language. Empty while there is no full translation; terms are no translation.
	Translations map[string]string `json:"translations"`
	Terms        []Term            `json:"terms"`
	Teeth        []Tooth           `json:"teeth"`
	Attachments  []Attachment      `json:"attachments"`
}

// Term is a term of the glossary that the text holds.
type Term struct {
	Source   string `json:"source" example:"occlusal contact"`
	Target   string `json:"target" example:"교합 접촉"`
	Category string `json:"category" example:"fit_occlusion"`
	// Whether the translation has the term as the glossary wants it.
	Applied bool `json:"applied"`
}

// Tooth is a tooth that the text names, in both notations.
type Tooth struct {
	Text      string `json:"text" example:"26"`
	FDI       string `json:"fdi" example:"26"`
	Universal string `json:"universal" example:"14"`
	// The number names different teeth in the two notations, and nothing tells which is meant; fdi
	// and universal are then as if it were FDI.
	Ambiguous bool `json:"ambiguous"`
}

// Emotion is the mood of a message.
type Emotion struct {
	Sentiment  string  `json:"sentiment" enums:"positive,neutral,negative" example:"neutral"`
	Score      float64 `json:"score" minimum:"-1" maximum:"1" example:"0.1"`
	Confidence float64 `json:"confidence" minimum:"0" maximum:"1" example:"0.9"`
}

// Complaint says whether the sender complains about the other party, and why one thinks so.
type Complaint struct {
	Detected   bool     `json:"detected"`
	Category   *string  `json:"category" enums:"fit,shade,delay,communication,damage,wrong_item,cost,other" extensions:"x-nullable"`
	Confidence float64  `json:"confidence" minimum:"0" maximum:"1" example:"0.9"`
	Reasons    []string `json:"reasons" example:"two weeks late"`
}

// Enrichment says how far translation and analysis have come.
type Enrichment struct {
	State string `json:"state" enums:"pending,done,partial,failed,off" example:"partial"`
	// Which provider did what, by translation and sentiment.
	Providers map[string]string `json:"providers"`
	// By language: what of the text (teeth, shades, measures, dates, names of files and orders,
	// money) is not the same in the translation.
	Mismatches map[string][]string `json:"mismatches,omitempty" validate:"optional"`
	// An operator has set something right.
	Corrected bool `json:"corrected,omitempty" validate:"optional"`
}

func newMessage(m domain.Message) Message {
	return Message{
		ID: string(m.ID), RoomID: string(m.RoomID), Seq: m.Seq, UserID: string(m.UserID), UserName: m.UserName, Role: string(m.Role),
		Content: Content{
			Type: string(m.Type), Text: m.Text, Language: m.Enrichment.Language, Translations: textsOrEmpty(m.Enrichment.Translations),
			Terms: newTerms(m.Enrichment.Terms), Teeth: newTeeth(m.Teeth), Attachments: newAttachments(m.Attachments),
		},
		Emotion: newEmotion(m.Enrichment.Emotion), Complaint: newComplaint(m.Enrichment.Complaint), Enrichment: newEnrichment(m.Enrichment),
		ReplyTo: string(m.ReplyTo), ClientMessageID: m.ClientMessageID,
		CreatedAt: formatTime(m.CreatedAt), UpdatedAt: formatTime(m.UpdatedAt), ErasedAt: timeOrNull(m.ErasedAt),
	}
}

func newMessages(messages []domain.Message) []Message {
	items := make([]Message, len(messages))
	for i, message := range messages {
		items[i] = newMessage(message)
	}
	return items
}

// textsOrEmpty gives an object to JSON also where there is nothing.
func textsOrEmpty(texts map[string]string) map[string]string {
	if texts == nil {
		return map[string]string{}
	}
	return texts
}

func newTerms(terms []domain.Term) []Term {
	items := make([]Term, len(terms))
	for i, term := range terms {
		items[i] = Term(term)
	}
	return items
}

func newTeeth(teeth []domain.Tooth) []Tooth {
	items := make([]Tooth, len(teeth))
	for i, tooth := range teeth {
		items[i] = Tooth(tooth)
	}
	return items
}

func newEmotion(e *domain.Emotion) *Emotion {
	if e == nil {
		return nil
	}
	return &Emotion{Sentiment: string(e.Sentiment), Score: round(e.Score), Confidence: round(e.Confidence)}
}

func newComplaint(c *domain.Complaint) *Complaint {
	if c == nil {
		return nil
	}
	return &Complaint{
		Detected: c.Detected, Category: textOrNull(string(c.Category)), Confidence: round(c.Confidence), Reasons: append([]string{}, c.Reasons...),
	}
}

func newEnrichment(e domain.Enrichment) Enrichment {
	providers := map[string]string{}
	if e.Translator != "" {
		providers["translation"] = e.Translator
	}
	if e.Analyser != "" {
		providers["sentiment"] = e.Analyser
	}
	return Enrichment{
		State: string(e.State), Providers: providers, Mismatches: e.Mismatches, Corrected: len(e.Corrections) > 0,
	}
}

// round leaves three decimals: more would pretend to be known. Adding 0 turns -0 into 0.
func round(value float64) float64 { return math.Round(value*1000)/1000 + 0 }
