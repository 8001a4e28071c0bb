package render

import (
	"cmp"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"regwatch/internal/i18n"
	"regwatch/internal/sanitize"
	"regwatch/internal/timefmt"
	"regwatch/models"
)

// Views are the data of templates: safe one-line strings in the reader's language, so
// that channels differ only in layout.

// Limits of text from outside, in runes.
const (
	titleRunes    = 300
	quoteRunes    = 80
	MaxErrorRunes = 300
	MaxNameRunes  = 120
	mostFindings  = 8
	mostHits      = 6
	mostOthers    = 5
	mostDates     = 6
	whyNowRunes   = 500 // a reason may name a title and two commands
)

type alertView struct {
	Follows         string // empty for a first alert: "UPDATE: "
	Lead            string // with what changed: "UPDATE: raised from medium to high"
	Severity        string // "HIGH"; empty: unknown
	Color           string // of the severity, for HTML
	Standing        string // "Official" or "Press only, not officially confirmed"
	Official        bool
	Outlet          string // the regulator or the newspaper
	Places          string
	Title           string
	Link            string // empty if the article's address is not safe to link
	ArticleLanguage string
	Excerpt         []segment
	Extract         string // the sentences that say what it is about, without those that are quoted anyway
	Stage           string
	StageQuote      string // the sentence that shows the stage, in quotation marks; empty: the title or the excerpt does
	Dates           []dateView
	Why             []findingView
	MoreWhy         int
	Relevance       string // of the leading rule: "likely (the title refers to a ban)"; empty: not scored
	Names           string // the entities that are named: "Circle (issuer), Tether"; empty: none
	Mentions        string
	Tags            string
	WhyNow          string
	Seen            string // source, published and seen
	Others          []otherView
	AllOther        string     // "+2 sources"; empty: none
	Since           statusView // the status since it was sent
}

type dateView struct {
	Kind, Day, Left string // "deadline", "30 Sep 2026", "in 12 days"
	Past            bool
	text            string
}

type findingView struct{ Rule, Revision, Title, Evidence, Why string }

type otherView struct{ Source, Title, Link, Published string }

func viewAlert(n models.Notice, standing *models.Status, l Language) alertView {
	a := *n.Content.Alert
	if standing != nil {
		a = amended(a, *standing)
	}
	loc := timefmt.Zone(a.Zone)
	sent := sentAt(n, standing)
	v := alertView{
		Severity:        severity(a.Severity, l),
		Color:           color(a.Severity),
		Standing:        l.Say("press_only"),
		Official:        a.Official,
		Outlet:          sanitize.Truncate(sanitize.Line(a.Source), MaxNameRunes),
		Places:          sanitize.Truncate(sanitize.Line(l.list(a.Jurisdictions...)), MaxNameRunes),
		Title:           cmp.Or(sanitize.Truncate(sanitize.Line(a.Title), titleRunes), l.Say("untitled")),
		Link:            sanitize.Link(a.Link),
		ArticleLanguage: sanitize.Line(a.Language),
		Excerpt:         segments(a.Excerpt, 2*titleRunes),
		Extract:         extract(a.Extract, l, a.Title, a.Excerpt.Text, a.StageQuote),
		Stage:           stageOf(a.Stage, a.Restates, loc, l),
		StageQuote:      stageQuote(a, l),
		Dates:           dates(a.Dates, a.SeenAt, loc, l),
		Names:           l.entities(namedIn(a.Why)),
		Mentions:        mentions(a.Mentions, l),
		Relevance:       l.relevance(leadingRelevance(a)),
		Tags:            sanitize.Truncate(sanitize.Line(l.list(a.Tags...)), MaxNameRunes),
		WhyNow:          sanitize.Truncate(WhyNow(a, string(l)), whyNowRunes),
		Seen:            seen(a, sent, l),
	}
	switch n.Kind {
	case models.NoticeUpdate:
		v.Follows = l.label("update")
		v.Lead = v.Follows + v.WhyNow
	case models.NoticeEscalation:
		v.Follows = l.label("escalation")
		v.Lead = v.Follows + l.Say("untaken")
	}
	if a.Official {
		v.Standing = l.Say("official")
	}
	for i, f := range a.Why {
		if i == mostFindings {
			v.MoreWhy = len(a.Why) - i
			break
		}
		v.Why = append(v.Why, findingView{
			Rule: sanitize.Line(f.RuleID), Revision: sanitize.Line(f.Revision), Title: sanitize.Truncate(sanitize.Line(f.RuleTitle), MaxNameRunes),
			Evidence: evidence(f, l), Why: sanitize.Truncate(sanitize.Line(f.Why), MaxErrorRunes),
		})
	}
	for _, r := range a.OtherSources[:min(len(a.OtherSources), mostOthers)] {
		o := otherView{Source: sanitize.Truncate(sanitize.Line(r.Source), MaxNameRunes), Title: sanitize.Truncate(sanitize.Line(r.Title), titleRunes), Link: sanitize.Link(r.Link)}
		if !r.PublishedAt.IsZero() {
			o.Published = l.Moment(r.PublishedAt, sent, loc)
		}
		v.Others = append(v.Others, o)
	}
	if n := len(a.OtherSources); n > 0 {
		v.AllOther = l.Say("more_sources", n)
	}
	if standing != nil {
		v.Since = viewStatus(*standing, sent, loc, l)
	}
	return v
}

