package relevance_test

import (
	"errors"
	"fmt"
	"testing"

	"regwatch/models"
	"regwatch/rules/relevance"

	"github.com/google/go-cmp/cmp"
)

// priorFile is a model that takes bans for relevant.
func priorFile() *relevance.File {
	return &relevance.File{
		Rule: "kiosk-ban", Alert: 0.4, Digest: 0.1, Bias: -2,
		Features: map[string]float64{"title.forbid": 2.5, "title.price": -1.25, "source.regulator": 0.75},
		Words:    map[string]float64{"bans": 0.5, "礦機": 1.5},
	}
}

// marks returns n marks of each title, those of the first list relevant.
func marks(n int, relevant, irrelevant []string) []relevance.Sample {
	var out []relevance.Sample
	for i := range n {
		for _, title := range relevant {
			out = append(out, mark(fmt.Sprintf("%s %d", title, i), true))
		}
		for _, title := range irrelevant {
			out = append(out, mark(fmt.Sprintf("%s %d", title, i), false))
		}
	}
	return out
}

func mark(title string, relevant bool) relevance.Sample {
	return relevance.Sample{Features: relevance.Of(models.Article{Title: title}, models.Match{}), Relevant: relevant, Weight: 1}
}

func TestFitWithPrior(t *testing.T) {
	prior := priorFile()
	tests := []struct {
		name    string
		samples []relevance.Sample
		check   func(f relevance.File) string // what is wrong; empty: nothing
	}{
		{"no samples: exactly the prior's weights", nil, func(f relevance.File) string {
			return cmp.Diff(prior.Features, f.Features) + cmp.Diff(prior.Words, f.Words) + cmp.Diff(prior.Bias, f.Bias)
		}},
		{"a few samples: what they do not have stays", marks(1, []string{"Council bans kiosks"}, []string{"Price of tokens falls"}), func(f relevance.File) string {
			return cmp.Diff([]float64{0.75, 1.5}, []float64{f.Features["source.regulator"], f.Words["礦機"]})
		}},
		{"a few samples move a weight a little", marks(1, nil, []string{"Council bans kiosks"}), func(f relevance.File) string {
			if w := f.Features["title.forbid"]; w >= 2.5 || w <= 1.5 {
				return fmt.Sprintf("title.forbid weighs %v, want a little below 2.5", w)
			}
			return ""
		}},
		{"many samples override it", marks(200, []string{"Price of tokens falls"}, []string{"Council bans kiosks"}), func(f relevance.File) string {
			ban, price := mark("Council bans kiosks", false), mark("Price of tokens falls", true)
			if b, p := score(t, f, ban), score(t, f, price); b > 0.1 || p < 0.9 {
				return fmt.Sprintf("a ban scores %.2f and a price %.2f, want near 0 and 1", b, p)
			}
			return ""
		}},
		{"samples that the prior calls impossible do not lead astray", marks(300, []string{"Price of tokens falls"}, nil), func(f relevance.File) string {
			if p := score(t, f, mark("Price of tokens falls", true)); p < 0.9 {
				return fmt.Sprintf("a price scores %.2f, want near 1", p)
			}
			return ""
		}},
	}
	for _, tt := range tests {
		f := relevance.Fit(tt.samples, relevance.Options{Prior: prior})
		if wrong := tt.check(f); wrong != "" {
			t.Errorf("%s: %s", tt.name, wrong)
		}
		if diff := cmp.Diff(f, relevance.Fit(tt.samples, relevance.Options{Prior: prior})); diff != "" {
			t.Errorf("%s: another model the second time (-first +second):\n%s", tt.name, diff)
		}
	}
	if diff := cmp.Diff(priorFile(), prior); diff != "" {
		t.Errorf("the prior was changed (-before +after):\n%s", diff)
	}
}

func score(t *testing.T, f relevance.File, s relevance.Sample) float64 {
	t.Helper()
	return parsed(t, f).Score(s.Features).Score
}

