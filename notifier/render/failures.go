package render

import (
	"strconv"
	"strings"
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
