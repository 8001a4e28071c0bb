package api

import (
	"slices"
	"strings"
	"testing"
	"time"
)

// Every operation succeeds once, and its answer is what the document says: send checks that.
func TestEveryOperationAnswersAsItsDocumentSays(t *testing.T) {
	d := newDesk(t)
	licence, opens, reserve := d.event("Stablecoin licence"), d.event("=HYPERLINK"), d.event("Stablecoin reserve")
	article := d.send("GET", "/articles?source=site", nil).list()[0]["id"].(string)

	// Events.
	d.send("GET", "/events/"+licence, nil).ok()
	if got := d.send("POST", "/events/"+licence+"/assign", nil).ok(); got["by"] != "editor" {
		t.Errorf("assigned to %v, want the user of the token", got["by"])
	}
	if got := d.send("GET", "/events?assignee=me", nil).list(); len(got) != 1 || got[0]["id"] != licence {
		t.Errorf("my events = %v, want the licence", got)
	}
	d.send("POST", "/events/"+licence+"/unassign", map[string]any{"person": "editor"}).ok()
	d.send("PUT", "/events/"+licence+"/due", map[string]any{"day": "2027-01-31"}).ok()
	note := d.send("POST", "/events/"+licence+"/notes", map[string]any{"text": "Ask counsel."})
	if note.code != 201 {
		t.Errorf("the note answers %d, want 201", note.code)
	}
	d.send("DELETE", "/notes/"+note.ok()["id"].(string), nil).ok()
	d.send("PUT", "/events/"+licence+"/feedback", map[string]any{"relevant": false, "rule": "stablecoins", "note": "ours"}).ok()
	d.send("DELETE", "/events/"+licence+"/feedback?rule=stablecoins", nil).ok()
	d.send("POST", "/events/"+licence+"/close", map[string]any{"reason": "done"}).ok()
	d.send("POST", "/events/"+licence+"/reopen", nil).ok()
	merged := d.send("POST", "/events/"+reserve+"/merge", map[string]any{"into": opens}).ok()
	d.send("GET", "/events/"+opens, nil).ok()
	d.send("POST", "/corrections/"+merged["id"].(string)+"/undo", nil).ok()
	d.send("POST", "/events/"+reserve+"/keep-apart", map[string]any{"other": licence, "reason": "another country"}).ok()
	d.send("POST", "/events/"+opens+"/merge", map[string]any{"into": licence}).ok()
	in := d.send("GET", "/events/"+licence, nil).ok()["articles"].([]any)
	d.send("POST", "/events/"+licence+"/split", map[string]any{"articles": []string{in[1].(map[string]any)["article_id"].(string)}}).ok()

	// Articles, sources, mutes and exceptions.
	d.send("GET", "/articles/"+article, nil).ok()
	if got := d.send("GET", "/articles/search?q=stablecoin", nil).ok(); len(got["hits"].([]any)) != 3 {
		t.Errorf("the search finds %v, want 3 articles", got["hits"])
	}
	d.send("GET", "/sources", nil).list()
	d.send("GET", "/sources/site", nil).ok()
	d.send("POST", "/sources/site/pause", nil).ok()
	d.send("POST", "/sources/site/resume", nil).ok()
	mute := d.send("POST", "/mutes", map[string]any{"kind": "rule", "target": "stablecoins", "for": "7d", "reason": "vote on Friday"}).ok()
	d.send("GET", "/mutes", nil).list()
	d.send("DELETE", "/mutes/"+mute["id"].(string), nil).ok()
	exception := d.send("POST", "/exceptions", map[string]any{"scope": "rule", "target": "stablecoins", "query": "weather", "reason": "not ours", "for": "30d"}).ok()
	d.send("GET", "/exceptions?rule=stablecoins", nil).list()
	d.send("DELETE", "/exceptions/"+exception["id"].(string), nil).ok()

	// Rules.
	d.send("GET", "/rules", nil).list()
	rule := d.send("GET", "/rules/stablecoins", nil)
	d.send("POST", "/rules/stablecoins/test", nil).ok()
	d.send("POST", "/rules/stablecoins/test", map[string]any{"text": strings.Replace(deskRule, "A bond", "A stablecoin", 1)}).ok()
	d.send("POST", "/rules/stablecoins/backtest", nil).ok()
	d.send("POST", "/rules/stablecoins/backtest", map[string]any{"text": strings.Replace(deskRule, "穩定幣", "licence", 1), "by": "published"}).ok()
	d.send("PUT", "/rules/stablecoins", map[string]any{"text": strings.Replace(deskRule, "It matters", "It matters much", 1)}, "If-Match", rule.head.Get("ETag")).ok()

	// Messages and records.
	due := d.send("GET", "/deliveries?state=due", nil).list()
	if len(due) == 0 {
		t.Fatal("no delivery is due")
	}
	dropped := due[0]["id"].(string)
	d.drop(dropped)
	d.send("POST", "/deliveries/"+dropped+"/retry", nil).ok()
	d.send("GET", "/deliveries/"+dropped, nil).ok()
	d.send("GET", "/notices", nil).list()
	d.send("GET", "/notices?state=deferred", nil).list()
	if _, err := d.engine.SendDigest(t.Context(), "weekly", time.Second); err != nil {
		t.Fatal(err)
	}
	digests := d.send("GET", "/digests", nil).list()
	d.send("GET", "/digests/"+digests[0]["id"].(string), nil).ok()
	if dates := d.send("GET", "/deadlines?kind=deadline", nil).list(); len(dates) != 1 || dates[0]["event_id"] == "" {
		t.Errorf("deadlines = %v, want that of the consultation", dates)
	}
	d.send("GET", "/audit?action=event.*", nil).list()
	d.send("GET", "/audit/head", nil).ok()

	for _, op := range operations() {
		if !d.covered[op.ID] {
			t.Errorf("%s was not tried", op.ID)
		}
	}
}

