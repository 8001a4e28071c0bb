package render

import (
	"strings"
	"testing"

	"regwatch/internal/noticetest"
	"regwatch/models"
)

func TestRelevanceSaysLevelAndReasons(t *testing.T) {
	of := noticetest.Relevance
	for _, tt := range []struct {
		relevance *models.Relevance
		l         Language
		want      string
	}{
		{of(models.Likely, "", "+title.public-acts", "+title.stablecoin", "-lead.price"), English, "likely (the title refers to action by a public body and stablecoins; against it: the text refers to prices)"},
		{of(models.Likely, "", "+title.public-acts", "+title.stablecoin", "-lead.price"), TraditionalChinese, "很可能（標題提到官方機構採取行動以及穩定幣；不利因素：內文提到價格走勢）"},
		{of(models.Likely, "", "+title.public-acts", "+title.stablecoin", "-lead.price"), SimplifiedChinese, "很可能（标题提到官方机构采取行动以及稳定币；不利因素：正文提到价格走势）"},
		{of(models.Likely, "", "+title.forbid", "+source.regulator", "+lead.forbid"), English, "likely (title and text refer to a ban, a regulator published it)"},
		{of(models.Likely, "", "+title.forbid", "-lead.forbid"), English, "likely (the title refers to a ban; against it: the text refers to a ban)"},
		{of(models.Likely, "", "+word.rigs", "+word.挖矿"), English, "likely (the title contains “rigs” and “挖矿”)"},
		{of(models.Likely, "", "+lead.coin", "+lead.order", "+lead.public"), English, "likely (the text refers to crypto, an order or notice and a public body)"},
		{of(models.Likely, "", "-title.question"), English, "likely (against it: the title is a question)"},
		{of(models.Likely, ""), English, "likely"},
		{of(models.LessCertain, "", "+subject.public", "-title.firm-acts", "-body.none"), English, "less certain (against it: the title refers to action by a private firm, there is only a title; for it: the title names a public body first)"},
		{of(models.LessCertain, "", "+subject.public", "-title.firm-acts", "-body.none"), TraditionalChinese, "不太確定（不利因素：標題提到私人企業採取行動，文章只有標題；有利因素：標題首先提到官方機構）"},
		{of(models.Unlikely, models.KeptOfficial, "-lead.court"), English, "less certain, but alerts from official sources are always sent (against it: the text refers to court cases)"},
		{of(models.Unlikely, models.KeptCritical, "-lead.court"), SimplifiedChinese, "不太确定，但极重要规则的通知一律发送（不利因素：正文提到法院诉讼）"},
		{of(models.Likely, "", "+title.newer-group", "-a\x1b[31m\nb"), English, "likely (title.newer-group; against it: a[31m b)"},
		{&models.Relevance{Level: models.Likely}, English, ""},
		{nil, English, ""},
	} {
		if got := tt.l.relevance(tt.relevance); got != tt.want {
			t.Errorf("relevance of %+v\nis   %q\nwant %q", tt.relevance, got, tt.want)
		}
	}
}

// An alert shows the relevance of its first rule that has one.
func TestAlertShowsRelevanceOfLeadingRule(t *testing.T) {
	likely, less := noticetest.Relevance(models.Likely, ""), noticetest.Relevance(models.LessCertain, "")
	for _, tt := range []struct {
		why  []models.Finding
		want string
	}{
		{nil, ""},
		{[]models.Finding{{RuleID: "a"}}, ""},
		{[]models.Finding{{RuleID: "a"}, {RuleID: "b", Relevance: likely}}, "likely"},
		{[]models.Finding{{RuleID: "a", Relevance: less}, {RuleID: "b", Relevance: likely}}, "less certain"},
		{[]models.Finding{{RuleID: "a", Relevance: &models.Relevance{}}, {RuleID: "b", Relevance: less}}, "less certain"},
	} {
		n := noticetest.Notice(models.Content{Alert: &models.Alert{Title: "A title", Why: tt.why, Zone: "UTC"}})
		if got := viewAlert(n, nil, English).Relevance; got != tt.want {
			t.Errorf("relevance %q, want %q", got, tt.want)
		}
		if text := TextOf(t, n, 0); strings.Contains(text, "Relevance: ") != (tt.want != "") {
			t.Errorf("want the relevance %q in:\n%s", tt.want, text)
		}
	}
}

