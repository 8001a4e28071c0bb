package store

import (
	"fmt"
	"slices"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"

	"regwatch/models"
)

var legalMail = models.Destination{Channel: "mail", Address: "legal@example.com"}

// askFor is a request to confirm a destination.
func askFor(d models.Destination) models.Notice {
	n := models.Notice{
		Kind: models.NoticeVerify, Subject: "address", SubjectID: d.String(), Recipient: d.String(), CreatedAt: noon,
		Reasons: models.NewReasons(models.ReasonVerify, models.ReasonArgs{Destination: d.String()}),
		Content: models.Content{Verification: &models.Verification{Address: d.Address}},
	}
	n.ID = n.Key()
	n.Deliveries = []models.Delivery{models.NewDelivery(n.ID, d.Channel, d.Address, noon)}
	return n
}

func register(t testing.TB, s *Store, all, required []models.Destination) int {
	t.Helper()
	asked, err := s.RegisterAddresses(t.Context(), all, required, askFor, noon)
	if err != nil {
		t.Fatal(err)
	}
	return asked
}

// mailTo stores a notice to a mail address and to Slack.
func mailTo(t testing.TB, s *Store, i int, address string) models.Notice {
	t.Helper()
	n := models.Notice{
		Kind: models.NoticeAlert, Subject: "event", SubjectID: fmt.Sprintf("E%d", i), Recipient: "legal", CreatedAt: noon.Add(time.Duration(i) * time.Second),
		Reasons: models.NewReasons(models.ReasonMatched, models.ReasonArgs{}), Content: models.Content{Alert: &models.Alert{EventID: fmt.Sprintf("E%d", i)}},
	}
	n.ID = n.Key()
	n.Deliveries = []models.Delivery{models.NewDelivery(n.ID, "mail", address, n.CreatedAt), models.NewDelivery(n.ID, "slack", "", n.CreatedAt)}
	if err := s.CommitNotices(t.Context(), []models.Notice{n}); err != nil {
		t.Fatal(err)
	}
	return n
}

