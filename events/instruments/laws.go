package instruments

import (
	_ "embed"
	"strings"
	"sync"

	"regwatch/internal/text"
)

// A law is an instrument that people call by a name.
type law struct {
	id    string
	kind  Kind
	names [3]string // English, Traditional and Simplified Chinese
}

// A lawTable finds laws by their names.
type lawTable struct {
	byID    map[string]*law
	byFirst map[string][]alias // by the first token of an alias, the longest first
	also    map[string]string  // the ID of a law by its other IDs, such as that of its bill
}

// An alias is one name of a law, as tokens.
type alias struct {
	tokens  []string
	acronym string // as it is written, if it is one; small letters would be another word
	law     *law
}

// The laws that have names: ID, kind, English name, Traditional and Simplified Chinese name,
// other IDs, other names; one a line.
//
//go:embed laws.txt
var lawsFile string

// laws returns the shipped laws.
var laws = sync.OnceValue(func() *lawTable { return parseLaws(lawsFile) })

// triggers are the classes of tokens at which an instrument may be found.
var triggers = sync.OnceValue(func() *[4096]bool {
	var set [4096]bool
	for t := range forms {
		set[triggerHash(t)] = true
	}
	for t := range laws().byFirst {
		set[triggerHash(t)] = true
	}
	return &set
})

func parseLaws(file string) *lawTable {
	table := &lawTable{byID: make(map[string]*law), byFirst: make(map[string][]alias), also: make(map[string]string)}
	for line := range strings.Lines(file) {
		line = strings.TrimSpace(line)
		if line == "" || line[0] == '#' {
			continue
		}
		f := strings.Split(line, "|")
		for len(f) < 7 {
			f = append(f, "")
		}
		for i := range f {
			f[i] = strings.TrimSpace(f[i])
		}
		l := &law{id: f[0], kind: Kind(f[1]), names: [3]string(f[2:5])}
		table.byID[l.id] = l
		for id := range strings.FieldsSeq(f[5]) {
			table.also[id] = l.id
		}
		names := f[2:5]
		if f[6] != "" {
			names = append(names, strings.Split(f[6], ",")...)
		}
		for _, name := range names {
			table.add(name, l)
		}
	}
	return table
}

func (table *lawTable) add(name string, l *law) {
	a := alias{law: l}
	for _, t := range text.Tokens(name) {
		a.tokens = append(a.tokens, t.Text)
	}
	if len(a.tokens) == 0 {
		return
	}
	if name = strings.TrimSpace(name); len(a.tokens) == 1 && strings.ToLower(name) != name {
		a.acronym = name
	}
	of := table.byFirst[a.tokens[0]]
	at := 0
	for at < len(of) && len(of[at].tokens) >= len(a.tokens) {
		at++
	}
	of = append(of, alias{})
	copy(of[at+1:], of[at:])
	of[at] = a
	table.byFirst[a.tokens[0]] = of
}

// at returns the law with the longest name that begins at a token of src, and its length in
// tokens.
func (table *lawTable) at(src string, tokens []text.Token, i int) (*law, int) {
next:
	for _, a := range table.byFirst[tokens[i].Text] {
		if written := src[tokens[i].Start:tokens[i].End]; a.acronym != "" && !strings.HasPrefix(written, a.acronym) && written != strings.ToUpper(a.acronym) {
			continue
		}
		if i+len(a.tokens) > len(tokens) {
			continue
		}
		for n, t := range a.tokens {
			if tokens[i+n].Text != t {
				continue next
			}
		}
		return a.law, len(a.tokens)
	}
	return nil, 0
}

// canonical returns the ID of the law that an ID is of.
func canonical(id string) string {
	if main, ok := laws().also[id]; ok {
		return main
	}
	return id
}

// ByName returns the instrument that a person calls by a name, an ID or a number, such as
// "Cap. 656"; false if there is none.
func ByName(name string) (id string, ok bool) {
	name = strings.TrimSpace(name)
	if _, ok := laws().byID[canonical(strings.ToLower(name))]; ok {
		return canonical(strings.ToLower(name)), true
	}
	tokens := text.Tokens(name)
	if len(tokens) == 1 {
		for _, a := range laws().byFirst[tokens[0].Text] {
			if len(a.tokens) == 1 {
				return a.law.id, true
			}
		}
	}
	found := Find(name, tokens, len(tokens), "")
	if len(found) == 1 && found[0].Kind.HasMatter() {
		return found[0].ID, true
	}
	return "", false
}

// Names returns the name of an instrument in English, and in other languages if it has any.
func Names(id string) (english string, others map[string]string) {
	if l, ok := laws().byID[id]; ok {
		others = make(map[string]string)
		for i, language := range []string{"zh-Hant", "zh-Hans"} {
			if l.names[i+1] != "" {
				others[language] = l.names[i+1]
			}
		}
		return l.names[0], others
	}
	parts := strings.SplitN(id, ":", 3)
	if len(parts) < 3 {
		return id, nil
	}
	n := parts[2]
	switch prefix(id) {
	case "hk:cap":
		return "Cap. " + n, map[string]string{"zh-Hant": "第" + n + "章", "zh-Hans": "第" + n + "章"}
	case "hk:ln":
		year, number, _ := strings.Cut(n, "-")
		zh := year + "年第" + number
		return "L.N. " + number + " of " + year, map[string]string{"zh-Hant": zh + "號法律公告", "zh-Hans": zh + "号法律公告"}
	case "hk:gn":
		return "G.N. " + n, map[string]string{"zh-Hant": "第" + n + "號政府公告", "zh-Hans": "第" + n + "号政府公告"}
	case "hk:legco":
		return "LC Paper No. CB(" + n[2:3] + ")" + n[min(4, len(n)):], nil
	case "hk:sfc", "hk:gia", "hk:hkma-file":
		return strings.ToUpper(n), nil
	case "hk:hkma":
		return "HKMA " + n, nil
	case "eu:law":
		return "(EU) " + n, nil
	case "eu:com":
		year, number, _ := strings.Cut(n, "/")
		return "COM(" + year + ") " + number, nil
	case "eu:cod":
		return n + "(COD)", nil
	case "us:hr":
		return "H.R. " + n, nil
	case "us:s":
		return "S. " + n, nil
	case "us:pl":
		return "Public Law " + n, nil
	case "us:docket":
		return "No. " + n, nil
	case "us:sec-release":
		return "Release No. " + n, nil
	case "us:fr":
		volume, page, _ := strings.Cut(n, "-")
		return volume + " FR " + page, nil
	case "uk:si":
		return "SI " + n, nil
	case "sg:notice":
		return "MAS Notice " + strings.ToUpper(n), nil
	case "any:circular":
		year, number, _ := strings.Cut(n, "-")
		return "Circular " + number + "/" + year, nil
	}
	if parts[0] == "cn" {
		year, number, _ := strings.Cut(n, "-")
		return parts[1] + "〔" + year + "〕" + number + "号", nil
	}
	return id, nil
}
