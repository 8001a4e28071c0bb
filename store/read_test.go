package store

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"regwatch/models"
)

func TestUnseenKeepsWhatIsNewOrChanged(t *testing.T) {
	onEachEngine(t, func(t *testing.T, o Options) {
		s := open(t, o)
		stored := article("hkma", "1", "Coin rules", noon)
		stored.Baseline = true
		commit(t, s, models.Scan{State: models.SourceState{SourceID: "hkma"}, Articles: []models.Article{stored}, At: noon})

		given := func(guid, title string) models.Article {
			a := article("hkma", guid, title, noon.Add(time.Hour))
			a.ID, a.Revision, a.SeenAt = "", 0, time.Time{}
			return a
		}
		edited := given("1", "Coin rules, amended")
		asStored := edited
		asStored.ID, asStored.Hash, asStored.Revision, asStored.SeenAt, asStored.Baseline = stored.ID, stored.Hash, 1, noon, true
		tests := []struct {
			name   string
			source string
			given  []models.Article
			want   []models.Article
		}{
			{"as it was", "hkma", []models.Article{given("1", "Coin rules")}, nil},
			{"never seen", "hkma", []models.Article{given("2", "More")}, []models.Article{given("2", "More")}},
			{"edited", "hkma", []models.Article{edited}, []models.Article{asStored}},
			{"another source's", "sfc", []models.Article{given("1", "Coin rules")}, []models.Article{given("1", "Coin rules")}},
			{"twice in one feed", "hkma", []models.Article{given("2", "First"), given("2", "Second")}, []models.Article{given("2", "First")}},
			{"none", "hkma", nil, nil},
		}
		for _, tt := range tests {
			got, err := s.Unseen(t.Context(), tt.source, tt.given)
			if diff := cmp.Diff(tt.want, got); err != nil || diff != "" {
				t.Errorf("Unseen(%s): %v, mismatch (-want +got):\n%s", tt.name, err, diff)
			}
		}
	})
}

// Earlier versions stored titles with invisible characters. A title without them
// is the same one: no new article, and no revision.
func TestUnseenTakesInvisibleCharactersForNoEdit(t *testing.T) {
	onEachEngine(t, func(t *testing.T, o Options) {
		s := open(t, o)
		stored := article("hkma", "1", "Stab\u00adle\u2060coin 穩\u200d定幣 rules", noon)
		commit(t, s, models.Scan{State: models.SourceState{SourceID: "hkma"}, Articles: []models.Article{stored}, At: noon})
		given := func(title string) models.Article {
			a := article("hkma", "1", title, noon.Add(time.Hour))
			a.ID, a.Revision, a.SeenAt = "", 0, time.Time{}
			a.FeedHash = models.HashOf("its summary changed")
			return a
		}
		former := given("Stablecoin 穩定幣 rules")
		former.Identity, former.Formers = models.IdentityOf("another", ""), []string{stored.Identity}
		for name, tt := range map[string]struct {
			given models.Article
			want  string
		}{
			"the same title":                  {given("Stablecoin 穩定幣 rules"), stored.Title},
			"the same under another identity": {former, stored.Title},
			"another title":                   {given("Stablecoin rules"), "Stablecoin rules"},
		} {
			got, err := s.Unseen(t.Context(), "hkma", []models.Article{tt.given})
			if err != nil || len(got) != 1 || got[0].ID != stored.ID || got[0].Title != tt.want {
				t.Errorf("%s: Unseen = %+v, %v; want article %s with the title %q", name, got, err, stored.ID, tt.want)
			}
		}
	})
}