// A token opens what its scopes and the role of its user allow, and nothing else.
func TestOperationsNeedTheirScopeAndRole(t *testing.T) {
	d := newDesk(t)
	scopes := []string{"read", "events", "rules", "sources", "deliveries"}
	reader := d.newToken("reader", scopes...).Secret
	for _, op := range operations() {
		path := strings.ReplaceAll(op.Path, "{id}", "01KB0000000000000000000000")
		var body any
		if op.Body != nil {
			body = sampleBody(op)
		}
		others := slices.DeleteFunc(slices.Clone(scopes), func(s string) bool { return s == string(op.Scope) })
		d.token = d.newToken("admin", others...).Secret
		d.send(op.Method, path, body).wants(codeWrongScope)
		d.token = ""
		if got := d.send(op.Method, path, body); got.head.Get("WWW-Authenticate") == "" {
			t.Errorf("%s without a token lacks WWW-Authenticate", op.ID)
		} else {
			got.wants(codeTokenMissing)
		}
		if op.Role != "" {
			// What the operation would change exists, so that only the role is in the way.
			d.token = reader
			d.send(op.Method, d.existing(op), body, "If-Match", `"x"`).wants(codeWrongRole)
		}
	}
}

// sampleBody is a body that the operation takes.
func sampleBody(op operation) map[string]any {
	values := map[string]any{
		"reason": "r", "day": "2027-01-31", "text": deskRule, "relevant": true, "into": "x", "articles": []string{"x"}, "other": "x",
		"kind": "rule", "target": "stablecoins", "for": "7d", "scope": "rule", "query": "weather",
	}
	body := map[string]any{}
	for _, f := range op.bodyFields() {
		if !f.Optional {
			body[f.Name] = values[f.Name]
		}
	}
	return body
}

// existing is the path of an operation for something that exists, if that matters before the role.
func (d *desk) existing(op operation) string {
	id := "x"
	switch op.Group {
	case groupSources:
		id = "site"
	case groupRules:
		id = "stablecoins"
	}
	return strings.ReplaceAll(op.Path, "{id}", id)
}

// The table itself is whole: names are unique, and a client of any language can be generated.
func TestTableOfOperationsIsWhole(t *testing.T) {
	ids := map[string]int{}
	paths := map[string]int{}
	for _, op := range operations() {
		ids[op.ID]++
		paths[op.Method+" "+op.Path]++
		if op.Does == "" || op.Group == "" || op.Scope == "" || op.Result == nil || op.handle == nil || op.Writes != (op.Role != "") {
			t.Errorf("%s lacks something: %+v", op.ID, op)
		}
		if changes := op.Method == "PUT" || op.Method == "DELETE"; changes && !op.Writes {
			t.Errorf("%s changes something and is not marked as that", op.ID)
		}
	}
	for name, n := range ids {
		if n > 1 {
			t.Errorf("%d operations have the ID %s", n, name)
		}
	}
	for name, n := range paths {
		if n > 1 {
			t.Errorf("%d operations have %s", n, name)
		}
	}
	if !slices.Equal(documentJSON(operations()), documentJSON(operations())) {
		t.Error("the document differs each time")
	}
}
