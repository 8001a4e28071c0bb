package events

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"regwatch/internal/samplesite"
	"regwatch/models"
)

// Three reports of one development in their own words, and one in Chinese.
func retold() []models.Article {
	return []models.Article{
		article("a", "Harbour Bank halts stablecoin redemptions after audit finds $40 million gap",
			"Harbour Bank stopped redeeming its HKDX stablecoin on Monday after auditors found that $40 million of reserves were missing."),
		article("b", "Audit gap of $40M forces Harbour Bank to freeze HKDX stablecoin redemptions",
			"Holders of the HKDX stablecoin cannot redeem their coins at Harbour Bank, which said that an audit could not find $40 million of reserves.", at(noon.Add(3*time.Hour))),
		article("c", "HKDX stablecoin redemptions frozen: Harbour Bank cannot find $40 million",
			"The bank behind HKDX has suspended redemptions because auditors miss $40 million of the stablecoin's reserves.", at(noon.Add(5*time.Hour))),
		article("d", "Harbour Bank 審計發現4000萬美元缺口，暫停HKDX穩定幣贖回",
			"Harbour Bank 週一暫停贖回其 HKDX 穩定幣，審計師發現 4000 萬美元儲備不見。", at(noon.Add(6*time.Hour))),
	}
}

// groups assigns articles one scan at a time and returns for each the number of its
// event, and the events.
func groups(t *testing.T, list []Found) ([]int, []models.Event) {
	t.Helper()
	var stored []models.Event
	var numbers []int
	for _, f := range list {
		c := Assign(stored, []Found{f}, f.Article.SeenAt)[0]
		i := slices.IndexFunc(stored, func(e models.Event) bool { return e.ID == c.Event.ID })
		if i < 0 {
			i = len(stored)
			stored = append(stored, c.Event)
		}
		stored[i] = c.Event
		numbers = append(numbers, i)
	}
	return numbers, stored
}

func TestReportsInOtherWordsJoin(t *testing.T) {
	numbers, stored := groups(t, found(retold()...))
	if diff := cmp.Diff([]int{0, 0, 0, 0}, numbers); diff != "" {
		t.Fatalf("events (-want +got):\n%s", diff)
	}
	for i, in := range stored[0].Articles {
		switch {
		case i == 0:
			if in.Similarity != nil || in.Profile == "" {
				t.Errorf("the first article: similarity %v, profile %q", in.Similarity, in.Profile)
			}
		case in.JoinedBy != similarReport || in.Similarity == nil || in.Similarity.Score <= 0 || in.Similarity.Title == "" || len(in.Similarity.Terms) == 0:
			t.Errorf("article %d joined by %q, because %+v", i, in.JoinedBy, in.Similarity)
		}
	}
	// A Chinese report is compared in English stems.
	if terms := stored[0].Articles[3].Similarity.Terms; !slices.Contains(terms, "hkdx") {
		t.Errorf("shared terms %v lack hkdx", terms)
	}
}

// Dozens of events in the words of one topic do not hide the one with the same name.
func TestRareNameFindsItsEventAmongManyOfOneTopic(t *testing.T) {
	clock := func() time.Time { return noon }
	var list []models.Article
	var stories []string
	for _, a := range samplesite.NewStream(samplesite.StreamOptions{Now: clock, Seed: 7, Noise: -1, Copies: 10, Retold: 40}).Publish(135) {
		if len(a.Topics) > 0 {
			list = append(list, article(a.FeedID, a.Title, a.Text, at(noon.Add(time.Duration(len(list))*time.Second))))
			stories = append(stories, a.Story)
		}
	}
	numbers, _ := groups(t, found(list...))
	of := make(map[string]int)
	for i, n := range numbers {
		if first, ok := of[stories[i]]; ok && first != n {
			t.Errorf("%q is in event %d, want %d", list[i].Title, n, first)
		} else {
			of[stories[i]] = n
		}
	}
}

