package instruments_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"regwatch/events/instruments"
	"regwatch/internal/text"
)

// find returns the IDs of the instruments in a headline.
func find(title string) []string {
	tokens := text.Tokens(title)
	var ids []string
	for _, n := range instruments.Find(title, tokens, len(tokens), "") {
		ids = append(ids, n.ID)
	}
	return ids
}

func TestFindInstruments(t *testing.T) {
	tests := []struct {
		text string
		want []string
	}{
		{"The Stablecoins Ordinance takes effect", []string{"hk:cap:656"}},
		{"穩定幣條例下月生效", []string{"hk:cap:656"}},
		{"《稳定币条例》正式实施", []string{"hk:cap:656"}},
		{"Lawmakers vote on the Stablecoins Bill today", []string{"hk:cap:656"}},
		{"立法會三讀通過穩定幣條例草案", []string{"hk:cap:656"}},
		{"A licence under Cap. 656 of the Laws of Hong Kong", []string{"hk:cap:656"}},
		{"A licence under the Ordinance (Cap.656)", []string{"hk:cap:656"}},
		{"持牌人須遵守香港法例第656章", []string{"hk:cap:656"}},
		{"Subsidiary rules in Cap. 615A", []string{"hk:cap:615"}},
		{"L.N. 123 of 2025 names the day", []string{"hk:ln:2025-123"}},
		{"Legal Notice No. 123 of 2025 names the day", []string{"hk:ln:2025-123"}},
		{"2025年第123號法律公告指定日期", []string{"hk:ln:2025-123"}},
		{"2025 年第 123 号法律公告", []string{"hk:ln:2025-123"}},
		{"See G.N. 4567 in the Gazette", []string{"hk:gn:4567"}},
		{"Gazette Notice No. 4567 lists the banks", []string{"hk:gn:4567"}},
		{"第4567號政府公告", []string{"hk:gn:4567"}},
		{"憲報公告第4567號", []string{"hk:gn:4567"}},
		{"Regulation (EU) 2023/1114 applies", []string{"eu:law:2023/1114"}},
		{"MiCA applies from today", []string{"eu:law:2023/1114"}},
		{"Regulation (EU) No 575/2013 on capital", []string{"eu:law:575/2013"}},
		{"Directive 2014/65/EU is replaced", []string{"eu:law:2014/65"}},
		{"COM(2023) 360 is a proposal", []string{"eu:com:2023/360"}},
		{"2023/0208(COD) has its second reading", []string{"eu:cod:2023/208"}},
		{"House passes H.R. 25 in a late vote", []string{"us:hr:25"}},
		{"House passes H.R.3633", []string{"us:law:clarity-act"}},
		{"Senators file S. 2281 on custody", []string{"us:s:2281"}},
		{"The bill became Public Law 119-27", []string{"us:law:genius-act"}},
		{"Signed as Pub. L. No. 118–31", []string{"us:pl:118-31"}},
		{"The case is No. 24-1234", []string{"us:docket:24-1234"}},
		{"SEC v. Example, 1:23-cv-01234", []string{"us:docket:1:23-cv-1234"}},
		{"SEC v. Example, 23-cv-1234", []string{"us:docket:23-cv-1234"}},
		{"Release No. 34-98765 seeks comment", []string{"us:sec-release:34-98765"}},
		{"The rule is at 90 FR 12345", []string{"us:fr:90-12345"}},
		{"The HKMA's reference is B10/1C", []string{"hk:hkma-file:b10/1c"}},
		{"新聞稿編號 25PR123", []string{"hk:sfc:25pr123"}},
		{"MAS Notice 626 is amended", []string{"sg:notice:626"}},
		{"Amendments to Notice PSN02", []string{"sg:notice:psn02"}},
		{"LC Paper No. CB(1)123/2025(02)", []string{"hk:legco:cb1-123/2025(2)"}},
		{"立法會CB(1)123/2025(02)號文件", []string{"hk:legco:cb1-123/2025(2)"}},
		{"SI 2025/123 and S.I. 2025 No. 124", []string{"uk:si:2025/123", "uk:si:2025/124"}},
		{"关于银发〔2021〕237号的通知", []string{"cn:银发:2021-237"}},
		{"證監發[2022]5號文", []string{"cn:监发:2022-5"}},
		{"中国人民银行公告〔2025〕第5号", []string{"cn:银行公告:2025-5"}},
		{"Circular No. 12/2025 to all banks", []string{"any:circular:2025-12"}},

		// What only looks like one.
		{"Market cap. 656 million dollars", nil},
		{"A market cap 656 is nothing", nil},
		{"Chapter 11 for a lender; see chapter 3", nil},
		{"小說第3章", nil},
		{"U.S. 394 plan", nil},
		{"S. 2025 budget", nil},
		{"No. 1 bank in 24-1234", nil},
		{"Number 24 1234", nil},
		{"HR 25 staff leave", nil},
		{"(EU) 27 members, 5/6 agree", nil},
		{"the l n 123 of 2025", []string{"hk:ln:2025-123"}},
		{"第123號公告", nil},
		{"G 20 notice 4567", nil},
		{"Flight B10/12 lands", nil},
		{"Cap of 656", nil},
		{"S. 394 million", nil},
		{"A mine of mica in Brazil", nil},
		{"MICA APPLIES FROM TODAY", []string{"eu:law:2023/1114"}},
	}
	for _, tt := range tests {
		if diff := cmp.Diff(tt.want, find(tt.text)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.text, diff)
		}
	}
}

