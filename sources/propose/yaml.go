package propose

import (
	"fmt"
	"strings"

	"regwatch/models"
)

// Settings returns the lines of a source file for the proposal: kind and listing,
// without indentation.
func (p Proposal) Settings() string {
	var b strings.Builder
	b.WriteString("kind: listing\nlisting:\n")
	b.WriteString("  articles: " + quoteYAML(p.Listing.Articles) + "\n")
	for _, f := range []struct {
		name string
		pick models.Extractor
	}{
		{"title", p.Listing.Title},
		{"link", p.Listing.Link},
		{"date", p.Listing.Date},
		{"summary", p.Listing.Summary},
	} {
		if f.pick != (models.Extractor{}) {
			b.WriteString("  " + f.name + ": " + extractorYAML(f.pick) + "\n")
		}
	}
	if p.Listing.Paging.Next != "" {
		fmt.Fprintf(&b, "  paging: {next: %s, pages: %d}\n", quoteYAML(p.Listing.Paging.Next), p.Listing.Paging.Pages)
	}
	return b.String()
}

// extractorYAML returns where a value is, in the shortest form.
func extractorYAML(p models.Extractor) string {
	if p == (models.Extractor{Select: p.Select}) {
		return quoteYAML(p.Select)
	}
	var parts []string
	for _, key := range []struct{ name, value string }{
		{"select", p.Select},
		{"above", p.Above},
		{"attr", p.Attr},
		{"text", p.Text},
		{"regex", p.Regex},
		{"template", p.Template},
	} {
		if key.value != "" {
			parts = append(parts, key.name+": "+quoteYAML(key.value))
		}
	}
	return "{" + strings.Join(parts, ", ") + "}"
}

// quoteYAML returns a text in single quotes, in which YAML has no other special
// characters.
func quoteYAML(text string) string { return "'" + strings.ReplaceAll(text, "'", "''") + "'" }