func TestAlertShowsStageQuoteOnce(t *testing.T) {
	long := strings.Repeat("The bill passed its third reading. ", 10)
	for _, tt := range []struct {
		name  string
		alert models.Alert
		now   *models.Status
		want  string
	}{
		{"another sentence", models.Alert{Title: "Title", Stage: "passed", StageQuote: "The bill\npassed."}, nil, "“The bill passed.”"},
		{"long", models.Alert{Title: "Title", Stage: "passed", StageQuote: long}, nil, "“The bill passed its third reading. The bill passed its third reading. The bill passed its third reading. The bill passed its third reading. The bill passed its…”"},
		{"the title", models.Alert{Title: "The bill passed", Stage: "passed", StageQuote: "The bill passed"}, nil, ""},
		{"in the excerpt", models.Alert{Title: "Title", Stage: "passed", StageQuote: "The bill passed.", Excerpt: models.Excerpt{Text: "Today. The  bill passed. Then"}}, nil, ""},
		{"none", models.Alert{Title: "Title", Stage: "passed"}, nil, ""},
		{"without a stage", models.Alert{Title: "Title", StageQuote: "The bill passed."}, nil, ""},
		{"the same stage now", models.Alert{Title: "Title", Stage: "passed", StageQuote: "The bill passed."}, &models.Status{Stage: "passed"}, "“The bill passed.”"},
		{"another stage now", models.Alert{Title: "Title", Stage: "passed", StageQuote: "The bill passed."}, &models.Status{Stage: "in force"}, ""},
	} {
		n := noticetest.Notice(models.Content{Alert: &tt.alert})
		if got := viewAlert(n, tt.now, English).StageQuote; got != tt.want {
			t.Errorf("%s: %q, want %q", tt.name, got, tt.want)
		}
	}
}

func TestDigestWithoutLikelyEvents(t *testing.T) {
	uncertain := make([]models.DigestEvent, 12)
	read := models.Coverage{Sources: 2, Checked: 2, Held: []models.HeldCount{{Why: models.HeldUnlikely, Events: 1}, {Why: models.HeldMuted, Events: 4}}}
	for _, tt := range []struct {
		digest models.Digest
		empty  bool
		want   string
	}{
		{models.Digest{LessCertain: uncertain}, false, "No event in this period is likely to be relevant: 12 are less certain."},
		{models.Digest{LessCertain: uncertain[:1], NotRelevant: 3, Coverage: read}, false, "No event in this period is likely to be relevant: 1 is less certain, 1 is unlikely, 3 were marked as not relevant."},
		{models.Digest{NotRelevant: 1}, true, "No event in this period is likely to be relevant: 1 was marked as not relevant."},
		{models.Digest{Events: uncertain[:1], LessCertain: uncertain[:1]}, false, "1 event: 1 other"},
	} {
		v := viewDigest(tt.digest, English)
		if v.Summary != tt.want || v.Empty != tt.empty {
			t.Errorf("summary %q, empty %v; want %q, %v", v.Summary, v.Empty, tt.want, tt.empty)
		}
		if shown := min(len(tt.digest.LessCertain), 10); len(v.LessCertain) != shown || v.MoreLessCertain != len(tt.digest.LessCertain)-shown {
			t.Errorf("%d less certain and %d more, want %d of %d", len(v.LessCertain), v.MoreLessCertain, shown, len(tt.digest.LessCertain))
		}
	}
}
