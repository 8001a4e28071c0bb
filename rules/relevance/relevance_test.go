package relevance_test

import (
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"regwatch/internal/golden"
	"regwatch/models"
	"regwatch/rules/relevance"

	"github.com/google/go-cmp/cmp"
)

// present returns the names of the features that an article has.
func present(a models.Article, m models.Match) []string {
	f := relevance.Of(a, m)
	var names []string
	for i, name := range relevance.Names() {
		if f.Has(i) {
			names = append(names, name)
		}
	}
	return names
}

func TestOfNamesWhatASentenceSays(t *testing.T) {
	tests := []struct {
		name    string
		article models.Article
		want    []string
		absent  []string
	}{
		{
			"public body acts on crypto",
			models.Article{Title: "Ministry of Peru bans crypto payments"},
			[]string{"title.public", "title.public-acts", "title.act-on-coin", "title.public-act-on-coin", "subject.public", "body.none"},
			[]string{"title.firm-acts"},
		},
		{
			"public body acts on crypto",
			models.Article{Title: "財政部禁止加密貨幣支付"},
			[]string{"title.public-acts", "title.public-act-on-coin", "subject.public"},
			[]string{"title.firm-acts"},
		},
		{
			"public body acts on crypto",
			models.Article{Title: "财政部禁止加密货币支付"},
			[]string{"title.public-acts", "title.public-act-on-coin", "subject.public"},
			[]string{"title.firm-acts"},
		},
		{"private firm acts", models.Article{Title: "Startup halts token trading"}, []string{"title.firm-acts", "subject.firm"}, []string{"title.public-acts"}},
		{"private firm acts", models.Article{Title: "交易所暫停代幣交易"}, []string{"title.firm-acts", "subject.firm"}, []string{"title.public-acts"}},
		{"firm between the body and the act", models.Article{Title: "Ahead of the regulator, an exchange suspends bitcoin sales"}, []string{"title.firm-acts"}, []string{"title.public-acts"}},
		{"act on one firm by name", models.Article{Title: "Watchdog orders Bybit to stop"}, []string{"title.act-on-brand", "title.brand"}, nil},
		{"act on something else", models.Article{Title: "Ministers ban prediction markets"}, []string{"title.act-on-other"}, []string{"title.act-on-coin"}},
		{"act on something else", models.Article{Title: "當局禁止政治捐款"}, []string{"title.act-on-other"}, []string{"title.act-on-coin"}},
		{"price story", models.Article{Title: "Bitcoin plunges 9% before the vote"}, []string{"title.coin-price", "title.amount", "subject.coin"}, nil},
		{"price story", models.Article{Title: "比特幣暴跌"}, []string{"title.coin-price"}, nil},
		{"price story", models.Article{Title: "比特币暴跌"}, []string{"title.coin-price"}, nil},
		{"crime with crypto", models.Article{Title: "Two charged over bitcoin theft"}, []string{"title.coin-case", "title.court", "title.crime"}, nil},
		{"crime with crypto", models.Article{Title: "警方破獲加密貨幣詐騙案"}, []string{"title.coin-case", "title.crime"}, nil},
		{"sanctions", models.Article{Title: "OFAC adds wallets to its list"}, []string{"title.sanction"}, nil},
		{"sanctions", models.Article{Title: "歐盟制裁俄羅斯平台"}, []string{"title.sanction"}, nil},
		{"idiom", models.Article{Title: "Banker takes aim at bitcoin"}, []string{"title.idiom"}, nil},
		{"idiom", models.Article{Title: "加息打击信心"}, []string{"title.idiom"}, nil},
		{"ban as background", models.Article{Title: "Trading is quiet since the ban"}, []string{"title.past-act"}, nil},
		{"end of a ban", models.Article{Title: "Bolivia lifts its ban on bitcoin"}, []string{"title.lifts-ban", "subject.place"}, nil},
		{"yuan coin", models.Article{Title: "A stablecoin that follows the offshore yuan"}, []string{"title.yuan-coin"}, nil},
		{"yuan coin", models.Article{Title: "離岸人民幣穩定幣"}, []string{"title.yuan-coin"}, nil},
		{"licence in Hong Kong", models.Article{Title: "香港首批稳定币牌照"}, []string{"title.hongkong-coin", "title.licensed-coin", "title.hongkong-licence"}, nil},
		{"words of the lead", models.Article{Title: "Notes", Body: "The council bans bitcoin ATMs."}, []string{"lead.public-acts", "lead.kiosk"}, []string{"title.public", "body.none"}},
		{"no relation across sentences", models.Article{Title: "Notes", Body: "Plastic bags are banned. Bitcoin is not new."}, []string{"lead.forbid", "lead.coin"}, []string{"lead.act-on-coin"}},
		{"question", models.Article{Title: "加密貨幣會被禁嗎？"}, []string{"title.question"}, nil},
		{"source", models.Article{Title: "Notice", Source: models.Source{Role: models.Regulator}}, []string{"source.regulator"}, []string{"source.press"}},
		{"source", models.Article{Title: "Notice", Source: models.Source{Role: models.Press}}, []string{"source.press"}, []string{"source.government"}},
	}
	for _, tt := range tests {
		got := present(tt.article, models.Match{})
		for _, name := range tt.want {
			if !slices.Contains(got, name) {
				t.Errorf("%s, %s: no feature %s among %v", tt.name, tt.article.Text(), name, got)
			}
		}
		for _, name := range tt.absent {
			if slices.Contains(got, name) {
				t.Errorf("%s, %s: unexpected feature %s", tt.name, tt.article.Text(), name)
			}
		}
	}
}