// extract quotes the sentences that say what an article is about, except those that are shown
// already.
func extract(sentences []string, l Language, shown ...string) string {
	var parts []string
	for _, s := range sentences {
		s = sanitize.Line(s)
		if s != "" && !slices.ContainsFunc(shown, func(shown string) bool { return sameSentence(sanitize.Line(shown), s) }) {
			parts = append(parts, l.Say("quote", sanitize.Truncate(s, titleRunes)))
		}
	}
	return strings.Join(parts, " ")
}

// sameSentence reports whether a text that is shown has a sentence, or the beginning of it
// before it was cut.
func sameSentence(shown, s string) bool {
	const begins = 60
	shown = strings.Trim(shown, "…")
	return shown != "" && (strings.Contains(shown, string([]rune(s)[:min(begins, utf8.RuneCountInString(s))])) || strings.Contains(s, shown))
}

// amended returns an alert with the current status of its event; the reasons for sending
// it stay.
func amended(a models.Alert, s models.Status) models.Alert {
	a.Official = a.Official || s.Official
	if s.Stage != "" && s.Stage != a.Stage {
		a.Stage, a.StageQuote, a.Restates = s.Stage, "", nil // the sentence is about the earlier stage
	}
	if len(s.Dates) > 0 {
		a.Dates = s.Dates
	}
	// The link of the alert's own article may have changed, or be missing.
	others := slices.DeleteFunc(slices.Clone(s.OtherSources), func(r models.Reference) bool {
		return r.Link != "" && r.Link == a.Link || r.Source == a.Source && r.Title == a.Title
	})
	if len(others) > 0 {
		a.OtherSources = others
	}
	return a
}

// stageOf returns the name of a stage. That something is said again comes with when it was
// first reported.
func stageOf(stage string, restates *models.EarlierReport, loc *time.Location, l Language) string {
	name := l.named("stage", stage)
	if restates == nil {
		return name
	}
	return l.Say("first_reported", name, l.format(restates.At.In(loc), "time_day"), sanitize.Line(restates.EventID))
}

// A titleOf returns the title of a rule, or its ID if the title is unknown.
type titleOf func(ruleID string) string

// findingTitles returns the titles of matched rules.
func findingTitles(found ...models.Finding) titleOf {
	return func(id string) string {
		i := slices.IndexFunc(found, func(f models.Finding) bool { return f.RuleID == id && f.RuleTitle != "" })
		if i < 0 {
			return id
		}
		return found[i].RuleTitle
	}
}

// listedTitles returns the titles of an event's rules in a summary or digest. Notices of
// releases before 0008 have none.
func listedTitles(e models.DigestEvent) titleOf {
	return func(id string) string {
		if i := slices.Index(e.RuleIDs, id); i >= 0 && i < len(e.RuleTitles) {
			return e.RuleTitles[i]
		}
		return id
	}
}

