package store

import (
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"regwatch/models"
)

func TestASubscriptionIsKnownSinceItsFirstHearing(t *testing.T) {
	onEachEngine(t, func(t *testing.T, o Options) {
		s := open(t, o)
		for _, now := range []time.Time{noon, noon.Add(time.Hour), noon.Add(-time.Hour)} {
			since, err := s.SubscribedSince(t.Context(), "weekly", now)
			if err != nil || !since.Equal(noon) {
				t.Errorf("Subscribed at %v = %v, %v; want %v", now, since, err, noon)
			}
		}
	})
}

func TestOptOutAndOptIn(t *testing.T) {
	onEachEngine(t, func(t *testing.T, o Options) {
		s := open(t, o)
		out := func(subscription, address string) models.OptOut {
			return models.OptOut{Subscription: subscription, Address: address, OptedOutAt: noon}
		}
		check := func(what string, got, want int, err error) {
			t.Helper()
			if err != nil || got != want {
				t.Fatalf("%s = %d, %v; want %d", what, got, err, want)
			}
		}
		both := []models.OptOut{out("desk/legal", "mail:a@example.org"), out("weekly", "mail:a@example.org")}
		n, err := s.OptOut(t.Context(), both, "mail:a@example.org")
		check("OptOut", n, 2, err)
		n, err = s.OptOut(t.Context(), append(both, out("weekly", "mail:b@example.org")), "ada")
		check("OptOut again, with one more", n, 1, err)
		n, err = s.OptIn(t.Context(), []models.OptOut{out("weekly", "mail:a@example.org"), out("monthly", "mail:a@example.org")}, "ada", noon.Add(time.Hour))
		check("OptIn", n, 1, err)
		forced := out("desk/legal", "mail:a@example.org")
		forced.Forced = true
		for _, want := range []int{1, 0} {
			n, err = s.OptOut(t.Context(), []models.OptOut{forced}, "ada")
			check("OptOut by force", n, want, err)
		}
		n, err = s.OptOut(t.Context(), both[:1], "mail:a@example.org")
		check("OptOut after that", n, 0, err)

		got, err := s.OptOuts(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		want := []models.OptOut{forced, out("weekly", "mail:b@example.org")}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("OptOuts mismatch (-want +got):\n%s", diff)
		}
		wantActions := []string{"subscription.left", "subscription.left", "subscription.left", "subscription.returned", "subscription.left"}
		if diff := cmp.Diff(wantActions, actions(t, s)); diff != "" {
			t.Errorf("audit mismatch (-want +got):\n%s", diff)
		}
		soundAudit(t, s)
	})
}

func TestRequestOptOutStoresItsNotices(t *testing.T) {
	onEachEngine(t, func(t *testing.T, o Options) {
		s := open(t, o)
		n := models.Notice{Reasons: testReasons(), Kind: models.NoticeHealth, Subject: "subscription", SubjectID: "weekly", Recipient: "desk", CreatedAt: noon}
		n.ID = n.Key()
		n.Deliveries = []models.Delivery{models.NewDelivery(n.ID, "slack", "", noon)}
		ask := models.OptOut{Subscription: "weekly", Address: "mail:a@example.org", OptedOutAt: noon}
		if err := s.RequestOptOut(t.Context(), ask, "mail:a@example.org", []models.Notice{n}); err != nil {
			t.Fatal(err)
		}
		if outs, err := s.OptOuts(t.Context()); err != nil || len(outs) != 0 {
			t.Errorf("OptOuts = %v, %v; asking is not leaving", outs, err)
		}
		if diff := cmp.Diff([]string{"subscription.leave_asked", "notice.planned"}, actions(t, s)); diff != "" {
			t.Errorf("audit mismatch (-want +got):\n%s", diff)
		}
		d, found, err := s.Delivery(t.Context(), n.Deliveries[0].ID)
		if err != nil || !found || d.Notice.SubjectID != "weekly" {
			t.Errorf("Delivery = %+v, %v, %v; want that of the notice", d, found, err)
		}
		if _, found, err := s.Delivery(t.Context(), "0"); found || err != nil {
			t.Errorf("an unknown delivery: %v, %v", found, err)
		}
	})
}

