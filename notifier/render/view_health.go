package render

import (
	"cmp"
	"fmt"
	"strings"
	"time"

	"regwatch/internal/sanitize"
	"regwatch/internal/timefmt"
	"regwatch/models"
)

type healthView struct {
	Failing bool
	Label   string // "FAILING"
	Title   string // "Source failing: HKMA press releases"
	Body    string // the meaning, and since when
	Error   string
}

func viewHealth(h models.HealthReport, l Language) healthView {
	switch h.Subject {
	case "subscription":
		return viewLeaveAsked(h, l)
	case "address":
		return viewUnverified(h, l)
	case "alert":
		return viewUnreached(h, l)
	case models.SubjectException:
		if h.Exception != nil {
			return viewExceptionEnd(h, *h.Exception, l)
		}
	case models.SubjectRule:
		if h.Review != nil {
			return viewReview(h, *h.Review, l)
		}
	}
	loc := timefmt.Zone(h.Zone)
	name := cmp.Or(sanitize.Truncate(sanitize.Line(h.Name), MaxNameRunes), l.Say("unnamed"))
	since := ""
	if !h.Since.IsZero() {
		since = l.Say("since", l.precisely(h.Since, loc))
	}
	if h.Subject == models.SubjectProgram {
		return healthView{
			Failing: true, Label: l.Say("failing_label"), Title: l.Say("unplanned"), Body: l.Say("unplanned_body", since),
			Error: sanitize.Truncate(sanitize.Line(h.Error), MaxErrorRunes),
		}
	}
	if h.Subject != models.SubjectChannel {
		return viewSource(h, name, since, loc, l)
	}
	v := healthView{Failing: true, Error: l.whyFailing(h.Failure, h.Error)}
	switch {
	case h.Health != models.Failing:
		return healthView{Label: l.Say("recovered_label"), Title: l.Say("channel_recovered", name), Body: l.Say("channel_recovered_body", name, since)}
	case h.Dead > 0:
		v.Label, v.Title, v.Body = l.Say("undelivered"), l.Say("channel_dead", h.Dead, name), l.Say("channel_dead_body", h.Dead, name, since)
	default:
		v.Label, v.Title, v.Body = l.Say("failing_label"), l.Say("channel_failing", name), l.Say("channel_failing_body", name, since)
	}
	return v
}

// whyFailing returns the failure as text, or the sentence of an older release.
func (l Language) whyFailing(f models.Failure, sentence string) string {
	if f.Kind != "" {
		sentence = l.failure(f)
	}
	return sanitize.Truncate(sanitize.Line(sentence), MaxErrorRunes)
}

// viewSource describes the health of a source: its effect on the reader, and what to do.
func viewSource(h models.HealthReport, name, since string, loc *time.Location, l Language) healthView {
	detail := ""
	if details := cmp.Or(l.reasons(h.Details, ""), sanitize.Line(h.Detail)); details != "" {
		detail = details
		if l == English {
			detail = " " + detail
		}
	}
	if h.Gap != nil {
		return healthView{
			Failing: true, Label: l.Say("gap_label"), Title: l.Say("gap", name),
			Body: l.Say("gap_body", l.precisely(h.Gap.From, loc), l.precisely(h.Gap.To, loc), name),
		}
	}
	read := ""
	if !h.Since.IsZero() {
		read = l.Say("last_read", l.precisely(h.Since, loc))
	}
	v := healthView{Failing: true, Error: l.whyFailing(h.Failure, h.Error)}
	switch h.Health {
	case models.Failing:
		v.Label, v.Title, v.Body = l.Say("failing_label"), l.Say("source_failing", name), l.Say("source_failing_body", name, read)
	case models.Dead:
		v.Label, v.Title, v.Body = l.Say("dead_label"), l.Say("source_dead", name), l.Say("source_dead_body", name, detail)
	case models.Quiet:
		v.Label, v.Title, v.Body = l.Say("quiet_label"), l.Say("source_quiet", name), l.Say("source_quiet_body", name, since, detail)
	case models.Shrunk:
		v.Label, v.Title, v.Body = l.Say("shrunk_label"), l.Say("source_shrunk", name), l.Say("source_shrunk_body", name, detail)
	default:
		v = healthView{Label: l.Say("recovered_label"), Title: l.Say("source_recovered", name)}
		switch h.Was {
		case models.Quiet:
			v.Body = l.Say("source_publishes", name, since)
		case models.Shrunk:
			v.Body = l.Say("source_whole", name, since)
		default:
			v.Body = l.Say("source_answers", name, since)
		}
	}
	return v
}

// viewUnreached reports a critical alert that reached nobody.
func viewUnreached(h models.HealthReport, l Language) healthView {
	return healthView{
		Failing: true, Label: l.Say("unreached_label"),
		Title: l.Say("unreached", sanitize.Truncate(sanitize.Line(h.Name), MaxNameRunes)),
		Body:  l.Say("unreached_body", l.precisely(h.Since, timefmt.Zone(h.Zone)), sanitize.Line(h.Detail)),
	}
}

