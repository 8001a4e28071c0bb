package rules

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"regwatch/models"
)

// headings returns the headings of a roundup's reports.
func headings(title, body string) []string {
	var out []string
	for _, s := range splitRoundup(title, body) {
		out = append(out, headingOf(body, s))
	}
	return out
}

func TestSplitRoundup(t *testing.T) {
	tests := []struct {
		name, title, body string
		want              []string
	}{
		{
			"headings on their own lines", "Morning briefing: five things to know",
			"Good morning. Here is what happened.\n\nHarbour tolls rise\n\nThe port authority raised tolls by a tenth on Monday, it said.\n\nBank closes branches\n\nA lender closes twelve of its branches, it told the exchange.\n\nRain ends drought\n\nThe north had rain for the first time since May, the observatory said.",
			[]string{"Harbour tolls rise", "Bank closes branches", "Rain ends drought"},
		},
		{
			"numbered lines", "Asia crypto round-up, 21 August",
			"1. Seoul delays its tax. The ministry named no new date.\n2. Manila blocks two exchanges. Neither had a licence.\n4. Tokyo lists a yen coin.",
			[]string{"Seoul delays its tax", "Manila blocks two exchanges", "Tokyo lists a yen coin"},
		},
		{
			"numbers on their own lines", "The week in review",
			"1. Tolls\nThe port authority raised tolls by a tenth.\n\n2. Branches\nA lender closes twelve branches.\n\n3. Rain\nThe north had rain.",
			[]string{"Tolls", "Branches", "Rain"},
		},
		{
			"brackets", "每日要聞精選", "【港口加價】港口管理局周一宣布加價一成。\n\n【銀行關分行】一間銀行將關閉十二間分行。\n\n【北部降雨】北部五月以來首次降雨。",
			[]string{"港口加價", "銀行關分行", "北部降雨"},
		},
		{
			"Chinese numerals", "本周监管动态汇总", "一、港口加价\n港口管理局周一宣布加价一成。\n二、银行关分行\n一家银行将关闭十二家分行。\n三、北部降雨\n北部五月以来首次降雨。",
			[]string{"港口加价", "银行关分行", "北部降雨"},
		},
		{
			"bullets", "收市快訊：恒指跌78點", "●港股收跌，成交縮減。\n●美元走強；日圓受壓。\n●油價回升。",
			[]string{"港股收跌，成交縮減", "美元走強", "油價回升"},
		},
		{
			"list of circulars", "Circulars issued in August 2026",
			"3 August 2026 Circular on tolls\n12 August 2026 Circular on the reporting of branches\n21 August 2026 Revised return on rainfall",
			[]string{"Circular on tolls", "Circular on the reporting of branches", "Revised return on rainfall"},
		},
		{
			"places", "Asia regulatory roundup", "Seoul: The ministry delays its tax on coins and names no new date.\n\nManila: Two exchanges are blocked. Neither had a licence.\n\nTokyo: A yen coin is listed.",
			[]string{"Seoul: The ministry delays its tax on coins and names no new date", "Manila: Two exchanges are blocked", "Tokyo: A yen coin is listed"},
		},
		{
			"names that are sentences", "Daily roundup: flows, phones and a new broom", "Here is what happened.\n\nFlows. Funds took in 212 million.\n\nPhones. A third one ships in spring.\n\nTurkey. The board published a notice. It begins in May.",
			[]string{"Flows. Funds took in 212 million.", "Phones. A third one ships in spring.", "Turkey. The board published a notice. It begins in May."},
		},
		{
			"headings without a common subject", "Harbour tolls, branches, rain and a bridge",
			"Tolls go up at the port\n\nThe port authority raised what ships pay by a tenth on Monday, the first rise since the pandemic, and expects no one to stay away because of it.\n\n" +
				"Lender leaves the high street\n\nTwelve branches close in the autumn, and their staff of ninety are offered work at the call centre that opened last year in the south.\n\n" +
				"Drought ends in the north\n\nFarmers had rain for the first time since May, the observatory said; reservoirs stand at a third and need weeks of it to fill up again.\n\n" +
				"Bridge reopens to lorries\n\nEngineers found no more cracks in the steel, and heavy vehicles may cross again from Friday at half the speed that cars are allowed.",
			[]string{"Tolls go up at the port", "Lender leaves the high street", "Drought ends in the north", "Bridge reopens to lorries"},
		},
	}
	for _, tt := range tests {
		if diff := cmp.Diff(tt.want, headings(tt.title, tt.body)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.name, diff)
		}
	}
}

