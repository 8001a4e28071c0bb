package rules

import (
	"compress/gzip"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"hash/fnv"
	"io"
	"io/fs"
	"os"
	"testing"

	"regwatch/internal/textkind"
	"regwatch/models"
)

// A kindLabel is an article of which a person said the kind.
type kindLabel struct{ Event, Kind, Lang, Title, Text string }

// heldOut reports whether an article is in the quarter that nobody read while the marks were chosen. The articles of one
// event stay together.
func (l kindLabel) heldOut() bool {
	h := fnv.New32a()
	_, _ = io.WriteString(h, l.Event)
	return h.Sum32()%2 == 1 && sha256.Sum256([]byte(l.Event))[3]%2 == 1
}

func readKindLabels(t *testing.T) []kindLabel {
	t.Helper()
	f, err := os.Open("../../shared/events/long-1.jsonl.gz")
	if errors.Is(err, fs.ErrNotExist) {
		t.Skip("the labelled articles are not on this machine")
	}
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	var all []kindLabel
	for d := json.NewDecoder(z); ; {
		var l kindLabel
		if err := d.Decode(&l); err == io.EOF {
			return all
		} else if err != nil {
			t.Fatal(err)
		}
		all = append(all, l)
	}
}

// TestKindsOfLabelledArticles measures the kinds of text, as docs/measurements/rules.md states them: run it with -v. A
// price report is labelled apart; to us it is news.
func TestKindsOfLabelledArticles(t *testing.T) {
	type count struct{ right, found, labelled int }
	counts := [2]map[string]*count{{}, {}}
	for _, half := range counts {
		for _, kind := range textkind.Kinds() {
			half[kind] = new(count)
		}
	}
	for _, l := range readKindLabels(t) {
		half := counts[0]
		if l.heldOut() {
			half = counts[1]
		}
		want := l.Kind
		if want == "price" {
			want = textkind.News
		}
		var ev evaluator
		ev.values.reset(models.Article{Title: l.Title, Body: l.Text})
		got := ev.textKind().Kind
		half[got].found++
		half[want].labelled++
		if got == want {
			half[want].right++
		}
	}
	for i, half := range []string{"the marks were chosen on", "held out"} {
		for _, kind := range textkind.Kinds() {
			c := counts[i][kind]
			t.Logf("%s: %-9s %d labelled, %d found, %d right", half, kind, c.labelled, c.found, c.right)
		}
	}
	// Who writes none: [{kind: opinion}] must not lose news.
	if held := counts[1]; held[textkind.News].right < 9*held[textkind.News].labelled/10 {
		t.Errorf("of %d news held out, %d are told as news", held[textkind.News].labelled, held[textkind.News].right)
	}
}