func TestFindTellsSubjectFromCitation(t *testing.T) {
	title := "HKMA explains Cap. 656"
	body := "L.N. 12 of 2026 was printed today. " + strings.Repeat("Banks may ask for a licence when they have a plan. ", 12) + "It is like Regulation (EU) 2023/1114, and Cap. 656 says so."
	src := title + "\n" + body
	tokens := text.Tokens(src)
	found := instruments.Find(src, tokens, 4, "https://www.hkma.gov.hk/eng/news/2026/01/20260106-4/")
	var got []string
	for _, n := range found {
		where := [...]string{"title", "link", "lead", "body"}[n.Place]
		if n.Place != instruments.InLink {
			where += " " + src[n.Start:n.End]
		}
		got = append(got, where)
	}
	want := []string{"title Cap. 656", "link", "lead L.N. 12 of 2026", "body EU) 2023/1114"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("places (-want +got):\n%s", diff)
	}
	if found[3].IsSubject() || !found[2].IsSubject() {
		t.Error("only what is in title, link and lead is a subject")
	}
}

func TestNamesReadBack(t *testing.T) {
	for _, id := range []string{
		"hk:cap:656", "hk:cap:32", "hk:ln:2025-123", "hk:gn:4567", "eu:law:2023/1114", "eu:law:2019/1", "eu:com:2023/360", "eu:cod:2023/208", "us:hr:25", "us:s:2281",
		"us:pl:118-31", "us:docket:24-1234", "us:docket:1:23-cv-1234", "us:sec-release:34-98765", "us:fr:90-12345", "uk:si:2025/123",
		"sg:notice:psn02", "hk:hkma-file:b10/1c", "hk:sfc:25pr123", "any:circular:2025-12", "hk:legco:cb1-123/2025(2)", "cn:银发:2021-237", "cn:监发:2022-5", "us:law:genius-act",
	} {
		english, others := instruments.Names(id)
		for _, name := range append([]string{english}, others["zh-Hant"], others["zh-Hans"]) {
			if id == "hk:cap:32" {
				name = strings.Replace(name, "第", "香港法例第", 1)
			}
			if strings.HasPrefix(name, "No. 1:") {
				name = name[4:]
			}
			if got := find(name); name != "" && !cmp.Equal(got, []string{id}) {
				t.Errorf("%s is called %q, which reads as %v", id, name, got)
			}
		}
	}
}

func TestByName(t *testing.T) {
	for name, want := range map[string]string{
		"Cap. 656": "hk:cap:656", "hk:cap:656": "hk:cap:656", "穩定幣條例": "hk:cap:656", "mica": "eu:law:2023/1114", "H.R. 3633": "us:law:clarity-act",
		"L.N. 123 of 2025": "", "something else": "", "Cap. 656 and MiCA": "", "": "",
	} {
		if got, _ := instruments.ByName(name); got != want {
			t.Errorf("ByName(%q) = %q, want %q", name, got, want)
		}
	}
}

