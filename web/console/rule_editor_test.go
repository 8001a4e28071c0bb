package console

import (
	"encoding/json"
	"html"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"regwatch/app"
)

var editorJSON = regexp.MustCompile(`(?s)<script type="application/json" id="editor-data">(.*?)</script>`)

// editorOf returns what the editor reads from a page.
func editorOf(t *testing.T, page string) editorData {
	t.Helper()
	found := editorJSON.FindStringSubmatch(page)
	if found == nil {
		t.Fatal("the page has no data for the editor")
	}
	var d editorData
	if err := json.Unmarshal([]byte(found[1]), &d); err != nil {
		t.Fatal(err)
	}
	return d
}

func TestTheEditorKnowsWhatWasMeant(t *testing.T) {
	d := newRulesDesk(t)
	text := strings.Replace(coinRule, "why:", "wyh:", 1)
	text = strings.Replace(text, "A driving licence]", "A stablecoin </script><script>alert(1)</script> licence]", 1)
	_, page := d.ask(http.MethodPost, "/rules/coin/check", url.Values{"text": {text}, "base": {""}}, "en")
	got := editorOf(t, page).Problems
	if len(got) == 0 || got[0].Line != 4 || got[0].Col != 1 || got[0].Wrong != "wyh" || got[0].Replace != "why" || got[0].Place != "Line 4, column 1:" {
		t.Errorf("the problems are %+v", got)
	}
	_, page = d.ask(http.MethodPost, "/rules/coin/check", url.Values{"text": {strings.Replace(text, "wyh:", "why:", 1)}, "base": {""}}, "zh-HK")
	data := editorOf(t, page)
	if want := []editorExample{{14, true}, {15, false}}; len(data.Examples) != 2 || data.Examples[0] != want[0] || data.Examples[1] != want[1] {
		t.Errorf("the examples are %+v, want %+v", data.Examples, want)
	}
	if data.Phrases["Find"] != "尋找" {
		t.Errorf("the search of the editor says %q", data.Phrases["Find"])
	}
	if strings.Contains(page, "<script>alert") {
		t.Error("the page has a script from the rule")
	}
}

func TestTheEditorIsLoadedOnlyForYAML(t *testing.T) {
	d := newRulesDesk(t)
	for address, want := range map[string]bool{"/rules/coin": true, "/rules/coin?view=form": false, "/rules": false, "/inbox": false} {
		_, page := d.ask(http.MethodGet, address, nil, "en")
		if got := strings.Contains(page, "/editor.js"); got != want {
			t.Errorf("%s loads the editor: %v, want %v", address, got, want)
		}
	}
}

func TestTheEditorCompletesTheWordsOfTheFolder(t *testing.T) {
	d := newRulesDesk(t)
	d.write("rules/vocabulary/money.yaml", "coin: [stablecoin]\nrule_word: [ordinance]\n")
	code, body := d.ask(http.MethodGet, "/rules/words.json", nil, "en")
	var words struct {
		Schema  struct{ Properties map[string]any }
		Routes  []struct{ Name string }
		Sources []struct{ Name, Title string }
		Lists   map[string][]string
	}
	if err := json.Unmarshal([]byte(body), &words); err != nil || code != http.StatusOK {
		t.Fatalf("the answer is %d %v", code, err)
	}
	if words.Schema.Properties["when"] == nil || len(words.Routes) != 2 || words.Routes[1].Name != "legal" || len(words.Sources) != 1 || words.Sources[0].Title != "Authority" {
		t.Errorf("the words are %+v", words)
	}
	if got := strings.Join(words.Lists["money.yaml"], " "); got != "coin rule_word" {
		t.Errorf("the lists of the vocabulary are %q", got)
	}
}

