package app

import (
	"cmp"
	"context"
	"slices"
	"time"

	"regwatch/events"
	"regwatch/models"
	"regwatch/notifier/render"
	"regwatch/store"
)

// An Event is one development with its articles, whom regwatch notified of it, and what
// people did.
type Event struct {
	ID            string                `json:"id"`
	Revision      int                   `json:"revision"` // rises with every change
	MergedInto    string                `json:"merged_into,omitempty"`
	Title         string                `json:"title"`
	Link          string                `json:"link"`
	Severity      string                `json:"severity"`
	Strength      string                `json:"strength"` // subject or mention
	LeadRule      string                `json:"lead_rule"`
	RuleIDs       []string              `json:"rule_ids"`
	Jurisdictions []string              `json:"jurisdictions"`
	Official      bool                  `json:"official"`
	Baseline      bool                  `json:"baseline"` // known only from first scans so far
	FirstSeenAt   time.Time             `json:"first_seen_at"`
	LastSeenAt    time.Time             `json:"last_seen_at"`
	Articles      []EventArticle        `json:"articles"` // oldest first
	Notified      []Notified            `json:"told"`
	Assignments   []models.Assignment   `json:"takes"`                 // the first first
	Feedback      []models.Feedback     `json:"marks"`                 // the newest last
	State         string                `json:"state"`                 // open or closed
	Closed        *models.Closing       `json:"closed,omitempty"`      // who closed it, when and why
	Due           *models.Due           `json:"due,omitempty"`         // until when the work is to be done
	Stage         string                `json:"stage"`                 // empty if none was found
	StageQuote    string                `json:"stage_quote,omitempty"` // the sentence or headline that says so
	Extract       []string              `json:"extract,omitempty"`     // sentences that say what it is about, word for word
	Dates         []models.KeyDate      `json:"dates"`
	RuleTitles    []string              `json:"rule_titles"`              // of RuleIDs; the ID of a rule that is not in force
	DigestRules   []string              `json:"digest_rules,omitempty"`   // IDs of rules whose matches are only for the digest
	ExceptedRules []string              `json:"excepted_rules,omitempty"` // IDs of rules whose matches exceptions hold
	MayBelong     *models.MayBelong     `json:"may_belong,omitempty"`     // another event that it may belong to, until people decide
	Matter        *MatterRef            `json:"matter,omitempty"`         // the law or case that it is a step of
	Restates      *models.EarlierReport `json:"restates,omitempty"`       // when it was first reported, if it is said again
	Reports       Reports               `json:"reports"`                  // when the press and an authority first published it
	Outlets       int                   `json:"outlets"`                  // publishers of its articles
	Corrections   []Correction          `json:"corrections,omitempty"`    // of its grouping, that stand; the oldest first

	ShortID string `json:"-"` // as much of the ID as no other event has
}

// An EventArticle is an article's place in an event.
type EventArticle struct {
	ArticleID  string    `json:"article_id"`
	Part       int       `json:"part,omitempty"` // of a roundup, from 1
	Source     string    `json:"source"`
	SourceName string    `json:"source_name"`
	Role       string    `json:"role"`
	Title      string    `json:"title"`
	Link       string    `json:"link"`
	Strength   string    `json:"strength"`
	JoinedBy   string    `json:"joined_by"`
	JoinedAt   time.Time `json:"joined_at"`

	Similarity *models.Similarity `json:"similarity,omitempty"` // why it joined, if only by what it says

	PublishedAt *time.Time `json:"published_at,omitempty"`
	SeenAt      time.Time  `json:"seen_at"`

	Lead bool `json:"-"` // the event has its title and extract from it

	// Only [App.Event] fills these.
	Revision  int    `json:"-"` // the last
	Language  string `json:"-"`
	TextState string `json:"-"` // as that of an [Article]
}

// Notified is what one recipient was sent about an event, or will be.
type Notified struct {
	Recipient string     `json:"recipient"`
	Severity  string     `json:"severity"` // the highest
	RuleIDs   []string   `json:"rule_ids"`
	Official  bool       `json:"official"`
	Lost      bool       `json:"lost"`       // every delivery failed
	WaitUntil *time.Time `json:"wait_until"` // when deferred notices are sent; null if there are none
}

