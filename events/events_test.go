package events

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"regwatch/models"
)

var noon = time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)

// prose returns n words in an order that depends on the seed.
func prose(seed uint64, n int) string {
	words := strings.Fields("the authority said that issuers must hold reserve assets in segregated accounts and publish monthly reports while banks consider whether rules for custody apply to tokens from overseas markets under review by council members after public consultation on transition dates fees and penalties")
	r := rand.New(rand.NewPCG(seed, 7))
	out := make([]string, n)
	for i := range out {
		out[i] = words[r.IntN(len(words))]
	}
	return strings.Join(out, " ")
}

type option func(*models.Article)

func article(source, title, body string, opts ...option) models.Article {
	a := models.Article{
		SourceID:    source,
		Link:        "https://" + source + ".example/" + models.HashOf(title, body),
		Title:       title,
		Body:        body,
		PublishedAt: noon.Add(-time.Hour),
		SeenAt:      noon,
		Revision:    1,
		Source:      models.Source{ID: source, Name: strings.ToUpper(source), Role: models.Press},
	}
	for _, o := range opts {
		o(&a)
	}
	a.LinkKey = strings.TrimPrefix(a.Link, "https://")
	a.Identity = models.IdentityOf(a.GUID, a.Link)
	if a.ID == "" {
		a.ID = models.NewID(a.SeenAt, a.SourceID, a.Identity)
	}
	return a
}

func at(t time.Time) option      { return func(a *models.Article) { a.PublishedAt, a.SeenAt = t, t } }
func link(l string) option       { return func(a *models.Article) { a.Link = l } }
func guid(g string) option       { return func(a *models.Article) { a.GUID = g } }
func official(a *models.Article) { a.Source.Role = models.Regulator }

func found(articles ...models.Article) []Found {
	list := make([]Found, len(articles))
	for i, a := range articles {
		list[i] = Found{Article: a, Matches: []models.Match{{
			ArticleID: a.ID, RuleID: "stablecoin-ordinance", Severity: models.High, Strength: models.Subject,
		}}}
	}
	return list
}

func TestAssignJoinsOnlyCopies(t *testing.T) {
	long, other := "The stablecoin regime opens its doors as rules for issuers begin. "+prose(1, 400), prose(2, 400)
	words := strings.Fields(long)
	half := strings.Join(words[:200], " ")
	edited := strings.Join(append(append(slices.Clone(words[:50]), "an", "editor", "added", "this"), words[50:]...), " ")

	tests := []struct {
		name          string
		first, second models.Article
		want          string // the reason, or "" for its own event
	}{
		{"same text elsewhere", article("a", "Rules for issuers begin", long), article("b", "Rules for issuers begin", long), models.JoinedByText},
		{"cut to half, headline rewritten", article("a", "Rules for issuers begin", long), article("b", "Stablecoin regime opens its doors", half), models.JoinedByText},
		{"longer one second", article("a", "Stablecoin regime opens its doors", half), article("b", "Rules for issuers begin", long), models.JoinedByText},
		{"small edits", article("a", "Rules for issuers begin", long), article("b", "Rules for issuers begin today", edited), models.JoinedByText},
		{"another text", article("a", "Rules for issuers begin", long), article("b", "Council debates custody", "Members argued about who may keep keys for customers, and will meet again in spring."), ""},
		{"same link at another source", article("a", "Rules for issuers begin", long, link("https://hkma.example/1")), article("b", "HKMA: issuers", "One line.", link("https://hkma.example/1")), models.JoinedByLink},
		{"a regulator repeats one link for another item", article("a", "Press release one", long, link("https://hkma.example/list"), guid("1")), article("a", "Circular to banks", other, link("https://hkma.example/list"), guid("2")), ""},
		{"same headline, two summaries", article("a", "Hong Kong grants first stablecoin licences", "Short."), article("b", "Hong Kong grants first stablecoin licences", "Other."), models.JoinedByHeadline},
		{"a headline too short to tell", article("a", "Market update", "Short."), article("b", "Market update", "Other."), ""},
		{"one source's form filled in for another bank", article("a", "Phishing emails related to Alpha Bank", "Alpha Bank warns. "+long), article("a", "Phishing emails related to Beta Bank", "Beta Bank warns. "+long), ""},
		{"the same form at two sources", article("a", "Phishing emails related to Alpha Bank", "Alpha Bank warns. "+long), article("b", "Phishing emails related to Beta Bank", "Beta Bank warns. "+long), ""},
		{"a headline of the same words in another order", article("a", "Three firms drop out of the city's licence queue", long), article("b", "The city's licence queue shrinks as three firms withdraw", long), models.JoinedByText},
		{"the same form with another number", article("a", "HKMA grants stablecoin issuer licence No. 4", "Licence 4. "+long), article("b", "HKMA grants stablecoin issuer licence No. 5", "Licence 5. "+long), ""},
		{"two feeds of one site with the same lines under every article", article("a", "Rules for issuers begin", "Short news. "+long, link("https://paper.example/1")), article("b", "Ministers debate the budget", "Other news. "+long, link("https://www.paper.example/2")), ""},
		{"the same words a week later", article("a", "Tender results of exchange fund bills announced", long), article("b", "Tender results of exchange fund bills announced", long, at(noon.Add(7*24*time.Hour))), ""},
		{"Chinese copy in the other script", article("a", "金管局發出首批穩定幣發行人牌照予三家機構", strings.Repeat("香港金融管理局宣布向三家機構發出穩定幣發行人牌照,即日生效。市場人士認為此舉有助推動支付創新。", 2)), article("b", "金管局发出首批稳定币发行人牌照予三家机构", strings.Repeat("香港金融管理局宣布向三家机构发出稳定币发行人牌照,即日生效。市场人士认为此举有助推动支付创新。", 2)), models.JoinedByText},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			for _, order := range []string{"one scan", "two scans"} {
				var changes []models.Change
				if order == "one scan" {
					changes = Assign(nil, found(tt.first, tt.second), noon)
				} else {
					changes = Assign(nil, found(tt.first), noon)
					changes = append(changes, Assign([]models.Event{changes[0].Event}, found(tt.second), noon.Add(time.Minute))...)
				}
				got := ""
				if changes[1].Kind == models.Copied {
					got = changes[1].Joined.JoinedBy
				}
				if got != tt.want {
					o := overlapOf(extractFeatures(found(tt.first)[0]).signature, extractFeatures(found(tt.second)[0]).signature)
					t.Errorf("%s: joined by %q, want %q (%.2f of the shorter, %.2f of the longer text, sample %d)", order, got, tt.want, o.shorter, o.longer, o.sample)
				}
				if same := changes[0].Event.ID == changes[1].Event.ID; same != (tt.want != "") {
					t.Errorf("%s: same event = %v", order, same)
				}
			}
			shared := slices.ContainsFunc(Keys(found(tt.second)[0]), func(k string) bool { return slices.Contains(Keys(found(tt.first)[0]), k) })
			if tt.want != "" && !shared {
				t.Errorf("no key in common, so the event would not be found")
			}
		})
	}
}

