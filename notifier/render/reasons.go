package render

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"

	"regwatch/internal/i18n"
	"regwatch/internal/sanitize"
	"regwatch/internal/timefmt"
	"regwatch/models"
)

// Reasons returns why something was decided about a notice, in a language: one line
// without a final full stop.
func Reasons(rs models.Reasons, lang string) string { return LanguageOf(lang).reasons(rs, "") }

// WithText returns a notice's content with its reasons as English text as well. Webhook
// receivers read them in the fields why_now, why and detail, which are older than the
// structured reasons.
func WithText(c models.Content) models.Content {
	if c.Alert != nil {
		a := *c.Alert
		a.WhyNow = WhyNow(a, string(English))
		c.Alert = &a
	}
	if c.Summary != nil {
		s := *c.Summary
		s.Why = whyTogether(s, English)
		c.Summary = &s
	}
	if c.Health != nil && len(c.Health.Details) > 0 {
		h := *c.Health
		h.Detail = English.reasons(h.Details, "")
		c.Health = &h
	}
	return c
}

// reasons joins the reasons. news is the text of an alert's updates.
func (l Language) reasons(rs models.Reasons, news string) string {
	parts := make([]string, len(rs))
	for i, r := range rs {
		parts[i] = l.reason(r, news)
		if i > 0 && r.Kind == models.ReasonEventChanged && parts[i] != "" {
			parts[i] = l.Say("reason_since", parts[i])
		}
	}
	return join(l.Say("semicolon"), parts...)
}

func (l Language) reason(r models.Reason, news string) string {
	a := r.Args
	name := "reason_" + string(r.Kind)
	switch r.Kind {
	case models.ReasonText:
		return sanitize.Line(a.Text)
	case models.ReasonEventChanged:
		return news
	case models.ReasonMayBelong:
		if a.Opened != "" {
			return l.Say(name+"_commands", l.name(a.Text), l.name(a.Opened), l.name(a.Event))
		}
		return l.Say(name, sanitize.Truncate(sanitize.Line(a.Text), titleRunes))
	case models.ReasonSplit:
		return l.Say(name, l.name(a.Text))
	case models.ReasonMerged:
		if a.By != "" {
			return l.Say(name+"_by", l.name(PersonName(a.By)), l.name(a.Text))
		}
		return l.Say(name, l.name(a.Text))
	case models.ReasonAwaitsSources:
		return l.Say(name, a.Count, l.Span(a.Duration))
	case models.ReasonAwaitsOfficial, models.ReasonOfficialMissing:
		return l.Say(name, l.Span(a.Duration))
	case models.ReasonSourcesReached:
		return l.Say(name, a.Count)
	case models.ReasonSourcesMissing:
		return l.Say(name, l.Span(a.Duration), a.Count)
	case models.ReasonMatched:
		if len(a.Rules) > 1 {
			name += "_many"
		}
		return l.Say(name, l.rules(a, false), l.names(a.Routes))
	case models.ReasonMentionOnly, models.ReasonDraftOnly, models.ReasonLessCertain, models.ReasonUnlikely, models.ReasonForDigest:
		return l.Say(name, l.rules(a, true))
	case models.ReasonExcepted:
		return l.Say(name, l.rules(a, true), l.exception(a.Exception, a.At, a.Zone))
	case models.ReasonExceptionEnds, models.ReasonExceptionEnded:
		return l.Say(name, l.exception(a.Exception, a.At, a.Zone))
	case models.ReasonReviewDue:
		return l.Say(name, l.rules(a, false), dayName(a.Day, l))
	case models.ReasonNotAssigned:
		return l.Say(name, l.Span(a.Duration), l.name(a.Recipient))
	case models.ReasonRecipientGone, models.ReasonAllOptedOut:
		return l.Say(name, l.name(a.Recipient), l.names(a.Routes))
	case models.ReasonDeferredAlerts:
		return l.Say(name, a.Count)
	case models.ReasonDateNear:
		return l.Say(name, a.Count, dayName(a.Day, l), l.names(a.Subscriptions))
	case models.ReasonVerify, models.ReasonConfirmed:
		return l.Say(name, l.name(a.Destination))
	case models.ReasonUnverified:
		return l.Say(name, l.name(a.Destination), l.Days(a.Duration))
	case models.ReasonDatesNear:
		return l.Say(name, a.Count)
	case models.ReasonDateMoved, models.ReasonDatePassed, models.ReasonNearer:
		return l.Say(name, dayName(a.Day, l))
	case models.ReasonSourceHealth:
		return l.Say(name, l.name(a.Source), l.named("health", string(a.Health)))
	case models.ReasonChannelHealth:
		return l.Say(name, l.name(a.Destination), l.named("health", string(a.Health)))
	case models.ReasonUndelivered, models.ReasonChannelRemoved:
		return l.Say(name, a.Count, l.name(a.Destination))
	case models.ReasonSourceGap, models.ReasonBaseline:
		return l.Say(name, l.name(a.Source))
	case models.ReasonReachesNobody:
		return l.Say(name, l.names(a.Routes))
	case models.ReasonDigest, models.ReasonNothingToSay:
		return l.Say(name, l.names(a.Subscriptions))
	case models.ReasonOptOutRequest:
		return l.Say(name, l.name(a.Destination), l.names(a.Subscriptions))
	case models.ReasonBelowSeverity:
		return l.Say(name, l.named("level", string(a.Severity)), l.named("level", string(a.MinSeverity)), l.name(a.Recipient))
	case models.ReasonMuted:
		return l.mute(a)
	case models.ReasonNoDestination:
		return l.Say(name, cmp.Or(l.name(a.Recipient), l.names(a.Subscriptions)))
	case models.ReasonOnlyFailing:
		return l.Say(name, l.name(a.Recipient), l.name(a.Destination))
	case models.ReasonOptedOut:
		if a.Recipient == "" {
			return l.Say(name+"_all", l.names(a.Subscriptions))
		}
		return l.Say(name, l.name(a.Recipient), l.names(a.Subscriptions))
	case models.ReasonKnown:
		if a.JoinedBy == "" {
			return l.Say(name+"_edit", a.Revision)
		}
		return l.Say(name, l.name(a.Source), l.named("joined", a.JoinedBy))
	case models.ReasonSentGraver:
		return l.Say(name, l.named("level", string(a.Severity)))
	case models.ReasonFrequency:
		return l.Say(name, l.name(a.Recipient), l.frequency(a))
	case models.ReasonOutsideHours:
		return l.Say(name, l.name(a.Recipient), l.hours(a))
	case models.ReasonHoliday, models.ReasonDeputy, models.ReasonDeputyLeft:
		return l.Say(name, l.name(a.Recipient), dayName(a.Day, l))
	case models.ReasonBurst:
		return l.Say(name, a.Count, l.name(a.Recipient), l.Span(a.Duration))
	case models.ReasonLastRead:
		return l.Say(name, l.Days(a.Duration))
	case models.ReasonQuietFor:
		return l.Say(name, l.Days(a.Duration), l.Days(a.Usual))
	case models.ReasonFewArticles:
		return l.Say(name, a.Count, a.UsualCount)
	}
	if _, known := i18n.Find(name); known {
		return l.Say(name)
	}
	return sanitize.Line(r.String()) // kind of a newer release
}

