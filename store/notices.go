package store

import (
	"cmp"
	"context"
	"database/sql"
	"slices"
	"strings"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"regwatch/models"
)

// A NoticeFilter selects notices that are not sent. The zero value selects all held ones.
type NoticeFilter struct {
	Deferred   bool     // deferred ones instead of held ones
	Recipients []string // any when nil
	Event      string   // its whole ID; any when empty
	Since      time.Time
	After      models.Position // only those that come after this place, by when they were created
	Limit      int             // 0 means 100
}

// CommitNotices stores notices that no scan caused, such as a test message or the failure of a
// channel, with their deliveries. Those that are already stored are not changed.
func (s *Store) CommitNotices(ctx context.Context, notices []models.Notice) error {
	if len(notices) == 0 {
		return nil
	}
	return s.change(ctx, "store the notices", func(tx *gorm.DB) error {
		log := &auditLog{at: notices[0].CreatedAt}
		if err := addNotices(tx, notices, log); err != nil {
			return err
		}
		return log.write(tx)
	})
}

// Notices returns the notices created at or after a time with their deliveries, newest first.
func (s *Store) Notices(ctx context.Context, since time.Time, limit int) ([]models.Notice, error) {
	var notices []models.Notice
	err := s.view(ctx, "read the notices", func(tx *gorm.DB) error {
		if err := tx.Where("created_at >= ?", microsOf(since)).Order("created_at DESC, id").Limit(limit).Find(&notices).Error; err != nil {
			return err
		}
		return fillDeliveries(tx, notices)
	})
	return notices, err
}

// A SentFilter selects notices, sent or not. The zero value selects all but those that change
// a message that was sent.
type SentFilter struct {
	Recipient string
	Kind      models.NoticeKind // also NoticeAmend
	Channel   string            // those with a delivery through it
	Events    []string          // whole IDs; any when nil
	Result    SentResult
	Since     time.Time
	Before    string // the ID of a notice: only what comes after it if the newest is first
	Limit     int    // 0 means 100
}

// A SentResult is what became of a notice on one of its channels.
type SentResult string

const (
	ResultSent    SentResult = "sent"
	ResultWaiting SentResult = "waiting" // due, deferred, or until an address is confirmed
	ResultFailed  SentResult = "failed"
	ResultHeld    SentResult = "held"
	ResultDropped SentResult = "dropped"
)

const hasDelivery = "EXISTS (SELECT 1 FROM deliveries d WHERE d.notice_id = notices.id AND "

// where adds the conditions of the result. The states that few deliveries have are found by
// their partial indexes.
func (r SentResult) where(q *gorm.DB) *gorm.DB {
	switch r {
	case ResultSent:
		return q.Where(hasDelivery + "d.state = 'sent')")
	case ResultWaiting:
		return q.Where("(wait_until <> 0 OR id IN (SELECT notice_id FROM deliveries WHERE state = 'due') OR id IN (SELECT notice_id FROM deliveries WHERE state = 'unverified'))")
	case ResultFailed:
		return q.Where("id IN (SELECT notice_id FROM deliveries WHERE state = 'dead')")
	case ResultHeld:
		return q.Where("held <> ''")
	case ResultDropped:
		return q.Where(hasDelivery + "d.state = 'dropped')")
	}
	return q
}

