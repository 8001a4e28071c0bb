// Package relevance scores how likely an article that a rule matched is worth an alert.
//
// Start with [Shipped], the model of a shipped rule, then [Of] and [Model.Score]. A score is between 0 and 1, depends
// on the article and the match alone, and comes with the features that weigh most. A model is a list of named weights in
// a readable file. [Fit] learns one from labelled articles, and [Refit] from a few that people marked; the folder gen has
// the command that writes the shipped ones.
// What follows from a score, and how its reasons are put into words, is left to others.
package relevance

import (
	"cmp"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io/fs"
	"maps"
	"math"
	"slices"
	"sync"

	"regwatch/internal/text"
	"regwatch/models"
)

//go:embed data/*.json
var data embed.FS

// A File is the stored form of a model, one for each rule.
type File struct {
	Rule     string             `json:"rule"`
	Command  string             `json:"command"`           // that wrote the file
	Articles int                `json:"articles"`          // that it was trained on
	Relevant int                `json:"relevant"`          // of these
	Alert    float64            `json:"alert"`             // from this score on, a match alerts
	Digest   float64            `json:"digest"`            // from this score on, it is listed in the digest
	Mention  float64            `json:"mention,omitempty"` // from this score on, a mention is listed in the digest; 0: never
	Bias     float64            `json:"bias"`
	Features map[string]float64 `json:"features"` // by a name of Names; a feature that is absent weighs nothing
	Words    map[string]float64 `json:"words"`    // by a word or a pair of Chinese characters of the title
}

// Encode returns the bytes of the file. They are the same for the same model.
func (f File) Encode() ([]byte, error) {
	b, err := json.MarshalIndent(f, "", "  ")
	if err != nil {
		return nil, fmt.Errorf("encode the model of %s: %w", f.Rule, err)
	}
	return append(b, '\n'), nil
}

// A Model scores the matches of one rule. It never changes.
type Model struct {
	rule          string
	version       string
	bias          float64
	alert, digest float64
	mention       float64
	named         []float64 // by the number of a feature
	words         map[string]float64
}

// Shipped returns the model of a shipped rule.
func Shipped(rule string) (*Model, bool) {
	m, ok := shipped()[rule]
	return m, ok
}

// shipped reads the embedded models once. They never change.
var shipped = sync.OnceValue(func() map[string]*Model {
	names, err := fs.Glob(data, "data/*.json")
	if err != nil {
		panic(fmt.Sprintf("relevance: %v", err)) // the pattern is valid
	}
	all := make(map[string]*Model)
	for _, name := range names {
		b, err := data.ReadFile(name)
		if err == nil {
			var m *Model
			if m, err = Parse(b); err == nil {
				all[m.rule] = m
			}
		}
		if err != nil {
			panic(fmt.Sprintf("relevance: %s: %v", name, err)) // tests read every file
		}
	}
	return all
})

// ParseFile reads the stored form of a model.
func ParseFile(b []byte) (File, error) {
	var f File
	if err := json.Unmarshal(b, &f); err != nil {
		return File{}, fmt.Errorf("read the model: %w", err)
	}
	return f, nil
}

// Parse reads a model from the bytes of its file.
func Parse(b []byte) (*Model, error) {
	f, err := ParseFile(b)
	if err != nil {
		return nil, err
	}
	m, err := f.model()
	if err != nil {
		return nil, fmt.Errorf("read the model of %s: %w", f.Rule, err)
	}
	sum := sha256.Sum256(b)
	m.version = hex.EncodeToString(sum[:6])
	return m, nil
}

// model returns the model of the file, without a version.
func (f File) model() (*Model, error) {
	for name := range f.Features {
		if !slices.Contains(featureNames(), name) {
			return nil, fmt.Errorf("unknown feature %q", name)
		}
	}
	if f.Digest < 0 || f.Alert < f.Digest || f.Alert > 1 {
		return nil, fmt.Errorf("thresholds alert %v and digest %v; want 0 ≤ digest ≤ alert ≤ 1", f.Alert, f.Digest)
	}
	if f.Mention != 0 && f.Mention < f.Alert || f.Mention > 1 {
		return nil, fmt.Errorf("threshold mention %v; want one from %v, that of alerts, to 1", f.Mention, f.Alert)
	}
	return f.weights(), nil
}

