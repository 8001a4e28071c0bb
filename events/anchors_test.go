package events

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"regwatch/models"
)

const (
	licenceEN = "The Hong Kong Monetary Authority has granted the first licence for a stablecoin to Lantern Bay Limited, which keeps its reserves in short bills."
	licenceZH = "金融管理局今日向燈籠灣有限公司批出首個牌照，該公司以短期票據作為儲備。"
)

// joins reports whether the second article joins the event of the first, one scan after the
// other and in either order, and why.
func joins(t *testing.T, first, second models.Article) (bool, string) {
	t.Helper()
	one, events := groups(t, found(first, second))
	other, _ := groups(t, found(second, first))
	if one[1] != other[1] {
		t.Errorf("%q and %q: events %v in one order, %v in the other", first.Title, second.Title, one, other)
	}
	return one[1] == 0, events[0].Articles[len(events[0].Articles)-1].JoinedBy
}

func TestTwinsOfOneReleaseJoin(t *testing.T) {
	for name, links := range map[string][2]string{
		"HKMA":       {"https://www.hkma.gov.hk/eng/news-and-media/press-releases/2026/03/20260302-4/", "https://www.hkma.gov.hk/chi/news-and-media/press-releases/2026/03/20260302-4/"},
		"SFC":        {"https://apps.sfc.hk/gateway/doc?refNo=26PR123&lang=EN", "https://apps.sfc.hk/gateway/doc?refNo=26PR123&lang=TC"},
		"LegCo":      {"https://www.legco.gov.hk/yr2026/english/bc/papers/bc20260302cb1-12-1_eng.pdf", "https://www.legco.gov.hk/yr2026/chinese/bc/papers/bc20260302cb1-12-1_chi.pdf"},
		"government": {"https://www.info.gov.hk/gia/general/202603/02/P2026030200123.htm", "https://sc.isd.gov.hk/TuniS/www.info.gov.hk/gia/general/202603/02/P2026030200123.htm"},
		"another":    {"https://bank.example/en-GB/media/12345", "https://bank.example/zh-HK/media/12345"},
	} {
		english := article("body-en", "HKMA grants first stablecoin issuer licence", licenceEN, link(links[0]), official)
		chinese := article("body-zh", "金管局批出首個穩定幣發行人牌照", licenceZH, link(links[1]), official, at(noon.Add(20*time.Minute)))
		if joined, why := joins(t, english, chinese); !joined || why != sameRelease && why != sameDocument {
			t.Errorf("%s: joined %v, %q", name, joined, why)
		}
	}
}

func TestReleasesThatAreNoTwinsStayApart(t *testing.T) {
	english := func(o ...option) models.Article {
		return article("body-en", "HKMA grants first stablecoin issuer licence", licenceEN, append([]option{official}, o...)...)
	}
	chinese := func(title string, o ...option) models.Article {
		return article("body-zh", title, "證監會今日就託管服務展開諮詢，為期兩個月，歡迎公眾提交意見。", append([]option{official}, o...)...)
	}
	tests := []struct {
		name string
		a, b models.Article
	}{
		{"the next number", english(link("https://example.gov/en/press/20260302-4")), chinese("託管服務諮詢", link("https://example.gov/tc/press/20260302-5"))},
		{"a list", english(link("https://example.gov/en/press/")), chinese("託管服務諮詢", link("https://example.gov/tc/press/"))},
		{"four days later", english(link("https://example.gov/en/press/12345")), chinese("託管服務諮詢", link("https://example.gov/tc/press/12345"), at(noon.Add(96*time.Hour)))},
		{"another legal notice", english(link("https://example.gov/en/press/12345")), chinese("2026年第8號法律公告", link("https://example.gov/tc/press/12345"))},
	}
	tests[3].a.Body = "L.N. 7 of 2026 was printed. " + tests[3].a.Body
	for _, tt := range tests {
		if joined, why := joins(t, tt.a, tt.b); joined {
			t.Errorf("%s: joined by %q", tt.name, why)
		}
	}
	// The press numbers the reports of each of its languages by themselves.
	a := article("paper", "Lantern Bay gets a stablecoin licence", licenceEN, link("https://paper.example/en/12345"))
	b := article("paper-zh", "颱風逼近港島，天文台發出警告", "天文台今早發出三號風球，渡輪停航，學校停課。", link("https://paper.example/tc/12345"))
	if joined, why := joins(t, a, b); joined {
		t.Errorf("two reports of a paper joined by %q", why)
	}
}