// updates returns what changed since the recipient was last notified of the event.
func updates(all []models.Update, title titleOf, l Language) string {
	var parts []string
	for _, n := range all {
		of, from, to := n.Of, n.From, n.To
		switch n.Kind {
		case models.UpdateSeverity:
			from, to = l.named("level", from), l.named("level", to)
		case models.UpdateStage, models.UpdateReportStage:
			from, to = l.named("stage", from), l.named("stage", to)
		case models.UpdateDate:
			of, from, to = l.named("date", cmp.Or(of, "deadline")), dayName(from, l), dayName(to, l)
		case models.UpdateOfficial:
			from, to = "", sanitize.Truncate(sanitize.Line(to), MaxNameRunes)
		case models.UpdateRule:
			from, to = "", l.Say("quote", sanitize.Truncate(sanitize.Line(title(to)), MaxNameRunes))
		default:
			continue
		}
		name := "news_" + string(n.Kind)
		args := []any{from, to}
		switch n.Kind {
		case models.UpdateDate:
			args = []any{of, from, to}
		case models.UpdateReportStage:
			args = []any{to, from}
		}
		switch {
		case n.Kind == models.UpdateOfficial || n.Kind == models.UpdateRule:
			args = args[1:]
		case to == "" && n.Kind == models.UpdateDate:
			name, args = name+"_gone", []any{of, from}
		case from == "" && n.Kind != models.UpdateReportStage:
			name, args = name+"_none", slices.Delete(args, len(args)-2, len(args)-1)
		}
		parts = append(parts, l.Say(name, args...))
	}
	return strings.Join(parts, l.Say("semicolon"))
}

// WhyNow returns why an alert is sent now, in a language.
func WhyNow(a models.Alert, lang string) string {
	l := LanguageOf(lang)
	news := updates(a.Updates, findingTitles(slices.Concat(a.Why, a.Mentions)...), l)
	if len(a.Trigger) > 0 {
		return l.reasons(a.Trigger, news)
	}
	// An alert of a release before 0007 stores the reason in English, and the changes as
	// data.
	if kind := models.TriggerBefore0007(a.WhyNow); kind != "" {
		return l.reasons(models.NewReasons(kind, models.ReasonArgs{}), "")
	}
	if news != "" {
		return news
	}
	return sanitize.Line(a.WhyNow)
}

// SeverityIn returns a severity as shown in alerts in a language: HIGH, 高.
func SeverityIn(lang string, s models.Severity) string { return severity(s, LanguageOf(lang)) }

func severity(s models.Severity, l Language) string {
	if s.Rank() == 0 {
		return ""
	}
	return l.Say("severity_" + string(s))
}

// color returns a background colour with a contrast of at least 4.5 to white text.
func color(s models.Severity) string {
	switch s {
	case models.Critical:
		return "#8f1414"
	case models.High:
		return "#b3380f"
	case models.Medium:
		return "#8a5a00"
	}
	return "#47566b"
}

// dates returns the key dates, and how far each is from the day on which the article was
// seen.
func dates(found []models.KeyDate, seen time.Time, loc *time.Location, l Language) []dateView {
	var views []dateView
	for _, d := range found[:min(len(found), mostDates)] {
		left, past := "", false
		if day, err := time.Parse(time.DateOnly, d.Day); err == nil && !seen.IsZero() {
			left, past = l.daysLeft(daysUntil(day, seen, loc))
		}
		views = append(views, newDateView(d, left, past, l))
	}
	return views
}

func newDateView(d models.KeyDate, left string, past bool, l Language) dateView {
	v := dateView{Kind: l.named("date", d.Kind), Day: dayName(d.Day, l), Left: left, Past: past}
	v.text = join(" ", v.Kind, join(l.Say("pause"), v.Day, v.Left))
	return v
}

// daysLeft returns how far away a day is, such as "in 12 days", and whether it has
// passed.
func (l Language) daysLeft(days int) (left string, past bool) {
	switch {
	case days > 0:
		return l.Say("left_in", days), false
	case days == 0:
		return l.Say("left_today"), false
	}
	return l.Say("left_passed", -days), true
}

func dayName(day string, l Language) string {
	t, err := time.Parse(time.DateOnly, day)
	if err != nil {
		return sanitize.Truncate(sanitize.Line(day), MaxNameRunes)
	}
	return l.format(t, "time_day")
}

// String returns the date in one line: "deadline 30 Sep 2026, in 12 days", or "effective
// today".
func (d dateView) String() string { return d.text }

// sentAt returns when a message about an event is sent, or was last changed: the latest moment that it tells of. Its years
// are left out if they are that of sentAt.
func sentAt(n models.Notice, standing *models.Status) time.Time {
	at := []time.Time{n.Content.Alert.SeenAt, n.CreatedAt, n.WaitUntil}
	if standing != nil {
		for _, t := range standing.Assignments {
			at = append(at, t.AssignedAt)
		}
		for _, f := range standing.Feedback {
			at = append(at, f.GivenAt)
		}
		if standing.ContinuesIn != nil {
			at = append(at, standing.ContinuesIn.At)
		}
		if standing.Mute != nil {
			at = append(at, standing.Mute.MutedAt)
		}
	}
	return slices.MaxFunc(at, time.Time.Compare)
}