func TestOrderOfArrivalDoesNotMatter(t *testing.T) {
	all := found(retold()...)
	for _, order := range [][]int{{3, 2, 1, 0}, {1, 3, 0, 2}, {2, 0, 3, 1}} {
		var list []Found
		for _, i := range order {
			list = append(list, all[i])
		}
		if numbers, _ := groups(t, list); slices.Max(numbers) != 0 {
			t.Errorf("order %v: events %v, want one", order, numbers)
		}
	}
	// In one scan as in several, and again: the same event with the same members.
	one := Assign(nil, all, noon)
	again := Assign(nil, all, noon)
	if diff := cmp.Diff(one, again); diff != "" {
		t.Errorf("two runs differ:\n%s", diff)
	}
}

func TestSimilarReportsStayApart(t *testing.T) {
	first := retold()[0]
	second := func(change func(*models.Article)) models.Article {
		a := retold()[1]
		change(&a)
		return a
	}
	tests := []struct {
		name   string
		first  models.Article
		second models.Article
	}{
		{"another bank", first, second(func(a *models.Article) {
			a.Title = "Lantern Bank halts stablecoin redemptions after audit finds $40 million gap"
			a.Body = "Lantern Bank stopped redeeming its LBX stablecoin on Tuesday after auditors found that $40 million of reserves were missing."
		})},
		{"eight days later", first, second(func(a *models.Article) { a.PublishedAt, a.SeenAt = noon.AddDate(0, 0, 8), noon.AddDate(0, 0, 8) })},
		{"another step", first, second(func(a *models.Article) {
			a.Title = "Harbour Bank resumes HKDX stablecoin redemptions after second audit"
			a.Body = "Harbour Bank redeems its stablecoin again."
		})},
		{"the opposite in Chinese", first, second(func(a *models.Article) {
			a.Title, a.Body = "Harbour Bank 審計填補4000萬美元缺口，恢復HKDX穩定幣贖回", "Harbour Bank 恢復贖回其 HKDX 穩定幣。"
		})},
		{"one paywall, two subjects", article("a", "Lantern Bay halts redemption", paywall), article("b", "Issuers face surprise audits", paywall, at(noon.Add(time.Hour)))},
		{"one filler, two subjects", article("a", "Three banks pilot deposit tokens", filler), article("ofac", "OFAC adds wallets to its list", filler, official, at(noon.Add(time.Hour)))},
		{"one filler, two subjects in Chinese", article("a", "三間銀行試行存款代幣", chineseFiller), article("b", "海關查獲走私香煙", chineseFiller, at(noon.Add(time.Hour)))},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			for _, pair := range [][]models.Article{{tt.first, tt.second}, {tt.second, tt.first}} {
				numbers, stored := groups(t, found(pair...))
				last := stored[0].Articles[len(stored[0].Articles)-1]
				if numbers[1] == 0 && last.Similarity != nil {
					t.Errorf("%q joined %q: %+v", pair[1].Title, pair[0].Title, last.Similarity)
				}
			}
		})
	}
}

// Short enough that no sample of the text is significant.
const (
	paywall       = "Subscribe to continue reading this article."
	filler        = "This story is developing and will be updated."
	chineseFiller = "更多內容請參閱原文。"
)

