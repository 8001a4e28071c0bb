package i18n

import "strings"

// A Phrase is one text in each language, with the verbs of package fmt. English may have
// a singular and a plural form, separated by a bar: "%d source|%d sources". The first int
// argument selects the form. Chinese has a single form.
type Phrase struct{ en, hant, hans string }

// In returns the phrase in a language (BCP 47), and in English for an unknown one.
func (p Phrase) In(language string) string {
	switch language {
	case "zh-Hant": // Hong Kong usage
		return p.hant
	case "zh-Hans":
		return p.hans
	}
	return p.en
}

// TakesArguments reports whether the phrase has verbs to fill in.
func (p Phrase) TakesArguments() bool { return strings.Contains(p.en, "%") }

// tables returns the phrases by name, one map per topic.
func tables() []map[string]Phrase {
	return []map[string]Phrase{
		commonPhrases, alertPhrases, healthPhrases, digestPhrases, relevancePhrases, reasonPhrases, failurePhrases, slackFailurePhrases, sourceFailurePhrases,
		readingPhrases,
	}
}

// Find returns the phrase with a name.
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