// seen returns where and when the article appeared: "SCMP, published 28 Aug 13:53 HKT,
// seen 14:05".
func seen(a models.Alert, sent time.Time, l Language) string {
	loc := timefmt.Zone(a.Zone)
	at := a.SeenAt.In(loc)
	clock := l.Moment(a.SeenAt, sent, loc)
	published := l.Say("undated")
	if p := a.PublishedAt; !p.IsZero() {
		published = l.Say("published", l.Moment(p, sent, loc))
		if y, d := p.In(loc).Year(), p.In(loc).YearDay(); y == at.Year() && d == at.YearDay() {
			clock = at.Format("15:04")
		}
	}
	if a.SeenAt.IsZero() {
		return join(l.Say("pause"), sanitize.Truncate(sanitize.Line(a.Source), MaxNameRunes), published)
	}
	return join(l.Say("pause"), sanitize.Truncate(sanitize.Line(a.Source), MaxNameRunes), published, l.Say("seen", clock))
}

// evidence quotes the matched words with their place, and the meaning of Chinese ones:
// “人民幣穩定幣” (yuan stablecoin) ¶2.
func evidence(f models.Finding, l Language) string {
	var parts []string
	for _, h := range f.Hits[:min(len(f.Hits), mostHits)] {
		place := l.Say("in_title")
		if h.Paragraph > 0 {
			place = l.Say("paragraph", h.Paragraph)
		}
		parts = append(parts, quoted(h, l)+place)
	}
	if len(parts) == 0 {
		return l.everyArticle(f.Origins)
	}
	return l.list(parts...)
}

// everyArticle says why an article matched that has no hit: "every article of source hkma-press".
func (l Language) everyArticle(origins []models.Origin) string {
	var parts []string
	for _, o := range origins {
		name := "origin_" + o.Kind
		if _, known := i18n.Find(name + "_" + o.Value); known {
			parts = append(parts, l.Say(name+"_"+o.Value))
		} else if _, known := i18n.Find(name); known {
			parts = append(parts, l.Say(name, l.name(o.Value)))
		}
	}
	if len(parts) == 0 {
		return ""
	}
	return l.Say("every_article", l.list(parts...))
}

// namedIn returns the entities that some findings name.
func namedIn(found []models.Finding) []models.Entity {
	var all []models.Entity
	for _, f := range found {
		all = models.AddEntities(all, f.Entities...)
	}
	return all
}

// Entities names entities in a language, with what they are: "Circle (issuer), Tether".
func Entities(all []models.Entity, lang string) string { return LanguageOf(lang).entities(all) }

// mostNames is how many entities are named; the rest is counted.
const mostNames = 12

func (l Language) entities(all []models.Entity) string {
	var parts []string
	for i, e := range all {
		if i == mostNames {
			parts = append(parts, l.Say("more", len(all)-i))
			break
		}
		name := e.Name
		if l != English {
			name = cmp.Or(e.NameZH, e.Name)
		}
		name = sanitize.Truncate(sanitize.Line(name), quoteRunes)
		if kind := sanitize.Truncate(sanitize.Line(e.Kind), quoteRunes); kind != "" {
			name += l.Say("gloss", kind)
		}
		parts = append(parts, name)
	}
	return l.list(parts...)
}

func quoted(h models.Hit, l Language) string {
	q := l.Say("quote", sanitize.Truncate(sanitize.Line(h.Text), quoteRunes))
	// Chinese readers need no translation of Chinese words.
	if gloss := sanitize.Truncate(sanitize.Line(h.Gloss), quoteRunes); gloss != "" && l == English && !strings.EqualFold(gloss, sanitize.Line(h.Text)) {
		q += " (" + gloss + ")"
	}
	return q
}

// mentions returns the rules that an article only mentions, with the matched words.
func mentions(found []models.Finding, l Language) string {
	var parts []string
	for i, f := range found {
		if i == mostFindings {
			parts = append(parts, l.Say("more", len(found)-i))
			break
		}
		part := sanitize.Truncate(sanitize.Line(cmp.Or(f.RuleTitle, f.RuleID)), MaxNameRunes)
		var words []string
		for _, h := range f.Hits[:min(len(f.Hits), mostHits)] {
			words = append(words, quoted(h, l))
		}
		if len(words) > 0 {
			part += l.Say("gloss", l.list(words...))
		}
		parts = append(parts, part)
	}
	return sanitize.Truncate(l.list(parts...), 2*titleRunes)
}
