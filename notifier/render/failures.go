package render

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"unicode"

	"regwatch/internal/i18n"
	"regwatch/internal/sanitize"
	"regwatch/models"
)

// Failure returns why something failed, in a language: one line without a final full
// stop.
func Failure(f models.Failure, lang string) string { return LanguageOf(lang).failure(f) }

// failure returns what happened, with the code, the status and the server's own response,
// then what to do, and whether the message may have arrived.
func (l Language) failure(f models.Failure) string {
	if _, known := i18n.Find("failure_" + string(f.Kind)); !known && f.Kind != models.FailureText {
		return sanitize.Line(f.String()) // kind of a newer release
	}
	a := f.Args
	if strings.HasPrefix(string(f.Kind), "source_") && a.Text != "" {
		if l == English {
			return sanitize.Line(a.Text)
		}
		return l.failed(f) + l.Say("failure_answer", sanitize.Line(a.Text))
	}
	s := l.failed(f)
	if a.Code != "" {
		s += l.Say("gloss", l.name(a.Code))
	}
	if a.Status != 0 {
		s += l.Say("gloss", l.Say("failure_status", a.Status))
	}
	if a.Answer != "" {
		s += l.Say("failure_answer", sanitize.Line(a.Answer))
	}
	advice, arrived := "", ""
	if a.Advice != "" {
		_, domain, _ := strings.Cut(a.Sender, "@")
		advice = l.fill("advice_"+string(a.Advice), l.name(a.Sender), l.name(domain))
	}
	if a.MayHaveArrived {
		arrived = l.Say("failure_may_have_arrived")
	}
	return join(l.Say("semicolon"), s, advice, arrived)
}

// failed returns the sentence of a kind.
func (l Language) failed(f models.Failure) string {
	a := f.Args
	name := "failure_" + string(f.Kind)
	if f.Kind == models.FailureText {
		return sanitize.Line(a.Text)
	}
	peer, host := l.peer(a.Peer), l.name(a.Host)
	address := l.name(a.Address)
	if address == "" && strings.HasPrefix(string(f.Kind), "slack_") {
		address = l.Say("failure_hook_channel")
	}
	before, after := "", ""
	switch f.Kind {
	case models.FailureNothingListens, models.FailureNoAnswer, models.FailureNoRoute, models.FailureNotReached:
		if host != "" {
			host = l.Say("failure_at", host)
		}
		before = l.unreached(peer, a.ThroughProxy)
	case models.FailureNameUnknown, models.FailureDNSSilent, models.FailureNoConnection:
		before = l.unreached(peer, a.ThroughProxy)
	case models.FailureGaveUp:
		if a.Cause != nil {
			after = l.failure(*a.Cause)
		}
	}
	return l.tighten(before+l.fill(name, peer, address, host, l.name(a.Channel), l.name(a.Scope), l.names(a.Mechanisms), l.name(a.Offered), l.name(a.Command), strconv.Itoa(a.Attempts))) + after
}

func (l Language) unreached(peer string, proxy bool) string {
	name := "failure_unreached"
	if proxy {
		name += "_proxy"
	}
	return l.Say(name, peer) + l.Say("colon")
}

// fill is Say for a phrase with numbered arguments, of which it may use none.
func (l Language) fill(name string, args ...any) string {
	if p, _ := i18n.Find(name); !p.TakesArguments() {
		return l.Say(name)
	}
	return l.Say(name, args...)
}

// peer returns the name of the server behind a channel.
func (l Language) peer(p models.Peer) string {
	switch p.Kind {
	case models.PeerSlack:
		return "Slack"
	case models.PeerMail:
		return l.Say("peer_mail", l.name(p.Address))
	}
	return l.named("peer", string(p.Kind))
}

// tighten removes spaces between Chinese characters. Phrases have spaces around names,
// which may be Chinese.
func (l Language) tighten(s string) string {
	if l == English {
		return s
	}
	isHan := func(r rune) bool { return unicode.Is(unicode.Han, r) || unicode.IsPunct(r) && r > unicode.MaxLatin1 }
	in := []rune(s)
	out := in[:0:0]
	for i, r := range in {
		if r == ' ' && i > 0 && i+1 < len(in) && isHan(in[i-1]) && isHan(in[i+1]) {
			continue
		}
		out = append(out, r)
	}
	return string(out)
}

// StoredFailure returns the error of a delivery as it was stored, in English, in a language. Ok is false if it is not one of
// our own sentences: the answer of a server, or that of a newer release. The text is then as it was stored.
func StoredFailure(stored, lang string) (text string, ok bool) {
	l := LanguageOf(lang)
	if l == English || stored == "" {
		return stored, true
	}
	for _, p := range outcomes() {
		if m := p.english.FindStringSubmatch(stored); m != nil {
			var args []any
			for _, arg := range m[1:] {
				args = append(args, arg)
			}
			return l.Say(p.name, args...), true
		}
	}
	if f, known := readFailure(stored); known {
		return l.failure(f), true
	}
	return stored, false
}

// An outcome is what is stored of a delivery that was not sent, for another reason than a failure.
type outcome struct {
	name    string
	english *regexp.Regexp
}

