package domain

import (
	"context"
	"time"
)

// Sentiment is the attitude that the writer of a message expresses.
type Sentiment string

// The three sentiments. Sad or bad news and self-blame are negative; questions, specifications
// and clinical descriptions are neutral.
const (
	SentimentPositive Sentiment = "positive"
	SentimentNeutral  Sentiment = "neutral"
	SentimentNegative Sentiment = "negative"
)

// Emotion is the mood of one message.
type Emotion struct {
	Sentiment  Sentiment
	Score      float64 // -1 (negative) .. 1 (positive)
	Confidence float64 // 0 .. 1
}

// ComplaintCategory is the primary cause of a complaint.
type ComplaintCategory string

// The causes of complaints. An empty category means that there is no complaint.
const (
	CategoryFit           ComplaintCategory = "fit"
	CategoryShade         ComplaintCategory = "shade"
	CategoryDelay         ComplaintCategory = "delay"
	CategoryCommunication ComplaintCategory = "communication"
	CategoryDamage        ComplaintCategory = "damage"
	CategoryWrongItem     ComplaintCategory = "wrong_item"
	CategoryCost          ComplaintCategory = "cost"
	CategoryOther         ComplaintCategory = "other"
)

// Complaint says whether an operator would want to be alerted: the sender reports that the
// other party's work, delivery, information, packaging, billing or conduct failed expectations.
type Complaint struct {
	Detected   bool
	Category   ComplaintCategory // empty unless Detected
	Confidence float64           // 0 .. 1, of the verdict
	Reasons    []string          // the words of the message that speak for the complaint
}

// Term is a term of the glossary that was found in a message.
type Term struct {
	Source   string // as written in the message
	Target   string // the term in the other language
	Category string
	// Applied tells that the translation has the term as the glossary wants it; false while there
	// is no translation.
	Applied bool
}

// EnrichmentState says how far the enrichment of a message has come.
type EnrichmentState string

// Pending waits for a provider or for a retry. Done holds everything that was asked for. Partial
// holds less (for example terms instead of a translation) and nothing better will come by itself.
// Failed means that every attempt failed. Off means that the message is not to be enriched.
const (
	EnrichmentPending EnrichmentState = "pending"
	EnrichmentDone    EnrichmentState = "done"
	EnrichmentPartial EnrichmentState = "partial"
	EnrichmentFailed  EnrichmentState = "failed"
	EnrichmentOff     EnrichmentState = "off"
)

// Enrichment is everything that was added to a message after its commit.
type Enrichment struct {
	State      EnrichmentState
	Translator string // name of the provider that translated; empty when none has
	Analyser   string // name of the provider that analysed; empty when none has

	Language     string // the language that the text is in, as far as known
	Translations map[string]string
	// Mismatches are, by the language of a translation, the protected tokens of the text (teeth,
	// shades, measures, dates, names of files and orders, money) that are not the same in it.
	Mismatches map[string][]string
	Terms      []Term
	Emotion    *Emotion
	Complaint  *Complaint

	// Corrections are what operators set right, oldest first. The fields above hold the outcome.
	Corrections []Correction
	// Machine is what the providers said of what was corrected; nil without corrections.
	Machine *Verdict
	// Reopened counts how often operators asked for the enrichment anew.
	Reopened int
}

// EnrichmentTask is a pending message that one worker has claimed until its lease ends.
type EnrichmentTask struct {
	Message Message
	// Targets are the languages of the room's participants other than the message's own.
	Targets []string
	// Attempt counts the claims of this message, this one included, from 1.
	Attempt int
	// Lease fences the result: it is refused when the lease has run out and another worker
	// holds the message now.
	Lease string
}

// EnrichmentResult is what came of an EnrichmentTask.
type EnrichmentResult struct {
	RoomID    ID
	MessageID ID
	Lease     string
	// Enrichment replaces what the message has. State pending means: try again at RetryAt.
	Enrichment Enrichment
	RetryAt    time.Time
	// Unchanged means that nothing new came of the claim: the message goes back to the queue until
	// RetryAt as it is. Its UpdatedAt and the time of its last save stay, it is not among those that
	// the save gives, and no event tells of it.
	Unchanged bool
}

// TranslateRequest is a batch of texts of one language pair.
type TranslateRequest struct {
	Source string
	Target string
	Texts  []string
	// Terms are those of the glossary that each text holds, in the order of Texts; nil when
	// nobody has looked.
	Terms [][]Term
	// Dictionary is the glossary for providers that keep a copy of it; nil without one.
	Dictionary *Dictionary
	// Fresh asks not to answer from a cache.
	Fresh bool
}

// Dictionary is a glossary of one language pair. It does not change.
type Dictionary struct {
	Version string // changes with the entries
	Entries []DictionaryEntry
}

// DictionaryEntry says how a term is to be translated.
type DictionaryEntry struct{ Source, Target string }

// Translation is the answer to one text.
type Translation struct {
	// Text is the whole text in the target language; empty when the provider has none. A provider
	// never puts a word-by-word gloss here.
	Text  string
	Terms []Term
	// Provider is the name of the one that translated, when the Translator stands for several.
	Provider string
	// Mismatches are the protected tokens that the Text does not keep.
	Mismatches []string
	// Analysis is what a provider says of the original in the same answer; nil of those that
	// only translate.
	Analysis *Analysis
	// Err is set when this text alone failed; the others of the batch stand.
	Err error
}

// Translator is a provider of translations. Implementations may be slow cloud services: they
// honour the context's deadline and cancellation, take batches, and are safe for concurrent use.
type Translator interface {
	// Name is the provider's name as in the settings, for example "glossary".
	Name() string
	// Translate answers one Translation for each text, in order. An error means that the whole
	// batch failed; a *ProviderError says whether to retry.
	Translate(ctx context.Context, request TranslateRequest) ([]Translation, error)
}

// AnalyserEmbedded is the name of the analyser that reads every message, alone or beside another.
const AnalyserEmbedded = "embedded"

// AnalyseText is one text to analyse: always the original, never a translation.
type AnalyseText struct {
	Text     string
	Language string // as far as known, for example "en" or "ko"
}

// Analysis is the answer to one AnalyseText.
type Analysis struct {
	Emotion   Emotion
	Complaint Complaint
	// Err is set when this text alone failed; the others of the batch stand.
	Err error
}

// Analyser is a provider of mood and complaint detection, with the same rules as Translator.
type Analyser interface {
	Name() string
	// Analyse answers one Analysis for each text, in order.
	Analyse(ctx context.Context, texts []AnalyseText) ([]Analysis, error)
}

// ProviderError is a failure of a Translator or Analyser that says what to do about it. Any other
// error of a provider is taken as one that may be retried. Its text holds neither a key nor any
// part of a message.
type ProviderError struct {
	Provider string
	// Permanent means that repeating the same texts cannot help; other texts may pass.
	Permanent bool
	// Refused means that the provider takes nothing from us for now: a key that is wrong, a quota
	// that is used up. Waiting or an administrator may help.
	Refused    bool
	RetryAfter time.Duration // the provider's own wish; 0 when it has none
	Err        error
}

// Error tells the provider and the cause; it is for logs, not for clients.
func (e *ProviderError) Error() string { return e.Provider + ": " + e.Err.Error() }

// Unwrap gives the cause.
func (e *ProviderError) Unwrap() error { return e.Err }