func TestTruncatedCopiesShareKeys(t *testing.T) {
	missed, tried := 0, 0
	for seed := range uint64(200) {
		words := strings.Fields(prose(seed+10, 300+int(seed)))
		start := int(seed) % (len(words) / 2)
		cut := strings.Join(words[start:start+len(words)/2], " ")
		a, b := article("a", fmt.Sprintf("First headline %d", seed), strings.Join(words, " ")), article("b", "Another one entirely", cut)
		tried++
		ka, kb := Keys(found(a)[0]), Keys(found(b)[0])
		if !slices.ContainsFunc(kb, func(k string) bool { return slices.Contains(ka, k) }) {
			missed++
		}
	}
	if missed > 0 {
		t.Errorf("%d of %d copies cut to half share no key with their original", missed, tried)
	}
}

func TestAssignUsesTitleOfFirstOrOfficialReport(t *testing.T) {
	body := prose(3, 200)
	early := article("a", "Licences granted to three firms", body, at(noon.Add(-2*time.Hour)))
	late := article("b", "What the new licences mean", body, official)
	changes := Assign(nil, found(late, early), noon)

	type summary struct {
		Kind      models.ChangeKind
		Title     string
		Revision  int
		Official  bool
		Articles  int
		LeadRule  string
		RuleIDs   []string
		FreshKeys bool
	}
	var got []summary
	for _, c := range changes {
		got = append(got, summary{c.Kind, c.Event.Title, c.Event.Revision, c.Event.Official, len(c.Event.Articles), c.Event.LeadRule, c.Event.RuleIDs, len(c.NewKeys) > 0})
	}
	want := []summary{
		{models.Opened, early.Title, 1, false, 1, "stablecoin-ordinance", []string{"stablecoin-ordinance"}, true},
		{models.Copied, late.Title, 2, true, 2, "stablecoin-ordinance", []string{"stablecoin-ordinance"}, true},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("Assign (-want +got):\n%s", diff)
	}
}

func TestRevisionStaysInItsEvent(t *testing.T) {
	first := article("a", "Council looks at coins", "A summary.")
	opened := Assign(nil, []Found{{Article: first, Matches: []models.Match{{RuleID: "crypto-ban", Severity: models.Medium, Strength: models.Mention}}}}, noon)[0]
	if opened.Event.Strength != models.Mention || opened.Event.LeadRule != "" {
		t.Fatalf("after a mention: strength %q, lead %q; want mention and none", opened.Event.Strength, opened.Event.LeadRule)
	}
	completed := first
	completed.Body, completed.Revision = prose(4, 100), 2
	change := Assign([]models.Event{opened.Event}, found(completed), noon.Add(time.Minute))[0]
	if change.Kind != models.Revised || change.Event.ID != opened.Event.ID || len(change.Event.Articles) != 1 {
		t.Errorf("got %s of %s with %d articles; want revised, the same event, one article", change.Kind, change.Event.ID, len(change.Event.Articles))
	}
	if change.Event.Strength != models.Subject || change.Event.LeadRule != "stablecoin-ordinance" {
		t.Errorf("strength %q, lead %q; want subject, stablecoin-ordinance", change.Event.Strength, change.Event.LeadRule)
	}
}

