package relevance

import (
	_ "embed"
	"fmt"
	"slices"
	"strings"
	"sync"
	"unicode/utf8"

	"regwatch/internal/phrases"
	"regwatch/internal/text"
	"regwatch/models"
)

// What is read of an article, in bytes. Together they bound the time of a score.
const (
	maxTitle   = 300
	maxLead    = 700
	maxPassage = 150 // on each side of the first hit behind the lead
)

//go:embed lexicon.txt
var lexiconText string

// A group is the index of a group of the lexicon.
type group uint8

// A lexicon finds the words of all groups in one pass.
type lexicon struct {
	groups  []string // names, in the order of the file
	phrases *phrases.Set
	group   []group // by phrase

	// The groups that relations name.
	public, place, firm, person, forbid, press, stop, lift, coin, stablecoin, mining, kiosk, dealing, yuan, hongkong,
	ordinance, price, crime, court, otherban, past, bank, brand, order group
}

// readLexicon compiles the embedded lexicon once. It never changes.
var readLexicon = sync.OnceValue(func() *lexicon {
	l, err := parseLexicon(lexiconText)
	if err != nil {
		panic(fmt.Sprintf("relevance: lexicon.txt: %v", err)) // tests read the file
	}
	return l
})

func parseLexicon(src string) (*lexicon, error) {
	l := new(lexicon)
	var all []phrases.Phrase
	for n, line := range strings.Split(src, "\n") {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		name, words, ok := strings.Cut(line, ":")
		if !ok {
			return nil, fmt.Errorf("line %d has no colon", n+1)
		}
		g := slices.Index(l.groups, name)
		if g < 0 {
			g = len(l.groups)
			l.groups = append(l.groups, name)
		}
		for word := range strings.SplitSeq(words, ",") {
			p, err := phraseOf(strings.TrimSpace(word))
			if err != nil {
				return nil, fmt.Errorf("line %d: %w", n+1, err)
			}
			all = append(all, p)
			l.group = append(l.group, group(g))
		}
	}
	named := map[string]*group{
		"public": &l.public, "place": &l.place, "firm": &l.firm, "person": &l.person, "forbid": &l.forbid, "press": &l.press,
		"stop": &l.stop, "lift": &l.lift, "coin": &l.coin, "stablecoin": &l.stablecoin, "mining": &l.mining, "kiosk": &l.kiosk,
		"dealing": &l.dealing, "yuan": &l.yuan, "hongkong": &l.hongkong, "ordinance": &l.ordinance, "price": &l.price,
		"crime": &l.crime, "court": &l.court, "otherban": &l.otherban, "past": &l.past, "bank": &l.bank, "brand": &l.brand,
		"order": &l.order,
	}
	for name, g := range named {
		i := slices.Index(l.groups, name)
		if i < 0 {
			return nil, fmt.Errorf("no group %s", name)
		}
		*g = group(i)
	}
	set, err := phrases.Compile(all)
	if err != nil {
		return nil, err
	}
	l.phrases = set
	return l, nil
}

// phraseOf returns the phrase of an entry of the lexicon.
func phraseOf(word string) (phrases.Phrase, error) {
	stem, prefix := strings.CutSuffix(word, "*")
	p := phrases.Words(stem)
	if len(p) == 0 {
		return nil, fmt.Errorf("%q has no word", word)
	}
	last := &p[len(p)-1]
	form := last.Forms[0]
	switch {
	case prefix && len(form) < phrases.MinPrefix:
		return nil, fmt.Errorf("%q is too short for a prefix", word)
	case prefix:
		last.Kind = phrases.Prefix
	case len(form) > 2 && form[0] < utf8.RuneSelf && !strings.HasSuffix(form, "s"):
		last.Forms = []string{form, form + "s"}
	}
	return p, nil
}

// The relations between groups within one sentence, each for the title and for the lead.
const (
	publicActs      = iota // a public body, then what it forbids or presses, and no firm between
	firmActs               // the same of a firm
	actOnCoin              // an act, then a coin; or a coin, then closely an act
	actOnOther             // an act, then another matter
	actOnBrand             // an act or an order beside a firm by name
	publicActOnCoin        // both
	liftsBan               // the end of a ban
	coinCase               // a coin beside a crime or a court
	coinPrice              // a coin beside a price that moved
	pastAct                // an act that a word of the past precedes
	yuanCoin               // the yuan beside a stablecoin
	hongKongCoin           // Hong Kong beside a stablecoin
	licensedCoin           // a licence beside a stablecoin
	hongKongLicence        // Hong Kong beside a licence
	relations
)

var relationNames = [relations]string{
	"public-acts", "firm-acts", "act-on-coin", "act-on-other", "act-on-brand", "public-act-on-coin", "lifts-ban", "coin-case", "coin-price",
	"past-act", "yuan-coin", "hongkong-coin", "licensed-coin", "hongkong-licence",
}