// An article that its source's change of habit has given another identity is
// the one that is stored under a former one, if the titles agree, and of twins
// the texts.
func TestUnseenKnowsFormerIdentities(t *testing.T) {
	onEachEngine(t, func(t *testing.T, o Options) {
		s := open(t, o)
		stored := article("hkma", "1", "Coin rules", noon)
		commit(t, s, models.Scan{
			State:    models.SourceState{SourceID: "hkma", IdentityPolicy: "title"},
			Articles: []models.Article{stored}, At: noon,
		})
		state, err := s.SourceState(t.Context(), "hkma")
		if err != nil || state.Cursor().Identity != "title" {
			t.Errorf("policy %q, %v; want it as it was committed", state.Cursor().Identity, err)
		}
		given := func(title, text string, twin bool) models.Article {
			a := article("hkma", "1", title, noon)
			a.ID, a.Revision, a.SeenAt = "", 0, time.Time{}
			a.Identity, a.Formers = models.IdentityOf("1\x00"+title+text, a.Link), []string{stored.Identity}
			a.FeedHash, a.Twin = models.HashOf(text), twin
			return a
		}
		tests := []struct {
			name          string
			given         models.Article
			unseen, known bool
		}{
			{"the same", given("Coin rules", "Coin rules", false), false, true},
			{"another title", given("Bank rules", "Bank rules", false), true, false},
			{"an edit", given("Coin rules", "otherwise", false), true, true},
			{"a twin with its text", given("Coin rules", "Coin rules", true), false, true},
			{"a twin with another text", given("Coin rules", "otherwise", true), true, false},
		}
		for _, tt := range tests {
			got, err := s.Unseen(t.Context(), "hkma", []models.Article{tt.given})
			if err != nil || (len(got) == 1) != tt.unseen {
				t.Errorf("%s: %d unseen, %v; want unseen %t", tt.name, len(got), err, tt.unseen)
				continue
			}
			if tt.unseen && (got[0].ID == stored.ID) != tt.known {
				t.Errorf("%s: stored as %q, want an edit of the stored one: %t", tt.name, got[0].ID, tt.known)
			}
		}
	})
}

func TestManyKeysAreLookedUp(t *testing.T) {
	onEachEngine(t, func(t *testing.T, o Options) {
		s := open(t, o)
		long := "link:" + strings.Repeat("x", 5000)
		commit(t, s, scanOf(models.SourceState{SourceID: "hkma"}, 0, article("hkma", "1", "Coin rules", noon), "key 39999", long))
		keys := make([]string, 40_000)
		given := make([]models.Article, len(keys))
		for i := range keys {
			keys[i] = fmt.Sprintf("key %d", i)
			given[i] = models.Article{Identity: keys[i]}
		}
		for _, ask := range [][]string{keys, {long}} {
			events, _, err := s.Candidates(t.Context(), ask)
			if err != nil || len(events) != 1 {
				t.Errorf("Candidates(%d keys) = %d events, %v; want 1", len(ask), len(events), err)
			}
		}
		unseen, err := s.Unseen(t.Context(), "hkma", given)
		if err != nil || len(unseen) != len(given) {
			t.Errorf("Unseen = %d articles, %v; want %d", len(unseen), err, len(given))
		}
	})
}

func TestAMergedEventIsAnsweredByTheOneItBecame(t *testing.T) {
	onEachEngine(t, func(t *testing.T, o Options) {
		s := open(t, o)
		var events []models.Event
		for i := range 3 {
			a := article("hkma", fmt.Sprint(i), fmt.Sprintf("Step %d", i), noon.Add(time.Duration(i)*time.Minute))
			scan := scanOf(models.SourceState{SourceID: "hkma", Generation: int64(i)}, int64(i), a, fmt.Sprintf("k%d", i))
			scan.Notices[0].Recipient = fmt.Sprintf("team %d", i)
			scan.Notices[0].ID = scan.Notices[0].Key()
			scan.Notices[0].Deliveries = nil
			commit(t, s, scan)
			events = append(events, scan.Changes[0].Event)
		}
		for i, e := range events[:2] { // 0 into 1, 1 into 2
			err := s.write.Table("events").Where("id = ?", e.ID).Update("merged_into", events[i+1].ID).Error
			if err != nil {
				t.Fatal(err)
			}
		}
		got, _, err := s.Candidates(t.Context(), []string{"k0"})
		if err != nil || len(got) != 1 || got[0].ID != events[2].ID {
			t.Fatalf("Candidates = %+v, %v; want event %s", got, err, events[2].ID)
		}
		var recipients []string
		for _, told := range got[0].Notified {
			recipients = append(recipients, told.Recipient)
		}
		slices.Sort(recipients)
		if diff := cmp.Diff([]string{"team 0", "team 1", "team 2"}, recipients); diff != "" {
			t.Errorf("Told mismatch (-want +got):\n%s", diff)
		}
	})
}

