package models

import "time"

// A Relevance is what a relevance model says of a match. It is stored with the match, so a later model does not
// change it.
type Relevance struct {
	Score   float64           `json:"score"`   // from 0 to 1, higher is more relevant
	Model   string            `json:"model"`   // the version of the model; empty: the match was not scored
	Level   RelevanceLevel    `json:"level"`   // of the score
	Reasons []RelevanceReason `json:"reasons"` // those that weigh most, the heaviest first
	// Kept says why the match alerts although its score is too low; empty: it is not, or the match does not alert.
	Kept KeptReason `json:"kept,omitempty"`
}

// Scored reports whether a model scored the match.
func (r Relevance) Scored() bool { return r.Model != "" }

// A RelevanceLevel is a score as a reader is shown it.
type RelevanceLevel string

const (
	Likely      RelevanceLevel = "likely"
	LessCertain RelevanceLevel = "less-certain"
	Unlikely    RelevanceLevel = "unlikely"
)

// A RelevanceReason is a feature of the article that raised or lowered a score.
type RelevanceReason struct {
	Feature string `json:"feature"` // such as title.public-acts, or "word." and a word of the title
	For     bool   `json:"for"`     // it raised the score
}

// A KeptReason says why a match alerts whatever its score is.
type KeptReason string

const (
	KeptOfficial KeptReason = "official" // its source is a regulator or a government
	KeptCritical KeptReason = "critical" // its rule is critical
)

// An Outcome says where a match is shown. Nothing is dropped.
type Outcome string

const (
	OutcomeAlert  Outcome = "alert"  // in an alert, if the match alerts at all
	OutcomeDigest Outcome = "digest" // not in an alert, but in the digest, as less certain
	OutcomeCount  Outcome = "count"  // only counted in the digest

	OutcomeExcepted Outcome = "exception" // in no alert, but counted in the digest: an exception holds the match
)

// A RelevanceModel is a model that was fitted to feedback, as a person decided about it.
type RelevanceModel struct {
	RuleID     string `gorm:"primaryKey"`
	Version    string `gorm:"primaryKey"`
	File       string // the model, as its file would be
	Base       string // the version that it was fitted from; empty: from feedback alone
	Relevant   int    // events with such feedback that it learned from
	Irrelevant int
	State      ModelState
	ProposedAt time.Time `gorm:"serializer:micros"`
	DecidedAt  time.Time `gorm:"serializer:micros"` // zero: not yet
	DecidedBy  string
}

// A ModelState is what became of a proposed model.
type ModelState string

const (
	ModelProposed ModelState = "proposed"
	ModelAccepted ModelState = "accepted" // the one accepted last is in use
	ModelUndone   ModelState = "undone"
)