var outcomes = sync.OnceValue(func() []outcome {
	var all []outcome
	for _, name := range i18n.Names() {
		if p, _ := i18n.Find(name); strings.HasPrefix(name, "outcome_") {
			all = append(all, outcome{name, regexp.MustCompile("(?s)^" + strings.ReplaceAll(regexp.QuoteMeta(p.In("en")), "%s", "(.+?)") + "$")})
		}
	}
	return all
})

// A failureForm is what the English sentence of a kind of failure looks like.
type failureForm struct {
	kind    models.FailureKind
	english *regexp.Regexp
	args    []int // which argument each group is, see package i18n
}

var argument = regexp.MustCompile(`%\\\[(\d)\\\]s`)

// failureForms are the forms of all kinds, the longest first: of two that fit, it says more. Advice has kinds too.
var failureForms = sync.OnceValues(func() (failures, advice []failureForm) {
	for _, name := range i18n.Names() {
		kind, isFailure := strings.CutPrefix(name, "failure_")
		isAdvice := strings.HasPrefix(name, "advice_")
		if !isFailure && !isAdvice || strings.HasPrefix(kind, "source_") {
			continue
		}
		p, _ := i18n.Find(name)
		english := regexp.QuoteMeta(p.In("en"))
		var args []int
		for _, m := range argument.FindAllStringSubmatch(english, -1) {
			n, _ := strconv.Atoi(m[1])
			args = append(args, n)
		}
		english = argument.ReplaceAllString(english, "(.*?)")
		if isAdvice {
			advice = append(advice, failureForm{models.FailureKind(strings.TrimPrefix(name, "advice_")), regexp.MustCompile("^(.*?); " + english + "$"), args})
			continue
		}
		failures = append(failures, failureForm{models.FailureKind(kind), regexp.MustCompile(`^(?:(.+?) cannot be reached(?: through the proxy of this machine's environment)?: )?` + english + `(?: \(([^()]*)\))??(?: \(status (\d+)\))?(?:: (.*))?$`), args})
	}
	longest := func(a, b failureForm) int { return len(b.english.String()) - len(a.english.String()) }
	slices.SortFunc(failures, longest)
	slices.SortFunc(advice, longest)
	return failures, advice
})

// readFailure returns the failure of which [Failure] makes an English sentence.
func readFailure(text string) (models.Failure, bool) {
	if m := gaveUpAfter.FindStringSubmatch(text); m != nil {
		cause, ok := readFailure(m[2])
		f := models.Failure{Kind: models.FailureGaveUp, Args: models.FailureArgs{Cause: &cause}}
		f.Args.Attempts, _ = strconv.Atoi(m[1])
		return f, ok && English.failure(f) == text
	}
	rest, arrived := strings.CutSuffix(text, "; the message may have arrived")
	failures, advice := failureForms()
	found := models.FailureArgs{MayHaveArrived: arrived}
	try := func(rest string, found models.FailureArgs) (models.Failure, bool) {
		for _, s := range failures {
			if f, ok := s.read(rest, found); ok && English.failure(f) == text {
				return f, true
			}
		}
		return models.Failure{}, false
	}
	for _, s := range advice {
		if m := s.english.FindStringSubmatch(rest); m != nil {
			advised := found
			advised.Advice = models.Advice(s.kind)
			for i, n := range s.args {
				if n == 1 {
					advised.Sender = m[2+i]
				} else if advised.Sender == "" {
					advised.Sender = "@" + m[2+i]
				}
			}
			if f, ok := try(m[1], advised); ok {
				return f, true
			}
		}
	}
	return try(rest, found)
}

var gaveUpAfter = regexp.MustCompile(`^gave up after (\d+) attempts; the last: (.*)$`)

// read reads a sentence of the kind.
func (s failureForm) read(text string, a models.FailureArgs) (models.Failure, bool) {
	m := s.english.FindStringSubmatch(text)
	if m == nil {
		return models.Failure{}, false
	}
	peer := m[1]
	a.ThroughProxy = strings.Contains(text, " through the proxy of this machine's environment: ")
	for i, n := range s.args {
		value := m[2+i]
		switch n {
		case 1:
			peer = value
		case 2:
			a.Address = value
		case 3:
			a.Host = strings.TrimPrefix(value, " at ")
		case 4:
			a.Channel = value
		case 5:
			a.Scope = value
		case 6:
			a.Mechanisms = strings.FieldsFunc(strings.ReplaceAll(value, " and ", ", "), func(r rune) bool { return r == ',' || r == ' ' })
		case 7:
			a.Offered = value
		case 8:
			a.Command = value
		}
	}
	after := m[2+len(s.args):]
	a.Code, a.Answer = after[0], after[2]
	a.Status, _ = strconv.Atoi(after[1])
	a.Peer = readPeer(peer)
	if strings.HasPrefix(string(s.kind), "slack_") && a.Address == English.Say("failure_hook_channel") {
		a.Address = ""
	}
	return models.Failure{Kind: s.kind, Args: a}, true
}

func readPeer(name string) models.Peer {
	for _, kind := range []models.PeerKind{models.PeerWebhook, models.PeerMonitor, models.PeerTeams, models.PeerTelegram, models.PeerMattermost, models.PeerPagerDuty} {
		if p := (models.Peer{Kind: kind}); English.peer(p) == name {
			return p
		}
	}
	if address, ok := strings.CutPrefix(name, "the mail server "); ok {
		return models.Peer{Kind: models.PeerMail, Address: address}
	}
	return models.Peer{Kind: models.PeerSlack}
}