// Sent returns notices with their deliveries, newest first.
func (s *Store) Sent(ctx context.Context, f SentFilter) ([]models.Notice, error) {
	var notices []models.Notice
	err := s.view(ctx, "read what was sent", func(tx *gorm.DB) error {
		q := f.Result.where(tx.Where("created_at >= ?", microsOf(f.Since)))
		if f.Kind == "" {
			q = q.Where("kind <> ?", models.NoticeAmend)
		} else {
			q = q.Where("kind = ?", f.Kind)
		}
		if f.Recipient != "" {
			q = q.Where("recipient = ?", f.Recipient)
		}
		if f.Channel != "" {
			q = q.Where(hasDelivery+"d.channel = ?)", f.Channel)
		}
		if f.Events != nil {
			about := tx.Session(&gorm.Session{NewDB: true}).Where("1 = 0")
			for _, id := range f.Events {
				about = about.Or(aboutEvent(tx.Session(&gorm.Session{NewDB: true}), id))
			}
			q = q.Where(about)
		}
		if f.Before != "" {
			var before []models.Notice
			if err := tx.Select("created_at, id").Where("id = ?", f.Before).Find(&before).Error; err != nil || len(before) == 0 {
				return err
			}
			at := microsOf(before[0].CreatedAt)
			q = q.Where("(created_at < ? OR created_at = ? AND id > ?)", at, at, f.Before)
		}
		if err := q.Order("created_at DESC, id").Limit(cmp.Or(f.Limit, 100)).Find(&notices).Error; err != nil {
			return err
		}
		return fillDeliveries(tx, notices)
	})
	return notices, err
}

// NoticesByID returns notices with their deliveries, in the order of their IDs. It leaves out
// those that do not exist.
func (s *Store) NoticesByID(ctx context.Context, ids []string) ([]models.Notice, error) {
	var notices []models.Notice
	err := s.view(ctx, "read notices", func(tx *gorm.DB) error {
		for part := range slices.Chunk(unique(slices.Clone(ids)), chunk) {
			var some []models.Notice
			if err := tx.Where("id IN ?", part).Order("id").Find(&some).Error; err != nil {
				return err
			}
			notices = append(notices, some...)
		}
		return fillDeliveries(tx, notices)
	})
	return notices, err
}

// UnsentNotices returns notices that are held or deferred, newest first.
func (s *Store) UnsentNotices(ctx context.Context, f NoticeFilter) ([]models.Notice, error) {
	if f.Limit == 0 {
		f.Limit = 100
	}
	var notices []models.Notice
	q := s.read.WithContext(ctx).Where("created_at >= ?", microsOf(f.Since))
	if f.Deferred {
		q = q.Where("wait_until <> 0")
	} else {
		q = q.Where("held <> ''")
	}
	if f.Recipients != nil {
		q = q.Where("recipient IN ?", f.Recipients)
	}
	if f.Event != "" {
		q = q.Where(aboutEvent(q.Session(&gorm.Session{NewDB: true}), f.Event))
	}
	if !f.After.IsZero() {
		q = q.Where("(created_at < @at OR created_at = @at AND id > @id)", sql.Named("at", microsOf(f.After.At)), sql.Named("id", f.After.ID))
	}
	err := q.Order("created_at DESC, id").Limit(f.Limit).Find(&notices).Error
	return notices, s.failed(ctx, "read the unsent notices", err)
}

// EventNotices returns the notices about an event with their deliveries, oldest first, also
// those that are held or amend a message.
func (s *Store) EventNotices(ctx context.Context, eventID string) ([]models.Notice, error) {
	var notices []models.Notice
	err := s.view(ctx, "read the notices of event "+eventID, func(tx *gorm.DB) error {
		if err := tx.Where(aboutEvent(tx, eventID)).Order("created_at, id").Find(&notices).Error; err != nil {
			return err
		}
		return fillDeliveries(tx, notices)
	})
	return notices, err
}

// NoticesByRoute returns the alerts and updates of a route and its subroutes, newest first.
// Held and deferred notices are left out.
func (s *Store) NoticesByRoute(ctx context.Context, route string, limit int) ([]models.Notice, error) {
	var notices []models.Notice
	err := s.sentByRoute(ctx, route).Order("created_at DESC, id").Limit(limit).Find(&notices).Error
	return notices, s.failed(ctx, "read the notices of route "+route, err)
}

func (s *Store) sentByRoute(ctx context.Context, route string) *gorm.DB {
	// The column holds JSON, ["ROUTE/RECIPIENT"]. Of the characters in route names, only
	// the underscore has a meaning in LIKE.
	begins := `%"` + strings.ReplaceAll(route, "_", `\_`) + `/%`
	return s.read.WithContext(ctx).Model(&models.Notice{}).
		Where("kind IN ? AND held = '' AND wait_until = 0", []models.NoticeKind{models.NoticeAlert, models.NoticeUpdate}).
		Where(`subscriptions LIKE ? ESCAPE '\'`, begins)
}