func TestADraftIsKeptUntilItIsSavedOrDiscarded(t *testing.T) {
	d := newRulesDesk(t)
	base := func() string { return d.base(d.get("/rules/coin?saved")) }
	hash := base()
	draft := strings.Replace(coinRule, "Because of the law.", "Because of the Act.", 1)
	bar := func() (bool, string) {
		t.Helper()
		page := d.get("/rules/coin")
		return strings.Contains(page, "Your draft of"), page
	}
	check := url.Values{"text": {draft}, "base": {hash}}
	d.ask(http.MethodPost, "/rules/coin/check", url.Values{"text": {draft}, "base": {hash}, "look": {"1"}}, "en")
	if kept, _ := bar(); kept {
		t.Error("a draft is kept of a page that only looks for its effect")
	}
	d.ask(http.MethodPost, "/rules/coin/check", check, "en")
	if kept, page := bar(); !kept || !strings.Contains(page, "Because of the Act.") || !strings.Contains(page, "Not saved yet") {
		t.Error("the page does not begin with the draft")
	}
	if page := d.get("/rules/coin?saved"); strings.Contains(page, "the Act.") {
		t.Error("the saved rule cannot be seen")
	}
	if _, page := d.ask(http.MethodPost, "/rules/coin/discard", check, "en"); !strings.Contains(page, "Your draft was discarded.") || strings.Contains(page, "the Act.") {
		t.Error("the draft is not discarded")
	}
	d.ask(http.MethodPost, "/act", url.Values{"do": {"undo"}, "undo": {"draft"}, "event": {"coin"}, "id": {""}, "back": {"/rules/coin"}}, "en")
	if kept, _ := bar(); !kept {
		t.Error("the discarded draft does not come back")
	}
	d.write("rules/coin.yaml", coinRule+"# Meanwhile.\n")
	if _, page := d.ask(http.MethodPost, "/rules/coin", check, "en"); !strings.Contains(page, "The file was changed") {
		t.Error("there is no conflict")
	}
	if kept, page := bar(); !kept || !strings.Contains(page, "The file has changed since you began") {
		t.Error("the draft is lost in the conflict, or the page does not tell of it")
	}
	check.Set("base", base())
	d.cookies = nil // what was said before
	if _, page := d.ask(http.MethodPost, "/rules/coin", check, "en"); !strings.Contains(page, "was saved") {
		t.Error("the draft is not saved")
	}
	if kept, _ := bar(); kept {
		t.Error("the saved draft is still there")
	}
}

func TestADraftInConflictBecomesAProposal(t *testing.T) {
	d := newRulesDesk(t)
	base := d.base(d.get("/rules/coin"))
	d.write("rules/coin.yaml", coinRule+"# Meanwhile.\n")
	mine := url.Values{"text": {strings.Replace(coinRule, "severity: high", "severity: low", 1)}, "base": {base}}
	if _, page := d.post("/rules/coin", mine); !strings.Contains(page, "Save mine as a proposal") {
		t.Fatalf("the conflict offers no proposal:\n%s", page)
	}
	_, page := d.post("/rules/coin/propose", mine)
	d.wants("the proposals", page, "Proposed by Mei Chan", "Take back", "Another editor accepts or refuses it")
	if strings.Contains(page, `value="accept `) {
		t.Error("who proposed it can accept it")
	}
	d.wants("the rule", d.get("/rules/coin"), "1 proposed change waits for a decision")
	effect := regexp.MustCompile(`\?effect=[0-9a-f]+`).FindString(page)
	d.wants("its effect", d.get("/rules/coin/proposals"+effect), "it would lose 0 alerts and gain 0")
	id := strings.TrimPrefix(effect, "?effect=")
	ana := serve(t, as(d.console, "ana"))
	current := regexp.MustCompile(`name="current" value="([0-9a-f]+)"`).FindStringSubmatch(page)[1]
	post := func(address string, form url.Values) {
		t.Helper()
		r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, ana+address, strings.NewReader(form.Encode()))
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		answer, err := http.DefaultClient.Do(r)
		if err != nil || answer.StatusCode != http.StatusOK {
			t.Fatalf("POST %s: %v %v", address, answer, err)
		}
		answer.Body.Close()
	}
	post("/rules/coin/changes", url.Values{"do": {"refuse " + id}})
	post("/act", url.Values{"do": {"undo"}, "undo": {"proposal"}, "event": {"coin"}, "id": {id}, "back": {"/rules"}})
	post("/rules/coin/changes", url.Values{"do": {"accept " + id}, "current": {current}})
	if want := strings.Replace(coinRule, "severity: high", "severity: low", 1) + "# Meanwhile.\n"; d.file() != want {
		t.Errorf("the file is\n%s\nwant both changes", d.file())
	}
	d.wants("the proposals after it", d.get("/rules/coin/proposals"), "accepted · ana")
}

func TestTheFormChangesDistances(t *testing.T) {
	d := newRulesDesk(t)
	text := strings.Replace(coinRule, "    - {terms: coin, in: title}", "    - {near: [coin, licence], within: 4}", 1)
	text = strings.Replace(text, "  driving: [driving]", "  licence: [licence]\n  driving: [driving]\n  spare: [spare]", 1)
	d.write("rules/coin.yaml", text)
	page := d.get("/rules/coin?view=form")
	d.wants("the form", page, "at most so many words apart: coin, licence", "No condition names this list")
	form := url.Values{
		"base": {d.base(page)}, "text": {text}, "fields": {"1"}, "view": {"form"}, "title": {"Stablecoin rules"}, "why": {"Because of the law."}, "severity": {"high"}, "status": {"active"}, "number-0": {"9"},
	}
	d.post("/rules/coin", form)
	if want := strings.Replace(text, "within: 4", "within: 9", 1); d.file() != want {
		t.Errorf("the file is\n%s\nwant\n%s", d.file(), want)
	}
	form.Set("base", d.base(d.get("/rules/coin")))
	form.Set("number-0", "far")
	_, page = d.post("/rules/coin", form)
	d.wants("the form with a mistake", page, "within of coin, licence must be a whole number from 1 to 1000")
}

