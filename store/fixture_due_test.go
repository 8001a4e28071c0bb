package store

import (
	"time"

	"regwatch/models"
)

// What is owed at fixtureTime.

// answered is what people said of an event last. Of the two amendments the
// second takes the place of the first, and is due.
func (f *filler) answered() {
	ctx, id := f.t.Context(), f.titled("Coin issuers to need a licence")
	_, err := f.s.Mute(ctx, models.Mute{Kind: models.MuteEvent, Target: id, By: ana, MutedAt: ago(2 * time.Hour), Until: ago(-7 * day)}, shows(ago(2*time.Hour)))
	f.must(err)
	_, err = f.s.AddFeedback(ctx, models.Feedback{EventID: id, By: ben, GivenAt: ago(time.Hour)}, shows(ago(time.Hour)))
	f.must(err)
}

// due is what is owed at fixtureTime, each in another state.
func (f *filler) due() {
	ctx := f.t.Context()
	f.must(f.s.CommitNotices(ctx, []models.Notice{
		report("channel", "hook", 2, models.High, "the channel fails",
			models.HealthReport{Name: "hook", Health: models.Failing, Since: ago(50 * time.Minute), Error: "the webhook's receiver answered 503"}, ago(50*time.Minute)),
	}))
	f.digest("daily", "2026-03-02", ago(day+45*time.Minute), ago(45*time.Minute), ago(45*time.Minute), "", "mail:team@example.com")
	f.opens("harbour-authority", "Coin order that is being told", models.High, ago(40*time.Minute), func(st story) []models.Notice {
		return []models.Notice{
			to(st.tells(models.NoticeAlert, "treasury", ago(40*time.Minute)), "chat"),
			to(st.tells(models.NoticeAlert, "auditors", ago(40*time.Minute)), "post:audit@example.com"),
			to(st.tells(models.NoticeAlert, "partner", ago(40*time.Minute)), "hook"),
		}
	})
	f.claims(ago(39*time.Minute), "chat", time.Minute)           // begun, and its program died
	f.claims(ago(time.Minute), "post", 3*time.Minute)            // another program is sending it
	failed := f.claims(ago(39*time.Minute), "hook", time.Minute) // it may have arrived
	f.must(f.s.Postpone(ctx, failed, ago(-2*time.Minute), 3, "the webhook's receiver answered 503"))

	st := f.opens("harbour-authority", "Coin order that waits for Slack", models.Medium, ago(30*time.Minute), func(st story) []models.Notice {
		return []models.Notice{
			to(st.tells(models.NoticeAlert, "pager", ago(30*time.Minute)), "limited"),
			to(st.tells(models.NoticeAlert, "legal", ago(30*time.Minute)), "slack:#legal", "mail:legal@example.com"),
		}
	})
	limited := f.claims(ago(29*time.Minute), "limited", time.Minute)
	limited.StartedAt = time.Time{} // it surely did not arrive
	f.must(f.s.Postpone(ctx, limited, ago(-10*time.Minute), 0, "Slack asks to wait 2340 s"))
	f.joins(&st, "harbour-post", "Coin order as the press has it", ago(20*time.Minute), func(e *models.Event) { e.Stage = "in force" }, func(st story) []models.Notice {
		return []models.Notice{to(st.tells(models.NoticeUpdate, "pager", ago(20*time.Minute)), "limited")}
	})
	told, err := f.s.FindEvent(ctx, f.titled("Coin issuers to need a licence"))
	f.must(err)
	f.joins(&story{event: told, article: f.text("harbour-post", "later", told.Title, "", ago(15*time.Minute))}, "harbour-post", "Coin licence form published", ago(15*time.Minute),
		func(e *models.Event) { e.Stage = "transitional" }, func(st story) []models.Notice {
			return []models.Notice{to(st.tells(models.NoticeUpdate, "legal", ago(15*time.Minute)), "slack:#legal", "mail:legal@example.com")}
		})
	f.must(f.s.CommitNotices(ctx, []models.Notice{to(summaryOf("board", ago(10*time.Minute)), "mail:board@example.com")}))
}

// waiting is what is told later: outside hours, at a pace, after a burst.
func (f *filler) waiting() {
	hours, daily, weekly := "outside the hours Mon to Fri 08:00 to 19:00 HKT", "the board is told daily at 20:00 HKT", "the readers are told weekly on Friday at 17:00 HKT"
	f.opens("harbour-authority", "Coin hearing that has waited", models.Medium, ago(4*time.Hour), func(st story) []models.Notice {
		return []models.Notice{st.waits(models.NoticeAlert, "night", ago(4*time.Hour), ago(5*time.Minute), hours)}
	})
	st := f.opens("harbour-authority", "Coin hearing that waits", models.Medium, ago(3*time.Hour), func(st story) []models.Notice {
		return []models.Notice{
			st.waits(models.NoticeAlert, "night", ago(3*time.Hour), ago(-12*time.Hour), hours),
			st.waits(models.NoticeAlert, "board", ago(3*time.Hour), ago(-day), daily),
			st.waits(models.NoticeAlert, "readers", ago(3*time.Hour), ago(-4*day), weekly),
		}
	})
	f.joins(&st, "harbour-post", "Coin hearing moved", ago(2*time.Hour), func(e *models.Event) { e.Stage = "consultation" }, func(st story) []models.Notice {
		return []models.Notice{
			st.waits(models.NoticeUpdate, "night", ago(2*time.Hour), ago(-13*time.Hour), hours),
			st.waits(models.NoticeUpdate, "burst", ago(2*time.Hour), ago(-3*time.Minute), "10 alerts within 10 minutes"),
		}
	})
}