// Joined returns why an article joined its event, in a language.
func Joined(by, lang string) string { return LanguageOf(lang).named("joined", by) }

// Similarity returns how close an article is to an event and what speaks against it, in a
// language: "score 1.20, nearest “A title”; both have licence; against: another stage".
func Similarity(s models.Similarity, lang string) string {
	l := LanguageOf(lang)
	nearest := l.Say("nearest", SimilarTitle(s))
	if s.Score != 0 { // an anchor has none
		nearest = l.Say("nearest_score", strconv.FormatFloat(s.Score, 'f', 2, 64), SimilarTitle(s))
	}
	both, against := "", ""
	if len(s.Terms) > 0 {
		both = l.Say("both_have", sanitize.Line(l.list(s.Terms...)))
	}
	if s.Against != "" {
		against = l.Say("against", l.named("against", s.Against))
	}
	return join(l.Say("semicolon"), nearest, both, against)
}

// SimilarTitle returns the title of the nearest article as [Similarity] has it.
func SimilarTitle(s models.Similarity) string {
	return sanitize.Truncate(sanitize.Line(s.Title), similarTitleRunes)
}

const similarTitleRunes = 90

func (l Language) name(s string) string { return sanitize.Truncate(sanitize.Line(s), MaxNameRunes) }

func (l Language) names(list []string) string {
	return sanitize.Truncate(sanitize.Line(l.list(list...)), MaxNameRunes)
}