// A list whose link stays the same: the second release of a language shows what it is.
func TestTwinOfListWithTwoReleasesIsNone(t *testing.T) {
	list := found(
		article("body-en", "HKMA grants first stablecoin issuer licence", licenceEN, link("https://example.gov/en/list?cat=12345"), official),
		article("body-zh", "託管服務諮詢", "證監會今日就託管服務展開諮詢，為期兩個月。", link("https://example.gov/tc/list?cat=12345"), official, at(noon.Add(time.Hour))),
		article("body-zh", "金管局公布外匯儲備數字", "金管局今日公布外匯儲備資產數字。", link("https://example.gov/tc/list?cat=12345"), official, at(noon.Add(2*time.Hour)), guid("3")),
	)
	numbers, _ := groups(t, list)
	if numbers[2] == 0 {
		t.Errorf("events %v: the second Chinese release of the list is in the event of the English one", numbers)
	}
}

func TestDocumentNumberJoinsReports(t *testing.T) {
	gazette := "The Government published L.N. 7 of 2026 in the Gazette on Friday, and with it the day on which the licensing of custodians begins."
	report := article("paper", "Custodians need licences after gazettal", gazette)
	retold := "Firms that keep digital assets for others must apply soon: L.N. 7 of 2026, printed on Friday, starts the regime for custodians and their licences."
	chinese := article("zh", "託管商發牌制度刊憲", "政府週五刊登2026年第7號法律公告，託管商須申領牌照。", at(noon.Add(5*time.Hour)))

	other := article("other", "Gazettal starts the licensing of custodians", retold, at(noon.Add(3*time.Hour)))
	if joined, why := joins(t, report, other); !joined || why != sameDocument && why != similarReport {
		t.Errorf("joined %v, %q", joined, why)
	}
	if joined, why := joins(t, report, chinese); !joined {
		t.Errorf("the Chinese report: joined %v, %q", joined, why)
	}

	apart := map[string]models.Article{
		"another number":   article("other", "Gazettal starts the licensing of custodians", "L.N. 8 of 2026 is in the Gazette. "+gazette[40:], at(noon.Add(3*time.Hour))),
		"much later":       article("other", "Gazettal starts the licensing of custodians", retold, at(noon.Add(20*24*time.Hour))),
		"another stage":    article("other", "Custodians fined under the licensing regime that the Gazette started", "The regulator fined two custodians for breach of L.N. 7 of 2026 and reprimanded a third.", at(noon.Add(3*time.Hour))),
		"another subject":  article("other", "Typhoon closes the schools of the island", "As L.N. 7 of 2026 was printed, a storm came near.", at(noon.Add(3*time.Hour))),
		"another official": article("sfc", "SFC explains how custodians are licensed", retold, official, at(noon.Add(3*time.Hour))),
	}
	release := article("hkma", "Custodians need licences after gazettal", gazette, official)
	for name, second := range apart {
		first := report
		if name == "another official" {
			first = release
		}
		if joined, why := joins(t, first, second); joined {
			t.Errorf("%s: joined by %q", name, why)
		}
	}
}

// Two copies of a form that name different documents are two events.
func TestCopyWithAnotherDocumentNumberStaysApart(t *testing.T) {
	form := prose(5, 300)
	first := article("a", "Issuers learn of a fresh demand", "Made by G.N. 4567. "+form)
	second := article("b", "What the regulator asks for from now on", "Made by G.N. 4568. "+form, at(noon.Add(time.Hour)))
	if joined, why := joins(t, first, second); joined {
		t.Errorf("joined by %q", why)
	}
	second = article("b", "A fresh demand for issuers", "Made by G.N. 4567. "+form, at(noon.Add(time.Hour)))
	if joined, _ := joins(t, first, second); !joined {
		t.Error("a copy with the same number does not join")
	}
}

// An event that people keep apart from the other one is never joined by an anchor.
func TestAnchorDoesNotDecideBetweenEventsKeptApart(t *testing.T) {
	first := article("body-en", "HKMA grants first stablecoin issuer licence", licenceEN, link("https://example.gov/en/press/12345"), official)
	second := article("gov-en", "Government welcomes a licence", "The Financial Secretary welcomes the decision of the day.", link("https://example.gov/en/press/12345"), official)
	third := article("body-zh", "批出牌照", licenceZH, link("https://example.gov/tc/press/12345"), official, at(noon.Add(time.Hour)))
	a, b := Assign(nil, found(first), noon)[0].Event, Assign(nil, found(second), noon)[0].Event
	apart(&a, &b)
	c := Assign([]models.Event{a, b}, found(third), noon)[0]
	if c.Kind != models.Opened || c.Event.MayBelong == nil || c.Event.MayBelong.Similarity.Against != heldApart {
		t.Errorf("kind %s, may belong to %+v", c.Kind, c.Event.MayBelong)
	}
}