func TestConflict(t *testing.T) {
	tests := []struct {
		a, b string
		want bool
	}{
		{"hk:ln:2025-123", "hk:ln:2025-124", true},
		{"hk:ln:2025-123", "hk:ln:2025-123", false},
		{"hk:ln:2025-123 hk:ln:2025-124", "hk:ln:2025-124", false},
		{"hk:ln:2025-123", "hk:gn:124", false},
		{"hk:gn:7 hk:ln:2025-123", "hk:gn:7 hk:ln:2025-124", true},
		{"us:docket:1:23-cv-7", "us:docket:23-cv-7", false},
		{"us:docket:1:23-cv-7", "us:docket:2:23-cv-7", true},
		{"", "hk:gn:7", false},
	}
	for _, tt := range tests {
		a, b := strings.Fields(tt.a), strings.Fields(tt.b)
		if got := instruments.Conflict(a, b); got != tt.want {
			t.Errorf("Conflict(%v, %v) = %v", a, b, got)
		}
		if got := instruments.Conflict(b, a); got != tt.want {
			t.Errorf("Conflict(%v, %v) = %v", b, a, got)
		}
	}
}

func TestTwins(t *testing.T) {
	tests := []struct {
		name, english, chinese string
		want                   bool
	}{
		{"HKMA", "https://www.hkma.gov.hk/eng/news-and-media/press-releases/2025/08/20250806-4/", "https://www.hkma.gov.hk/chi/news-and-media/press-releases/2025/08/20250806-4/", true},
		{"SFC, in the path", "https://apps.sfc.hk/edistributionWeb/gateway/EN/news-and-announcements/news/doc?refNo=25PR123", "https://apps.sfc.hk/edistributionWeb/gateway/TC/news-and-announcements/news/doc?refNo=25PR123", true},
		{"SFC, a parameter", "https://apps.sfc.hk/doc?refNo=25PR123&lang=EN", "https://apps.sfc.hk/doc?lang=TC&refNo=25PR123", true},
		{"LegCo, an ending", "https://www.legco.gov.hk/yr2025/english/bc/papers/bc20250205cb1-123-1_eng.pdf", "https://www.legco.gov.hk/yr2025/chinese/bc/papers/bc20250205cb1-123-1_chi.pdf", true},
		{"LegCo, a letter", "https://www.legco.gov.hk/yr2025/english/hc/papers/hc0205cb2-123-e.pdf", "https://www.legco.gov.hk/yr2025/chinese/hc/papers/hc0205cb2-123-c.pdf", true},
		{"a letter after the number", "https://example.gov/notices/20250205e.htm", "https://example.gov/notices/20250205c.htm", true},
		{"locales", "https://bank.example/en-GB/media/12345", "https://bank.example/zh-HK/media/12345", true},
		{"a locale with underscore", "https://bank.example/en_US/media/12345.html", "https://bank.example/zh_CN/media/12345.html", true},
		{"only one has a language", "https://example.gov/press/12345.html", "https://example.gov/tc/press/12345.html", true},
		{"a host for each language", "https://en.example.gov/press/12345", "https://tc.example.gov/press/12345", true},
		{"the gateway to Simplified Chinese", "https://www.info.gov.hk/gia/general/202508/06/P2025080600123.htm", "https://sc.isd.gov.hk/TuniS/www.info.gov.hk/gia/general/202508/06/P2025080600123.htm", true},
		{"the language last", "https://example.gov/press/12345/en", "https://example.gov/press/12345/zh-hant", true},
		{"a headline in the address", "https://example.gov/en/bank-one-gets-the-first-licence", "https://example.gov/sc/bank-one-gets-the-first-licence", true},
		{"Japanese", "https://www.example.go.jp/en/news/20250806.html", "https://www.example.go.jp/ja/news/20250806.html", true},

		{"another number", "https://www.hkma.gov.hk/eng/press-releases/2025/08/20250806-4/", "https://www.hkma.gov.hk/chi/press-releases/2025/08/20250806-5/", false},
		{"another reference", "https://apps.sfc.hk/doc?refNo=25PR123&lang=EN", "https://apps.sfc.hk/doc?refNo=25PR124&lang=TC", false},
		{"one language", "https://example.gov/en/press/12345", "https://example.gov/en/press/12345", false},
		{"one language under two names", "https://example.gov/chi/press/12345", "https://example.gov/tc/press/12345", false},
		{"a list", "https://example.gov/en/press-releases/", "https://example.gov/tc/press-releases/", false},
		{"the list of a year", "https://example.gov/en/press-releases/2025/", "https://example.gov/tc/press-releases/2025/", false},
		{"the list of a month", "https://example.gov/en/press-releases/2025/08", "https://example.gov/tc/press-releases/2025/08", false},
		{"another host", "https://example.gov/en/press/12345", "https://example.org/tc/press/12345", false},
		{"another section", "https://example.gov/en/press/12345", "https://example.gov/tc/speeches/12345", false},
		{"another paper", "https://example.gov/papers/cb1-123-e.pdf", "https://example.gov/papers/cb1-124-c.pdf", false},
		{"no links", "", "", false},
		{"a folder in the language of a country", "https://example.gov/hk/press/12345", "https://example.gov/sg/press/12345", false},
	}
	for _, tt := range tests {
		a, b := instruments.TwinOf(tt.english), instruments.TwinOf(tt.chinese)
		if got := a.IsTwinOf(b, false, true); got != tt.want {
			t.Errorf("%s: twins %v, want %v\n%+v\n%+v", tt.name, got, tt.want, a, b)
		}
		if got := b.IsTwinOf(a, true, false); got != tt.want {
			t.Errorf("%s, the other way: twins %v, want %v", tt.name, got, tt.want)
		}
	}
	// Without a language in either link, its text does not make a twin of a page.
	if a := instruments.TwinOf("https://example.gov/press/12345"); a.IsTwinOf(a, false, true) {
		t.Error("one link is its own twin")
	}
}