// TestSimilarityNeverHides has articles so close that only what is new in them keeps
// them from joining. Each must be an event of its own, which alerts and says where it
// may belong.
func TestSimilarityNeverHides(t *testing.T) {
	all := retold()
	with := func(a models.Article, change ...func(*models.Article)) models.Article {
		for _, c := range change {
			c(&a)
		}
		return a
	}
	says := func(words string) func(*models.Article) { return func(a *models.Article) { a.Body += " " + words } }
	title := func(s string) func(*models.Article) { return func(a *models.Article) { a.Title = s } }
	regulator := func(a *models.Article) { a.Source.Role = models.Regulator }
	mint := func(source, s string, d time.Duration) models.Article {
		body := "The Stablecoins Bill sets out a licensing regime for issuers of fiat-referenced stablecoins in Hong Kong."
		if source == "b" {
			body = "Issuers of fiat-referenced stablecoins in Hong Kong need a licence under the Stablecoins Bill."
		}
		return article(source, s, body, at(noon.Add(d)))
	}
	tests := []struct {
		name          string
		first, second models.Article
		veto          string
	}{
		{"passed after proposed", mint("a", "Government proposes Stablecoins Bill for Hong Kong issuers", 0), mint("b", "Legislature passes Hong Kong Stablecoins Bill for issuers", time.Hour), otherStage},
		{"proposed after passed", mint("a", "Legislature passes Hong Kong Stablecoins Bill for issuers", 0), mint("b", "Government proposes Stablecoins Bill for Hong Kong issuers", time.Hour), otherStage},
		{"in force after passed", mint("a", "Legislature passes Hong Kong Stablecoins Bill for issuers", 0), mint("b", "Hong Kong Stablecoins Bill for issuers takes effect today", time.Hour), otherStage},
		{"introduced after an authority proposed it", with(mint("a", "Government proposes Stablecoins Bill for Hong Kong issuers", 0), regulator), mint("b", "Legislature debates Hong Kong Stablecoins Bill for issuers", time.Hour), otherStage},
		{"two authorities", with(all[0], regulator), with(all[1], regulator), twoOfficial},
		{"one authority twice", with(all[0], regulator), with(all[2], regulator, func(a *models.Article) { a.SourceID = "a" }), twoOfficial},
		{"an authority in two languages, without an anchor", with(all[0], regulator), with(all[3], regulator), ""},
		{"an authority about another act", all[0], with(all[1], regulator, title("Harbour Bank HKDX stablecoin: HKMA statement on $40 million"), says("The HKMA takes note.")), noCommonAct},
		{"an authority about another act, in Chinese", all[0], with(all[3], regulator, title("Harbour Bank HKDX 穩定幣 4000 萬美元：金管局聲明")), noCommonAct},
		{"the press about another act than the authority", with(all[1], regulator, title("Harbour Bank HKDX stablecoin: HKMA statement on $40 million")), all[0], noCommonAct},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			numbers, stored := groups(t, found(tt.first, tt.second))
			if numbers[1] == 0 {
				t.Fatalf("joined by %+v", stored[0].Articles[1])
			}
			// What was close says why it did not join.
			if m := stored[1].MayBelong; m != nil && tt.veto != "" && m.Similarity.Against != tt.veto {
				t.Errorf("may belong, against: %q, want %q", m.Similarity.Against, tt.veto)
			}
			if m := stored[1].MayBelong; m == nil || m.EventID != stored[0].ID || m.Title != stored[0].Title {
				t.Logf("no hint: %+v", m)
			}
		})
	}
	// The official confirmation of the same act joins and confirms.
	numbers, stored := groups(t, found(all[0], with(all[1], regulator)))
	if numbers[1] != 0 || !stored[0].Official {
		t.Errorf("an authority about the same act: events %v, official %v", numbers, stored[0].Official)
	}
}

func TestDoubtfulReportsSayWhereTheyMayBelong(t *testing.T) {
	all := retold()
	all[1].Source.Role, all[0].Source.Role = models.Regulator, models.Regulator
	_, stored := groups(t, found(all[0], all[1]))
	if len(stored) != 2 || stored[1].MayBelong == nil {
		t.Fatalf("events %+v", stored)
	}
	m := stored[1].MayBelong
	if m.EventID != stored[0].ID || m.Title != all[0].Title || m.Similarity.Against != twoOfficial || m.Similarity.ArticleID != all[0].ID {
		t.Errorf("may belong to %+v", m)
	}
}