// IsMention reports whether articles only mention what rules look for. Such an event
// causes no alert and has no severity.
func (e Event) IsMention() bool { return e.Strength == string(models.Mention) }

// LeadTitle is the title of the rule that leads the event; empty if the event is only
// mentioned.
func (e Event) LeadTitle() string {
	if i := slices.Index(e.RuleIDs, e.LeadRule); i >= 0 {
		return e.RuleTitles[i]
	}
	return e.LeadRule
}

// A NoEventError means that no event has an ID, or that several begin with it.
type NoEventError = store.NoEventError

// Verdict is what the feedback on the event comes to: relevant, irrelevant, disputed, or
// empty without feedback.
func (e Event) Verdict() string {
	verdict, disputed := models.Judge(e.Feedback, "")
	if disputed {
		return "disputed"
	}
	return string(verdict)
}

const (
	// NoStage is the stage, for an [EventFilter], of an event in which none was found.
	NoStage = "none"
	// Nobody is the assignee, for an [EventFilter], of an event that nobody is assigned to.
	Nobody = "nobody"
	// Who published an event, for an [EventFilter].
	PublishedOfficially = "official"
	PublishedByPress    = "press"
)

// Stages returns how far a rule change can be, in the order of making law.
func Stages() []string { return events.Stages() }

// PersonName is the name of a person for readers, without what identifies them to Slack.
func PersonName(by string) string { return render.PersonName(by) }

// JoinedIn says in a language why an article joined its event.
func JoinedIn(joinedBy, lang string) string { return render.Joined(joinedBy, lang) }

// SimilarityIn says in a language how close an article is to an event, and what speaks
// against it.
func SimilarityIn(s models.Similarity, lang string) string { return render.Similarity(s, lang) }

// SimilarTitle is the title of the nearest article as [SimilarityIn] has it.
func SimilarTitle(s models.Similarity) string { return render.SimilarTitle(s) }

// RelevanceIn says in a language how certain the relevance of a match is, and why.
func RelevanceIn(r models.Relevance, lang string) string { return render.Relevance(r, lang) }

func newEvent(e models.Event, ruleTitles, sourceZones map[string]string, short string) Event {
	event := Event{
		ID: e.ID, Revision: e.Revision, MergedInto: e.MergedInto, Title: e.Title, Link: e.Link, Severity: string(e.Severity),
		Strength: string(e.Strength), LeadRule: e.LeadRule, RuleIDs: nonNil(e.RuleIDs), Jurisdictions: nonNil(e.Jurisdictions),
		Official: e.Official, Baseline: e.Baseline, FirstSeenAt: e.FirstSeenAt, LastSeenAt: e.LastSeenAt,
		Articles: []EventArticle{}, Notified: []Notified{}, Assignments: nonNil(e.Assignments), Feedback: nonNil(e.Feedback),
		Stage: e.Stage, StageQuote: e.StageQuote, Extract: e.Extract(), Dates: nonNil(e.Dates), RuleTitles: []string{}, DigestRules: e.DigestRules, ExceptedRules: e.ExceptedRules, MayBelong: e.Doubt(), ShortID: short,
	}
	if e.Matter.ID != "" {
		event.Matter = &MatterRef{e.Matter.ID, e.Matter.Name, e.Matter.Names, !e.Matter.SetAt.IsZero()}
	}
	event.setWork(e.Work)
	event.Restates = e.Restatement()
	event.Reports, event.Outlets = newReports(e.Articles, sourceZones), countOutlets(e.Articles)
	for _, l := range e.Links {
		event.Corrections = append(event.Corrections, Correction{EventLink: l})
	}
	for _, id := range e.RuleIDs {
		event.RuleTitles = append(event.RuleTitles, cmp.Or(ruleTitles[id], id))
	}
	lead, _ := e.LeadArticle()
	for _, in := range e.Articles {
		event.Articles = append(event.Articles, EventArticle{
			Lead:      in.ArticleID == lead.ArticleID && in.Part == lead.Part,
			ArticleID: in.ArticleID, Part: in.Part, Source: in.SourceID, SourceName: in.SourceName, Role: string(in.Role), Title: in.Title,
			Link: in.Link, Strength: string(in.Strength), JoinedBy: in.JoinedBy, JoinedAt: in.JoinedAt, Similarity: in.Similarity,
			PublishedAt: optionalTime(in.PublishedAt), SeenAt: in.SeenAt,
		})
	}
	for _, n := range e.Notified {
		event.Notified = append(event.Notified, Notified{n.Recipient, string(n.Severity), nonNil(n.Rules), n.Official, n.Lost, optionalTime(n.WaitUntil)})
	}
	return event
}

