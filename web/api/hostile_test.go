package api

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"regwatch/app"
)

// at sends a request to an address as it is written.
func (d *desk) at(method, address, body string) reply {
	d.t.Helper()
	r := httptest.NewRequest(method, "http://127.0.0.1"+address, strings.NewReader(body))
	r.Header.Set("Authorization", "Bearer "+d.token)
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	w := httptest.NewRecorder()
	d.handler.ServeHTTP(w, r)
	return reply{d.t, w.Code, w.Header(), w.Body.Bytes()}
}

// PostgreSQL cannot store some texts and would answer with an error, SQLite takes them: both are refused alike.
func TestTextsThatNoDatabaseTakesAreRefused(t *testing.T) {
	d := newDesk(t)
	licence := d.event("Stablecoin licence")
	for _, address := range []string{"/events/a%00b", "/events/%ff", "/articles/%00", "/events?title=%00", "/events?title=%ff", "/events?rule=stablecoins&rule=%00", "/audit?actor=%00", "/mutes?all=%00"} {
		d.at("GET", Prefix+address, "").wants(codeInvalidRequest)
	}
	for path, body := range map[string]string{
		"/events/" + licence + "/notes": `{"text":"a\u0000b"}`, "/events/" + licence + "/split": `{"articles":["x","\u0000"]}`, "/events/" + licence + "/merge": `{"into":"\u0000"}`,
	} {
		if p := d.at("POST", Prefix+path, body).wants(codeInvalidRequest); len(p.Problems) != 1 || p.Problems[0].Line != 1 || p.Problems[0].Col < 9 {
			t.Errorf("%s: the problems are %v, want one with its place", path, p.Problems)
		}
	}
	next := d.send("GET", "/events?limit=1", nil).ok()["next"].(string)
	text, _ := base64.RawURLEncoding.DecodeString(next)
	forged := base64.RawURLEncoding.EncodeToString([]byte(strings.Replace(string(text), `"k":"`, `"k":"\u0000`, 1)))
	d.send("GET", "/events?limit=1&cursor="+forged, nil).wants(codeInvalidRequest)
}

func TestForgedCursorOfTheAuditIsRefused(t *testing.T) {
	d := newDesk(t)
	next := d.send("GET", "/audit?limit=1", nil).ok()["next"].(string)
	text, _ := base64.RawURLEncoding.DecodeString(next)
	for _, key := range []string{"zz", "-5", "1.5", "99999999999999999999"} {
		begin, rest, _ := strings.Cut(string(text), `"k":"`)
		_, rest, _ = strings.Cut(rest, `"`)
		forged := base64.RawURLEncoding.EncodeToString([]byte(begin + `"k":"` + key + `"` + rest))
		d.send("GET", "/audit?limit=1&cursor="+forged, nil).wants(codeInvalidRequest)
	}
}

// An address in which an ID is missing leads nowhere, and not to another operation.
func TestAddressesAreTakenAsTheyAreWritten(t *testing.T) {
	d := newDesk(t)
	licence := d.event("Stablecoin licence")
	for _, address := range []string{"//events/" + licence, "/events//" + licence, "/events/" + licence + "/", "/rules/../events", "/events/./" + licence, "/rules//stablecoins/test", "//", "/"} {
		for _, method := range []string{"GET", "POST", "DELETE"} {
			if got := d.at(method, Prefix+address, ""); got.head.Get("Location") != "" {
				t.Errorf("%s %s leads to %s", method, address, got.head.Get("Location"))
			} else {
				got.wants(codeNotFound)
			}
		}
	}
	d.at("GET", Prefix+"/articles/https%3A%2F%2Fwire.example%2F..%2F%2Fx", "").wants(codeNotFound)
	if got := d.at("GET", Prefix+"/events/"+licence, ""); got.code != http.StatusOK {
		t.Errorf("an address that is right answers %d", got.code)
	}
}

// What people write about events is bounded, and names are one line.
func TestLongTextsAreRefused(t *testing.T) {
	d := newDesk(t)
	licence, reserve := d.event("Stablecoin licence"), d.event("Stablecoin reserve")
	long := strings.Repeat("很長 ", 4000)
	for path, body := range map[string]any{
		"POST /events/" + licence + "/close":      map[string]any{"reason": long},
		"POST /events/" + licence + "/notes":      map[string]any{"text": long},
		"PUT /events/" + licence + "/feedback":    map[string]any{"relevant": true, "note": long},
		"POST /events/" + licence + "/keep-apart": map[string]any{"other": reserve, "reason": long},
		"POST /events/" + licence + "/merge":      map[string]any{"into": reserve, "reason": long},
		"POST /events/" + licence + "/assign":     map[string]any{"person": strings.Repeat("a", 201)},
		"POST /mutes":                             map[string]any{"kind": "rule", "target": "stablecoins", "for": "7d", "reason": long},
		"POST /exceptions":                        map[string]any{"scope": "all", "query": "weather", "reason": long},
	} {
		method, at, _ := strings.Cut(path, " ")
		if p := d.send(method, at, body).wants(codeRefused); !strings.Contains(p.Detail, "use at most") {
			t.Errorf("%s: %s, want the most", path, p.Detail)
		}
	}
	d.send("GET", "/events?q="+strings.Repeat("weather+OR+", 1000)+"rain", nil).wants(codeMistakes)
	d.send("GET", "/articles/search?q="+strings.Repeat("weather+OR+", 1000)+"rain", nil).wants(codeMistakes)
	d.send("POST", "/exceptions", map[string]any{"scope": "all", "query": strings.Repeat("weather OR ", 1000) + "rain", "reason": "x"}).wants(codeMistakes)
	if got := d.send("POST", "/events/"+licence+"/assign", map[string]any{"person": "Ana\u202e\n Lee"}).ok(); got["by"] != "Ana Lee" {
		t.Errorf("assigned to %q, want one line", got["by"])
	}
}

