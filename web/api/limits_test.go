package api

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"regwatch/app"
)

func TestTokensThatDoNotWork(t *testing.T) {
	d := newDesk(t)
	d.token = ""
	for name, tt := range map[string]struct {
		header []string
		want   problemCode
	}{
		"no token":            {nil, codeTokenMissing},
		"a password":          {[]string{"Authorization", "Basic ZWRpdG9yOng="}, codeTokenUnknown},
		"no prefix":           {[]string{"Authorization", "Bearer abc"}, codeTokenUnknown},
		"of another regwatch": {[]string{"Authorization", "Bearer rw_" + strings.Repeat("a", 52)}, codeTokenUnknown},
		"a cookie":            {[]string{"Cookie", "regwatch=abc"}, codeTokenMissing},
	} {
		t.Run(name, func(t *testing.T) { d.send("GET", "/events", nil, tt.header...).wants(tt.want) })
	}

	// On this machine, where the console needs no login, the API needs a token all the same.
	local := httptest.NewRequest("GET", "http://localhost"+Prefix+"/events", nil)
	local.RemoteAddr = "127.0.0.1:40000"
	d.do(local).wants(codeTokenMissing)

	created := d.newToken("reader", "read")
	d.token = created.Secret
	d.send("GET", "/events", nil).list()
	d.offset.Store(int64(app.DefaultTokenTime - time.Hour))
	d.send("GET", "/events", nil).list()
	d.offset.Store(int64(app.DefaultTokenTime + time.Hour))
	d.send("GET", "/events", nil).wants(codeTokenExpired)
	d.offset.Store(0)
	if _, err := d.engine.RevokeToken(t.Context(), created.ID, "test"); err != nil {
		t.Fatal(err)
	}
	d.send("GET", "/events", nil).wants(codeTokenRevoked)
}