func TestTimesSortAlikeWhateverTheirZone(t *testing.T) {
	hongKong := time.FixedZone("HKT", 8*60*60)
	onEachEngine(t, func(t *testing.T, o Options) {
		s := open(t, o)
		times := []time.Time{
			time.Date(2026, 3, 2, 9, 0, 0, 0, hongKong), // 01:00 UTC
			time.Date(2026, 3, 2, 1, 30, 0, 0, time.UTC),
			time.Date(2026, 3, 2, 9, 45, 0, 0, hongKong), // 01:45 UTC
			time.Date(2026, 3, 2, 2, 0, 0, 1000, time.UTC),
		}
		for i, at := range times {
			a := article("hkma", fmt.Sprint(i), fmt.Sprintf("Step %d", i), at)
			commit(t, s, scanOf(models.SourceState{SourceID: "hkma", Generation: int64(i)}, int64(i), a, "k"))
		}
		events, err := s.Events(t.Context(), EventFilter{From: times[0], To: times[3]})
		if err != nil {
			t.Fatal(err)
		}
		var titles []string
		for _, e := range events {
			titles = append(titles, e.Title)
		}
		if diff := cmp.Diff([]string{"Step 0", "Step 1", "Step 2"}, titles); diff != "" {
			t.Errorf("Events mismatch (-want +got):\n%s", diff)
		}
		if got := events[0].FirstSeenAt; got != times[0].UTC() {
			t.Errorf("FirstSeenAt = %v, want %v in UTC", got, times[0].UTC())
		}
	})
}

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

// Who was told last of an event without a day knows of none: it is news again.
func TestToldKnowsTheDaysOfTheLastAlert(t *testing.T) {
	alert := func(stage string, days ...models.KeyDate) models.Notice {
		return models.Notice{Reasons: testReasons(), Recipient: "desk", Content: models.Content{Alert: &models.Alert{Stage: stage, Dates: days}}}
	}
	first, moved := models.KeyDate{Kind: "deadline", Day: "2026-03-31"}, models.KeyDate{Kind: "deadline", Day: "2026-04-30"}
	told := addToHistory(nil, alert("consultation", first), outcome{})
	for _, step := range []struct {
		notice models.Notice
		lost   bool
		stage  string
		want   []models.KeyDate
	}{
		{alert("consultation", moved), false, "consultation", []models.KeyDate{moved}},
		{alert("in-force", first), true, "consultation", []models.KeyDate{moved}},
		{alert(""), false, "consultation", nil},
	} {
		told = addToHistory(told, step.notice, outcome{lost: step.lost})
		if diff := cmp.Diff(step.want, told[0].Dates); diff != "" || told[0].Stage != step.stage {
			t.Errorf("stage %q, want %q; dates (-want +got):\n%s", told[0].Stage, step.stage, diff)
		}
	}
}

// A place counts as sent to only if all that was sent went there.
func TestToldNamesThePlacesThatWereSentAll(t *testing.T) {
	onEachEngine(t, func(t *testing.T, o Options) {
		s := open(t, o)
		a := article("hkma", "1", "A step", noon)
		scan := scanOf(models.SourceState{SourceID: "hkma"}, 0, a, "k")
		event := scan.Changes[0].Event
		notice := func(recipient string, revision int, channels ...string) models.Notice {
			n := models.Notice{
				Reasons: testReasons(), Kind: models.NoticeUpdate, Subject: "event", SubjectID: event.ID, SubjectRevision: revision, Recipient: recipient, Severity: models.High,
				Content: models.Content{Alert: &models.Alert{}}, CreatedAt: noon.Add(time.Duration(revision)),
			}
			n.ID = n.Key()
			for _, c := range channels {
				n.Deliveries = append(n.Deliveries, models.NewDelivery(n.ID, c, "", n.CreatedAt))
			}
			return n
		}
		scan.Notices = []models.Notice{
			notice("all", 1, "slack", "mail"), notice("all", 2, "mail", "slack"),
			notice("elsewhere", 1, "slack", "mail"), notice("elsewhere", 2, "deputy"),
			notice("fewer", 1, "slack", "mail"), notice("fewer", 2, "mail"),
			notice("given up", 1, "broken", "mail"),
			notice("nothing", 1, "slack"), notice("nothing", 2),
		}
		commit(t, s, scan)
		claimed, err := s.Claim(t.Context(), noon.Add(time.Second), "broken", 1, time.Minute)
		if err != nil || len(claimed) != 1 {
			t.Fatalf("Claim: %d, %v", len(claimed), err)
		}
		if err := s.Fail(t.Context(), claimed[0], "no such channel", noon); err != nil {
			t.Fatal(err)
		}
		events, _, err := s.Candidates(t.Context(), []string{"k"})
		if err != nil || len(events) != 1 {
			t.Fatalf("Candidates: %d, %v", len(events), err)
		}
		got := make(map[string]string)
		for _, told := range events[0].Notified {
			var to []string
			for _, d := range told.Destinations {
				to = append(to, d.Channel)
			}
			slices.Sort(to)
			got[told.Recipient] = strings.Join(to, " ")
		}
		want := map[string]string{"all": "mail slack", "elsewhere": "", "fewer": "mail", "given up": "mail", "nothing": ""}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("sent to (-want +got):\n%s", diff)
		}
	})
}