func TestWordsThatAFieldDoesNotHaveAreNamed(t *testing.T) {
	d := newDesk(t)
	for path, body := range map[string]string{
		"/rules/stablecoins/test": `{"language":"xx"}`, "/rules/stablecoins/backtest": `{"by":"guessed"}`, "/mutes": `{"kind":"all","target":"x","for":"7d","reason":"x"}`, "/exceptions": `{"scope":"none","query":"x","reason":"x"}`,
	} {
		if p := d.send("POST", path, body).wants(codeRefused); !strings.Contains(p.Detail, "; use ") {
			t.Errorf("%s: %s, want the words that there are", path, p.Detail)
		}
	}
}

// A failure may have taken effect in part: a repeat is told so, and not all day to try again.
func TestFailureIsNotTheAnswerToARepeat(t *testing.T) {
	d := newDesk(t)
	path, body := "/events/"+d.event("Stablecoin licence")+"/notes", map[string]any{"text": "Ask counsel."}
	for name, failure := range map[string]error{"time": context.DeadlineExceeded, "fault": errors.New("the disk is full")} {
		ops := operations()
		for i, op := range ops {
			ops[i].handle = func(c *call) (any, error) { _, _ = op.handle(c); return nil, failure }
		}
		whole := d.handler
		d.handler = newServer(d.engine, Options{}).routes(ops)
		if got := d.send("POST", path, body, keyHeader, name); got.code < 500 {
			t.Errorf("%s: the first answer is %d", name, got.code)
		}
		d.handler = whole
		for range 2 {
			got := d.send("POST", path, body, keyHeader, name)
			got.wants(codeUnknownOutcome)
			if got.head.Get("Retry-After") != "" {
				t.Errorf("%s: a repeat is told to try again", name)
			}
		}
	}
	if n := len(d.send("GET", strings.TrimSuffix(path, "/notes"), nil).ok()["notes"].([]any)); n != 2 {
		t.Errorf("there are %d notes, want that of each first request", n)
	}
}

func TestSearchOfEventsCountsAsASearch(t *testing.T) {
	d := newDesk(t)
	d.frozen.Store(time.Now().UnixNano())
	for range atOnce / (SlowCost / 4) {
		d.send("GET", "/events?q=stablecoin", nil).list()
	}
	d.send("GET", "/events?q=stablecoin", nil).wants(codeTooMany)
}

func TestRuleChecksAreFew(t *testing.T) {
	d := newDesk(t)
	s := newServer(d.engine, Options{})
	for range mostSlow {
		s.checks <- struct{}{}
	}
	d.handler = s.routes(operations())
	d.send("POST", "/rules/stablecoins/test", nil).wants(codeBusy)
	d.send("GET", "/articles/search?q=stablecoin", nil).ok() // does not wait for them
	<-s.checks
	d.send("POST", "/rules/stablecoins/test", nil).ok()
}

// A backtest that takes too long names a period that takes less time.
func TestBacktestThatTakesTooLongNamesAShorterPeriod(t *testing.T) {
	d := newDesk(t)
	until := time.Date(2026, 11, 30, 12, 0, 0, 0, time.UTC)
	for from, want := range map[string]string{"2026-10-01T00:00:00Z": `"since", such as 2026-10-31`, "2026-11-29T00:00:00Z": "match fewer articles"} {
		begin, _ := time.Parse(time.RFC3339, from)
		ops := operations()
		for i := range ops {
			ops[i].handle = func(*call) (any, error) {
				return nil, fmt.Errorf("backtest: %w", &app.BacktestTooLongError{From: begin, Until: until})
			}
		}
		d.handler = newServer(d.engine, Options{}).routes(ops)
		got := d.send("POST", "/rules/stablecoins/backtest", nil)
		if p := got.wants(codeTooLong); !strings.Contains(p.Detail, want) || got.head.Get("Retry-After") != "" {
			t.Errorf("from %s: %s, want %s", from, p.Detail, want)
		}
	}
}
