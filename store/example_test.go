package store_test

import (
	"context"
	"errors"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"time"

	"regwatch/models"
	"regwatch/store"
)

// A scan stores an article together with the alert that it causes. A delivery worker then
// claims the alert and records that it was sent.
func Example() {
	ctx := context.Background()
	folder, err := os.MkdirTemp("", "regwatch")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(folder)
	db, err := store.Open(ctx, store.Options{Path: filepath.Join(folder, "regwatch.db")})
	if err != nil {
		log.Fatal(err)
	}
	defer db.Close()
	now := time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)

	article := models.Article{
		SourceID: "hkma", Identity: "press/1", Link: "https://example.org/1", Title: "Licences for stablecoin issuers",
		SeenAt: now, BodyState: models.BodyFull, Revision: 1,
	}
	article.ID, article.Hash = models.NewID(now, article.SourceID, article.Identity), article.TextHash()
	alert := models.Notice{
		Kind: models.NoticeAlert, Subject: "event", SubjectID: "EVENT", Recipient: "desk", CreatedAt: now,
		Reasons: models.NewReasons(models.ReasonTest, models.ReasonArgs{}),
	}
	alert.ID = alert.Key()
	alert.Deliveries = []models.Delivery{models.NewDelivery(alert.ID, "email", "desk@example.org", now)}

	state, err := db.SourceState(ctx, "hkma")
	if err != nil {
		log.Fatal(err)
	}
	scan := models.Scan{State: state, At: now, Articles: []models.Article{article}, Notices: []models.Notice{alert}}
	if err := db.Commit(ctx, scan); err != nil {
		log.Fatal(err)
	}
	err = db.Commit(ctx, scan)
	fmt.Println("the same scan again is stale:", errors.Is(err, models.ErrStale))

	claimed, err := db.Claim(ctx, now, "email", 10, time.Minute)
	if err != nil {
		log.Fatal(err)
	}
	for _, d := range claimed {
		fmt.Println("send", d.Notice.Kind, "to", d.Address)
		done := models.Completion{Delivery: d, State: models.DeliverySent, At: now}
		if _, err := db.Record(ctx, []models.Completion{done}, nil, now); err != nil {
			log.Fatal(err)
		}
	}
	due, err := db.CountDue(ctx, "email")
	fmt.Println("still due:", due, err)
	// Output:
	// the same scan again is stale: true
	// send alert to desk@example.org
	// still due: 0 <nil>
}