func TestSimilarChangeNamesNewRules(t *testing.T) {
	list := found(retold()[:2]...)
	list[1].Matches = append(list[1].Matches, models.Match{ArticleID: list[1].Article.ID, RuleID: "yuan-stablecoin", Severity: models.Critical, Strength: models.Subject})
	changes := Assign(nil, list, noon)
	if changes[1].Kind != models.Similar {
		t.Fatalf("kind %q", changes[1].Kind)
	}
	if diff := cmp.Diff([]string{"yuan-stablecoin"}, changes[1].NewRules); diff != "" {
		t.Errorf("new rules (-want +got):\n%s", diff)
	}
	if e := changes[1].Event; e.Severity != models.Critical || e.LeadRule != "yuan-stablecoin" {
		t.Errorf("severity %q by %q", e.Severity, e.LeadRule)
	}
}

func TestProfiledArticleIsFoundByTheNextReport(t *testing.T) {
	all := found(retold()...)
	e := Assign(nil, all[:1], noon)[0].Event
	// As a release before profiles stored it.
	stored := e
	stored.Keys = slices.DeleteFunc(slices.Clone(e.Keys), func(k string) bool { return strings.HasPrefix(k, "term:") })
	stored.Articles = slices.Clone(e.Articles)
	stored.Articles[0].Profile = ""
	if c := Assign([]models.Event{stored}, all[1:2], noon)[0]; c.Kind != models.Opened {
		t.Fatalf("an article without a profile was compared: %q", c.Kind)
	}
	profile, keys := Profiled(all[0].Article)
	if profile != e.Articles[0].Profile {
		t.Errorf("profile (-scan +later):\n%s", cmp.Diff(e.Articles[0].Profile, profile))
	}
	stored.Articles[0].Profile = profile
	stored.Keys = append(stored.Keys, keys...)
	if c := Assign([]models.Event{stored}, all[1:2], noon)[0]; c.Kind != models.Similar {
		t.Errorf("the next report after the profile was added: %q", c.Kind)
	}
}

// A long report has many rare words. A short one of the same story is found by those of the
// headline, whichever comes first and wherever they stand in the alphabet.
func TestShortReportFindsLongOne(t *testing.T) {
	names := "Abrel, Bando, Cavdu, Dalfi, Eafford, Fangu, Gahimer, Hajjo, Ibbens, Jarkov, Kallus, Lorrin, Mabbel, Nandor, Oppal, Pirren, Quessa, Rabbin"
	for _, subject := range [][2]string{{"Zyrvik Bank", "XQD"}, {"Zzander Trust", "ZQR"}, {"Aabrel Bank", "AQD"}} {
		title := subject[0] + " halts " + subject[1] + " stablecoin redemptions after audit finds $40 million gap"
		long := article("a", title, "With "+names+" in the room, "+subject[0]+" stopped redeeming its "+subject[1]+" stablecoin on Monday after auditors found that $40 million of reserves were missing.")
		short := article("b", "Audit gap of $40M: "+subject[0]+" freezes "+subject[1]+" stablecoin redemptions", subject[0]+" froze "+subject[1]+" redemptions.", at(noon.Add(3*time.Hour)))
		for name, list := range map[string][]Found{"long first": found(long, short), "short first": found(short, long)} {
			keys := Keys(list[1])
			stored := Assign(nil, list[:1], noon)[0].Event
			if !slices.ContainsFunc(stored.Keys, func(k string) bool { return strings.Contains(k, "term:") && slices.Contains(keys, k) }) {
				t.Errorf("%s, %s: the second report looks up no key of the first", subject[0], name)
			}
		}
	}
}

// What a rule looks for is in every article that it matches, so it is no common subject.
func TestWordsOfRulesAreNoCommonSubject(t *testing.T) {
	for _, tt := range []struct{ hit, first, second string }{
		{"離岸人民幣穩定幣", "議員倡爭取支持 在港發行離岸人民幣穩定幣", "学者建言：离岸人民币稳定币宜从大宗商品贸易起步"},
		{"offshore yuan stablecoin", "Lawmaker urges an offshore yuan stablecoin", "Scholar: offshore yuan stablecoin suits commodity trade"},
		{"crypto ban", "Crypto ban weighed in Kathmandu", "Villagers defy crypto ban"},
	} {
		body := "The " + tt.hit + " is debated."
		list := found(article("a", tt.first, body), article("b", tt.second, body, at(noon.Add(time.Hour))))
		for i := range list {
			list[i].Matches[0].Hits = []models.Hit{{Text: tt.hit}}
		}
		if numbers, stored := groups(t, list); numbers[1] == 0 {
			t.Errorf("%q joined %q: %+v", tt.second, tt.first, stored[0].Articles[1].Similarity)
		}
	}
}

