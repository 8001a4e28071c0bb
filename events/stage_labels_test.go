package events

import (
	"bufio"
	"encoding/json"
	"os"
	"strings"
	"testing"
	"time"

	"regwatch/models"
)

// TestStageLabels counts how many stages are right in files of labelled articles, one
// JSON object a line. REGWATCH_STAGE_LABELS names the files, with commas between them.
// With REGWATCH_STAGE_ERRORS=1 it also prints what is wrong.
func TestStageLabels(t *testing.T) {
	files := os.Getenv("REGWATCH_STAGE_LABELS")
	if files == "" {
		t.Skip("REGWATCH_STAGE_LABELS names no file")
	}
	for name := range strings.SplitSeq(files, ",") {
		groups := []string{"sure", "all", "sure, even weeks", "sure, odd weeks"}
		counts := make(map[string]*stageCount)
		for _, l := range stageLabels(t, name) {
			got := extractFeatures(Found{Article: l.article()}).readExtraction()
			_, week := l.published().ISOWeek()
			half := "sure, even weeks"
			if week%2 == 1 {
				half = "sure, odd weeks"
			}
			in := []string{"all", l.Script + ", all"}
			if !l.Doubtful {
				in = append(in, "sure", half, l.Script+", sure")
			}
			for _, g := range in {
				if counts[g] == nil {
					counts[g] = new(stageCount)
				}
				counts[g].add(got.stage.String(), l.want())
			}
			if os.Getenv("REGWATCH_STAGE_ERRORS") != "" && got.stage.String() != l.want() {
				t.Logf("%s: got %q, want %q\n\t%s\n\t%s", l.ID, got.stage, l.want(), l.Title, l.Text)
			}
		}
		for _, r := range []string{"en", "zh-Hans", "zh-Hant", "zh-Hant machine"} {
			groups = append(groups, r+", sure", r+", all")
		}
		for _, g := range groups {
			if c := counts[g]; c != nil {
				t.Logf("%s: %-24s right %d of %d; stages: right %d of %d found, of %d there", name, g, c.right, c.all, c.hits, c.found, c.there)
			}
		}
	}
}

// A stageCount compares the stages that were read with the labels. "None" is right if
// the label says so, but it is not a stage that was found.
type stageCount struct{ right, all, hits, found, there int }

func (c *stageCount) add(got, want string) {
	c.all++
	c.right += one(got == want)
	c.hits += one(got == want && got != "")
	c.found += one(got != "")
	c.there += one(want != "")
}

// A stageLabel is an article with the stage that a person read in it.
type stageLabel struct {
	ID        string `json:"id"`
	Title     string `json:"title"`
	Text      string `json:"text"`
	Published string `json:"published"` // a day
	Lang      string `json:"lang"`
	Script    string `json:"script"`
	Role      string `json:"role"`
	Stage     string `json:"stage"`
	Doubtful  bool   `json:"doubtful"`
}

func (l stageLabel) want() string { return strings.TrimPrefix(l.Stage, "none") }

func (l stageLabel) published() time.Time {
	at, _ := time.Parse(time.DateOnly, l.Published[:min(10, len(l.Published))])
	return at.Add(8 * time.Hour)
}

func (l stageLabel) article() models.Article {
	role := models.Press
	if l.Role != "" && l.Role != "press" {
		role = models.Regulator
	}
	return models.Article{
		ID: l.ID, SourceID: "labelled", Title: l.Title, Body: l.Text, Language: l.Lang,
		PublishedAt: l.published(), SeenAt: l.published().Add(time.Hour), Source: models.Source{Role: role},
	}
}

func stageLabels(t *testing.T, name string) []stageLabel {
	t.Helper()
	f, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var list []stageLabel
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 4<<20)
	for lines.Scan() {
		var l stageLabel
		if err := json.Unmarshal(lines.Bytes(), &l); err != nil {
			t.Fatal(err)
		}
		list = append(list, l)
	}
	if err := lines.Err(); err != nil {
		t.Fatal(err)
	}
	return list
}