// setWork sets whether the event is closed, and its due date.
func (e *Event) setWork(w models.EventWork) {
	e.State, e.Closed = StateOpen, nil
	if w.IsClosed() {
		e.State, e.Closed = StateClosed, &w.Closing
	}
	if w.Due.Day != "" {
		e.Due = &w.Due
	}
}

// nonNil returns a list that is [] in JSON, and not null, if it is empty.
func nonNil[T any](list []T) []T { return append([]T{}, list...) }

// findEvent finds an event by its ID or the beginning of it.
func (a *App) findEvent(ctx context.Context, id string) (Event, error) {
	found, err := a.store.FindEvent(ctx, id)
	if err != nil {
		return Event{}, err
	}
	list, err := a.newEvents(ctx, []models.Event{found})
	if err != nil {
		return Event{}, err
	}
	return list[0], nil
}

// EventDetails are everything that is known about one event.
type EventDetails struct {
	Event
	Steps       []EventStep     `json:"steps,omitempty"`       // the stages that its articles report, in the order of the reports
	MovedDates  []DateMove      `json:"moved_dates,omitempty"` // key dates that changed, oldest first
	Matches     []Match         `json:"matches"`
	Entities    []models.Entity `json:"entities,omitempty"` // bodies, firms and people of lists that the matches name
	Instruments []Instrument    `json:"instruments"`        // that its official or first article names
	Mutes       []models.Mute   `json:"mutes"`              // in force, of the event, its rules and its sources
	Notes       []models.Note   `json:"notes"`              // oldest first
	Notices     []EventNotice   `json:"notices"`            // oldest first

	SimilarPast []PastEvent `json:"similar_past,omitempty"` // events of other times like it; only if they were asked for

	Rules []Match `json:"-"` // the strongest match of each rule, the rule that leads first
}

// A Match means that a rule, as it was then, matched a revision of an article.
type Match struct {
	ArticleID string            `json:"article_id"`
	Revision  int               `json:"revision"`
	Part      int               `json:"part,omitempty"` // of a roundup, from 1
	RuleID    string            `json:"rule_id"`
	RuleHash  string            `json:"rule_hash"`
	RuleTitle string            `json:"rule_title"`
	Topic     string            `json:"topic"`
	Why       string            `json:"why,omitempty"`
	Severity  string            `json:"severity"`
	Strength  string            `json:"strength"`
	Draft     bool              `json:"draft"`
	Alerts    bool              `json:"alerts"`            // it is enough for an alert by itself
	Outcome   string            `json:"outcome,omitempty"` // alert, digest, count or exception; empty if it was not scored
	Exception string            `json:"exception_id,omitempty"`
	Relevance *models.Relevance `json:"relevance,omitempty"`
	Routes    []string          `json:"routes"`
	Tags      []string          `json:"tags"`
	Hits      []models.Hit      `json:"hits"`
	Entities  []models.Entity   `json:"entities,omitempty"` // that the hits name
	MatchedAt time.Time         `json:"matched_at"`
}

// Names says in English which entities the match names: "Circle (issuer), Tether"; empty if there are none.
func (m Match) Names() string { return render.Entities(m.Entities, "en") }

// RelevanceText says in English how certain the relevance of the match is, and why; empty if it was not scored.
func (m Match) RelevanceText() string {
	if m.Relevance == nil {
		return ""
	}
	return render.Relevance(*m.Relevance, "en")
}