// newUncommittedDesk is a console of a folder that is no git repository, though each saved rule is to be committed. Its rule
// crypto-ban is of an earlier release.
func newUncommittedDesk(t *testing.T) *Console {
	t.Helper()
	dir := t.TempDir()
	if _, err := app.WriteStarter(dir); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "regwatch.yaml"), []byte("web: {commit: true}\n"+testSettings), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, folder := range []string{"rules", "rules/.shipped"} {
		file := filepath.Join(dir, folder, "crypto-ban.yaml")
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		older := strings.Replace(string(text), "why: Changes what may be offered", "why: Changes what is offered", 1)
		if older == string(text) {
			t.Fatalf("%s has another why", file)
		}
		if err := os.WriteFile(file, []byte(older), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	opened, err := app.Open(t.Context(), dir, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	e, err := opened.NewEngine(t.Context(), io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = e.Close() })
	c, err := New(e, Options{})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestFailedCommitIsShown(t *testing.T) {
	t.Setenv("GIT_CEILING_DIRECTORIES", os.TempDir())
	server := httptest.NewServer(as(newUncommittedDesk(t), "mei"))
	t.Cleanup(server.Close)
	d := &desk{server: server, client: &http.Client{Jar: &cookies{}}}
	for _, tt := range []struct {
		name, address string
		fields        []string
		said          string
	}{
		{"an update of a shipped rule", "/rules/updates", []string{"file", "crypto-ban.yaml"}, "1 file was brought up to date. Git did not commit it: "},
		{"the undo of that", "/act", []string{"do", "undo", "undo", "updates", "event", "", "id", "", "back", "/rules"}, "Undone. Git did not commit it: "},
		{"a new rule", "/rules/new", []string{"title", "Kiosks", "words", "kiosk", "severity", "low"}, "Rule kiosks was written as a draft. It alerts nobody until its status is active. Git did not commit it: "},
	} {
		page := d.post(t, tt.address, tt.fields...)
		_, after, found := strings.Cut(page.Body, tt.said)
		if reason, _, _ := strings.Cut(after, "<"); !found || strings.TrimSpace(reason) == "" {
			t.Errorf("%s: the page after it does not say %q and why:\n%s", tt.name, tt.said, page.main())
		}
	}
}

func TestFormChangesWhereWordsMustStand(t *testing.T) {
	d := newRulesDesk(t)
	saved := d.file()
	page := answer(as(d.console, "mei"), httpRequest(http.MethodGet, "/rules/coin?view=form", nil))
	if !strings.Contains(page, "Where words must stand") || !strings.Contains(page, `name="place-0"`) {
		t.Fatal("the form has no place")
	}
	check := func(place, text string) string {
		page := answer(as(d.console, "mei"), httpRequest(http.MethodPost, "/rules/coin/check", url.Values{
			"text": {text}, "base": {""}, "fields": {"1"}, "tab": {"yaml"}, "title": {"Stablecoin rules"}, "why": {"Because of the law."}, "severity": {"high"}, "place-0": {place},
		}))
		return editorText(t, page)
	}
	inText := check("body", saved)
	if want := strings.Replace(saved, "{terms: coin, in: title}", "{terms: coin, in: body}", 1); inText != want {
		t.Errorf("the text is\n%s\nwant\n%s", inText, want)
	}
	if again := check("body", inText); again != inText {
		t.Errorf("switching without a change makes\n%s", again)
	}
	if anywhere := check("", inText); anywhere != strings.Replace(saved, "{terms: coin, in: title}", "{terms: coin}", 1) {
		t.Errorf("anywhere makes\n%s", anywhere)
	}
	if back := check("title", inText); back != saved {
		t.Errorf("and back the text is\n%s\nwant\n%s", back, saved)
	}
}

var editorField = regexp.MustCompile(`(?s)<textarea class="code"[^>]*>\n(.*?)</textarea>`)

// editorText is the text of the rule on its page.
func editorText(t *testing.T, page string) string {
	t.Helper()
	found := editorField.FindStringSubmatch(page)
	if found == nil {
		t.Fatalf("the page has no text:\n%s", page)
	}
	return html.UnescapeString(found[1])
}