// Features of the whole article, after the groups and relations of the title and the lead.
const (
	subjectPublic = iota // what the title names first
	subjectPlace
	subjectFirm
	subjectCoin
	subjectPerson
	titleQuestion
	titleAmount
	titleOnly
	sourceRegulator
	sourceGovernment
	sourcePress
	singles
)

var singleNames = [singles]string{
	"subject.public", "subject.place", "subject.firm", "subject.coin", "subject.person", "title.question", "title.amount",
	"body.none", "source.regulator", "source.government", "source.press",
}

// Names returns the names of all features but words, in the order of their numbers.
func Names() []string { return slices.Clone(featureNames()) }

func nameOf(feature int) string { return featureNames()[feature] }

var featureNames = sync.OnceValue(func() []string {
	l := readLexicon()
	var names []string
	for _, region := range []string{"title.", "lead."} {
		for _, g := range l.groups {
			names = append(names, region+g)
		}
		for _, r := range relationNames {
			names = append(names, region+r)
		}
	}
	return append(names, singleNames[:]...)
})

// maxFeatures is the largest number of named features.
const maxFeatures = 192

// Features are what a score is computed from. They depend on the text, on where it comes from, and on where a hit is;
// not on which conditions of a rule were met.
type Features struct {
	named [maxFeatures / 64]uint64
	words []string // of the title: words, and pairs of Chinese characters; each once, in order
}

// Has reports whether feature i of Names is present.
func (f Features) Has(i int) bool { return f.named[i>>6]&(1<<(i&63)) != 0 }

func (f *Features) add(i int) { f.named[i>>6] |= 1 << (i & 63) }

// Words returns the words of the title.
func (f Features) Words() []string { return f.words }

// Of returns the features of an article that a rule matched. The hits of m say which passage is read besides the title
// and the lead; a match without hits may be given for an article that no rule matched.
func Of(a models.Article, m models.Match) Features {
	var f Features
	l := readLexicon()
	title, body := a.Title, a.Body
	if m.Part > 0 {
		title, body = m.Heading, m.Text
	}
	title = truncate(title, maxTitle)
	lead := truncate(body, maxLead)

	s := scanners.Get().(*scanner)
	defer scanners.Put(s)
	size := len(l.groups) + relations
	s.scan(l, title)
	s.regions(l, &f, 0)
	s.subject(l, &f, 2*size)
	f.words = titleWords(title)
	if strings.ContainsAny(title, "?？") {
		f.add(2*size + titleQuestion)
	}
	if strings.ContainsAny(title, "$%€£％") {
		f.add(2*size + titleAmount)
	}
	if strings.TrimSpace(body) == "" {
		f.add(2*size + titleOnly)
	}
	s.scan(l, lead)
	s.regions(l, &f, size)
	if passage := passageOf(a.Body, m, len(lead)); passage != "" {
		s.scan(l, passage)
		s.regions(l, &f, size)
	}
	switch a.Source.Role {
	case models.Regulator:
		f.add(2*size + sourceRegulator)
	case models.Government:
		f.add(2*size + sourceGovernment)
	case models.Press:
		f.add(2*size + sourcePress)
	}
	return f
}

// truncate returns the start of s, at most n bytes.
func truncate(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n]
}

// passageOf returns what surrounds the first hit behind the lead. Offsets that do not fit the body are ignored.
func passageOf(body string, m models.Match, lead int) string {
	for _, h := range m.Hits {
		if h.Field != models.InBody || h.Start > h.End || h.End > len(body) || h.Start < lead {
			continue
		}
		start, end := max(0, h.Start-maxPassage), min(len(body), h.Start+maxPassage)
		for start > 0 && !utf8.RuneStart(body[start]) {
			start--
		}
		return truncate(body[start:], end-start)
	}
	return ""
}

// maxWords limits the words of a title.
const maxWords = 60

// titleWords returns the words of a title and the pairs of neighbouring Chinese characters, each once.
func titleWords(title string) []string {
	tokens := text.Tokens(title)
	words := make([]string, 0, len(tokens))
	for i, t := range tokens {
		word := t.Text
		if text.IsCJK(word) {
			if i == 0 || tokens[i-1].End != t.Start || !text.IsCJK(tokens[i-1].Text) {
				continue
			}
			word = tokens[i-1].Text + word
		}
		if len(words) < maxWords && !slices.Contains(words, word) {
			words = append(words, word)
		}
	}
	return words
}

// A scanner holds the groups found in one text.
type scanner struct {
	buffer   phrases.Buffer
	found    []occurrence // by position
	sentence []int32      // by token
}

// An occurrence is one word of a group.
type occurrence struct {
	group      group
	start, end int32 // tokens
	sentence   int32
}

var scanners = sync.Pool{New: func() any { return new(scanner) }}

