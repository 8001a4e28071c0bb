package api

import (
	"runtime"
	"sync"
	"testing"
	"time"
)

func (d *desk) notes(event string) int {
	d.t.Helper()
	return len(d.send("GET", "/events/"+event, nil).ok()["notes"].([]any))
}

func TestRequestWithAKeyIsDoneOnce(t *testing.T) {
	d := newDesk(t)
	licence := d.event("Stablecoin licence")
	path, body := "/events/"+licence+"/notes", map[string]any{"text": "Ask counsel."}
	first := d.send("POST", path, body, keyHeader, "k-1")
	again := d.send("POST", path, body, keyHeader, "k-1")
	if string(first.body) != string(again.body) || again.code != first.code || again.head.Get("Idempotency-Replayed") != "true" || again.head.Get("Content-Type") != first.head.Get("Content-Type") {
		t.Errorf("the repeat answers %d %s, want %d %s", again.code, again.body, first.code, first.body)
	}
	if n := d.notes(licence); n != 1 {
		t.Errorf("there are %d notes, want 1", n)
	}
	d.send("POST", path, map[string]any{"text": "Ask somebody else."}, keyHeader, "k-1").wants(codeKeyReused)
	d.send("POST", "/events/"+licence+"/reopen", nil, keyHeader, "k-1").wants(codeKeyReused)
	d.send("POST", path, body, keyHeader, "a b").wants(codeInvalidRequest)

	// A refusal is kept too, and a key is of one token.
	d.send("POST", "/events/"+licence+"/reopen", nil, keyHeader, "k-2").wants(codeConflict)
	d.send("POST", "/events/"+licence+"/close", map[string]any{"reason": "done"}).ok()
	d.send("POST", "/events/"+licence+"/reopen", nil, keyHeader, "k-2").wants(codeConflict)
	d.token = d.newToken("admin", "read", "events").Secret
	d.send("POST", "/events/"+licence+"/reopen", nil, keyHeader, "k-2").ok()

	// After a day the key is a new one.
	d.offset.Store(int64(25 * time.Hour))
	d.send("POST", "/events/"+licence+"/notes", map[string]any{"text": "Another."}, keyHeader, "k-2").ok()
}

func TestTwoRequestsAtOnceWithAKey(t *testing.T) {
	d := newDesk(t)
	licence := d.event("Stablecoin licence")
	body := map[string]any{"text": "Ask counsel."}
	got := make([]reply, 2)
	var wg sync.WaitGroup
	for i := range got {
		wg.Go(func() { got[i] = d.send("POST", "/events/"+licence+"/notes", body, keyHeader, "k") })
	}
	wg.Wait()
	done := 0
	for _, r := range got {
		switch r.code {
		case 201:
			done++
		case 409:
			r.wants(codeRunning)
		default:
			t.Errorf("one answers %d: %s", r.code, r.body)
		}
	}
	if n := d.notes(licence); done == 0 || n != 1 {
		t.Errorf("%d were done and there are %d notes, want 1 note", done, n)
	}
}

// The program ends after the note was stored, and before the answer was.
func TestCrashBeforeTheAnswerIsStoredDoesNothingTwice(t *testing.T) {
	d := newDesk(t)
	licence := d.event("Stablecoin licence")
	path, body := "/events/"+licence+"/notes", map[string]any{"text": "Ask counsel."}
	whole := d.handler
	ops := operations()
	for i, op := range ops {
		ops[i].handle = func(c *call) (any, error) {
			_, _ = op.handle(c)
			runtime.Goexit()
			return nil, nil
		}
	}
	d.handler = (&server{engine: d.engine, rates: NewRates(d.engine.Now)}).routes(ops)
	var wg sync.WaitGroup
	wg.Go(func() { d.send("POST", path, body, keyHeader, "k") })
	wg.Wait()
	d.handler = whole
	d.send("POST", path, body, keyHeader, "k").wants(codeRunning)
	d.offset.Store(int64(timeLimit + storeTime + time.Second))
	d.send("POST", path, body, keyHeader, "k").wants(codeUnknownOutcome)
	d.send("POST", path, map[string]any{"text": "x"}, keyHeader, "k").wants(codeKeyReused)
	if n := d.notes(licence); n != 1 {
		t.Errorf("there are %d notes, want 1", n)
	}
}