// Two programs on one database must sign with the same key, or each would refuse
// the other's links.
func TestOneSigningKeyIsMade(t *testing.T) {
	onEachEngine(t, func(t *testing.T, o Options) {
		programs := []*Store{open(t, o), open(t, o)}
		secrets := make([]string, 8)
		var all sync.WaitGroup
		for i := range secrets {
			all.Go(func() {
				keys, err := programs[i%2].SigningKeys(t.Context(), noon)
				if err != nil || len(keys) != 1 || len(keys[0].Secret) != 32 {
					t.Errorf("SigningKeys = %v, %v; want one of 32 bytes", keys, err)
					return
				}
				secrets[i] = string(keys[0].Secret)
			})
		}
		all.Wait()
		for _, got := range secrets {
			if got != secrets[0] {
				t.Fatal("two keys were given out")
			}
		}
		if err := programs[0].RenewSigningKey(t.Context(), "ada", noon.Add(time.Hour)); err != nil {
			t.Fatal(err)
		}
		keys, err := programs[1].SigningKeys(t.Context(), noon)
		if err != nil || len(keys) != 1 || keys[0].Version != 2 || string(keys[0].Secret) == secrets[0] {
			t.Errorf("after it was renewed: %v, %v; want version 2 alone", keys, err)
		}
	})
}

func TestNoticesByRoute(t *testing.T) {
	onEachEngine(t, func(t *testing.T, o Options) {
		s := open(t, o)
		var all []models.Notice
		add := func(name string, change func(*models.Notice), lines ...string) {
			n := models.Notice{Reasons: testReasons(), Kind: models.NoticeAlert, Subject: "event", SubjectID: name, Recipient: "desk", Subscriptions: lines, CreatedAt: noon.Add(time.Duration(len(all)) * time.Minute)}
			if change != nil {
				change(&n)
			}
			n.ID = n.Key()
			all = append(all, n)
		}
		add("own", nil, "hk_policy/legal")
		add("below", nil, "default/desk", "hk_policy/urgent/desk")
		add("beside", nil, "hk-policy/legal", "a/hk_policy/legal")
		add("longer", nil, "hk_policy2/legal")
		add("held", func(n *models.Notice) { n.HeldReasons = models.NewReasons(models.ReasonMuted, models.ReasonArgs{}) }, "hk_policy/legal")
		add("waits", func(n *models.Notice) { n.WaitUntil = noon.Add(time.Hour) }, "hk_policy/legal")
		add("summary", func(n *models.Notice) { n.Kind = models.NoticeSummary }, "hk_policy/legal")
		if err := s.CommitNotices(t.Context(), all); err != nil {
			t.Fatal(err)
		}
		told, err := s.NoticesByRoute(t.Context(), "hk_policy", 10)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, n := range told {
			got = append(got, n.SubjectID)
		}
		if diff := cmp.Diff([]string{"below", "own"}, got); diff != "" {
			t.Errorf("ToldBy mismatch (-want +got):\n%s", diff)
		}
	})
}

// A date stays in the calendar of a route however many notices came after that of its event.
func TestDatedEventsByRoute(t *testing.T) {
	onEachEngine(t, func(t *testing.T, o Options) {
		s := open(t, o)
		dated := matterScan(t, s, "hkma", noon, models.MatterRef{}, "passed")
		undated := matterScan(t, s, "sfc", noon.Add(time.Hour), models.MatterRef{}, "passed")
		if err := s.write.Exec(`UPDATE events SET dates = '[]' WHERE id = ?`, undated.ID).Error; err != nil {
			t.Fatal(err)
		}
		var all []models.Notice
		add := func(event, line string, at time.Time) {
			n := models.Notice{Reasons: testReasons(), Kind: models.NoticeAlert, Subject: models.SubjectEvent, SubjectID: event, SubjectRevision: 7, Recipient: "desk", Subscriptions: []string{line}, CreatedAt: at}
			n.ID = n.Key()
			all = append(all, n)
		}
		add(dated.ID, "hk_policy/desk", noon)
		add(undated.ID, "hk_policy/desk", noon)
		for i := range 600 {
			add(fmt.Sprint("later", i), "hk_policy/desk", noon.Add(time.Duration(i)*time.Minute))
		}
		if err := s.CommitNotices(t.Context(), all); err != nil {
			t.Fatal(err)
		}
		for _, tt := range []struct {
			route string
			since time.Time
			want  []string
		}{
			{"hk_policy", noon.AddDate(0, 1, 0), []string{dated.ID}},
			{"hk_policy", noon, []string{dated.ID, undated.ID}},
			{"other", noon, nil},
		} {
			slices.Sort(tt.want)
			got, err := s.DatedEventsByRoute(t.Context(), tt.route, tt.since)
			if diff := cmp.Diff(tt.want, got, cmpopts.EquateEmpty()); err != nil || diff != "" {
				t.Errorf("%s since %v: %v (-want +got):\n%s", tt.route, tt.since, err, diff)
			}
		}
	})
}