// DatedEventsByRoute returns the IDs of the events that a route and its subroutes sent and that
// have a key date, or changed since a time: then they may have had one.
func (s *Store) DatedEventsByRoute(ctx context.Context, route string, since time.Time) ([]string, error) {
	var ids []string
	err := s.sentByRoute(ctx, route).Where("subject = ?", models.SubjectEvent).
		Where(`subject_id IN (SELECT id FROM events WHERE dates LIKE '%"day"%' OR last_seen_at >= ?)`, microsOf(since)).
		Distinct().Order("subject_id").Pluck("subject_id", &ids).Error
	return ids, s.failed(ctx, "read the events of route "+route, err)
}

// DeferredNotices returns the deferred notices whose time has come or that wait for other
// sources to report their event, oldest first, and with each the later ones for the same event and recipient: otherwise an update could overtake its
// alert. The events are in their current state, by the event ID of the notice, which may have
// been merged into another since.
func (s *Store) DeferredNotices(ctx context.Context, now time.Time) ([]models.Notice, map[string]models.Event, error) {
	return s.dueNotices(ctx, "read the deferred notices", deferredNotices, now)
}

// CommitFlush stores what was decided about deferred notices: some are sent by themselves and
// have deliveries, some are sent as part of another and name it, some are held, some are
// deferred further. It also stores new summaries and amendments. If another process has
// flushed one of them, it returns [models.ErrStale] and stores nothing.
func (s *Store) CommitFlush(ctx context.Context, released []models.Notice, now time.Time) error {
	return s.change(ctx, "flush the deferred notices", func(tx *gorm.DB) error {
		sorted, err := orderInThreads(tx, released)
		if err != nil {
			return err
		}
		log := &auditLog{at: now}
		var added []models.Notice
		for _, n := range sorted {
			if n.Kind == models.NoticeSummary || n.Kind == models.NoticeAmend {
				added = append(added, n)
				continue
			}
			if err := flushNotice(tx, n, log); err != nil {
				return err
			}
		}
		if err := addNotices(tx, added, log); err != nil {
			return err
		}
		return log.write(tx)
	})
}

// Escalating returns the notices that escalate now because nobody is assigned to their event and
// it is open, oldest first, with the events as in [Store.DeferredNotices]. The notices of other
// events keep their time, in case the assignment ends or the event is opened again.
func (s *Store) Escalating(ctx context.Context, now time.Time) ([]models.Notice, map[string]models.Event, error) {
	notices, events, err := s.dueNotices(ctx, "read the escalating notices", escalatingNotices, now)
	handled := func(n models.Notice) bool {
		e := events[n.EventID()]
		return len(e.Assignments) > 0 || e.Work.IsClosed()
	}
	return slices.DeleteFunc(notices, handled), events, err
}

// CommitEscalation stores that a notice escalates to others, or why it does not. If it has
// escalated already, or somebody was assigned or closed the event since, it returns
// [models.ErrStale] and stores nothing.
func (s *Store) CommitEscalation(ctx context.Context, from models.Notice, to []models.Notice, stopped models.Reasons, now time.Time) error {
	return s.change(ctx, "escalate notice "+from.ID, func(tx *gorm.DB) error {
		done := tx.Model(&models.Notice{}).Where("id = ? AND escalate_at = ?", from.ID, microsOf(from.EscalateAt)).Update("escalate_at", 0)
		if err := oneRow(done, models.ErrStale); err != nil {
			return err
		}
		// An assignment made at this moment also increases the generation: one of the two
		// transactions waits for the other.
		if err := nextGeneration(tx); err != nil {
			return err
		}
		living, err := followMerges(tx, []string{from.SubjectID})
		if err != nil {
			return err
		}
		assigned, err := assignmentsOf(tx, living)
		if err != nil {
			return err
		}
		closed, err := closedAmong(tx, living)
		if err != nil {
			return err
		}
		if len(assigned)+len(closed) > 0 {
			return models.ErrStale
		}
		log := &auditLog{at: now}
		about := facts{from.Subject: from.SubjectID, "recipient": from.Recipient, "to": from.EscalateTo}
		if len(stopped) > 0 {
			about["why"] = clean(stopped.String())
			log.add("notice.escalation_stopped", from.ID, about)
			return log.write(tx)
		}
		about["notices"] = len(to)
		log.add("notice.escalated", from.ID, about)
		if err := addNotices(tx, to, log); err != nil {
			return err
		}
		return log.write(tx)
	})
}

