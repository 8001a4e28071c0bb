// Package scanner reads sources and commits what follows: articles, matches, events and
// notices.
//
// Start with [Scanner.Run], which scans on schedule until it is stopped. [Scanner.Pass]
// scans once what is due, and [Scanner.Scan] scans one source. Everything that a scan of a
// source found and decided is committed in one transaction or not at all, so an interrupted
// scan is repeated without harm. The scanner never sends; it wakes the delivery worker.
package scanner

import (
	"context"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"regwatch/models"
	"regwatch/rules"
)

// A Reader reads one source. The package sources has them.
type Reader interface {
	// Fetch reads the source from where its cursor stands.
	Fetch(ctx context.Context, cursor models.Cursor) (models.Batch, error)
	// Complete fetches the page behind a summary and returns the article with
	// its text.
	Complete(ctx context.Context, a models.Article) (models.Article, error)
}

// A Store is what a scan reads and commits to.
type Store interface {
	// SourceStates returns what is stored about sources: all of them without ids. A
	// source that was never scanned has nothing stored.
	SourceStates(ctx context.Context, ids ...string) ([]models.SourceState, error)
	Unseen(ctx context.Context, sourceID string, batch []models.Article) ([]models.Article, error)
	ArticlesWithoutBody(ctx context.Context, sourceID string, limit int) ([]models.Article, error)
	// Matters returns what is stored of matters with these IDs.
	Matters(ctx context.Context, ids ...string) ([]models.Matter, error)
	// Candidates returns the events that lookups find, without their histories, and the
	// generation of events at which they were read.
	Candidates(ctx context.Context, lookups ...models.Lookup) (found []models.Event, generation int64, err error)
	// Histories returns events with what was sent about them and what people said of them,
	// by their IDs. An event that is not stored is left out.
	Histories(ctx context.Context, ids []string) (map[string]models.Event, error)
	Commit(ctx context.Context, scan models.Scan) error
}

// A PageAttempts counts the attempts to read pages, so that one that ends the program is not made for ever.
type PageAttempts interface {
	// InterruptedPages returns how many attempts began and did not end.
	InterruptedPages(ctx context.Context, sourceID, identity string) (int, error)
	// BeginPage counts an attempt before it begins.
	BeginPage(ctx context.Context, sourceID, identity string) error
	// UndoPage takes back what BeginPage counted, for an attempt that read nothing.
	UndoPage(ctx context.Context, sourceID, identity string) error
	// EndPage forgets the attempts at a page that was read, or that counts as a try.
	EndPage(ctx context.Context, sourceID, identity string) error
}

// A PassageStore holds what was learned about boilerplate.
type PassageStore interface {
	// Passages returns the passages of the newest articles of a source, and what is known of
	// some passages by their hashes.
	Passages(ctx context.Context, sourceID string, hashes []int64) (models.SourcePassages, []models.KnownPassage, error)
}

// A DigestStore holds the digests that were made and what they tell of.
type DigestStore interface {
	// DigestHistory returns what is stored of a subscription, and notes it the first time.
	DigestHistory(ctx context.Context, subscription string, now time.Time) (models.DigestHistory, error)
	// LastDigest returns the one that ends last, at or before now.
	LastDigest(ctx context.Context, subscription string, now time.Time) (last models.DigestIssue, ok bool, err error)
	// DigestWindow returns what is stored of a period, and what lies since a time and
	// between two days.
	DigestWindow(ctx context.Context, p models.Period, since time.Time, firstDay, lastDay string) (models.Window, error)
	OptOuts(ctx context.Context) ([]models.OptOut, error)
	CommitDigest(ctx context.Context, issue models.DigestIssue, notices []models.Notice) (made bool, err error)
}

// An KeyDateStore holds the key dates of events.
type KeyDateStore interface {
	// EventsWithDates returns the events that name a day within a range, and the reminders of
	// them that were decided before.
	EventsWithDates(ctx context.Context, firstDay, lastDay string, now time.Time) ([]models.Event, []models.PastReminder, error)
	CommitNotices(ctx context.Context, notices []models.Notice) error
}

// Limits bound the work of one scan.
type Limits struct {
	Parallel int // sources scanned at once; 0 means 8
	Pages    int // article pages fetched for one source in one scan; 0 fetches none
}