// weights returns the model of a file whose features are known, without a version.
func (f File) weights() *Model {
	m := &Model{rule: f.Rule, bias: f.Bias, alert: f.Alert, digest: f.Digest, mention: f.Mention, named: make([]float64, len(featureNames())), words: f.Words}
	for i, name := range featureNames() {
		m.named[i] = f.Features[name]
	}
	return m
}

// Rule returns the ID of the rule that the model is for.
func (m *Model) Rule() string { return m.rule }

// Version is a hash of the model's file.
func (m *Model) Version() string { return m.version }

// File returns the weights and thresholds of the model, without how it was made.
func (m *Model) File() File {
	f := File{Rule: m.rule, Alert: m.alert, Digest: m.digest, Mention: m.mention, Bias: m.bias, Features: make(map[string]float64), Words: maps.Clone(m.words)}
	for i, weight := range m.named {
		if weight != 0 {
			f.Features[nameOf(i)] = weight
		}
	}
	return f
}

// Level returns what a score means to a reader. At level [models.LessCertain] and below, a match does not alert by
// itself; that official sources and critical rules always alert is left to the caller.
func (m *Model) Level(score float64) models.RelevanceLevel {
	switch {
	case score >= m.alert:
		return models.Likely
	case score >= m.digest:
		return models.LessCertain
	}
	return models.Unlikely
}

// Thresholds are the scores from which a match is likely, and less certain: 0 ≤ Digest ≤ Alert ≤ 1. If Alert is 0, no
// match is demoted.
type Thresholds struct {
	Alert  float64 `json:"alert"`
	Digest float64 `json:"digest"`
}

// Thresholds returns the thresholds of the model.
func (m *Model) Thresholds() Thresholds { return Thresholds{m.alert, m.digest} }

// ListsMention reports whether a mention with this score is an entry of the digest: a rule may take an article for a
// mention that is about its topic.
func (m *Model) ListsMention(score float64) bool { return m.mention > 0 && score >= m.mention }

// WithThresholds returns the model with other thresholds. Its version stays: it is that of
// the weights.
func (m *Model) WithThresholds(t Thresholds) *Model {
	other := *m
	other.alert, other.digest = t.Alert, t.Digest
	if other.mention > 0 {
		other.mention = max(other.mention, t.Alert)
	}
	return &other
}

// maxReasons is the number of reasons of a score.
const maxReasons = 3

// leastReason is the weight from which a feature is a reason.
const leastReason = 0.1

// Score scores the features of a match.
func (m *Model) Score(f Features) models.Relevance {
	type weighed struct {
		feature int // of Names, or -1
		word    string
		weight  float64
	}
	var few [maxReasons + 1]weighed
	top := few[:0]
	sum := m.bias
	note := func(w weighed) {
		sum += w.weight
		if math.Abs(w.weight) < leastReason {
			return
		}
		at := len(top)
		for at > 0 && math.Abs(w.weight) > math.Abs(top[at-1].weight) {
			at--
		}
		if at == maxReasons {
			return
		}
		top = slices.Insert(top, at, w)
		top = top[:min(len(top), maxReasons)]
	}
	for i, weight := range m.named {
		if weight != 0 && f.Has(i) {
			note(weighed{feature: i, weight: weight})
		}
	}
	for _, word := range f.words {
		switch weight := m.words[word]; {
		case weight == 0:
		case text.HasCJK(word):
			sum += weight // a pair of characters is often no word, so it explains nothing
		default:
			note(weighed{feature: -1, word: word, weight: weight})
		}
	}
	value := logistic(sum)
	r := models.Relevance{Score: value, Model: m.version, Level: m.Level(value), Reasons: make([]models.RelevanceReason, 0, len(top))}
	for _, w := range top {
		name := "word." + w.word
		if w.feature >= 0 {
			name = nameOf(w.feature)
		}
		r.Reasons = append(r.Reasons, models.RelevanceReason{Feature: name, For: w.weight > 0})
	}
	return r
}

func logistic(x float64) float64 { return 1 / (1 + math.Exp(-x)) }

// round keeps the digits of a weight that a reader can use.
func round(x float64) float64 {
	r := math.Round(x*1000) / 1000
	return cmp.Or(r, 0) // no negative zero
}