// What was given up was not heard; what is owed or has no delivery of its own is.
func TestTold(t *testing.T) {
	onEachEngine(t, func(t *testing.T, o Options) {
		s := open(t, o)
		a := article("hkma", "1", "A step", noon)
		scan := scanOf(models.SourceState{SourceID: "hkma"}, 0, a, "k")
		event := scan.Changes[0].Event
		notice := func(recipient string, kind models.NoticeKind, revision int, severity models.Severity, rules ...string) models.Notice {
			alert := &models.Alert{Link: fmt.Sprintf("https://a/%d", revision)}
			for _, id := range rules {
				alert.Why = append(alert.Why, models.Finding{RuleID: id})
			}
			n := models.Notice{Reasons: testReasons(), Kind: kind, Subject: "event", SubjectID: event.ID, SubjectRevision: revision, Recipient: recipient, Severity: severity, Content: models.Content{Alert: alert}, CreatedAt: noon}
			n.ID = n.Key()
			n.Deliveries = []models.Delivery{models.NewDelivery(n.ID, recipient, "", noon)}
			return n
		}
		silent := notice("silent", models.NoticeAlert, 0, models.High, "yuan")
		silent.Deliveries = nil
		held := notice("held", models.NoticeAlert, 1, models.High, "yuan")
		held.HeldReasons = models.NewReasons(models.ReasonMuted, models.ReasonArgs{})
		scan.Notices = []models.Notice{
			notice("desk", models.NoticeAlert, 0, models.Low, "yuan"),
			notice("desk", models.NoticeUpdate, 2, models.High, "ban"),
			notice("unlucky", models.NoticeAlert, 0, models.High, "yuan"),
			silent, held,
		}
		commit(t, s, scan)
		claimed, err := s.Claim(t.Context(), noon, "unlucky", 1, time.Minute)
		if err != nil || len(claimed) != 1 {
			t.Fatalf("Claim: %d, %v", len(claimed), err)
		}
		if err := s.Fail(t.Context(), claimed[0], "no such user", noon); err != nil {
			t.Fatal(err)
		}
		events, _, err := s.Candidates(t.Context(), []string{"k"})
		if err != nil || len(events) != 1 {
			t.Fatalf("Candidates: %d, %v", len(events), err)
		}
		want := []models.Notified{
			{Recipient: "desk", Severity: models.High, Rules: []string{"yuan", "ban"}, At: noon, Link: "https://a/0", Destinations: []models.Destination{{Channel: "desk"}}},
			{Recipient: "silent", Severity: models.High, Rules: []string{"yuan"}, At: noon, Link: "https://a/0"},
			{Recipient: "unlucky", Lost: true},
		}
		got := slices.SortedFunc(slices.Values(events[0].Notified), func(a, b models.Notified) int { return strings.Compare(a.Recipient, b.Recipient) })
		for i := range got {
			slices.Sort(got[i].Rules)
		}
		slices.Sort(want[0].Rules)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("Told (-want +got):\n%s", diff)
		}
	})
}