// aboutEvent selects the notices about an event.
func aboutEvent(tx *gorm.DB, id string) *gorm.DB {
	return tx.Where("subject = 'event' AND subject_id = ?", id).Or("subject IN ('standing', 'date') AND subject_id LIKE ?", id+"/%")
}

func noticesOf(tx *gorm.DB, ids []string) (map[string]models.Notice, error) {
	notices := make(map[string]models.Notice, len(ids))
	for part := range slices.Chunk(unique(ids), chunk) {
		var some []models.Notice
		if err := tx.Where("id IN ?", part).Find(&some).Error; err != nil {
			return nil, err
		}
		for _, n := range some {
			notices[n.ID] = n
		}
	}
	return notices, nil
}

func fillDeliveries(tx *gorm.DB, notices []models.Notice) error {
	at := make(map[string]*models.Notice, len(notices))
	ids := make([]string, len(notices))
	for i := range notices {
		ids[i] = notices[i].ID
		at[ids[i]] = &notices[i]
	}
	for part := range slices.Chunk(ids, chunk) {
		var some []models.Delivery
		if err := tx.Where("notice_id IN ?", part).Order("destination, resend").Find(&some).Error; err != nil {
			return err
		}
		for _, d := range some {
			at[d.NoticeID].Deliveries = append(at[d.NoticeID].Deliveries, d)
		}
	}
	return nil
}

func oldestFirst(a, b models.Notice) int {
	return cmp.Or(a.CreatedAt.Compare(b.CreatedAt), strings.Compare(a.ID, b.ID))
}

// dueNotices returns the notices that a query selects, with their events. A notice about an
// article that people put into another event meanwhile is about that event.
func (s *Store) dueNotices(ctx context.Context, doing, query string, now time.Time) ([]models.Notice, map[string]models.Event, error) {
	var notices []models.Notice
	events := make(map[string]models.Event)
	err := s.view(ctx, doing, func(tx *gorm.DB) error {
		notices = nil
		times := map[string]any{"now": microsOf(now), "ahead": microsOf(now.Add(maxClockSkew))}
		if err := tx.Raw(query, times).Find(&notices).Error; err != nil || len(notices) == 0 {
			return err
		}
		slices.SortFunc(notices, oldestFirst)
		ids := make([]string, len(notices))
		for i, n := range notices {
			ids[i] = n.EventID()
		}
		living, err := followMerges(tx, unique(ids))
		if err != nil {
			return err
		}
		became, err := withMerged(tx, living)
		if err != nil {
			return err
		}
		taken, err := takenFrom(tx, became)
		if err != nil {
			return err
		}
		for i := range notices {
			if at := eventNow(&notices[i], taken); at != "" && !slices.Contains(living, at) {
				living, became[at] = append(living, at), at
			}
		}
		found, err := eventsOf(tx, living)
		if err != nil {
			return err
		}
		byID := make(map[string]models.Event, len(found))
		for _, e := range found {
			byID[e.ID] = e
		}
		for id, now := range became {
			events[id] = byID[now]
		}
		return nil
	})
	return notices, events, err
}

// eventNow makes a notice one about the event that has its article now, if people put the
// article there, and returns the event.
func eventNow(n *models.Notice, taken takenArticles) string {
	a := n.Content.Alert
	if n.Subject != models.SubjectEvent || a == nil {
		return ""
	}
	at := taken.eventOf(n.SubjectID, n.CreatedAt, a.Source, a.Title, a.Link)
	if at == taken.root[n.SubjectID] {
		return ""
	}
	alert := *a
	alert.EventID, n.SubjectID, n.Content.Alert = at, at, &alert
	return at
}