func parsed(t *testing.T, f relevance.File) *relevance.Model {
	t.Helper()
	b, err := f.Encode()
	if err != nil {
		t.Fatal(err)
	}
	m, err := relevance.Parse(b)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func TestRefitNeedsEnoughOfBothKinds(t *testing.T) {
	tests := []struct {
		relevant, irrelevant int
		enough               bool
	}{
		{0, 0, false}, {10, 0, false}, {0, 10, false}, {6, 3, false}, {8, 2, false}, {2, 20, false}, {7, 3, true}, {3, 7, true},
	}
	for _, tt := range tests {
		var samples []relevance.Sample
		for i := range tt.relevant {
			samples = append(samples, mark(fmt.Sprintf("Council bans kiosks %d", i), true))
		}
		for i := range tt.irrelevant {
			samples = append(samples, mark(fmt.Sprintf("Price of tokens falls %d", i), false))
		}
		_, err := relevance.Refit(nil, samples)
		few, is := errors.AsType[*relevance.TooFewError](err)
		if is == tt.enough || !is && err != nil {
			t.Errorf("%d relevant and %d irrelevant: error %v, want enough %v", tt.relevant, tt.irrelevant, err, tt.enough)
		}
		if is && (few.Relevant != tt.relevant || few.Irrelevant != tt.irrelevant) {
			t.Errorf("%d relevant and %d irrelevant: the error counts %+v", tt.relevant, tt.irrelevant, *few)
		}
	}
}

func TestRefitThresholds(t *testing.T) {
	bans, prices := []string{"Council bans kiosks"}, []string{"Price of tokens falls"}
	zero := priorFile()
	zero.Alert, zero.Digest = 0, 0
	tests := []struct {
		name    string
		base    *relevance.File
		samples []relevance.Sample
		lower   bool // than those of the base
	}{
		{"marks that agree keep those of the base", priorFile(), marks(8, bans, prices), false},
		{"marks that contradict lower them", priorFile(), append(marks(6, bans, prices), mark("Price of tokens falls again", true)), true},
		{"a base that demotes nothing", zero, marks(8, bans, prices), false},
		{"no base", nil, marks(8, bans, prices), false},
		{"marks that no feature tells apart", nil, marks(6, bans, bans), false},
	}
	for _, tt := range tests {
		f, err := relevance.Refit(tt.base, tt.samples)
		if err != nil {
			t.Errorf("%s: %v", tt.name, err)
			continue
		}
		if f.Alert <= 0 || f.Digest > f.Alert || f.Alert >= 1 {
			t.Errorf("%s: thresholds %v and %v; want 0 < alert < 1 and digest at most alert", tt.name, f.Alert, f.Digest)
		}
		if tt.base != nil && tt.base.Alert > 0 {
			if lower := f.Alert < tt.base.Alert; lower != tt.lower || f.Alert > tt.base.Alert || f.Digest > tt.base.Digest {
				t.Errorf("%s: thresholds %v and %v, those of the base are %v and %v", tt.name, f.Alert, f.Digest, tt.base.Alert, tt.base.Digest)
			}
		}
		alerts, relevant := 0, 0
		m := parsed(t, f)
		for _, s := range tt.samples {
			if s.Relevant {
				relevant++
				if m.Score(s.Features).Level == models.Likely {
					alerts++
				}
			}
		}
		if float64(alerts) < 0.95*float64(relevant) {
			t.Errorf("%s: %d of %d relevant marks alert, want 95 %%", tt.name, alerts, relevant)
		}
	}
}

func TestRefitWithoutBaseTellsMarksApart(t *testing.T) {
	samples := marks(8, []string{"Zoning board shuts the depot"}, []string{"Festival opens at the depot"}) // no word of the lexicon
	f, err := relevance.Refit(nil, samples)
	if err != nil {
		t.Fatal(err)
	}
	if shut, festival := score(t, f, samples[0]), score(t, f, samples[1]); shut < f.Alert || festival >= f.Alert {
		t.Errorf("scores %.2f and %.2f, want one above and one below the threshold %v", shut, festival, f.Alert)
	}
	again, err := relevance.Refit(nil, samples)
	if diff := cmp.Diff(f, again); err != nil || diff != "" {
		t.Errorf("the same marks give another model (-first +second): %v\n%s", err, diff)
	}
}

func TestFileOfAModelIsWhatItWasReadFrom(t *testing.T) {
	want := *priorFile()
	got := parsed(t, want).File()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("file (-want +got):\n%s", diff)
	}
	got.Words["bans"] = 9
	if again := parsed(t, want).File(); again.Words["bans"] != 0.5 {
		t.Error("the words of the model and of its file are the same map")
	}
}

func BenchmarkRefit(b *testing.B) {
	base := priorFile()
	for _, n := range []int{20, 200, 2000} {
		samples := marks(n/4, []string{"Council bans crypto kiosks in the district", "Central bank forbids trading in bitcoin"}, []string{"Price of tokens falls as exchange halts", "Firm raises capital for mining rigs"})
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			for b.Loop() {
				if _, err := relevance.Refit(base, samples); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