func TestOfReadsThePassageOfAHitBehindTheLead(t *testing.T) {
	body := strings.Repeat("The market was calm. ", 100) + "The ministry bans kiosks."
	start := strings.Index(body, "bans")
	hit := models.Hit{Field: models.InBody, Start: start, End: start + 4}
	if got := present(models.Article{Title: "Notes", Body: body}, models.Match{}); slices.Contains(got, "lead.kiosk") {
		t.Errorf("features without a hit: %v", got)
	}
	if got := present(models.Article{Title: "Notes", Body: body}, models.Match{Hits: []models.Hit{hit}}); !slices.Contains(got, "lead.kiosk") {
		t.Errorf("features with a hit behind the lead: %v", got)
	}
}

func TestOfReadsABoundedPartOfAnArticle(t *testing.T) {
	start := strings.Repeat("The market was calm. 市場平靜。", 40)
	short := relevance.Of(models.Article{Title: start, Body: start}, models.Match{})
	long := relevance.Of(models.Article{Title: start + " Ministry bans kiosks", Body: start + strings.Repeat("禁止挖礦。", 1e5)}, models.Match{})
	for i, name := range relevance.Names() {
		if short.Has(i) != long.Has(i) {
			t.Errorf("what stands behind the lead changes %s", name)
		}
	}
}

func TestOfReadsThePartOfARoundup(t *testing.T) {
	m := models.Match{Part: 2, Heading: "Kiosks banned", Text: "The council met."}
	got := present(models.Article{Title: "Stablecoin news", Body: "Yuan falls. Kiosks banned. The council met."}, m)
	if !slices.Contains(got, "title.kiosk") || !slices.Contains(got, "lead.public") || slices.Contains(got, "title.stablecoin") {
		t.Errorf("features of part 2: %v", got)
	}
}