func (s *scanner) scan(l *lexicon, src string) {
	s.buffer.Reset()
	l.phrases.Scan(&s.buffer, src)
	s.sentence = s.sentence[:0]
	n := int32(0)
	for i, t := range s.buffer.Tokens {
		if i > 0 && endsSentence(src[s.buffer.Tokens[i-1].End:t.Start]) {
			n++
		}
		s.sentence = append(s.sentence, n)
	}
	s.found = s.found[:0]
	for _, h := range s.buffer.Hits {
		if s.sentence[h.Start] == s.sentence[h.End-1] {
			s.found = append(s.found, occurrence{l.group[h.Phrase], h.Start, h.End, s.sentence[h.Start]})
		}
	}
	slices.SortFunc(s.found, func(a, b occurrence) int {
		if a.start != b.start {
			return int(a.start - b.start)
		}
		if a.end != b.end {
			return int(b.end - a.end)
		}
		return int(a.group) - int(b.group)
	})
}

func endsSentence(gap string) bool {
	if gap == "" || gap == " " {
		return false
	}
	if strings.ContainsAny(gap, "。！？!?\n") {
		return true
	}
	stop := strings.IndexByte(gap, '.')
	return stop >= 0 && stop+1 < len(gap)
}

// regions adds the groups and relations of the scanned text, whose first feature is base.
func (s *scanner) regions(l *lexicon, f *Features, base int) {
	for _, o := range s.found {
		f.add(base + int(o.group))
	}
	relation := func(r int) { f.add(base + len(l.groups) + r) }
	isAct := func(g group) bool { return g == l.forbid || g == l.press || g == l.stop }
	isCoin := func(g group) bool {
		return g == l.coin || g == l.stablecoin || g == l.mining || g == l.kiosk
	}
	isOther := func(g group) bool { return g == l.otherban || g == l.crime }
	var actor struct {
		sentence, end int32
		public, any   bool
	}
	actor.sentence = -1
	const window = 14 // tokens between two words of a relation; a Chinese character is one
	for i, o := range s.found {
		switch {
		case o.group == l.public || o.group == l.place:
			actor.sentence, actor.end, actor.public, actor.any = o.sentence, o.end, true, true
		case (o.group == l.firm || o.group == l.brand || o.group == l.person) && o.end > actor.end:
			actor.sentence, actor.end, actor.public, actor.any = o.sentence, o.end, false, true
		}
		byPublic := false
		if isAct(o.group) && actor.any && actor.sentence == o.sentence && o.start-actor.end <= window && o.start >= actor.end {
			if byPublic = actor.public; byPublic {
				relation(publicActs)
			} else {
				relation(firmActs)
			}
		}
		for _, p := range s.found[i+1:] {
			if p.sentence != o.sentence || p.start-o.end > window {
				break
			}
			if p.start < o.end {
				continue // one word in two groups
			}
			distance := p.start - o.end
			switch {
			case isAct(o.group) && isCoin(p.group) && distance <= 8:
				relation(actOnCoin)
				if byPublic {
					relation(publicActOnCoin)
				}
			case isCoin(o.group) && isAct(p.group) && distance <= 5:
				relation(actOnCoin)
				if actor.public && actor.sentence == o.sentence {
					relation(publicActOnCoin)
				}
			case isAct(o.group) && isOther(p.group) && distance <= 4:
				relation(actOnOther)
			case o.group == l.lift && p.group == l.forbid, o.group == l.forbid && p.group == l.lift:
				relation(liftsBan)
			case o.group == l.past && isAct(p.group):
				relation(pastAct)
			}
			pair := func(a, b group) bool { return o.group == a && p.group == b || o.group == b && p.group == a }
			switch {
			case isCoin(o.group) && (p.group == l.crime || p.group == l.court), isCoin(p.group) && (o.group == l.crime || o.group == l.court):
				relation(coinCase)
			case o.group == l.brand && (isAct(p.group) || p.group == l.order), p.group == l.brand && (isAct(o.group) || o.group == l.order):
				if distance <= 6 {
					relation(actOnBrand)
				}
			case pair(l.coin, l.price):
				relation(coinPrice)
			case pair(l.yuan, l.stablecoin):
				relation(yuanCoin)
			case pair(l.hongkong, l.stablecoin):
				relation(hongKongCoin)
			case pair(l.ordinance, l.stablecoin):
				relation(licensedCoin)
			case pair(l.hongkong, l.ordinance):
				relation(hongKongLicence)
			}
		}
	}
}

// subject adds what the scanned title names first.
func (s *scanner) subject(l *lexicon, f *Features, base int) {
	for _, o := range s.found {
		switch o.group {
		case l.public:
			f.add(base + subjectPublic)
		case l.place:
			f.add(base + subjectPlace)
		case l.firm, l.brand, l.bank:
			f.add(base + subjectFirm)
		case l.coin, l.stablecoin:
			f.add(base + subjectCoin)
		case l.person:
			f.add(base + subjectPerson)
		default:
			continue
		}
		return
	}
}