func TestMatterIsThatOfTitleOrLead(t *testing.T) {
	tests := []struct {
		title, body, want string
	}{
		{"Stablecoins Ordinance in force", "Text.", "hk:cap:656"},
		{"穩定幣條例草案三讀通過", "內容。", "hk:cap:656"},
		{"Issuers prepare", "Cap. 656 applies from Friday.", "hk:cap:656"},
		{"MiCA and the Stablecoins Ordinance compared", "Text.", "eu:law:2023/1114"},
		{"Issuers prepare", "Text. " + prose(3, 200) + " as in Cap. 656.", ""},
		{"L.N. 7 of 2026 is printed", "Text.", ""},
		{"House passes H.R. 25", "Text.", "us:hr:25"},
	}
	for _, tt := range tests {
		e := Assign(nil, found(article("a", tt.title, tt.body)), noon)[0].Event
		if e.Matter.ID != tt.want || tt.want != "" && e.Matter.Name == "" {
			t.Errorf("%s: matter %+v, want %q", tt.title, e.Matter, tt.want)
		}
	}
}

func TestMatterChosenByPersonStays(t *testing.T) {
	first := retold()[0]
	e := Assign(nil, found(first), noon)[0].Event
	e.Matter.SetAt = noon // none
	c := Assign([]models.Event{e}, found(article("b", retold()[1].Title, "Cap. 656 applies. "+retold()[1].Body, at(noon.Add(time.Hour)))), noon)[0]
	if c.Kind == models.Opened || c.Event.Matter.ID != "" {
		t.Errorf("%s, matter %+v: the person chose none", c.Kind, c.Event.Matter)
	}
	e.Matter.SetAt = time.Time{}
	c = Assign([]models.Event{e}, found(article("b", retold()[1].Title, "Cap. 656 applies. "+retold()[1].Body, at(noon.Add(time.Hour)))), noon)[0]
	if c.Event.Matter.ID != "hk:cap:656" {
		t.Errorf("matter %+v: a later article names it", c.Event.Matter)
	}
}

func TestRestatementSaysWhenItWasFirstReported(t *testing.T) {
	ban := article("pboc", "PBoC bans crypto trading with its 924 notice", "The notice takes effect today.", at(time.Date(2021, 9, 24, 8, 0, 0, 0, time.UTC)))
	again := article("a", "China reiterates its 2021 ban on crypto trading", "The central bank reiterated that the 2021 ban on crypto trading remains in force.")
	changes := Assign(nil, found(ban, again), noon)
	if len(changes) != 2 || changes[1].Event.Stage != "restated" || changes[1].Event.Matter.ID != changes[0].Event.Matter.ID {
		t.Fatalf("stage %q, matters %+v and %+v", changes[1].Event.Stage, changes[0].Event.Matter, changes[1].Event.Matter)
	}
	want := &models.EarlierReport{EventID: changes[0].Event.ID, At: ban.PublishedAt}
	got := Restate(changes, nil)
	if diff := cmp.Diff(want, got[1].Event.Restates); diff != "" || got[0].Event.Restates != nil {
		t.Errorf("in one scan (-want +got):\n%s", diff)
	}
	stored := []models.Matter{{ID: changes[0].Event.Matter.ID, FirstEvent: want.EventID, FirstAt: want.At}}
	got = Restate(Assign(nil, found(again), noon), stored)
	if diff := cmp.Diff(want, got[0].Event.Restates); diff != "" {
		t.Errorf("in a later scan (-want +got):\n%s", diff)
	}
	if got := Restate(Assign(nil, found(again), noon), nil); got[0].Event.Restates != nil {
		t.Errorf("without an earlier event: %+v", got[0].Event.Restates)
	}
}

// What an earlier release stored of an article is enough to find its twin and the reports of its
// document.
func TestRecentKeysHaveAnchorsOfStoredArticles(t *testing.T) {
	stored := models.EventArticle{Title: "G.N. 4321 is in the Gazette", Link: "https://body.example/en/press/20260302-4/", Role: models.Regulator, PublishedAt: noon, SeenAt: noon}
	keys := RecentKeys(stored)
	for name, later := range map[string]models.Article{
		"its twin":            article("zh", "憲報公告", "全文。", link("https://body.example/zh/press/20260302-4/"), official, at(noon.Add(time.Hour))),
		"one on its document": article("paper", "What G.N. 4321 means", "It was printed today.", at(noon.Add(time.Hour))),
	} {
		shared := slices.ContainsFunc(Keys(found(later)[0]), func(k string) bool { return slices.Contains(keys, k) && strings.Contains(k, anchorPrefix) })
		if !shared {
			t.Errorf("%s shares no anchor of %v", name, keys)
		}
	}
	for _, k := range keys {
		if _, _, ok := models.CutWeek(k); !ok {
			t.Errorf("the key %s is kept for ever", k)
		}
	}
}
