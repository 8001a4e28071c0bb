package render

import "strings"

// A phrase says one thing in each language. Verbs are those of package fmt. An
// English phrase of two forms has them apart by a bar, "%d source|%d sources",
// and its first whole number chooses: Chinese has one form for any number.
type phrase struct{ en, hant, hans string }

// in returns the phrase in a language, and in English for any other than the Chinese
// ones.
func (p phrase) in(language string) string {
	switch language {
	case "zh-Hant": // as Hong Kong writes it
		return p.hant
	case "zh-Hans":
		return p.hans
	}
	return p.en
}

// takesArguments reports whether there is something to fill in.
func (p phrase) takesArguments() bool { return strings.Contains(p.en, "%") }

// tables returns all phrases by their names.
func tables() []map[string]phrase {
	return []map[string]phrase{
		commonPhrases, alertPhrases, healthPhrases, digestPhrases, reasonPhrases, failurePhrases, slackFailurePhrases, sourceFailurePhrases,
	}
}

// phraseOf returns a phrase by its name.
func phraseOf(name string) (phrase, bool) {
	for _, table := range tables() {
		if p, known := table[name]; known {
			return p, true
		}
	}
	return phrase{}, false
}

// phraseNames returns the names of all phrases.
func phraseNames() []string {
	var names []string
	for _, table := range tables() {
		for name := range table {
			names = append(names, name)
		}
	}
	return names
}
