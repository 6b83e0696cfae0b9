package mongostore

import (
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"

	"dentalk/domain"
)

type verdictDocument struct {
	Translations map[string]string  `bson:"translations,omitempty"`
	Emotion      *emotionDocument   `bson:"emotion,omitempty"`
	Complaint    *complaintDocument `bson:"complaint,omitempty"`
}

type correctionDocument struct {
	UserID   bson.ObjectID   `bson:"userId"`
	UserName string          `bson:"userName"`
	At       time.Time       `bson:"at"`
	Verdict  verdictDocument `bson:",inline"`
}

func newVerdictDocument(v domain.Verdict) verdictDocument {
	return verdictDocument{v.Translations, (*emotionDocument)(v.Emotion), (*complaintDocument)(v.Complaint)}
}

func (d verdictDocument) verdict() domain.Verdict {
	return domain.Verdict{
		Translations: d.Translations, Emotion: (*domain.Emotion)(d.Emotion), Complaint: (*domain.Complaint)(d.Complaint),
	}
}

func newCorrectionDocument(c domain.Correction) correctionDocument {
	return correctionDocument{objectID(c.UserID), c.UserName, domain.Milliseconds(c.At), newVerdictDocument(c.Verdict)}
}

func (d correctionDocument) correction() domain.Correction {
	return domain.Correction{UserID: idOf(d.UserID), UserName: d.UserName, At: timeOf(d.At), Verdict: d.Verdict.verdict()}
}
