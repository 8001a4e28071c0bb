package rules

import "strings"

// inflect returns the forms of an English word that count as the same: its
// singular and its plural. Rules are expanded so that articles need no stemming.
// A form that is no word does no harm, since no article has it.
func inflect(word string) []string {
	forms := []string{word}
	if len(word) < 3 || strings.ContainsFunc(word, func(r rune) bool { return r < 'a' || r > 'z' }) {
		return forms
	}
	if one := singular(word); one != word {
		return append(forms, one)
	}
	return append(forms, plural(word))
}

func plural(w string) string {
	switch {
	case hasSuffix(w, "s", "x", "z", "ch", "sh"):
		return w + "es"
	case strings.HasSuffix(w, "y") && !strings.ContainsRune("aeiou", rune(w[len(w)-2])):
		return w[:len(w)-1] + "ies"
	}
	return w + "s"
}

func singular(w string) string {
	switch {
	case hasSuffix(w, "ss", "us", "is", "news"):
		return w
	case strings.HasSuffix(w, "ies") && len(w) > 4:
		return w[:len(w)-3] + "y"
	case hasSuffix(w, "sses", "xes", "zes", "ches", "shes"):
		return w[:len(w)-2]
	case strings.HasSuffix(w, "s") && len(w) > 3:
		return w[:len(w)-1]
	}
	return w
}

func hasSuffix(w string, suffixes ...string) bool {
	for _, s := range suffixes {
		if strings.HasSuffix(w, s) {
			return true
		}
	}
	return false
}