// rules returns rules by their titles, with the words that matched if withWords; a rule
// without a known title by its ID.
func (l Language) rules(a models.ReasonArgs, withWords bool) string {
	var parts []string
	for i, id := range a.Rules {
		part := l.name(id)
		if i < len(a.RuleTitles) && a.RuleTitles[i] != "" {
			part = l.Say("quote", l.name(a.RuleTitles[i]))
		}
		if withWords && i < len(a.Words) && a.Words[i] != "" {
			part += l.Say("gloss", l.Say("quote", sanitize.Truncate(sanitize.Line(a.Words[i]), quoteRunes)))
		}
		parts = append(parts, part)
	}
	return l.list(parts...)
}

// mute returns what is muted until when, by whom and why.
func (l Language) mute(a models.ReasonArgs) string {
	m := a.Mute
	if m == nil {
		return l.Say("reason_muted_event", "")
	}
	until := l.Moment(m.Until, a.At, timefmt.Zone(a.Zone))
	s := l.Say("reason_muted_event", until)
	if m.Kind != models.MuteEvent {
		s = l.Say("reason_muted_"+string(m.Kind), until, l.name(cmp.Or(a.Source, m.Target)))
	}
	if m.By != "" {
		s = l.Say("reason_muted_by", s, l.name(m.By))
	}
	if m.Reason != "" {
		s = l.Say("reason_muted_because", s, sanitize.Truncate(sanitize.Line(m.Reason), MaxNameRunes))
	}
	return s
}

// exception returns what an exception is about, by whom it is, until when and why. The zero time as now shows the year.
func (l Language) exception(x *models.Exception, now time.Time, zone string) string {
	if x == nil {
		return l.Say("unnamed")
	}
	s := l.query(*x)
	if x.By != "" {
		s = l.Say("exception_by", s, l.name(x.By))
	}
	if x.Until.IsZero() {
		s = l.Say("exception_never", s)
	} else {
		s = l.Say("exception_until", s, l.Moment(x.Until, now, timefmt.Zone(zone)))
	}
	if x.Reason != "" {
		s = l.Say("exception_because", s, sanitize.Truncate(sanitize.Line(x.Reason), MaxNameRunes))
	}
	return s
}

// query returns the query of an exception in quotation marks.
func (l Language) query(x models.Exception) string {
	return l.Say("quote", sanitize.Truncate(sanitize.Line(x.Query), quoteRunes))
}

// frequency returns a frequency, such as daily at 08:00 HKT.
func (l Language) frequency(a models.ReasonArgs) string {
	f := a.Frequency
	if f == nil {
		return ""
	}
	zone := " " + timefmt.Abbreviation(a.At.In(timefmt.Zone(a.Zone)))
	switch f.Kind {
	case models.Daily:
		return l.Say("daily_at", timefmt.Clock(f.At)) + zone
	case models.Weekly:
		return l.Say("weekly_at", l.weekday(f.Day, true), timefmt.Clock(f.At)) + zone
	}
	return l.Say("hourly")
}

// hours returns working hours, such as Mon to Fri 08:00 to 19:00 HKT.
func (l Language) hours(a models.ReasonArgs) string {
	h := a.Hours
	if h == nil {
		return ""
	}
	var parts []string
	if len(h.Days) > 0 {
		parts = append(parts, l.weekdays(h.Days))
	}
	if h.From != h.To {
		parts = append(parts, l.Say("hours_range", timefmt.Clock(h.From), timefmt.Clock(h.To)))
	}
	return strings.Join(append(parts, timefmt.Abbreviation(a.At.In(timefmt.Zone(a.Zone)))), " ")
}

// weekdays returns weekdays, Monday first, with three or more in a row as a range.
func (l Language) weekdays(list []time.Weekday) string {
	sorted := slices.Clone(list)
	slices.SortFunc(sorted, func(a, b time.Weekday) int { return cmp.Compare((a+6)%7, (b+6)%7) })
	sorted = slices.Compact(sorted)
	var parts []string
	for i := 0; i < len(sorted); {
		j := i
		for j+1 < len(sorted) && sorted[j+1] == (sorted[j]+1)%7 {
			j++
		}
		if j-i >= 2 {
			parts = append(parts, l.Say("days_range", l.weekday(sorted[i], false), l.weekday(sorted[j], false)))
			i = j + 1
			continue
		}
		parts = append(parts, l.weekday(sorted[i], false))
		i++
	}
	return l.list(parts...)
}

// weekday returns the name of a weekday.
func (l Language) weekday(d time.Weekday, whole bool) string {
	switch {
	case l != English:
		return "星期" + chineseWeekdays()[d]
	case whole:
		return d.String()
	}
	return d.String()[:3]
}