func FuzzFind(f *testing.F) {
	f.Add("Cap. 656, L.N. 1 of 2025 和 2025年第123號法律公告", "https://apps.sfc.hk/doc?refNo=25PR1&lang=EN")
	f.Add("1:23-cv-01234 (EU) No 575/2013 COM(2020) 593 CB(1)1/2025(02)", "https://example.gov/TuniS/x/en_e.htm")
	f.Add("銀發〔2021〕237號 90 FR 1 S.I. 2025 No. 1 b", "::")
	f.Fuzz(func(t *testing.T, src, link string) {
		for _, n := range instruments.Find(src, text.Tokens(src), 0, link) {
			if n.ID == "" || n.Start < 0 || n.End > len(src) || n.Start > n.End {
				t.Errorf("%+v in %q", n, src)
			}
			instruments.Names(n.ID)
		}
		instruments.TwinOf(link)
	})
}

func BenchmarkFind(b *testing.B) {
	body := "The Hong Kong Monetary Authority said that licences under Cap. 656 will be granted next year, and that banks should read L.N. 123 of 2025 first. " +
		strings.Repeat("Issuers keep reserves of the same value in cash and short bills, and report on them every month to the authority that supervises them. ", 40) +
		"持牌人須遵守香港法例第656章的規定。"
	src := "HKMA to grant licences\n" + body
	tokens := text.Tokens(src)
	b.ReportMetric(float64(len(tokens)), "tokens")
	for b.Loop() {
		instruments.Find(src, tokens, 4, "https://www.hkma.gov.hk/eng/news/2026/01/20260106-4/")
	}
}

// Two parameters that name languages give one result every time.
func TestTwinOfTwoLanguagesIsAlwaysTheSame(t *testing.T) {
	const address = "https://body.example/doc?refNo=25PR123&lang=EN&hl=zh"
	want := instruments.TwinOf(address)
	for range 50 {
		if got := instruments.TwinOf(address); got != want {
			t.Fatalf("TwinOf = %+v and %+v", got, want)
		}
	}
}
