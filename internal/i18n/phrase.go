package i18n

import "strings"

// A Phrase says one thing in each language. Verbs are those of package fmt. An
// English phrase of two forms has them apart by a bar, "%d source|%d sources",
// and its first whole number chooses: Chinese has one form for any number.
type Phrase struct{ en, hant, hans string }

// In returns the phrase in a language, and in English for any other than the Chinese
// ones.
func (p Phrase) In(language string) string {
	switch language {
	case "zh-Hant": // as Hong Kong writes it
		return p.hant
	case "zh-Hans":
		return p.hans
	}
	return p.en
}

// TakesArguments reports whether there is something to fill in.
func (p Phrase) TakesArguments() bool { return strings.Contains(p.en, "%") }

// tables returns all phrases by their names.
func tables() []map[string]Phrase {
	return []map[string]Phrase{
		commonPhrases, alertPhrases, healthPhrases, digestPhrases, reasonPhrases, failurePhrases, slackFailurePhrases, sourceFailurePhrases,
	}
}

// Find returns a phrase by its name.
func Find(name string) (Phrase, bool) {
	for _, table := range tables() {
		if p, known := table[name]; known {
			return p, true
		}
	}
	return Phrase{}, false
}

// Names returns the names of all phrases.
func Names() []string {
	var names []string
	for _, table := range tables() {
		for name := range table {
			names = append(names, name)
		}
	}
	return names
}