// Settings are what the scanner works by. They are asked for at each scan,
// because people change them while it runs.
type Settings struct {
	Sources  []models.Source
	Rules    *rules.Set
	Routing  models.Routing
	Digests  []models.DigestSubscription
	Timing   Timing        // of sources that have no cron line of their own
	LookBack time.Duration // of sources that have none of their own
	Limits   Limits
	KeepText time.Duration // how long articles keep their text; 0 is for ever
}

// A Result is what one scan of one source came to.
type Result struct {
	Source      models.Source
	NotModified bool
	Items       int              // raw items in the answer
	Articles    []models.Article // new, or in a new revision
	Baseline    int              // of them, silent because the source is new
	Changes     []models.Change
	Notices     []models.Notice // due, deferred and held
	Warnings    []string
	Err         error // why the source could not be read
	Took        time.Duration

	hostToken string // of the lease under which the source is read; may be empty
}

// add takes up what one commit of the scan came to.
func (r *Result) add(scan models.Scan) {
	r.Articles = append(r.Articles, scan.Articles...)
	r.Changes = append(r.Changes, scan.Changes...)
	r.Notices = append(r.Notices, scan.Notices...)
	for _, a := range scan.Articles {
		if a.Baseline && a.Revision == 1 {
			r.Baseline++
		}
	}
}

// A Scanner scans sources. All fields from Report on are optional.
type Scanner struct {
	Store        Store
	DigestStore  DigestStore
	Queue        Queue
	KeyDateStore KeyDateStore
	Settings     func() Settings
	Open         func(models.Source) Reader
	Now          func() time.Time
	Log          *slog.Logger

	// PassageStore is what boilerplate is learned by; nil learns none.
	PassageStore PassageStore
	// Attempts counts attempts to read pages; nil counts none.
	Attempts PageAttempts

	// Hosts shares hosts with other programs; nil means that there are none.
	Hosts Hosts
	// Leads reports whether this program does what one does for all: reminders, reports,
	// digests, retention. Nil means that it does.
	Leads func() bool

	// Report is told of each scan as it ends, from several goroutines.
	Report func(Result)
	// Wake is called when a scan has committed notices with deliveries.
	Wake func()

	// Elapsed returns the time since some moment by a clock that nobody can set. Run
	// compares it with Now to log when the wall clock was set.
	Elapsed func() time.Duration

	// Tick is called at each tick of Run.
	Tick func()

	// Planned is called when a kind of planning was done, with how many notices or
	// digests could not be planned because of a panic.
	Planned func(kind Planning, unplanned int)

	// Beat is called when a pass of Run has ended well: nothing went wrong on our
	// side, and not every source has failed since one last answered.
	Beat func()

	// Expire deletes the text of articles seen before a time; nil keeps it.
	Expire func(ctx context.Context, before, now time.Time) (articles int, err error)

	// DropDrafts is called once a day to delete what nobody has finished; nil deletes nothing.
	DropDrafts func(ctx context.Context, now time.Time) error

	// Addresses is called every hour to report mail addresses that wait to be
	// confirmed; nil reports none.
	Addresses func(ctx context.Context, now time.Time) error

	// RuleNotices is called every quarter of an hour to report exceptions that end and rules
	// to review; nil reports none.
	RuleNotices func(ctx context.Context, now time.Time) error

	// Reindex brings the index of up to limit stored texts up to date; nil has none.
	Reindex func(ctx context.Context, limit int) (left int, err error)
	// StoreTextsOnce removes up to limit texts that an earlier release stored twice; nil: none has.
	StoreTextsOnce func(ctx context.Context, limit int) (left int, err error)
	// FillMatters gives events of earlier releases their matters; nil does nothing.
	FillMatters func(ctx context.Context) error

	commitMu   sync.Mutex // one scan decides at a time
	pageGate   pageGate
	expiryMu   sync.Mutex // held while old text is deleted; guards lastExpiry
	lastExpiry time.Time  // when old text was last deleted
	scanning   sync.Map   // IDs of the sources being scanned
	slotsOnce  sync.Once
	slots      chan struct{} // one for each scan at work, over all passes
	ended      atomic.Int64  // how many scans have ended
	lastEnded  sync.Map      // the value of ended after the last scan of each source

	lastReminders     time.Time // when reminders were last looked for
	lastAddressReport time.Time // when Addresses was last called
	lastRuleReport    time.Time // when RuleNotices was last called

	failing sync.Map // IDs of the sources that have failed since one last answered
}
