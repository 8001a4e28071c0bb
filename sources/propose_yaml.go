package sources

import (
	"fmt"
	"strings"

	"regwatch/models"
)

// Settings returns the lines of a source file that read a page as proposed:
// kind and listing, without indentation.
func (p Proposal) Settings() string {
	var b strings.Builder
	b.WriteString("kind: " + KindListing + "\nlisting:\n")
	b.WriteString("  articles: " + inQuotes(p.Listing.Articles) + "\n")
	for _, f := range []struct {
		name string
		pick models.Pick
	}{
		{"title", p.Listing.Title},
		{"link", p.Listing.Link},
		{"date", p.Listing.Date},
		{"summary", p.Listing.Summary},
	} {
		if f.pick != (models.Pick{}) {
			b.WriteString("  " + f.name + ": " + pickLine(f.pick) + "\n")
		}
	}
	if p.Listing.Paging.Next != "" {
		fmt.Fprintf(&b, "  paging: {next: %s, pages: %d}\n", inQuotes(p.Listing.Paging.Next), p.Listing.Paging.Pages)
	}
	return b.String()
}

// pickLine writes where a value stands, as short as it can be.
func pickLine(p models.Pick) string {
	if p == (models.Pick{Select: p.Select}) {
		return inQuotes(p.Select)
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
			parts = append(parts, key.name+": "+inQuotes(key.value))
		}
	}
	return "{" + strings.Join(parts, ", ") + "}"
}

// inQuotes writes a text for YAML in the quotes in which nothing else is special.
func inQuotes(text string) string { return "'" + strings.ReplaceAll(text, "'", "''") + "'" }