// maxClockSkew is how much the clocks of two processes may differ, or one that was corrected.
// A notice that was created later than this from now comes from a clock that was ahead, and
// does not wait for it.
const maxClockSkew = time.Hour

// These run every minute. Partial indexes have the notices that are deferred or escalate;
// SQLite would not use them if the statements asked for an order.
const (
	deferredNotices = `SELECT * FROM notices WHERE wait_until <> 0 AND (wait_until <= @now OR created_at > @ahead OR wait_reasons LIKE '%"kind":"awaits\_%' ESCAPE '\' OR EXISTS (SELECT 1 FROM notices n
		WHERE n.subject = notices.subject AND n.subject_id = notices.subject_id AND n.recipient = notices.recipient AND n.wait_until <> 0 AND n.wait_until <= @now))`
	escalatingNotices = `SELECT * FROM notices WHERE escalate_at <> 0 AND (escalate_at <= @now OR created_at > @ahead)
		AND NOT EXISTS (SELECT 1 FROM takes WHERE takes.event_id = notices.subject_id)
		AND NOT EXISTS (SELECT 1 FROM event_work w JOIN events e ON e.id = w.event_id
			WHERE w.event_id = notices.subject_id AND w.closed_at <> 0 AND e.merged_into = '')`
)

// flushNotice stores what was decided about a deferred notice.
func flushNotice(tx *gorm.DB, n models.Notice, log *auditLog) error {
	setReasonText(&n)
	done := tx.Model(&models.Notice{}).
		Select("severity", "reason", "reasons", "held", "held_reasons", "held_as", "content", "subscriptions", "escalate_at", "wait_until", "wait_for", "wait_reasons", "told_in").
		Where("id = ? AND wait_until <> 0", n.ID).Updates(&n)
	if err := oneRow(done, models.ErrStale); err != nil {
		return err
	}
	about := facts{"kind": n.Kind, n.Subject: n.SubjectID, "recipient": n.Recipient}
	switch {
	case n.IsHeld():
		about["held"] = n.Held
		log.add("notice.held", n.ID, about)
		return nil
	case n.IsDeferred():
		about["until"], about["waits_for"] = n.WaitUntil.UTC(), n.WaitFor
		log.add("notice.waiting", n.ID, about)
		return nil
	case n.ToldIn != "":
		about["told_in"] = n.ToldIn
	default:
		about["deliveries"] = len(n.Deliveries)
	}
	log.add("notice.released", n.ID, about)
	return addDeliveries(tx, n, log)
}

// historyOf returns the notification history of events: what each recipient was sent or is due
// to be sent. The history of a merged event belongs to the event that it was merged into, and
// a notice about an article that people put into another event to that event.
func historyOf(tx *gorm.DB, became map[string]string) (map[string][]models.Notified, error) {
	history := make(map[string][]models.Notified)
	taken, err := takenFrom(tx, became)
	if err != nil {
		return nil, err
	}
	for some := range chunksOf(taken.root) {
		var notices []sentNotice
		err := tx.Where("subject = 'event' AND held = '' AND subject_id IN ?", some).Order("created_at, id").Find(&notices).Error
		if err != nil {
			return nil, err
		}
		outcomes, err := outcomesOf(tx, notices)
		if err != nil {
			return nil, err
		}
		for _, n := range notices {
			var a sentAlert
			if n.Content.Alert != nil {
				a = *n.Content.Alert
			}
			event := taken.eventOf(n.SubjectID, n.CreatedAt, a.Source, a.Title, a.Link)
			if _, wanted := became[event]; !wanted {
				continue
			}
			history[event] = addToHistory(history[event], n, outcomes[n.ID])
		}
	}
	return history, nil
}

// A sentNotice is what a notification history needs of a notice.
type sentNotice struct {
	ID, SubjectID, Recipient, ToldIn string
	Severity                         models.Severity
	Subscriptions                    []string    `gorm:"serializer:json"`
	WaitUntil                        time.Time   `gorm:"serializer:micros"`
	CreatedAt                        time.Time   `gorm:"serializer:micros"`
	Content                          sentContent `gorm:"serializer:json"`
}

