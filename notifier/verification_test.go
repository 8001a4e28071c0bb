package notifier

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"regwatch/models"
)

func TestPlanVerificationAsksOnlyTheAddress(t *testing.T) {
	to := models.Destination{Channel: "mail", Address: "legal@example.com"}
	n := PlanVerification(to, "zh-Hant", "Asia/Hong_Kong", noon)
	v := n.Content.Verification
	if n.ID != n.Key() || len(n.Deliveries) != 1 || n.Deliveries[0].Destination != to.String() || len(n.Subscriptions) > 0 {
		t.Errorf("the request is %+v; want one mail to the address, by no subscription", n)
	}
	if v.Address != to.Address || !v.Expires.Equal(noon.Add(14*24*time.Hour)) || n.Content.Language != "zh-Hant" {
		t.Errorf("the request says %+v in %s; want the address, until two weeks from now, in its reader's language", v, n.Content.Language)
	}
	if again := PlanVerification(to, "", "UTC", noon.Add(time.Second)); again.ID == n.ID {
		t.Error("a second request is taken for the first, and would not be sent")
	}
}

func TestPlanUnverifiedReports(t *testing.T) {
	at := func(days int) models.VerifiedAddress {
		return models.VerifiedAddress{Address: fmt.Sprintf("mail:%d@example.com", days), Written: "mail:x@example.com", Required: true, AddedAt: noon.AddDate(0, 0, -days)}
	}
	confirmed, reported, optional := at(10), at(11), at(12)
	confirmed.VerifiedAt, reported.ReportedAt, optional.Required = noon, noon, false
	all, notices := PlanUnverifiedReports([]models.VerifiedAddress{at(2), at(3), confirmed, reported, optional}, routing, noon)
	var got []string
	for _, n := range notices {
		got = append(got, n.Recipient+" "+n.Content.Health.Subject+" "+n.SubjectID[:len("mail:3@example.com")])
	}
	if diff := cmp.Diff([]string{"compliance address mail:3@example.com"}, got); diff != "" || len(all) != 1 {
		t.Errorf("%d addresses reported, want the one that has waited for three days; notices (-want +got):\n%s", len(all), diff)
	}
}

func TestPlanBacklogMergesManyAlerts(t *testing.T) {
	to := models.Destination{Channel: "mail", Address: "legal@example.com"}
	var waiting []models.Delivery
	for i, n := range alertsOf(11) {
		d := models.NewDelivery(n.ID, to.Channel, to.Address, noon)
		d.ID, d.Notice = fmt.Sprint(i), n
		waiting = append(waiting, d)
	}
	digest := models.Delivery{ID: "digest", Notice: models.Notice{Content: models.Content{Digest: &models.Digest{}}}}
	if _, told := PlanBacklog(to, "", "UTC", append(waiting[:10:10], digest), noon); len(told) > 0 {
		t.Errorf("ten alerts are merged: %v", told)
	}
	n, told := PlanBacklog(to, "", "UTC", append(waiting, digest), noon)
	if len(told) != 11 || len(n.Content.Summary.Events) != 11 || len(n.Deliveries) != 1 || len(n.Reasons) == 0 || n.ID != n.Key() {
		t.Errorf("the summary %+v takes the place of %v; want that of the eleven alerts", n, told)
	}
}
