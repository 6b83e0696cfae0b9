package handlers

import (
	"net/http"

	"github.com/gin-gonic/gin"

	"dentalk/domain"
)

// Verdict is what providers or an operator say of a message. Missing parts say nothing.
type Verdict struct {
	// By language.
	Translations map[string]string `json:"translations"`
	Emotion      *Emotion          `json:"emotion" extensions:"x-nullable"`
	Complaint    *Complaint        `json:"complaint" extensions:"x-nullable"`
}

func newVerdict(v domain.Verdict) Verdict {
	return Verdict{Translations: textsOrEmpty(v.Translations), Emotion: newEmotion(v.Emotion), Complaint: newComplaint(v.Complaint)}
}

// Correction is what an operator has set right.
type Correction struct {
	UserID   string `json:"userId" example:"66f0a1b2c3d4e5f607182930"`
	UserName string `json:"userName" example:"operator"`
	At       string `json:"at" format:"date-time" example:"2026-03-14T09:26:53.589Z"`
	Verdict
}

// EnrichmentVersions are what was said of a message; the message itself holds the outcome.
type EnrichmentVersions struct {
	// What the providers said of what was corrected; null without corrections.
	Machine *Verdict `json:"machine" extensions:"x-nullable"`
	// Oldest first.
	Corrections []Correction `json:"corrections"`
	// By language: what of the text is not the same in the translation.
	Mismatches map[string][]string `json:"mismatches"`
	// How often operators asked for the enrichment anew.
	Reopened int `json:"reopened" example:"0"`
}

func newEnrichmentVersions(e domain.Enrichment) EnrichmentVersions {
	versions := EnrichmentVersions{Corrections: make([]Correction, len(e.Corrections)), Mismatches: e.Mismatches, Reopened: e.Reopened}
	if e.Machine != nil {
		machine := newVerdict(*e.Machine)
		versions.Machine = &machine
	}
	for i, one := range e.Corrections {
		versions.Corrections[i] = Correction{
			UserID: string(one.UserID), UserName: one.UserName, At: formatTime(one.At), Verdict: newVerdict(one.Verdict),
		}
	}
	if versions.Mismatches == nil {
		versions.Mismatches = map[string][]string{}
	}
	return versions
}

// getEnrichment gives what was said of a message, for operators.
//
//	@Summary	What providers and operators said of a message
//	@Tags		enrichment
//	@Produce	json,application/problem+json
//	@Security	Bearer
//	@Param		roomId					path		string	true	"The room"
//	@Param		messageId				path		string	true	"The message"
//	@Success	200						{object}	EnrichmentVersions
//	@Failure	400,401,403,404,500,503	{object}	Problem
//	@x-access	"room operator"
//	@ID			getEnrichment
//	@Router		/v1/rooms/{roomId}/messages/{messageId}/enrichment [get]
func (a *API) getEnrichment(c *gin.Context) (answer, error) {
	ctx, cancel := withTimeout(c)
	defer cancel()
	message, err := a.Chat.Enrichment(ctx, caller(c), roomID(c), messageID(c))
	if err != nil {
		return answer{}, err
	}
	return ok(newEnrichmentVersions(message.Enrichment))
}

// enrichAgain asks the providers anew, for operators.
//
//	@Summary		Translate and analyse a message again
//	@Description	For example after a provider's failure. What operators have corrected stays. The outcome comes as message.enriched. A message that is pending already stays as it is. 409 not_enriched is for notes, system messages, messages without text, and while no provider is set.
//	@Tags			enrichment
//	@Produce		json,application/problem+json
//	@Security		Bearer
//	@Param			roomId						path		string	true	"The room"
//	@Param			messageId					path		string	true	"The message"
//	@Success		202							{object}	Message
//	@Failure		400,401,403,404,409,500,503	{object}	Problem
//	@x-access	"room operator"
//	@ID				enrichAgain
//	@Router			/v1/rooms/{roomId}/messages/{messageId}/enrich [post]
func (a *API) enrichAgain(c *gin.Context) (answer, error) {
	ctx, cancel := withTimeout(c)
	defer cancel()
	message, err := a.Chat.EnrichAgain(ctx, caller(c), roomID(c), messageID(c))
	if err != nil {
		return answer{}, err
	}
	return answer{Status: http.StatusAccepted, Body: newMessage(message)}, nil
}

// CorrectRequest is what to set right: at least one part; the others stay as they are.
type CorrectRequest struct {
	// By language (ISO 639, without script and region); each 1 to 8000 characters.
	Translations map[string]string        `json:"translations,omitempty" validate:"optional" example:"ko:마진이 뜹니다."`
	Emotion      *CorrectEmotionRequest   `json:"emotion,omitempty" validate:"optional"`
	Complaint    *CorrectComplaintRequest `json:"complaint,omitempty" validate:"optional"`
}

// CorrectEmotionRequest is an operator's verdict on the mood.
type CorrectEmotionRequest struct {
	Sentiment domain.Sentiment `json:"sentiment" validate:"required" swaggertype:"string" enums:"positive,neutral,negative" example:"negative"`
}

// CorrectComplaintRequest is an operator's verdict on the complaint.
type CorrectComplaintRequest struct {
	Detected *bool `json:"detected" validate:"required" example:"true"`
	// Required when detected, and absent when not.
	Category string `json:"category,omitempty" validate:"optional" enums:"fit,shade,delay,communication,damage,wrong_item,cost,other" example:"fit"`
}

func (r CorrectRequest) correction() domain.NewCorrection {
	correction := domain.NewCorrection{Translations: r.Translations}
	if r.Emotion != nil {
		correction.Sentiment = &r.Emotion.Sentiment
	}
	if r.Complaint != nil {
		correction.Complaint = &domain.NewComplaint{Detected: r.Complaint.Detected, Category: domain.ComplaintCategory(r.Complaint.Category)}
	}
	return correction
}

// correctEnrichment sets right what providers said, for operators.
//
//	@Summary		Correct the translation, the mood or the complaint of a message
//	@Description	The correction is kept as a version beside what the providers said, holds also when the message is enriched again, and is streamed as message.enriched. 409 not_enriched is for notes, system messages and messages without text.
//	@Tags			enrichment
//	@Accept			json
//	@Produce		json,application/problem+json
//	@Security		Bearer
//	@Param			roomId								path		string			true	"The room"
//	@Param			messageId							path		string			true	"The message"
//	@Param			request								body		CorrectRequest	true	"What is right"
//	@Success		200									{object}	Message
//	@Failure		400,401,403,404,409,413,415,500,503	{object}	Problem
//	@x-access	"room operator"
//	@ID				correctEnrichment
//	@Router			/v1/rooms/{roomId}/messages/{messageId}/enrichment [patch]
func (a *API) correctEnrichment(c *gin.Context) (answer, error) {
	var request CorrectRequest
	if err := decode(c, &request); err != nil {
		return answer{}, err
	}
	ctx, cancel := withTimeout(c)
	defer cancel()
	corrected, err := a.Chat.Correct(ctx, caller(c), roomID(c), messageID(c), request.correction())
	if err != nil {
		return answer{}, err
	}
	for _, mistake := range corrected.Mistakes {
		a.Corrected(string(mistake.Part), mistake.Provider)
	}
	return ok(newMessage(corrected.Message))
}
