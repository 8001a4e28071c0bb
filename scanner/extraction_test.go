package scanner

import (
	"testing"

	"regwatch/models"
)

// What only a newer extraction changes is no revision; what an editor changed, or what was never
// read, is.
func TestOnlyExtractionTellsEditsApart(t *testing.T) {
	full := models.StoredText{Title: "Ban", Summary: "In short.", Body: "Issuers1 will not be permitted.", BodyState: models.BodyFull}
	pending := full
	pending.BodyState = models.BodyWanted
	tests := []struct {
		name      string
		stored    *models.StoredText
		title     string
		body      string
		completed bool
		want      bool
	}{
		{"a footnote mark is gone", &full, "Ban", "Issuers will not be permitted.", false, true},
		{"other punctuation", &full, "Ban", "Issuers¹ will not be permitted …", false, true},
		{"a word is gone", &full, "Ban", "Issuers will be permitted.", false, false},
		{"a word is new", &full, "Ban", "Issuers will surely not be permitted.", false, false},
		{"the end is gone", &full, "Ban", "Issuers will not", false, false},
		{"another title", &full, "Bans", "Issuers1 will not be permitted.", false, false},
		{"paragraphs that the older release lost", &full, "Ban", "More. Issuers will not be permitted. More.", true, true},
		{"a page that was never read", &pending, "Ban", "More. Issuers will not be permitted. More.", true, false},
		{"the same release", nil, "Ban", "Issuers will not be permitted.", false, false},
	}
	for _, tt := range tests {
		a := models.Article{Title: tt.title, Summary: "In short.", Body: tt.body, BodyState: models.BodyFull, Completed: tt.completed, Stored: tt.stored}
		if got := onlyExtraction(a); got != tt.want {
			t.Errorf("%s: %t, want %t", tt.name, got, tt.want)
		}
	}
}