type testView struct{ Title, Text, SentAt string }

func viewTest(t models.Test, l Language) testView {
	return testView{
		Title:  l.Say("test_title"),
		Text:   sanitize.Truncate(sanitize.Line(t.Text), 2*titleRunes),
		SentAt: l.Say("test_sent", l.precisely(t.SentAt, timefmt.Zone(t.Zone))),
	}
}

// viewLeaveAsked reports that an address asked to unsubscribe. Nobody can unsubscribe
// from health notices: the recipient must be removed from the configuration.
func viewLeaveAsked(h models.HealthReport, l Language) healthView {
	who, what := l.name(h.Detail), l.name(h.Name)
	body, recipient := "leave_body", what
	if name, health := strings.CutPrefix(what, "health/"); health {
		body, recipient = "leave_health_body", name
	}
	return healthView{
		Label: l.Say("leave_label"), Title: l.Say("leave", who),
		Body: l.Say(body, who, l.precisely(h.Since, timefmt.Zone(h.Zone)), recipient),
	}
}

// viewExceptionEnd reports that an exception expires soon, or has expired.
func viewExceptionEnd(h models.HealthReport, x models.ExceptionReport, l Language) healthView {
	about := l.Say("exception_for_all")
	switch x.Exception.Scope {
	case models.ExceptRule:
		about = l.Say("exception_for_rule", l.Say("quote", l.name(cmp.Or(x.RuleTitle, x.Exception.Target))))
	case models.ExceptSource:
		about = l.Say("exception_for_source", l.name(x.Exception.Target))
	}
	headline, name := "exception_ends", "exception_ends_body"
	if h.Ended {
		headline, name = "exception_ended", "exception_ended_body"
	}
	query := l.query(x.Exception)
	body := []string{
		l.Say(name, l.precisely(h.Since, timefmt.Zone(h.Zone)), query, about, l.name(x.Exception.ID)),
		l.Say("exception_held", x.Held),
	}
	if x.Exception.By != "" {
		body = append(body, l.Say("exception_written", l.name(x.Exception.By)))
	}
	v := healthView{Failing: true, Label: l.Say("exception_label"), Title: l.Say(headline, query), Body: l.sentences(body)}
	if x.Exception.Reason != "" {
		v.Error = l.Say("exception_reason", sanitize.Truncate(sanitize.Line(x.Exception.Reason), MaxErrorRunes))
	}
	return v
}

// viewReview reminds of the review of a rule, with what the rule did since the last one.
func viewReview(h models.HealthReport, r models.RuleReview, l Language) healthView {
	title := l.Say("quote", l.name(cmp.Or(r.Title, r.RuleID)))
	headline, name := "review_due", "review_body"
	if h.Ended {
		headline, name = "review_passed", "review_passed_body"
	}
	body := []string{l.Say(name, title, dayName(r.Day, l), l.name(r.RuleID))}
	if !r.Since.IsZero() {
		body = append(body, l.Say("review_caught", r.Alerts, l.format(r.Since.In(timefmt.Zone(h.Zone)), "time_day")))
	}
	if marked := r.Relevant + r.Irrelevant; marked > 0 {
		body = append(body, l.Say("review_precision", marked, r.Relevant, r.Irrelevant, fmt.Sprintf("%.2f", float64(r.Relevant)/float64(marked))))
	} else {
		body = append(body, l.Say("review_unmarked"))
	}
	if r.Held > 0 {
		body = append(body, l.Say("review_exceptions", r.Held))
	}
	return healthView{Failing: h.Ended, Label: l.Say("review_label"), Title: l.Say(headline, l.name(cmp.Or(r.Title, r.RuleID))), Body: l.sentences(body)}
}

// sentences joins whole sentences.
func (l Language) sentences(all []string) string {
	if l == English {
		return strings.Join(all, " ")
	}
	return strings.Join(all, "")
}

// A verificationView asks the reader of an address to confirm it.
type verificationView struct {
	Title   string
	Text    string // what happens with and without a confirmation
	Expires string // when the link stops working
}

func viewVerification(v models.Verification, l Language) verificationView {
	address := sanitize.Truncate(sanitize.Line(v.Address), MaxNameRunes)
	return verificationView{
		Title:   l.Say("verify_title"),
		Text:    l.Say("verify_text", address),
		Expires: l.Say("verify_expires", l.precisely(v.Expires, timefmt.Zone(v.Zone))),
	}
}

// viewUnverified reports an unconfirmed address.
func viewUnverified(h models.HealthReport, l Language) healthView {
	who := sanitize.Truncate(sanitize.Line(h.Name), MaxNameRunes)
	return healthView{
		Failing: true, Label: l.Say("unverified_label"), Title: l.Say("unverified", who),
		Body: l.Say("unverified_body", who, l.precisely(h.Since, timefmt.Zone(h.Zone))),
	}
}