// claimedKinds are what a channel may send now.
func claimedKinds(t testing.TB, s *Store, channel string) []string {
	t.Helper()
	claimed, err := s.Claim(t.Context(), noon.Add(time.Hour), channel, 100, time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	kinds := []string{}
	for _, d := range claimed {
		kinds = append(kinds, string(d.Notice.Kind)+" to "+d.Destination)
	}
	return kinds
}

func noMerge([]models.Delivery) (models.Notice, []string) { return models.Notice{}, nil }

func TestNothingIsSentToANewAddressUntilItIsConfirmed(t *testing.T) {
	onEachEngine(t, func(t *testing.T, o Options) {
		s := open(t, o)
		if asked := register(t, s, []models.Destination{legalMail}, []models.Destination{legalMail}); asked != 1 {
			t.Fatalf("%d addresses were asked, want 1", asked)
		}
		if asked := register(t, s, []models.Destination{legalMail}, []models.Destination{legalMail}); asked != 0 {
			t.Errorf("%d addresses were asked at the next start, want none", asked)
		}
		mailTo(t, s, 1, "Legal@EXAMPLE.com") // the same address in another spelling
		if diff := gocmp.Diff([]string{"verification to mail:legal@example.com"}, claimedKinds(t, s, "mail")); diff != "" {
			t.Errorf("mails before it is confirmed (-want +got):\n%s", diff)
		}
		if diff := gocmp.Diff([]string{"alert to slack"}, claimedKinds(t, s, "slack")); diff != "" {
			t.Errorf("the same recipient's Slack (-want +got):\n%s", diff)
		}
		waiting, err := s.Deliveries(t.Context(), DeliveryFilter{State: models.DeliveryUnverified})
		if err != nil || len(waiting) != 1 {
			t.Errorf("%d deliveries are listed as waiting, %v; want 1", len(waiting), err)
		}
		for i, want := range []bool{true, false} {
			verified, err := s.VerifyAddress(t.Context(), "mail:LEGAL@example.com", "ada", noMerge, noon)
			if err != nil || verified != want {
				t.Fatalf("VerifyAddress, time %d: %t, %v; want %t", i+1, verified, err, want)
			}
		}
		mailTo(t, s, 2, "legal@example.com")
		if diff := gocmp.Diff([]string{"alert to mail:Legal@EXAMPLE.com", "alert to mail:legal@example.com"}, claimedKinds(t, s, "mail")); diff != "" {
			t.Errorf("mails once it is confirmed (-want +got):\n%s", diff)
		}
		rows, err := s.Addresses(t.Context())
		if err != nil || len(rows) != 1 || rows[0].IsPending() || rows[0].VerifiedBy != "ada" {
			t.Errorf("Addresses = %+v, %v; want one that ada confirmed", rows, err)
		}
		soundAudit(t, s)
	})
}

// A person confirms an address at the command line before its link was sent.
func TestConfirmingDropsALinkThatWasNotSent(t *testing.T) {
	onEachEngine(t, func(t *testing.T, o Options) {
		s := open(t, o)
		register(t, s, nil, nil)
		both := []models.Destination{legalMail, {Channel: "mail", Address: "other@example.com"}}
		if asked := register(t, s, both, both); asked != 2 {
			t.Fatalf("%d addresses were asked, want 2", asked)
		}
		if _, err := s.VerifyAddress(t.Context(), legalMail.String(), "ada", noMerge, noon.Add(time.Minute)); err != nil {
			t.Fatal(err)
		}
		if diff := gocmp.Diff([]string{"verification to mail:other@example.com"}, claimedKinds(t, s, "mail")); diff != "" {
			t.Errorf("links that are still sent (-want +got):\n%s", diff)
		}
		soundAudit(t, s)
	})
}

func TestAddressesInUseNeedNoConfirmation(t *testing.T) {
	onEachEngine(t, func(t *testing.T, o Options) {
		s := open(t, o)
		other := models.Destination{Channel: "mail", Address: "new@example.com"}
		register(t, s, nil, nil)
		mailTo(t, s, 1, "legal@example.com")
		claimed, err := s.Claim(t.Context(), noon.Add(time.Hour), "mail", 1, time.Minute)
		if err != nil || len(claimed) != 1 {
			t.Fatalf("Claim: %d, %v", len(claimed), err)
		}
		if err := s.MarkSent(t.Context(), claimed[0], "<1@x>", noon.Add(time.Hour)); err != nil {
			t.Fatal(err)
		}
		both := []models.Destination{{Channel: "mail", Address: "LEGAL@example.com"}, other}
		if asked := register(t, s, both, both); asked != 1 {
			t.Errorf("%d addresses were asked, want the one that never got mail", asked)
		}
		mailTo(t, s, 2, "legal@example.com")
		if got := claimedKinds(t, s, "mail"); !slices.Contains(got, "alert to mail:legal@example.com") {
			t.Errorf("mails %v; want one to the address that got mail before", got)
		}
	})
}

func TestEveryAddressCountsAsConfirmedAfterAnUpgrade(t *testing.T) {
	onEachFixture(t, func(t *testing.T, o Options, _ fixtureFile) {
		s := open(t, o)
		never := models.Destination{Channel: "mail", Address: "never-mailed@example.com"}
		if asked := register(t, s, []models.Destination{legalMail, never}, []models.Destination{legalMail, never}); asked != 0 {
			t.Errorf("%d addresses were asked at the first start after the upgrade, want none", asked)
		}
		later := models.Destination{Channel: "mail", Address: "later@example.com"}
		if asked := register(t, s, []models.Destination{legalMail, never, later}, []models.Destination{legalMail, never, later}); asked != 1 {
			t.Errorf("%d addresses were asked at the second start, want the new one", asked)
		}
	})
}

func TestUnverifiedDeliveriesAreDueWhenConfirmationIsNoLongerRequired(t *testing.T) {
	onEachEngine(t, func(t *testing.T, o Options) {
		s := open(t, o)
		register(t, s, []models.Destination{legalMail}, []models.Destination{legalMail})
		mailTo(t, s, 1, "legal@example.com")
		register(t, s, []models.Destination{legalMail}, nil)
		mailTo(t, s, 2, "legal@example.com")
		want := []string{"verification to mail:legal@example.com", "alert to mail:legal@example.com", "alert to mail:legal@example.com"}
		if diff := gocmp.Diff(want, claimedKinds(t, s, "mail")); diff != "" {
			t.Errorf("mails (-want +got):\n%s", diff)
		}
	})
}

func TestManyAlertsThatWaitedForAnAddressAreOneSummary(t *testing.T) {
	onEachEngine(t, func(t *testing.T, o Options) {
		s := open(t, o)
		register(t, s, []models.Destination{legalMail}, []models.Destination{legalMail})
		for i := range 3 {
			mailTo(t, s, i, "legal@example.com")
		}
		summary := models.Notice{Kind: models.NoticeSummary, Subject: "recipient", SubjectID: "x", Recipient: "legal", CreatedAt: noon, Reasons: models.NewReasons(models.ReasonDeferredAlerts, models.ReasonArgs{Count: 2})}
		summary.ID = summary.Key()
		summary.Deliveries = []models.Delivery{models.NewDelivery(summary.ID, "mail", "legal@example.com", noon)}
		_, err := s.VerifyAddress(t.Context(), legalMail.String(), "ada", func(waiting []models.Delivery) (models.Notice, []string) {
			if len(waiting) != 3 || waiting[0].Notice.Content.Alert == nil {
				t.Fatalf("%d deliveries wait; want 3 with their notices", len(waiting))
			}
			return summary, []string{waiting[0].ID, waiting[1].ID}
		}, noon)
		if err != nil {
			t.Fatal(err)
		}
		want := []string{"summary to mail:legal@example.com", "alert to mail:legal@example.com"}
		got := slices.DeleteFunc(claimedKinds(t, s, "mail"), func(k string) bool { return k == "verification to mail:legal@example.com" })
		if diff := gocmp.Diff(want, got); diff != "" {
			t.Errorf("mails (-want +got):\n%s", diff)
		}
		soundAudit(t, s)
	})
}

func TestRequestVerificationNeedsAnUnconfirmedAddress(t *testing.T) {
	onEachEngine(t, func(t *testing.T, o Options) {
		s := open(t, o)
		register(t, s, []models.Destination{legalMail}, []models.Destination{legalMail})
		again := askFor(legalMail)
		again.SubjectID += "/again"
		again.ID = again.Key()
		again.Deliveries = []models.Delivery{models.NewDelivery(again.ID, "mail", legalMail.Address, noon)}
		for destination, want := range map[string]bool{"mail:legal@example.com": true, "mail:else@example.com": false} {
			if asked, err := s.RequestVerification(t.Context(), destination, "ada", again, noon.Add(time.Hour)); err != nil || asked != want {
				t.Errorf("AskAddress(%s) = %t, %v; want %t", destination, asked, err, want)
			}
		}
		if got := claimedKinds(t, s, "mail"); len(got) != 2 {
			t.Errorf("mails %v; want the first request and the second", got)
		}
	})
}