func TestOptOutAndOptInInAnySpelling(t *testing.T) {
	onEachEngine(t, func(t *testing.T, o Options) {
		s := open(t, o)
		out := func(address string, forced bool) []models.OptOut {
			return []models.OptOut{{Subscription: "weekly", Address: address, Forced: forced, OptedOutAt: noon}}
		}
		steps := []struct {
			what string
			do   func() (int, error)
			n    int
			want []models.OptOut
		}{
			{"leaves", func() (int, error) { return s.OptOut(t.Context(), out("mail:info@bücher.example.com", false), "ada") }, 1, out("mail:info@bücher.example.com", false)},
			{"has left", func() (int, error) {
				return s.OptOut(t.Context(), out("mail:Info@XN--BCHER-KVA.example.com", false), "ada")
			}, 0, out("mail:info@bücher.example.com", false)},
			{"is let go", func() (int, error) {
				return s.OptOut(t.Context(), out("mail:info@xn--bcher-kva.example.com", true), "ada")
			}, 1, out("mail:info@bücher.example.com", true)},
			{"another returns", func() (int, error) {
				return s.OptIn(t.Context(), out("mail:info@buecher.example.com", false), "ada", noon)
			}, 0, out("mail:info@bücher.example.com", true)},
			{"returns", func() (int, error) {
				return s.OptIn(t.Context(), out("mail:INFO@xn--bcher-kva.example.com", false), "ada", noon)
			}, 1, nil},
		}
		for _, step := range steps {
			n, err := step.do()
			if err != nil || n != step.n {
				t.Errorf("%s: %d, %v; want %d", step.what, n, err, step.n)
			}
			got, err := s.OptOuts(t.Context())
			if diff := cmp.Diff(step.want, got, cmpopts.EquateEmpty()); diff != "" || err != nil {
				t.Errorf("%s: %v; mismatch (-want +got):\n%s", step.what, err, diff)
			}
		}
		soundAudit(t, s)
	})
}

func TestOpenMergesOptOutsOfOneAddress(t *testing.T) {
	const hour = time.Hour
	type out struct {
		subscription, address string
		forced                bool
		after                 time.Duration
	}
	tests := []struct {
		name         string
		stored, want []out
	}{
		{"the earliest is kept as it is written", []out{
			{"weekly", "mail:team@example.com", false, 2 * hour}, {"weekly", "mail:team@Example.com", false, hour}, {"weekly", "mail:Team@example.com", false, 3 * hour},
		}, []out{{"weekly", "mail:team@Example.com", false, hour}}},
		{"one that is forced wins", []out{
			{"weekly", "mail:info@bücher.example.com", false, hour}, {"weekly", "mail:info@xn--bcher-kva.example.com", true, 2 * hour},
		}, []out{{"weekly", "mail:info@bücher.example.com", true, hour}}},
		{"the earliest may be the forced one", []out{
			{"weekly", "mail:a@example.com", true, hour}, {"weekly", "mail:A@example.com", false, 2 * hour},
		}, []out{{"weekly", "mail:a@example.com", true, hour}}},
		{"other subscriptions and channels are others", []out{
			{"daily", "mail:a@example.com", false, hour}, {"weekly", "mail:A@example.com", true, hour}, {"weekly", "post:a@example.com", false, hour}, {"weekly", "slack:#A", false, hour}, {"weekly", "slack:#a", false, hour},
		}, []out{
			{"daily", "mail:a@example.com", false, hour}, {"weekly", "mail:A@example.com", true, hour}, {"weekly", "post:a@example.com", false, hour}, {"weekly", "slack:#A", false, hour}, {"weekly", "slack:#a", false, hour},
		}},
	}
	rows := func(outs []out) []models.OptOut {
		var all []models.OptOut
		for _, o := range outs {
			all = append(all, models.OptOut{Subscription: o.subscription, Address: o.address, Forced: o.forced, OptedOutAt: noon.Add(o.after)})
		}
		return all
	}
	onEachEngine(t, func(t *testing.T, o Options) {
		for _, tt := range tests {
			t.Run(tt.name, func(t *testing.T) {
				o := freshLike(t, o)
				s := open(t, o)
				for _, row := range rows(tt.stored) {
					if err := s.write.Create(&row).Error; err != nil {
						t.Fatal(err)
					}
				}
				if err := s.Close(); err != nil {
					t.Fatal(err)
				}
				for range 2 { // the second time there is nothing to do
					s = open(t, o)
					got, err := s.OptOuts(t.Context())
					if diff := cmp.Diff(rows(tt.want), got, cmpopts.SortSlices(func(a, b models.OptOut) bool { return a.Subscription+a.Address < b.Subscription+b.Address })); diff != "" || err != nil {
						t.Errorf("OptOuts: %v; mismatch (-want +got):\n%s", err, diff)
					}
					if err := s.Close(); err != nil {
						t.Fatal(err)
					}
				}
			})
		}
	})
}