func newMatches(found []models.Match) []Match {
	matches := []Match{}
	for _, m := range found {
		match := Match{
			ArticleID: m.ArticleID, Revision: m.Revision, Part: m.Part, RuleID: m.RuleID, RuleHash: m.RuleHash, RuleTitle: m.RuleTitle, Topic: m.Topic,
			Why: m.Why, Severity: string(m.Severity), Strength: string(m.Strength), Draft: m.Draft, Alerts: m.Alerts(),
			Outcome: string(m.Outcome), Exception: m.ExceptionID, Routes: nonNil(m.Routes), Tags: nonNil(m.Tags), Hits: nonNil(m.Hits), Entities: m.Entities(), MatchedAt: m.MatchedAt,
		}
		if m.Relevance.Scored() {
			match.Relevance = &m.Relevance
		}
		matches = append(matches, match)
	}
	return matches
}

// An EventNotice is one decision to notify a recipient of an event or not.
type EventNotice struct {
	Kind       string          `json:"kind"` // alert, update, escalation or reminder
	Recipient  string          `json:"recipient"`
	Reason     string          `json:"reason,omitempty"` // why the recipient gets it
	Held       string          `json:"held,omitempty"`   // why it is not sent
	HeldAs     string          `json:"held_as,omitempty"`
	WaitUntil  *time.Time      `json:"wait_until,omitempty"` // when it is sent, if it is deferred
	WaitReason string          `json:"wait_reason,omitempty"`
	InSummary  bool            `json:"in_summary,omitempty"` // it is sent with others in one message
	Deliveries []EventDelivery `json:"deliveries"`
	CreatedAt  time.Time       `json:"created_at"`

	// The reasons themselves, which [ReasonsIn] says in other languages.
	Reasons     models.Reasons `json:"-"`
	HeldReasons models.Reasons `json:"-"`
	WaitReasons models.Reasons `json:"-"`
}

// ReasonsIn says in a language why something was decided about a notice.
func ReasonsIn(r models.Reasons, lang string) string { return render.Reasons(r, lang) }

// An EventDelivery is the sending of a notice to one destination.
type EventDelivery struct {
	Destination string     `json:"destination"`
	State       string     `json:"state"`
	SentAt      *time.Time `json:"sent_at,omitempty"`
	LastError   string     `json:"last_error,omitempty"`
}

// IsHeld reports whether the notice is not sent.
func (n EventNotice) IsHeld() bool { return n.Held != "" }

// NotNotified returns for each recipient who was notified of nothing the last decision,
// which says why.
func (d EventDetails) NotNotified() []EventNotice {
	notified := make(map[string]bool)
	for _, n := range d.Notices {
		notified[n.Recipient] = notified[n.Recipient] || !n.IsHeld()
	}
	var held []EventNotice
	for _, n := range slices.Backward(d.Notices) {
		same := func(other EventNotice) bool { return other.Recipient == n.Recipient }
		if !notified[n.Recipient] && !slices.ContainsFunc(held, same) {
			held = append(held, n)
		}
	}
	slices.Reverse(held)
	return held
}

// Event returns everything that is known about an event, which is found by its ID or the
// beginning of it.
func (a *App) Event(ctx context.Context, id string) (EventDetails, error) {
	found, err := a.store.FindEvent(ctx, id)
	if err != nil {
		return EventDetails{}, err
	}
	list, err := a.newEvents(ctx, []models.Event{found})
	if err != nil {
		return EventDetails{}, err
	}
	event := list[0]
	d := EventDetails{Event: event, Steps: stepsOf(found)}
	if err := a.fillArticles(ctx, d.Articles); err != nil {
		return d, err
	}
	if d.MovedDates, err = a.movedDates(ctx, event.ID); err != nil {
		return d, err
	}
	if d.Instruments, err = a.instrumentsOf(ctx, found); err != nil {
		return d, err
	}
	matches, err := a.store.EventMatches(ctx, event.ID)
	if err != nil {
		return d, err
	}
	d.Matches, d.Rules = newMatches(matches), newMatches(strongestByRule(matches))
	d.Entities = entitiesOf(d.Matches)
	if d.Mutes, err = a.mutesOn(ctx, event); err != nil {
		return d, err
	}
	notes, err := a.store.EventNotes(ctx, event.ID)
	if err != nil {
		return d, err
	}
	d.Notes = nonNil(notes)
	d.Notices, err = a.eventNotices(ctx, event.ID)
	return d, err
}