func (sentNotice) TableName() string { return "notices" }

// sentContent is part of [models.Content], and sentAlert part of [models.Alert].
type sentContent struct {
	Alert *sentAlert `json:"alert"`
}

type sentAlert struct {
	Source   string           `json:"source"`
	Title    string           `json:"title"`
	Official bool             `json:"official"`
	Link     string           `json:"link"`
	Stage    string           `json:"stage"`
	Dates    []models.KeyDate `json:"dates"`
	Updates  []models.Update  `json:"news"`
	Why      []sentRule       `json:"why"`
	Mentions []sentRule       `json:"mentions"`
}

type sentRule struct {
	RuleID string `json:"rule_id"`
}

// An outcome is the result of all deliveries of a notice.
type outcome struct {
	lost bool                 // every delivery is dead
	at   time.Time            // when its deliveries were created; zero if it has none
	to   []models.Destination // where it was sent or is due
}

// outcomesOf returns the outcomes of notices by their own deliveries, or by those of the
// notice of which they are a part. A delivery that still waits is not lost.
func outcomesOf(tx *gorm.DB, notices []sentNotice) (map[string]outcome, error) {
	sentAs := func(n sentNotice) string { return cmp.Or(n.ToldIn, n.ID) }
	ids := make([]string, len(notices))
	for i, n := range notices {
		ids[i] = sentAs(n)
	}
	made := make(map[string]outcome)
	for part := range slices.Chunk(unique(ids), chunk) {
		var rows []struct {
			NoticeID, Channel, Address string
			State                      models.DeliveryState
			CreatedAt                  int64
		}
		err := tx.Model(&models.Delivery{}).
			Where("notice_id IN ?", part).Order("created_at, id").Find(&rows).Error
		if err != nil {
			return nil, err
		}
		for _, r := range rows {
			f, met := made[r.NoticeID]
			if !met {
				f = outcome{lost: true, at: timeOf(r.CreatedAt)}
			}
			f.lost = f.lost && r.State == models.DeliveryDead
			if r.State == models.DeliverySent || r.State == models.DeliveryDue {
				f.to = append(f.to, models.Destination{Channel: r.Channel, Address: r.Address})
			}
			made[r.NoticeID] = f
		}
	}
	outcomes := make(map[string]outcome)
	for _, n := range notices {
		outcomes[n.ID] = made[sentAs(n)]
	}
	return outcomes, nil
}

// addToHistory adds a notice to a history. A lost notice counts only as long as no other was
// sent.
func addToHistory(history []models.Notified, n sentNotice, f outcome) []models.Notified {
	i := slices.IndexFunc(history, func(t models.Notified) bool { return t.Recipient == n.Recipient })
	if i < 0 {
		history = append(history, models.Notified{Recipient: n.Recipient, Lost: true})
		i = len(history) - 1
	}
	if f.lost {
		return history
	}
	t := &history[i]
	t.Lost = false
	if n.WaitUntil.IsZero() {
		// A notice without deliveries was sent as part of another that its recipient reads.
		at := f.at
		if at.IsZero() {
			at = n.CreatedAt
		}
		if t.At.IsZero() {
			t.Destinations = f.to
		} else {
			t.Destinations = slices.DeleteFunc(slices.Clone(t.Destinations), func(d models.Destination) bool { return !slices.Contains(f.to, d) })
		}
		if t.At.IsZero() || at.Before(t.At) {
			t.At = at
		}
		for _, s := range n.Subscriptions {
			if !slices.Contains(t.Subscriptions, s) {
				t.Subscriptions = append(t.Subscriptions, s)
			}
		}
	}
	if n.WaitUntil.After(t.WaitUntil) {
		t.WaitUntil = n.WaitUntil
	}
	if n.Severity.Rank() > t.Severity.Rank() {
		t.Severity = n.Severity
	}
	if a := n.Content.Alert; a != nil {
		t.Official, t.Link = t.Official || a.Official, cmp.Or(t.Link, a.Link)
		// An alert has all dates of its event. A date that it no longer has was withdrawn,
		// and is news if it comes back.
		t.Stage, t.Dates = cmp.Or(a.Stage, t.Stage), a.Dates
		stages := models.StagesOf(a.Stage, a.Updates)
		t.Stages, t.Rules = appendNew(t.Stages, stages), appendNew(t.Rules, ruleIDs(slices.Concat(a.Why, a.Mentions)))
		// A notice without deliveries of its own was sent as part of another.
		if n.WaitUntil.IsZero() && (len(f.to) > 0 || f.at.IsZero()) {
			for _, u := range a.Updates {
				if u.Kind == models.UpdateStage { // "from proposed to passed" says both
					stages = append(stages, u.From)
				}
			}
			t.Sent.Stages, t.Sent.Dates = appendNew(t.Sent.Stages, stages), append(t.Sent.Dates, a.Dates...)
			t.Sent.Subjects, t.Sent.Mentions = appendNew(t.Sent.Subjects, ruleIDs(a.Why)), appendNew(t.Sent.Mentions, ruleIDs(a.Mentions))
			t.Sent.Official = t.Sent.Official || a.Official
		}
	}
	return history
}