func TestAssignIsPure(t *testing.T) {
	input := found(article("a", "Rules for issuers begin", prose(1, 100)), article("b", "Rules for issuers begin", prose(1, 100)))
	open := []models.Event{Assign(nil, found(article("c", "An older story", prose(9, 100))), noon)[0].Event}
	before := fmt.Sprintf("%+v", open)
	one, two := Assign(open, input, noon), Assign(open, input, noon)
	if diff := cmp.Diff(one, two); diff != "" {
		t.Errorf("two calls differ:\n%s", diff)
	}
	if after := fmt.Sprintf("%+v", open); after != before {
		t.Errorf("the candidates were changed:\n%s\n%s", before, after)
	}
}

func TestJurisdictionsOf(t *testing.T) {
	official := models.Source{Role: models.Regulator, Jurisdictions: []string{"Hong Kong"}}
	press := models.Source{Role: models.Press, Jurisdictions: []string{"International"}}
	tests := []struct {
		name, title, body string
		source            models.Source
		want              []string
	}{
		{"an authority", "A circular on Nepal", "", official, []string{"Hong Kong"}},
		{"the headline", "Nepal renews ban on crypto trading", "", press, []string{"Nepal"}},
		{"the first paragraph, in Chinese", "稳定币试点", "中国人民银行与香港金管局表示合作。", press, []string{"Hong Kong", "Mainland China"}},
		{"a pronoun", "What it means for us", "Let us see.", press, nil},
		{"a country", "US senators propose a ban", "", press, []string{"United States"}},
		{"money", "A firm raises US$3 million", "It tells us so.", press, nil},
		{"no jurisdiction", "Bitcoin steadies", "", press, nil},
		{"background", "Bitcoin steadies", strings.Repeat("Words without a place. ", 60) + "China banned it in 2021.", press, nil},
		{"part of a word", "Chinatown opens a museum", "", press, nil},
	}
	for _, tt := range tests {
		got := jurisdictionsOf(models.Article{Title: tt.title, Body: tt.body, Source: tt.source})
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.name, diff)
		}
	}
}

// scored returns one found article whose match has an outcome.
func scored(a models.Article, rule string, outcome models.Outcome) []Found {
	list := found(a)
	list[0].Matches[0].RuleID, list[0].Matches[0].Outcome = rule, outcome
	return list
}

// An event alerts to a rule if one of its articles does; the rules that are less certain are kept apart until then.
func TestEventKeepsLessCertainRulesApart(t *testing.T) {
	text := prose(9, 300)
	first := article("post", "Council and kiosks", text)
	second := article("gazette", "Kiosks and the council", text)
	e := Assign(nil, scored(first, "ban", models.OutcomeDigest), noon)[0].Event
	if len(e.RuleIDs) > 0 || e.LeadRule != "" || e.Severity != "" || !slices.Equal(e.DigestRules, []string{"ban"}) {
		t.Errorf("rules %v, led by %q, severity %q, less certain %v; want only ban as less certain", e.RuleIDs, e.LeadRule, e.Severity, e.DigestRules)
	}
	counted := Assign([]models.Event{e}, scored(second, "yuan", models.OutcomeCount), noon)[0].Event
	if counted.ID != e.ID || len(counted.RuleIDs) > 0 || !slices.Equal(counted.DigestRules, []string{"ban"}) {
		t.Errorf("after an unlikely match: event %s, rules %v, less certain %v; want the same event and rules", counted.ID, counted.RuleIDs, counted.DigestRules)
	}
	sure := Assign([]models.Event{e}, scored(second, "ban", models.OutcomeAlert), noon)[0].Event
	if !slices.Equal(sure.RuleIDs, []string{"ban"}) || sure.LeadRule != "ban" || len(sure.DigestRules) > 0 {
		t.Errorf("after a likely match: rules %v, less certain %v; want ban to alert", sure.RuleIDs, sure.DigestRules)
	}
	later := Assign([]models.Event{sure}, scored(article("herald", "The kiosks and the council", text), "ban", models.OutcomeDigest), noon)[0].Event
	if !slices.Equal(later.RuleIDs, []string{"ban"}) || len(later.DigestRules) > 0 {
		t.Errorf("after a less certain report of it: rules %v, less certain %v; want ban to alert still", later.RuleIDs, later.DigestRules)
	}
	if !slices.Equal(e.DigestRules, []string{"ban"}) {
		t.Error("Assign changed its candidates")
	}
}