func TestWordsAreTheSameInBothChineseScripts(t *testing.T) {
	traditional := relevance.Of(models.Article{Title: "監管 bans 挖礦"}, models.Match{}).Words()
	simplified := relevance.Of(models.Article{Title: "监管 Bans 挖矿"}, models.Match{}).Words()
	if diff := cmp.Diff([]string{"监管", "bans", "挖矿"}, traditional); diff != "" {
		t.Errorf("words (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(traditional, simplified); diff != "" {
		t.Errorf("Traditional and Simplified (-traditional +simplified):\n%s", diff)
	}
}

func TestNamesAreUnique(t *testing.T) {
	names := relevance.Names()
	if unique := slices.Compact(slices.Sorted(slices.Values(names))); len(unique) != len(names) {
		t.Errorf("%d names, %d of them different", len(names), len(unique))
	}
	if len(names) > 192 {
		t.Errorf("%d named features; Features has room for 192", len(names))
	}
}

// shippedRules have a model.
var shippedRules = []string{"crypto-ban", "stablecoin-ordinance", "yuan-stablecoin"}

func shipped(t testing.TB, rule string) *relevance.Model {
	t.Helper()
	m, ok := relevance.Shipped(rule)
	if !ok {
		t.Fatalf("no model of %s", rule)
	}
	return m
}

func TestShippedModelsTellPlainCases(t *testing.T) {
	tests := []struct {
		rule     string
		relevant models.Article
		other    models.Article
	}{
		{
			"crypto-ban",
			models.Article{Title: "Government of Chad bans crypto trading", Body: "The ministry prohibits all trading and mining of cryptocurrency."},
			models.Article{Title: "Bitcoin surges 12% despite old ban, analysts say", Body: "Traders pushed the price to a new high. China banned trading years ago."},
		},
		{
			"crypto-ban",
			models.Article{Title: "央行禁止虛擬貨幣交易及挖礦", Body: "當局要求銀行不得提供服務。"},
			models.Article{Title: "比特幣暴漲　分析師看好行情", Body: "交易所發布上線公告。"},
		},
		{
			"stablecoin-ordinance",
			models.Article{Title: "HKMA issues stablecoin licences under the ordinance", Body: "Hong Kong named three licensed issuers."},
			models.Article{Title: "Singapore exchange lists a dollar stablecoin", Body: "The firm raised funds."},
		},
		{
			"yuan-stablecoin",
			models.Article{Title: "離岸人民幣穩定幣面世", Body: "該穩定幣掛鈎人民幣。"},
			models.Article{Title: "數字人民幣試點擴大", Body: "央行數字貨幣用於地鐵。"},
		},
	}
	for _, tt := range tests {
		m := shipped(t, tt.rule)
		high, low := m.Score(relevance.Of(tt.relevant, models.Match{})), m.Score(relevance.Of(tt.other, models.Match{}))
		if high.Score < 0.5 || low.Score > 0.3 {
			t.Errorf("%s: %q scores %.2f, want at least 0.5; %q scores %.2f, want at most 0.3", tt.rule, tt.relevant.Title, high.Score, tt.other.Title, low.Score)
		}
		if len(high.Reasons) == 0 || high.Model != m.Version() {
			t.Errorf("%s: reasons %v, version %q; want reasons, and version %q", tt.rule, high.Reasons, high.Model, m.Version())
		}
	}
}

// A person reads the files and compares them between releases, so they have one form: sorted, rounded, with the command.
func TestShippedModelsHaveOneForm(t *testing.T) {
	versions := make(map[string]bool)
	for _, rule := range shippedRules {
		b, err := os.ReadFile("data/" + rule + ".json")
		if err != nil {
			t.Fatal(err)
		}
		f, err := relevance.ParseFile(b)
		if err != nil {
			t.Fatal(err)
		}
		again, err := f.Encode()
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(string(b), string(again)); diff != "" {
			t.Errorf("data/%s.json is not as Encode writes it (-file +encoded):\n%s", rule, diff)
		}
		if f.Rule != rule || f.Command == "" || f.Articles == 0 || f.Relevant == 0 {
			t.Errorf("data/%s.json: rule %q, command %q, %d articles, %d relevant", rule, f.Rule, f.Command, f.Articles, f.Relevant)
		}
		versions[shipped(t, rule).Version()] = true
	}
	if len(versions) != len(shippedRules) {
		t.Errorf("%d versions of %d models", len(versions), len(shippedRules))
	}
}

func TestEncodeFile(t *testing.T) {
	f := relevance.File{
		Rule: "kiosk-ban", Command: "make relevance", Articles: 20, Relevant: 8, Alert: 0.5, Digest: 0.1, Bias: -1.25,
		Features: map[string]float64{"title.kiosk": 2, "lead.public": 0.5, "subject.firm": -0.75},
		Words:    map[string]float64{"挖矿": 0.3, "kiosks": 1.1},
	}
	b, err := f.Encode()
	if err != nil {
		t.Fatal(err)
	}
	golden.Assert(t, "testdata/model.json", b)
}

func TestParseRefusesBadFiles(t *testing.T) {
	for src, want := range map[string]string{
		`{"features": {"title.moon": 1}}`: `unknown feature "title.moon"`,
		`{"alert": 0.2, "digest": 0.4}`:   "thresholds",
		`{`:                               "read the model",
	} {
		if _, err := relevance.Parse([]byte(src)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("Parse(%s): error %v, want one with %q", src, err, want)
		}
	}
}

func TestScoreGivesTheHeaviestReasonsFirst(t *testing.T) {
	m, err := relevance.Parse([]byte(`{"alert": 0.6, "digest": 0.3, "bias": 0.1,
		"features": {"title.public": 0.2, "title.forbid": 1.5, "title.coin": -0.05, "title.question": -2}, "words": {"kiosks": 0.7}}`))
	if err != nil {
		t.Fatal(err)
	}
	got := m.Score(relevance.Of(models.Article{Title: "Will the council ban bitcoin kiosks?"}, models.Match{}))
	want := []models.RelevanceReason{{Feature: "title.question"}, {Feature: "title.forbid", For: true}, {Feature: "word.kiosks", For: true}}
	if diff := cmp.Diff(want, got.Reasons); diff != "" {
		t.Errorf("reasons (-want +got):\n%s", diff)
	}
	for score, level := range map[float64]models.RelevanceLevel{0.6: models.Likely, 0.59: models.LessCertain, 0.3: models.LessCertain, 0.29: models.Unlikely} {
		if got := m.Level(score); got != level {
			t.Errorf("Level(%v) = %s, want %s", score, got, level)
		}
	}
}

// samples returns articles of two kinds that differ in one word.
func samples() []relevance.Sample {
	var out []relevance.Sample
	for i := range 40 {
		a := models.Article{Title: fmt.Sprintf("Council %d bans kiosks", i)}
		if i%2 == 1 {
			a.Title = fmt.Sprintf("Council %d opens kiosks", i)
		}
		out = append(out, relevance.Sample{Features: relevance.Of(a, models.Match{}), Relevant: i%2 == 0, Weight: 1})
	}
	return out
}

func TestFitIsDeterministicAndSeparates(t *testing.T) {
	f, again := relevance.Fit(samples(), relevance.Options{}), relevance.Fit(samples(), relevance.Options{})
	if diff := cmp.Diff(f, again); diff != "" {
		t.Errorf("the same samples give another model (-first +second):\n%s", diff)
	}
	if f.Words["bans"] <= 0 || f.Words["opens"] >= 0 {
		t.Errorf("weights of words %v; want bans above and opens below 0", f.Words)
	}
	if _, ok := f.Words["kiosks"]; ok {
		t.Errorf("weights of words %v; kiosks is in every title and says nothing", slices.Sorted(maps.Keys(f.Words)))
	}
}

func TestFitKeepsTheBaseRate(t *testing.T) {
	weighted := samples()
	for i := range weighted {
		if weighted[i].Relevant {
			weighted[i].Weight = 1.0 / 9
		}
	}
	f := relevance.Fit(weighted, relevance.Options{L2: 1e6}) // no feature counts
	if f.Bias < -2.25 || f.Bias > -2.15 {
		t.Errorf("bias %v, want about ln(0.1/0.9) = -2.197", f.Bias)
	}
}

func TestFitOfOneKindAlone(t *testing.T) {
	var one []relevance.Sample
	for _, s := range samples() {
		if s.Relevant {
			one = append(one, s)
		}
	}
	for name, samples := range map[string][]relevance.Sample{"none": nil, "only relevant": one} {
		b, err := relevance.Fit(samples, relevance.Options{}).Encode()
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if _, err := relevance.Parse(b); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func FuzzScore(f *testing.F) {
	f.Add("Council bans kiosks", "The council met.", 0, 5)
	f.Add("央行禁止比特幣？", "當局：\xff不得", -3, 900)
	f.Add(strings.Repeat("ban crypto ", 300), strings.Repeat("禁加密", 4000), 2000, 2100)
	f.Fuzz(func(t *testing.T, title, body string, start, end int) {
		a := models.Article{Title: title, Body: body}
		m := models.Match{Hits: []models.Hit{{Field: models.InBody, Start: start, End: end}}}
		for _, rule := range shippedRules {
			model := shipped(t, rule)
			score := model.Score(relevance.Of(a, m))
			if !(score.Score >= 0 && score.Score <= 1) || len(score.Reasons) > 3 {
				t.Errorf("%s scores %v with %d reasons", rule, score.Score, len(score.Reasons))
			}
			if diff := cmp.Diff(score, model.Score(relevance.Of(a, m))); diff != "" {
				t.Errorf("another score of the same article (-first +second):\n%s", diff)
			}
		}
	})
}

func BenchmarkScore(b *testing.B) {
	m := shipped(b, "crypto-ban")
	long := strings.Repeat("The ministry bans crypto payments, and the central bank tells exchanges to halt trading in bitcoin. ", 200)
	at := strings.LastIndex(long, "bans")
	for name, a := range map[string]models.Article{
		"summary": {Title: "Government of Chad to ban crypto mining, minister says", Body: long[:200]},
		"long":    {Title: "Government of Chad to ban crypto mining, minister says", Body: long},
		"chinese": {Title: "央行重申全面禁止虛擬貨幣交易炒作", Body: strings.Repeat("監管部門要求銀行不得為加密貨幣交易提供服務，並打擊挖礦。", 200)},
	} {
		b.Run(name, func(b *testing.B) {
			match := models.Match{Hits: []models.Hit{{Field: models.InBody, Start: at, End: at + 4}}}
			for b.Loop() {
				m.Score(relevance.Of(a, match))
			}
		})
	}
}