func TestPartsOfRoundupsNeverJoinBySimilarity(t *testing.T) {
	all := found(retold()...)
	part := all[1]
	part.Part = 1
	part.Matches = slices.Clone(part.Matches)
	part.Matches[0].Heading, part.Matches[0].Text = part.Article.Title, part.Article.Body
	numbers, _ := groups(t, []Found{all[0], part})
	if numbers[1] == 0 {
		t.Error("a part of a roundup joined")
	}
}

// Reports of one bill call it proposed as well as introduced.
func TestReportsOfADraftShareAnEvent(t *testing.T) {
	proposed := article("a", "Government plans Harbour Coin Bill with $40 million reserve floor for HKDX stablecoin",
		"The government plans a Harbour Coin Bill, under which the issuer of the HKDX stablecoin would hold reserves of $40 million.")
	introduced := article("b", "Harbour Coin Bill with $40M reserve floor for HKDX stablecoin introduced in parliament",
		"The issuer of the HKDX stablecoin would need $40 million of reserves under the Harbour Coin Bill of the government.", at(noon.Add(3*time.Hour)))
	for name, both := range map[string][]models.Article{"introduced later": {proposed, introduced}, "introduced first": {introduced, proposed}} {
		numbers, stored := groups(t, found(both...))
		if numbers[1] != 0 || stored[0].Stage != "introduced" {
			t.Errorf("%s: events %v, stage %q; want one event, introduced", name, numbers, stored[0].Stage)
		}
	}
}

// Reports of one development that state different stages are one event. The stage that the
// event does not have stays that of its article, and its reader is sent it.
func TestReportsOfSeveralStagesJoin(t *testing.T) {
	report := func(source, title, body string, d time.Duration) models.Article {
		return article(source, title, body, at(noon.Add(d)))
	}
	tests := map[string][2]models.Article{
		"licensing and enforcement": {
			report("a", "Singapore revokes licence of Harbour Bank stablecoin unit", "The Monetary Authority took the licence of Harbour Bank's stablecoin unit in Singapore on Monday.", 0),
			report("b", "Singapore shuts down Harbour Bank stablecoin unit in crackdown on licence breach", "Harbour Bank's stablecoin unit lost its licence from the Monetary Authority of Singapore.", time.Hour),
		},
		"guidance and proposed": {
			report("a", "Kenya may ban stablecoin payments by Lantern Pay, central bank says", "The central bank of Kenya plans to ban stablecoin payments through Lantern Pay.", 0),
			report("b", "Kenya central bank tells Lantern Pay: guidance on stablecoin payments", "Kenya's central bank sent Lantern Pay guidance on stablecoin payments and may ban them.", time.Hour),
		},
	}
	for name, pair := range tests {
		for order, two := range map[string][]models.Article{"": {pair[0], pair[1]}, ", the other way round": {pair[1], pair[0]}} {
			t.Run(name+order, func(t *testing.T) {
				opened := Assign(nil, found(two[0]), noon)[0].Event
				c := Assign([]models.Event{opened}, found(two[1]), noon)[0]
				if c.Kind != models.Similar {
					t.Fatalf("%v, may belong %+v; want it to join", c.Kind, c.Event.MayBelong)
				}
				if opened.Stage == "" || c.Joined.Stage == "" || c.Joined.Stage == opened.Stage {
					t.Errorf("the event stated %q, the article states %q; want two stages", opened.Stage, c.Joined.Stage)
				}
			})
		}
	}
}
