package app

import (
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"

	"regwatch/models"
	"regwatch/rules"
)

func ruleSet(t *testing.T, texts ...string) *rules.Set {
	t.Helper()
	files := fstest.MapFS{}
	for _, text := range texts {
		id, _, _ := strings.Cut(strings.TrimPrefix(text, "id: "), "\n")
		files[id+".yaml"] = &fstest.MapFile{Data: []byte(text)}
	}
	set, problems := rules.Load(files)
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	return set
}

func TestChangedRulesAreNewOnesAndThoseWithAnotherText(t *testing.T) {
	named := func(id string) string { return strings.Replace(refRule, "id: everything", "id: "+id, 1) }
	before := ruleSet(t, named("same"), named("edited"), named("gone"))
	after := ruleSet(t, named("same"), named("edited")+"# More.\n", named("fresh"))
	if got, want := changedRules(before, after), []string{"edited", "fresh"}; !slices.Equal(got, want) {
		t.Errorf("changedRules = %v; want %v", got, want)
	}
}

func TestAppliedRecipientsCountMessagesAndWhatIsHeld(t *testing.T) {
	muted := models.NewReasons(models.ReasonMuted, models.ReasonArgs{})
	got := appliedRecipients([]models.Notice{
		{Kind: models.NoticeAlert, Recipient: "legal"},
		{Kind: models.NoticeAlert, Recipient: "legal", WaitUntil: time.Now(), WaitReasons: models.NewReasons(models.ReasonBurst, models.ReasonArgs{})},
		{Kind: models.NoticeUpdate, Recipient: "legal"},
		{Kind: models.NoticeAmend, Recipient: "legal"},
		{Kind: models.NoticeAlert, Recipient: "board", HeldAs: models.HeldMuted, HeldReasons: muted},
		{Kind: models.NoticeAlert, Recipient: "board", HeldReasons: models.NewReasons(models.ReasonNoDestination, models.ReasonArgs{})},
	})
	want := []AppliedRecipient{
		{Recipient: "board", Held: map[string]int{"muted": 1, "no-destination": 1}},
		{Recipient: "legal", Alerts: 2, Updates: 1, Deferred: 1, Held: map[string]int{}},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("recipients mismatch (-want +got):\n%s", diff)
	}
}
