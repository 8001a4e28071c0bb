package slack

import (
	"context"
	"time"

	"regwatch/models"
	"regwatch/notifier/render"
)

// A Desk does what people ask for with the command, the shortcut and the modals of the app. All of its interfaces are set. An
// error of theirs is shown to the person who asked, as one sentence without a full stop.
type Desk struct {
	Users   Users
	Reader  Reader
	Work    Work
	Rules   Rules
	Console func() render.Console // for links to the console
}

// Users knows which users of regwatch the members of a workspace are.
type Users interface {
	// As returns a context in which everything is done as the user whom a member maps to, as far as the user's role allows
	// it. The error says who can help a member who maps to no user that may act.
	As(ctx context.Context, member string) (acting context.Context, err error)
}

// A Reader answers questions. Lists have at most limit entries.
type Reader interface {
	// Search finds events by words or a query in the language of rules, the newest first.
	Search(ctx context.Context, query string, limit int) (Found, error)
	// Why says who was alerted about an event or an article, and who was not and why. What is an ID of an event or the
	// beginning of one, or the address of an article.
	Why(ctx context.Context, what string) (Why, error)
	// Deadlines returns the key dates of the days to come, today included, the earliest first.
	Deadlines(ctx context.Context, days, limit int) (Deadlines, error)
}

// Work changes what happens with events and notices.
type Work interface {
	// Assign assigns an event to a user; to the user who acts if the name is empty.
	Assign(ctx context.Context, event, name string) (Assigned, error)
	// Mute holds notices back. The user who acts is the one who muted.
	Mute(ctx context.Context, m models.Mute, length time.Duration) (Muted, error)
	// Act does what a button does, in the name of the user who acts.
	Act(ctx context.Context, act models.Action, event string) error
}

// Rules reads and tries rules, and stores proposals. None of its methods changes a rule.
type Rules interface {
	// Rule returns the file of a rule that exists.
	Rule(ctx context.Context, id string) (RuleFile, error)
	// Check returns what is wrong with another text for a file, such as "line 3, column 5: unknown key …".
	Check(ctx context.Context, changed RuleFile) ([]string, error)
	// Backtest compares another text for a file with the saved one. It may take a minute.
	Backtest(ctx context.Context, changed RuleFile) (Effect, error)
	// Propose stores another text for a file, for others to decide about.
	Propose(ctx context.Context, changed RuleFile) error
}

// Found are the newest events of a search.
type Found struct {
	Total  int // all that were found
	Events []FoundEvent
}

// A FoundEvent is an event of a search.
type FoundEvent struct {
	ID, Title string
	Link      string // of its article
	Severity  string
	Seen      string // when it was last seen, in the time zone of the team
	Assigned  []string
	Closed    bool
}

// Deadlines are key dates.
type Deadlines struct {
	Days   int
	Total  int // of these days
	Listed []Deadline
}

// A Deadline is a key date of an event.
type Deadline struct {
	Day, Kind      string
	Event, Title   string
	Link, Severity string
}

// Why says what happened with an event or an article.
type Why struct {
	Asked string // what it was asked by, an ID or an address
	Seen  bool   // regwatch has stored it
	Watch string // if not: the name of a source that reads the same site; may be empty

	Title, Link string
	Source      string       // of the article, with the time at which it was seen
	Event       string       // its ID; empty: it belongs to none
	Others      []FoundEvent // further events of the article, such as of a roundup
	Matches     []RuleMatch
	Sent        []Told
	NotSent     []Told

	MayBelong string   // the title of the event that it may belong to, until people decide
	Assigned  []string // names
	Muted     bool
}

// A RuleMatch is a rule that matched.
type RuleMatch struct {
	ID, Title string
	Outcome   string // such as "alerts" or "only a mention"
	Words     []string
}

// Told is what a recipient was sent, or why nothing.
type Told struct{ Recipient, What string }

// Assigned is an event that was assigned.
type Assigned struct{ Event, Title, Name string }

// Muted is what was muted.
type Muted struct {
	Kind, Target string
	Until        string // in the time zone of the team
	Longer       bool   // it was muted for at least as long before
}

// A RuleFile is the file of a rule, or another text for it. Hash is that of the file, as it was when it was read.
type RuleFile struct{ ID, Text, Hash string }

// An Effect is what a change of a rule would have done.
type Effect struct {
	From         string // the first day
	Articles     int    // that were read
	Stopped      bool   // after its time, so that From is only how far it came
	Stored       bool   // there are articles at all
	Alerts       int
	PerWeek      float64
	Before       int // alerts of the saved rule
	BeforeWeek   float64
	HasBefore    bool // there is a saved rule to compare with
	Gained, Lost []string
}