// The parts of an ordinary article belong together.
func TestSplitRoundupKeepsOrdinaryArticles(t *testing.T) {
	long := " The licence costs what it did, and issuers hold reserves in cash or in bills for every coin that they have sold to anybody at home."
	tests := []struct{ name, title, body string }{
		{"plain paragraphs", "Morning briefing", "Tolls rise.\n\nBranches close.\n\nRain falls."},
		{"subheadings on one subject", "New stablecoin regime explained", "Who needs a licence\n\nEvery issuer of a stablecoin." + long + "\n\nReserves\n\nStablecoin reserves are in cash." + long + "\n\nPenalties\n\nAn issuer may be fined." + long + "\n\nTransition\n\nOld issuers have six months." + long},
		{"requirements", "What issuers have to do", "A licensee must:\n\n● hold reserves in cash;\n● redeem at par within a day;\n● publish a report every month;\n● appoint an auditor."},
		{"numbered requirements", "HKMA sets out conditions", "1. Reserves are held in cash.\n2. Redemption is at par.\n3. A report is published every month.\n4. An auditor is appointed."},
		{"questions and answers", "Weekly roundup of questions", "Who needs a licence?\n\nEvery issuer that sells coins to the public at home.\n\nWhat does it cost?\n\nNothing more than before, the authority said today.\n\nWhen does it start?\n\nIn August, after a transition of six months."},
		{"interview", "Daily news: the minister answers", "Q: Who needs a licence?\nA: Every issuer.\nQ: What does it cost?\nA: Nothing.\nQ: When?\nA: In August."},
		{"timeline", "How the stablecoin law came about", "January 2022: A paper asks for views.\n\n2023-12-27: The government proposes a law.\n\n2025-05-21: The law is passed.\n\n2025-08-01: It begins."},
		{"law", "Stablecoins Notice 2026", "1. Commencement\nThis Notice begins on 1 August.\n2. Interpretation\nIn this Notice, coin means a stablecoin.\n3. Fees\nThe fee of an issuer is in the Schedule."},
		{"countries on one subject", "Five places where bitcoin is forbidden", "Algeria. A statute of 2018 bars it.\n\nBolivia. No currency without leave.\n\nEgypt. Dealing is haram.\n\nNepal. People were arrested."},
		{"digest as a verb", "Markets digest rate cut", "Stocks\n\nShares rose after the cut, by a tenth in all, traders said.\n\nBonds\n\nYields fell after the cut, to what they were in May.\n\nGold\n\nGold rose after the cut as the dollar fell on Monday."},
		{"press briefing", "HKMA holds press briefing on stablecoins", "Licences\n\nThe first licences for stablecoins come early next year.\n\nReserves\n\nReserves of stablecoins are to be in cash or bills.\n\nBanks\n\nBanks may hold stablecoins for their clients then."},
		{"list at the end", "Daily briefing", strings.Repeat("The authority said on Monday that it had no more to say on tolls. ", 12) + "\n\n1. Tolls rise\n2. Branches close\n3. Rain falls"},
		{"empty", "", ""},
	}
	for _, tt := range tests {
		if got := headings(tt.title, tt.body); got != nil {
			t.Errorf("%s is split into %q", tt.name, got)
		}
	}
}