// A token follows its user: the role of now counts, and a user who is disabled, removed or somebody
// else of the same name has none.
func TestTokenFollowsItsUser(t *testing.T) {
	d := newDesk(t)
	licence := d.event("Stablecoin licence")
	note := map[string]any{"text": "Ask counsel."}
	d.send("POST", "/events/"+licence+"/notes", note).ok()
	change := func(_ any, err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	change(d.engine.SetUserRole(t.Context(), "editor", app.RoleReader, "test"))
	d.send("POST", "/events/"+licence+"/notes", note).wants(codeWrongRole)
	d.send("GET", "/events", nil).list()
	change(d.engine.SetUserDisabled(t.Context(), "editor", true, "test"))
	d.send("GET", "/events", nil).wants(codeTokenDisabled)
	change(d.engine.SetUserDisabled(t.Context(), "editor", false, "test"))
	d.send("GET", "/events", nil).list()
	change(d.engine.RemoveUser(t.Context(), "editor", "test"))
	d.send("GET", "/events", nil).wants(codeTokenDisabled)
	change(d.engine.AddUser(t.Context(), "editor", app.RoleAdmin, deskPassword, "test"))
	d.send("GET", "/events", nil).wants(codeTokenDisabled)
}

// A counting body counts what is read of it.
type countingBody struct{ left, read int }

func (b *countingBody) Read(p []byte) (int, error) {
	if b.left == 0 {
		return 0, io.EOF
	}
	n := min(len(p), b.left)
	for i := range n {
		p[i] = ' '
	}
	b.left -= n
	b.read += n
	return n, nil
}

func TestLargeBodyIsRefusedWithoutReadingIt(t *testing.T) {
	d := newDesk(t)
	const large = 10 << 20
	for name, length := range map[string]int64{"its length is known": large, "its length is not known": -1} {
		t.Run(name, func(t *testing.T) {
			body := &countingBody{left: large}
			r := httptest.NewRequest("PUT", Prefix+"/rules/stablecoins", body)
			r.ContentLength = length
			r.Header.Set("Authorization", "Bearer "+d.token)
			r.Header.Set("Content-Type", "application/json")
			d.do(r).wants(codeTooLarge)
			if most := maxBody + 64<<10; body.read > most || length > 0 && body.read > 0 {
				t.Errorf("%d bytes were read", body.read)
			}
		})
	}
	text := `{"text":"` + strings.Repeat("a", maxBody-100) + `"}`
	d.send("PUT", "/rules/stablecoins", text, "If-Match", `"x"`).wants(codeChanged)
}

func TestRequestsThatAreNotUnderstood(t *testing.T) {
	d := newDesk(t)
	licence := d.event("Stablecoin licence")
	for name, tt := range map[string]struct {
		method, path, body string
		header             []string
		want               problemCode
		detail             string
	}{
		"no such address":      {method: "GET", path: "/nothing", want: codeNotFound, detail: "/api/v1/docs"},
		"no such event":        {method: "GET", path: "/events/01KB", want: codeNotFound, detail: "01KB"},
		"no such rule":         {method: "GET", path: "/rules/none", want: codeNotFound, detail: "none"},
		"a rule that is none":  {method: "GET", path: "/rules/a.b", want: codeNotFound},
		"no such rule to try":  {method: "POST", path: "/rules/none/backtest", want: codeNotFound},
		"no such source":       {method: "POST", path: "/sources/none/pause", want: codeNotFound},
		"no such mute":         {method: "DELETE", path: "/mutes/01KB", want: codeNotFound},
		"no such correction":   {method: "POST", path: "/corrections/01KB/undo", want: codeNotFound},
		"no such delivery":     {method: "POST", path: "/deliveries/ffff/retry", want: codeNotFound},
		"no such digest":       {method: "GET", path: "/digests/01KB", want: codeNotFound},
		"another method":       {method: "DELETE", path: "/events", want: codeNotAllowed, detail: "GET, HEAD"},
		"no JSON":              {method: "POST", path: "/events/" + licence + "/close", body: "reason=x", header: []string{"Content-Type", "application/x-www-form-urlencoded"}, want: codeMediaType},
		"another charset":      {method: "POST", path: "/events/" + licence + "/close", body: `{"reason":"x"}`, header: []string{"Content-Type", "application/json; charset=latin1"}, want: codeMediaType},
		"only XML":             {method: "GET", path: "/events", header: []string{"Accept", "application/xml"}, want: codeNotAcceptable},
		"CSV of one event":     {method: "GET", path: "/events/" + licence, header: []string{"Accept", "text/csv"}, want: codeNotAcceptable},
		"an unknown filter":    {method: "GET", path: "/events?severty=high", want: codeInvalidRequest, detail: "severity"},
		"a filter twice":       {method: "GET", path: "/events?severity=high&severity=low", want: codeInvalidRequest, detail: "twice"},
		"a limit too large":    {method: "GET", path: "/events?limit=501", want: codeInvalidRequest, detail: "1 to 500"},
		"a time":               {method: "GET", path: "/events?since=yesterday", want: codeInvalidRequest, detail: "2026-01-31"},
		"a flag":               {method: "GET", path: "/events?raised=1", want: codeInvalidRequest, detail: "true or false"},
		"a broken query":       {method: "GET", path: "/events?q=%zz", want: codeInvalidRequest},
		"a wrong severity":     {method: "GET", path: "/events?severity=hihg", want: codeRefused, detail: "high"},
		"a wrong rule":         {method: "GET", path: "/events?rule=none", want: codeRefused},
		"a mistake in a query": {method: "GET", path: "/events?q=a%20AND%20(", want: codeMistakes},
		"a cursor of nothing":  {method: "GET", path: "/events?cursor=abc", want: codeInvalidRequest},
		"no query":             {method: "GET", path: "/articles/search", want: codeInvalidRequest, detail: "q"},
		"a body for nothing":   {method: "POST", path: "/events/" + licence + "/reopen", body: `{}`, want: codeInvalidRequest},
		"no reason":            {method: "POST", path: "/events/" + licence + "/close", body: `{"reason":" "}`, want: codeRefused},
		"nothing to open":      {method: "POST", path: "/events/" + licence + "/reopen", want: codeConflict},
		"not assigned":         {method: "POST", path: "/events/" + licence + "/unassign", want: codeConflict},
		"no feedback":          {method: "DELETE", path: "/events/" + licence + "/feedback", want: codeConflict},
		"a rule not its own":   {method: "PUT", path: "/events/" + licence + "/feedback", body: `{"relevant":true,"rule":"none"}`, want: codeRefused},
		"a mute without end":   {method: "POST", path: "/mutes", body: `{"kind":"rule","target":"stablecoins","for":"ever","reason":"x"}`, want: codeRefused, detail: "7d"},
		"a wrong exception":    {method: "POST", path: "/exceptions", body: `{"scope":"all","query":"a AND (","reason":"x"}`, want: codeMistakes},
	} {
		t.Run(name, func(t *testing.T) {
			var body any
			if tt.body != "" {
				body = tt.body
			}
			got := d.send(tt.method, tt.path, body, tt.header...)
			if p := got.wants(tt.want); !strings.Contains(p.Detail+got.head.Get("Allow"), tt.detail) {
				t.Errorf("the detail is %q, want that it has %q", p.Detail, tt.detail)
			}
		})
	}
}

func TestTokenThatSendsTooMuchWaits(t *testing.T) {
	d := newDesk(t)
	d.frozen.Store(time.Now().UnixNano())
	for range atOnce {
		d.send("GET", "/audit/head", nil).ok()
	}
	got := d.send("GET", "/audit/head", nil)
	got.wants(codeTooMany)
	if got.head.Get("Retry-After") != "1" {
		t.Errorf("Retry-After = %q, want 1", got.head.Get("Retry-After"))
	}
	// Other tokens do not wait, and this one no longer after a second.
	busy := d.token
	d.token = d.newToken("reader", "read").Secret
	d.send("GET", "/audit/head", nil).ok()
	d.token = busy
	d.offset.Store(int64(time.Second))
	d.send("GET", "/audit/head", nil).ok()
}

func TestSlowOperationsAreFew(t *testing.T) {
	d := newDesk(t)
	s := &server{engine: d.engine, rates: NewRates(d.engine.Now), slow: make(chan struct{}, 1)}
	s.slow <- struct{}{}
	d.handler = s.routes(operations())
	if got := d.send("GET", "/articles/search?q=stablecoin", nil); got.head.Get("Retry-After") == "" {
		t.Error("the answer lacks Retry-After")
	} else {
		got.wants(codeBusy)
	}
	<-s.slow
	d.send("GET", "/articles/search?q=stablecoin", nil).ok()
}

func TestAnswerThatIsKnownIsNotSentAgain(t *testing.T) {
	d := newDesk(t)
	first := d.send("GET", "/sources/site", nil)
	tag := first.head.Get("ETag")
	for _, header := range []string{tag, "W/" + tag, `"x", ` + tag} {
		if got := d.send("GET", "/sources/site", nil, "If-None-Match", header); got.code != http.StatusNotModified || len(got.body) > 0 || got.head.Get("ETag") != tag {
			t.Errorf("If-None-Match: %s answers %d with %d bytes, want 304 with none", header, got.code, len(got.body))
		}
	}
	if got := d.send("GET", "/sources/site", nil, "If-None-Match", `"x"`); got.code != http.StatusOK {
		t.Errorf("another ETag answers %d, want 200", got.code)
	}
	if got := d.send("HEAD", "/sources/site", nil); got.code != http.StatusOK || len(got.body) > 0 {
		t.Errorf("HEAD answers %d with %d bytes", got.code, len(got.body))
	}
}

func TestDocumentAndPageNeedNoTokenAndLoadNothing(t *testing.T) {
	d := newDesk(t)
	d.token = ""
	if got := d.send("GET", documentPath, nil); got.code != http.StatusOK || !strings.Contains(string(got.body), `"openapi": "3.1.0"`) {
		t.Errorf("the document answers %d", got.code)
	}
	page := d.send("GET", pagePath, nil)
	for _, op := range operations() {
		if !strings.Contains(string(page.body), `id="`+op.ID+`"`) {
			t.Errorf("the page lacks %s", op.ID)
		}
	}
	for _, k := range problemKinds() {
		if !strings.Contains(string(page.body), `id="`+string(k.Code)+`"`) {
			t.Errorf("the page lacks the problem %s", k.Code)
		}
	}
	for _, bad := range []string{"<script", "<link", "<img", "src=", "http://", "https://"} {
		if strings.Contains(string(page.body), bad) {
			t.Errorf("the page has %s", bad)
		}
	}
	if policy := page.head.Get("Content-Security-Policy"); !strings.HasPrefix(policy, "default-src 'none'; style-src 'sha256-") {
		t.Errorf("the policy is %q", policy)
	}
	d.send("POST", pagePath, nil).wants(codeNotAllowed)
}
