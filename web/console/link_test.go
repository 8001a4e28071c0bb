package console

import "testing"

// A link that names one host and leads to another is shown as text.
func TestLinksFromOutsideAreChecked(t *testing.T) {
	for link, want := range map[string]bool{
		"https://hkma.example/a": true, "http://hkma.example/a": true,
		"https://hkma.example@evil.example/": false, "javascript:alert(1)": false, "https://": false, "//evil.example": false, "": false,
	} {
		if got := isWebLink(link); got != want {
			t.Errorf("isWebLink(%q) = %v, want %v", link, got, want)
		}
	}
}