// appendNew appends what a list does not have yet.
func appendNew(list, more []string) []string {
	for _, s := range more {
		if !slices.Contains(list, s) {
			list = append(list, s)
		}
	}
	return list
}

func ruleIDs(found []sentRule) []string {
	ids := make([]string, len(found))
	for i, f := range found {
		ids[i] = f.RuleID
	}
	return ids
}

// addNotices stores notices with their deliveries. A notice that is already stored is left as
// it is, with its deliveries: its ID is made of its key, so planning it twice sends it once.
func addNotices(tx *gorm.DB, notices []models.Notice, log *auditLog) error {
	sorted, err := orderInThreads(tx, notices)
	if err != nil {
		return err
	}
	for _, n := range sorted {
		setReasonText(&n)
		done := tx.Clauses(clause.OnConflict{DoNothing: true}).Create(&n)
		if done.Error != nil {
			return done.Error
		}
		if done.RowsAffected == 0 {
			continue
		}
		about := facts{"kind": n.Kind, n.Subject: n.SubjectID, "revision": n.SubjectRevision, "recipient": n.Recipient, "reason": n.Reason}
		if n.IsHeld() {
			about["held"] = n.Held
			log.add("notice.held", n.ID, about)
			continue
		}
		if n.IsDeferred() {
			about["until"], about["waits_for"] = n.WaitUntil.UTC(), n.WaitFor
			log.add("notice.waiting", n.ID, about)
			continue
		}
		about["deliveries"] = len(n.Deliveries)
		log.add("notice.planned", n.ID, about)
		if err := addDeliveries(tx, n, log); err != nil {
			return err
		}
	}
	return nil
}

// setReasonText fills the columns that hold the reasons as text, for people and for queries.
func setReasonText(n *models.Notice) {
	n.Reason, n.Held, n.WaitFor = clean(n.Reasons.String()), clean(n.HeldReasons.String()), clean(n.WaitReasons.String())
}

// reasonsOfQuery completes the reasons of notices after a query has read them. It runs only
// for queries into a Notice or a slice of them.
func reasonsOfQuery(tx *gorm.DB) {
	switch read := tx.Statement.Dest.(type) {
	case *models.Notice:
		fillReasons(read)
	case *[]models.Notice:
		for i := range *read {
			fillReasons(&(*read)[i])
		}
	}
}

// fillReasons makes reasons of those that are stored only as text. The release before 0007
// writes such notices while it still runs on an upgraded database.
func fillReasons(n *models.Notice) {
	for _, of := range []struct {
		reasons *models.Reasons
		text    *string
	}{{&n.Reasons, &n.Reason}, {&n.HeldReasons, &n.Held}, {&n.WaitReasons, &n.WaitFor}} {
		if len(*of.reasons) == 0 && *of.text != "" {
			*of.reasons = models.NewReasons(models.ReasonText, models.ReasonArgs{Text: *of.text})
		}
		*of.text = ""
	}
}