// A PastEvent is an event of an earlier time that is like another one.
type PastEvent struct {
	ID          string    `json:"id"`
	Title       string    `json:"title"`
	Link        string    `json:"link"`
	Stage       string    `json:"stage"` // empty if none was found
	Official    bool      `json:"official"`
	FirstSeenAt time.Time `json:"first_seen_at"`
	LastSeenAt  time.Time `json:"last_seen_at"`
	Score       float64   `json:"score"`
	Terms       []string  `json:"terms"` // that both have, the heaviest first

	ShortID string `json:"-"`
}

// pastCandidates is how many events are compared to find those of the past.
const pastCandidates = 50

// SimilarPast returns at most n events like an event, which is found by its ID or the beginning
// of it, the most similar first: events that were over before any of its articles could have
// joined them, however old.
func (a *App) SimilarPast(ctx context.Context, id string, n int) ([]PastEvent, error) {
	event, err := a.store.FindEvent(ctx, id)
	if err != nil {
		return nil, err
	}
	terms, least, most, before := events.PastTerms(event)
	found, err := a.store.EventsSharing(ctx, store.Sharing{Of: terms, Least: least, Most: most}, before, pastCandidates)
	if err != nil {
		return nil, err
	}
	past := []PastEvent{}
	var ids []string
	for _, p := range events.SimilarPast(event, found, n) {
		e := p.Event
		ids = append(ids, e.ID)
		past = append(past, PastEvent{
			ID: e.ID, Title: e.Title, Link: e.Link, Stage: e.Stage, Official: e.Official, FirstSeenAt: e.FirstSeenAt, LastSeenAt: e.LastSeenAt,
			Score: p.Score, Terms: nonNil(p.Terms),
		})
	}
	short, err := a.store.ShortEventIDs(ctx, ids)
	for i := range past {
		past[i].ShortID = short[past[i].ID]
	}
	return past, err
}

func strongestByRule(matches []models.Match) []models.Match {
	met := make(map[string]bool)
	return slices.DeleteFunc(models.Ranked(matches), func(m models.Match) bool {
		again := met[m.RuleID]
		met[m.RuleID] = true
		return again
	})
}

// eventNotices returns the notices of an event without those that only change what was
// sent.
func (a *App) eventNotices(ctx context.Context, eventID string) ([]EventNotice, error) {
	found, err := a.store.EventNotices(ctx, eventID)
	if err != nil {
		return nil, err
	}
	var summaries []string
	for _, n := range found {
		if n.ToldIn != "" {
			summaries = append(summaries, n.ToldIn)
		}
	}
	sent, err := a.store.NoticesByID(ctx, summaries)
	if err != nil {
		return nil, err
	}
	summaryDeliveries := make(map[string][]models.Delivery)
	for _, n := range sent {
		summaryDeliveries[n.ID] = n.Deliveries
	}
	notices := []EventNotice{}
	for _, n := range found {
		if n.Kind == models.NoticeAmend {
			continue
		}
		notice := EventNotice{
			Kind: string(n.Kind), Recipient: n.Recipient, Reason: render.Reasons(n.Reasons, "en"),
			Held: render.Reasons(n.HeldReasons, "en"), HeldAs: string(n.HeldAs),
			WaitUntil: optionalTime(n.WaitUntil), WaitReason: render.Reasons(n.WaitReasons, "en"),
			InSummary: n.ToldIn != "", Deliveries: []EventDelivery{}, CreatedAt: n.CreatedAt,
			Reasons: n.Reasons, HeldReasons: n.HeldReasons, WaitReasons: n.WaitReasons,
		}
		for _, delivery := range append(n.Deliveries, summaryDeliveries[n.ToldIn]...) {
			notice.Deliveries = append(notice.Deliveries, EventDelivery{
				Destination: delivery.Destination, State: string(delivery.State), SentAt: optionalTime(delivery.SentAt), LastError: delivery.LastError,
			})
		}
		notices = append(notices, notice)
	}
	return notices, nil
}
