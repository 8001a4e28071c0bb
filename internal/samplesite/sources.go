package samplesite

import (
	"fmt"
	"net/url"
	"strings"
)

// SourcesYAML returns the sources file that watches every feed of the site,
// which is served at base, such as http://127.0.0.1:8080.
func (s *Site) SourcesYAML(base string) []byte {
	base = strings.TrimSuffix(base, "/")
	host := base
	if u, err := url.Parse(base); err == nil {
		host = u.Hostname()
	}
	var b strings.Builder
	b.WriteString("# The sample site. Its outlets are invented, and what they publish is no news.\n\nsources:\n")
	for i, f := range s.Feeds() {
		if i > 0 {
			b.WriteString("\n")
		}
		if f.Broken != "" {
			fmt.Fprintf(&b, "  # Meant to fail: %s.\n", f.Broken)
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
