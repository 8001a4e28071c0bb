package samplesite

import (
	"fmt"
	"net/url"
	"strings"
)

// SourcesYAML returns a sources file with every feed of the site. Base is the address
// of the site, such as http://127.0.0.1:8080.
func (s *Site) SourcesYAML(base string) []byte {
	base = strings.TrimSuffix(base, "/")
	host := base
	if u, err := url.Parse(base); err == nil {
		host = u.Hostname()
	}
	var b strings.Builder
	b.WriteString("# The sample site. Its outlets are invented, and its articles are not news.\n" +
		"# docs/reference/sources.md describes every key.\n\nsources:\n")
	for i, f := range s.Feeds() {
		if i > 0 {
			b.WriteString("\n")
		}
		if f.Broken != "" {
			fmt.Fprintf(&b, "  # This source fails on purpose: %s.\n", f.Broken)
		}
		fmt.Fprintf(&b, "  - id: %s\n    name: %s\n    url: %s\n    role: %s\n    jurisdictions: [%s]\n",
			f.ID, f.Name, base+f.Path, f.Role, strings.Join(f.Jurisdictions, ", "))
		if f.Language != "" {
			fmt.Fprintf(&b, "    language: %s\n", f.Language)
		}
		fmt.Fprintf(&b, "    zone: %s\n    allow_hosts: [%q]\n    terms: sample text, written for the demo\n", f.Zone, host)
	}
	return []byte(b.String())
}
