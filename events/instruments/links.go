package instruments

import (
	"maps"
	"net/url"
	"slices"
	"strings"
)

// inLink returns the documents that a link leads to: a release by its number.
func inLink(link string) []Instrument {
	u, err := url.Parse(link)
	if err != nil || u.Host == "" {
		return nil
	}
	add := func(found []Instrument, id string) []Instrument {
		if id == "" {
			return found
		}
		return append(found, Instrument{Kind: Release, ID: id, Place: InLink})
	}
	var found []Instrument
	query := u.Query()
	for _, key := range slices.Sorted(maps.Keys(query)) {
		if strings.EqualFold(key, "refNo") {
			found = add(found, releaseID(strings.ToLower(query.Get(key))))
		}
	}
	for segment := range strings.SplitSeq(strings.ToLower(u.Path), "/") {
		name, _, _ := strings.Cut(segment, ".")
		found = add(found, releaseID(name))
		day, n, ok := strings.Cut(name, "-")
		if ok && len(day) == 8 && isDigits(day) && len(n) <= 2 && isDigits(n) && strings.HasSuffix("."+u.Hostname(), ".hkma.gov.hk") {
			found = add(found, "hk:hkma:"+name)
		}
	}
	return found
}

// A Twin is a link without its language. Two links with equal keys and different languages
// lead to one release in two languages.
type Twin struct {
	Key      string // empty: the link does not tell which release it is
	Language string // of the link: en, tc, sc, zh or another; empty: the link does not say
}

// languages are the names of languages in links, each with the one name of that language.
var languages = map[string]string{
	"en": "en", "eng": "en", "english": "en", "e": "en",
	"zh": "zh", "chi": "zh", "chinese": "zh", "ch": "zh", "chn": "zh", "c": "zh",
	"tc": "tc", "cht": "tc", "zht": "tc", "hant": "tc", "b5": "tc", "big5": "tc", "trad": "tc",
	"sc": "sc", "chs": "sc", "zhs": "sc", "hans": "sc", "cn": "sc", "gb": "sc", "simp": "sc",
	"fr": "fr", "de": "de", "es": "es", "it": "it", "pt": "pt", "nl": "nl",
	"ja": "ja", "jp": "ja", "ko": "ko", "kr": "ko",
}

// languageKeys are the keys of queries that name a language.
var languageKeys = []string{"lang", "language", "locale", "lng", "hl", "l"}

// languageOf returns the language that a part of a link names, or nothing. A single letter is
// a language only at the end of a name.
func languageOf(s string) string {
	s = strings.ToLower(s)
	if len(s) > 1 && languages[s] != "" {
		return languages[s]
	}
	first, region, ok := strings.Cut(strings.ReplaceAll(s, "_", "-"), "-")
	if !ok || len(first) != 2 || languages[first] == "" || len(region) < 2 || len(region) > 4 && region != "hant-hk" && region != "hans-cn" {
		return ""
	}
	if first == "zh" {
		switch region {
		case "hk", "tw", "mo", "hant", "hant-hk":
			return "tc"
		case "cn", "sg", "hans", "hans-cn":
			return "sc"
		}
		return ""
	}
	return languages[first]
}

// TwinOf returns a link without its language: without a part of the path, an ending of the
// name, a part of the host or a parameter that names one.
func TwinOf(link string) Twin {
	u, err := url.Parse(link)
	if err != nil || u.Hostname() == "" {
		return Twin{}
	}
	var t Twin
	name := func(language string) bool {
		if language != "" {
			t.Language = language
		}
		return language != ""
	}
	host, path := strings.ToLower(u.Hostname()), strings.Trim(u.Path, "/")
	// A gateway that converts to Simplified Chinese has the original address as its path.
	if rest, ok := strings.CutPrefix(strings.ToLower(path), "tunis/"); ok {
		t.Language = "sc"
		host, path, _ = strings.Cut(rest, "/")
	}
	host = strings.TrimPrefix(host, "www.")
	if first, rest, _ := strings.Cut(host, "."); strings.Contains(rest, ".") && name(languageOf(first)) {
		host = rest
	}
	segments := strings.Split(path, "/")
	distinctive := false
	for i, s := range segments {
		s = strings.ToLower(s)
		last := i == len(segments)-1
		if last {
			s = strings.TrimSuffix(s, extension(s))
			if stem, language := languageEnding(s); languageOf(s) == "" && name(language) {
				s = stem + "*"
			}
			distinctive = isDistinctive(strings.TrimSuffix(s, "*"))
		}
		if name(languageOf(s)) {
			if last {
				distinctive = i > 0 && isDistinctive(segments[i-1])
			}
			s = "*"
		}
		segments[i] = s
	}
	var query []string
	given := u.Query()
	for _, key := range slices.Sorted(maps.Keys(given)) {
		value := strings.ToLower(strings.Join(given[key], ","))
		if slices.Contains(languageKeys, strings.ToLower(key)) && name(languageOf(value)) || strings.HasPrefix(key, "utm_") {
			continue
		}
		distinctive = distinctive || isDistinctive(value)
		query = append(query, strings.ToLower(key)+"="+value)
	}
	if !distinctive {
		return Twin{Language: t.Language}
	}
	// A language at the beginning is left out altogether: often one of the languages has none.
	segments = slices.DeleteFunc(segments, func(s string) bool { return s == "*" })
	for i := range segments {
		segments[i] = strings.TrimSuffix(segments[i], "*")
	}
	slices.Sort(query)
	t.Key = host + "/" + strings.Join(segments, "/") + "?" + strings.Join(query, "&")
	return t
}

// extension returns the ending of a file name, such as .pdf.
func extension(name string) string {
	if i := strings.LastIndexByte(name, '.'); i > 0 && len(name)-i <= 5 {
		return name[i:]
	}
	return ""
}

// languageEnding cuts an ending that names a language: paper_eng, paper-c, 20250205e.
func languageEnding(s string) (stem, language string) {
	if i := strings.LastIndexAny(s, "_-"); i > 0 {
		if l := languages[s[i+1:]]; l != "" {
			return s[:i], l
		}
	}
	if n := len(s); n > 4 && (s[n-1] == 'e' || s[n-1] == 'c') && isDigits(s[n-4:n-1]) {
		return s[:n-1], languages[s[n-1:]]
	}
	return s, ""
}

// isDistinctive reports whether a part of a link tells one release from all others: it has a
// number that is no year, or is a headline. A list of news is neither.
func isDistinctive(s string) bool {
	words := 0
	for part := range strings.FieldsFuncSeq(s, func(r rune) bool { return r == '-' || r == '_' || r == '+' || r == ' ' }) {
		words++
		digits := 0
		for i := range len(part) {
			if part[i] >= '0' && part[i] <= '9' {
				digits++
			}
		}
		if digits >= 3 && !(len(part) == 4 && digits == 4 && (part[:2] == "19" || part[:2] == "20")) {
			return true
		}
	}
	return words >= 5
}

// IsTwinOf reports whether two links lead to one release in two languages. A link that does
// not name its language has that of its text.
func (t Twin) IsTwinOf(o Twin, chinese, otherChinese bool) bool {
	if t.Key == "" || t.Key != o.Key {
		return false
	}
	a, b := t.Language, o.Language
	switch {
	case a == "" && b == "":
		return false
	case a == "":
		return isChinese(b) != chinese
	case b == "":
		return isChinese(a) != otherChinese
	}
	return a != b && !(isChinese(a) && isChinese(b) && (a == "zh" || b == "zh"))
}

func isChinese(language string) bool { return language == "zh" || language == "tc" || language == "sc" }
