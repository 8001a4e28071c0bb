package pagerduty

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"regwatch/internal/noticetest"
	"regwatch/internal/samplenotice"
	"regwatch/models"
	"regwatch/notifier/delivery"
	"regwatch/notifier/delivery/channeltest"
)

func TestPagerDutyPassesTheChannelTests(t *testing.T) { channeltest.Run(t, rig) }

const key = "0123456789abcdef0123456789abcdef"

func newChannel(t *testing.T, url string) *Channel {
	ch, err := New(Options{RoutingKey: key, API: url, Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	return ch
}

func rig(t *testing.T) *channeltest.Rig {
	server := channeltest.NewServer(t, enqueue)
	r := &channeltest.Rig{Channel: newChannel(t, server.URL), Secrets: []string{key}, Received: server.Received, Stop: server.Close, Faults: server.Faults(), Echoes: server.Echoes()}
	r.Echoes["a reason for status 400"] = func(text string) {
		server.Next(channeltest.HTTPAnswer{Code: 400, Body: invalid(text)})
	}
	for name, fault := range map[string]channeltest.Fault{
		"400, an invalid event": channeltest.NewFault(func() { server.Next(channeltest.HTTPAnswer{Code: 400, Body: invalid("'payload.severity' is invalid")}) }, delivery.Permanent, 0),
		"400, a wrong key": channeltest.NewFault(func() {
			server.Next(channeltest.HTTPAnswer{Code: 400, Body: invalid("Length of 'routing_key' is incorrect (should be 32 characters)")})
		}, delivery.Blocked, 0),
		"404": channeltest.NewFault(func() { server.Next(channeltest.HTTPAnswer{Code: 404}) }, delivery.Blocked, 0),
	} {
		r.Faults[name] = fault
	}
	return r
}

func invalid(why string) string {
	text, _ := json.Marshal(why)
	return fmt.Sprintf(`{"status":"invalid event","message":"Event object is invalid","errors":[%s]}`, text)
}

// enqueue is the Events API v2. It refuses what
// https://developer.pagerduty.com/docs/send-alert-event and #size-limits forbid.
func enqueue(r *http.Request, body []byte) (channeltest.HTTPAnswer, string) {
	refuse := func(why string) (channeltest.HTTPAnswer, string) {
		return channeltest.HTTPAnswer{Code: 400, Body: invalid(why)}, ""
	}
	if r.Method != http.MethodPost || r.URL.Path != "/v2/enqueue" {
		return channeltest.HTTPAnswer{Code: 404}, ""
	}
	if len(body) > 512_000 {
		return channeltest.HTTPAnswer{Code: 413}, ""
	}
	var e Event
	decoder := json.NewDecoder(strings.NewReader(string(body)))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&e); err != nil {
		return refuse(err.Error())
	}
	switch p := e.Payload; {
	case len(e.RoutingKey) != 32:
		return refuse("Length of 'routing_key' is incorrect (should be 32 characters)")
	case e.RoutingKey != key:
		return refuse("Invalid routing key")
	case !slices.Contains([]string{"trigger", "acknowledge", "resolve"}, e.Action):
		return refuse("'event_action' is invalid")
	case e.Action != "trigger" && e.DedupKey == "":
		return refuse("'dedup_key' is missing or blank")
	case utf8.RuneCountInString(e.DedupKey) > 255:
		return refuse("'dedup_key' is too long")
	case p == nil || strings.TrimSpace(p.Summary) == "" || p.Source == "":
		return refuse("'payload.summary' is missing or blank")
	case utf8.RuneCountInString(p.Summary) > 1024:
		return refuse("'payload.summary' is too long")
	case !slices.Contains([]string{"critical", "error", "warning", "info"}, p.Severity):
		return refuse("'payload.severity' is invalid")
	}
	for _, link := range e.Links {
		if link.Address == "" {
			return refuse("'links[0].href' is missing or blank")
		}
	}
	return channeltest.HTTPAnswer{Code: 202, Body: fmt.Sprintf(`{"status":"success","message":"Event processed","dedup_key":%q}`, e.DedupKey)}, string(body)
}

func eventOf(t *testing.T, n models.Notice) Event {
	t.Helper()
	e, err := NewEvent(nil, models.Delivery{Notice: n})
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// All notices about an event join one incident, also when it is sent twice.
func TestNoticesAboutAnEventHaveOneKey(t *testing.T) {
	server := channeltest.NewServer(t, enqueue)
	ch := newChannel(t, server.URL)
	var keys []string
	for _, kind := range []string{"alert", "alert", "update", "escalation"} {
		d := noticetest.Due(kind, "pd", "", time.Now())
		d.Notice, _ = samplenotice.Notice(kind)
		d.Notice.Content.Alert.EventID = "01JEVENT"
		receipt, err := ch.Send(t.Context(), d)
		if err != nil {
			t.Fatal(err)
		}
		keys = append(keys, receipt)
	}
	if keys = slices.Compact(keys); len(keys) != 1 || keys[0] != "regwatch/event/01JEVENT" {
		t.Errorf("keys %q, want one", keys)
	}
}

func TestRecoveryResolvesTheIncidentOfTheFailure(t *testing.T) {
	report := func(health, name string) models.Notice {
		return models.Notice{ID: health + name, Kind: models.NoticeHealth, Content: models.Content{Health: &models.HealthReport{Subject: "source", Name: name, Health: models.Health(health), Zone: "UTC"}}}
	}
	failed, well, other := eventOf(t, report("failing", "hkma")), eventOf(t, report("healthy", "hkma")), eventOf(t, report("failing", "sfc"))
	if failed.Action != "trigger" || well.Action != "resolve" || failed.DedupKey != well.DedupKey || other.DedupKey == failed.DedupKey {
		t.Errorf("failed %s %s, healthy %s %s, another %s", failed.Action, failed.DedupKey, well.Action, well.DedupKey, other.DedupKey)
	}
	gap := report("healthy", "hkma")
	gap.Content.Health.Gap = &models.Gap{}
	if e := eventOf(t, gap); e.Action != "trigger" || e.DedupKey == failed.DedupKey {
		t.Errorf("a gap: %s %s; want an incident of its own", e.Action, e.DedupKey)
	}
}

func TestSeverities(t *testing.T) {
	for severity, want := range map[models.Severity]string{models.Low: "info", models.Medium: "warning", models.High: "error", models.Critical: "critical"} {
		n, _ := samplenotice.Notice("alert")
		n.Severity = severity
		if got := eventOf(t, n).Payload.Severity; got != want {
			t.Errorf("%s becomes %s, want %s", severity, got, want)
		}
	}
	for _, kind := range []string{"digest", "summary", "test"} {
		n, _ := samplenotice.Notice(kind)
		n.Severity = ""
		if got := eventOf(t, n).Payload.Severity; got != "info" {
			t.Errorf("a %s is %s, want info", kind, got)
		}
	}
}