func TestMatchRoundupByReport(t *testing.T) {
	set := MustLoad(t, Head+`terms: {yuan: [yuan, 人民幣], coin: [stablecoin], ban: [ban]}
when:
  any:
    - {near: [yuan, coin], within: 40}
    - {terms: ban, in: title}
mention: {terms: ban}
tags: {both: {all: [{terms: yuan}, {terms: ban}]}}
`)
	body := "Also a stablecoin in the north.\n\n1. Yuan falls\nThe yuan fell on Monday.\n\n2. Stablecoin law\nA stablecoin is licensed.\n\n3. A yuan-backed stablecoin\nIt starts, after a ban.\n\n4. Ban on kiosks\nKiosks close."
	type found struct {
		Part           int
		Heading, Words string
		Strength       models.Strength
		Tags           []string
	}
	var got []found
	for _, m := range set.Match(models.Article{Title: "Morning briefing: tolls", Body: body}) {
		got = append(got, found{m.Part, m.Heading, quoteHits(m.Hits), m.Strength, m.Tags})
		for _, h := range m.Hits {
			if h.Field != models.InBody || body[h.Start:h.End] != h.Text {
				t.Errorf("hit %q is not at %s %d-%d", h.Text, h.Field, h.Start, h.End)
			}
		}
		if !strings.HasPrefix(m.Text, m.Heading) || !strings.Contains(body, m.Text) {
			t.Errorf("part %d has the text %q", m.Part, m.Text)
		}
	}
	want := []found{
		{3, "A yuan-backed stablecoin", `"yuan-backed stablecoin"`, models.Subject, []string{"both"}},
		{4, "Ban on kiosks", `"Ban"`, models.Subject, nil},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("Match (-want +got):\n%s", diff)
	}
	// The title counts only if no report matches as well.
	for title, want := range map[string]int{"Morning briefing: ban on kiosks": 2, "Morning briefing: yuan stablecoin": 2} {
		if got := set.Match(models.Article{Title: title, Body: body}); len(got) != want {
			t.Errorf("%s: %d matches, want %d", title, len(got), want)
		}
	}
	got = nil
	for _, m := range set.Match(models.Article{Title: "Morning briefing: ban on tolls", Body: strings.Replace(body, "Ban on kiosks", "Kiosks", 1)}) {
		got = append(got, found{m.Part, m.Heading, quoteHits(m.Hits), m.Strength, m.Tags})
	}
	want = []found{want[0]}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("Match with the words of a report in the title (-want +got):\n%s", diff)
	}
}

func TestExplainRoundupByReport(t *testing.T) {
	set := MustLoad(t, Head+"terms: {yuan: [yuan], coin: [stablecoin]}\nwhen: {near: [yuan, coin], within: 40}\n")
	a := models.Article{Title: "Morning briefing", Body: "1. Yuan falls\nIt fell.\n\n2. A yuan stablecoin\nIt starts.\n\n3. Rain\nThe north had rain."}
	var got []string
	for _, e := range set.Explain(a) {
		got = append(got, e.String())
	}
	want := []string{"r, part 2, \"A yuan stablecoin\", matches as a subject\n  yes when: yuan near coin within 40 → \"yuan stablecoin\" ¶3\n    yes yuan → \"yuan\" ¶3\n    yes coin → \"stablecoin\" ¶3\n"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("Explain (-want +got):\n%s", diff)
	}
}

func FuzzSplitRoundup(f *testing.F) {
	f.Add("Morning briefing", "1. a\nb c.\n2. d\n3. e")
	f.Add("每日要聞", "【a】b\n【c】d\n【】\n【e】f")
	f.Add("Circulars", "1 May 2026 a\n2026-05-02 b\n5月3日 c\n● d\nA: b")
	f.Fuzz(func(t *testing.T, title, body string) {
		at := 0
		for _, s := range splitRoundup(title, body) {
			if s.start < at || s.head < s.start || s.end < s.head || s.end > len(body) || s.end == s.start {
				t.Fatalf("splitRoundup(%q, %q) has %+v after offset %d", title, body, s, at)
			}
			at = s.end
		}
	})
}
