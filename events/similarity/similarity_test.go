package similarity

import (
	"encoding/json"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"regwatch/internal/text"
)

func TestNumbersIn(t *testing.T) {
	tests := []struct {
		text string
		want []string
	}{
		{"$1.44B reserve", []string{"1.44e+09"}},
		{"建立14.4 億美元儲備", []string{"1.44e+09"}},
		{"3千萬", []string{"3e+07"}},
		{"HK$50,000 and 50,000 again", []string{"5e+04"}},
		{"70 million, $70M, 70 mln", []string{"7e+07"}},
		{"cuts 5% of staff", []string{"5"}},
		{"on July 19, 2026 at 9", nil},
		{"7月19日，2026年", nil},
		{"A7A5 and USDC2000000", nil},
		{"842,138 BTC", []string{"8.42e+05"}},
		{"2,026 seats", []string{"2.03e+03"}},
		{"30 business days", nil},
		{"99 bills", []string{"99"}},
		{"", nil},
	}
	for _, tt := range tests {
		if diff := cmp.Diff(tt.want, numbersIn(tt.text)); diff != "" {
			t.Errorf("numbersIn(%q) (-want +got):\n%s", tt.text, diff)
		}
	}
}

func TestOrdinalsAndDocuments(t *testing.T) {
	tests := []struct {
		title               string
		ordinals, documents []string
	}{
		{"Bank gets second licence", []string{"2"}, nil},
		{"第三批牌照", []string{"3"}, nil},
		{"三家銀行", nil, nil},
		{"Sales fall in second quarter for the first time", nil, nil},
		{"Bill No. 12 and Notice 45 gazetted", nil, []string{"bill 12", "no 12", "notice 45"}},
		{"L.N. 88 of 2026", nil, []string{"ln 88"}},
		{"SEC case 2026", nil, nil},
		{"第5號通告", nil, []string{"no 5"}},
	}
	for _, tt := range tests {
		tokens := text.Tokens(tt.title)
		if diff := cmp.Diff([][]string{tt.ordinals, tt.documents}, [][]string{ordinalsIn(tokens), documentsIn(tokens)}); diff != "" {
			t.Errorf("%q (-want +got):\n%s", tt.title, diff)
		}
	}
}

func testModel(t *testing.T) *Model {
	t.Helper()
	m, err := NewModel("*\t8\nbank\t3\n銀行\t3\n", "銀行\tbank\n穩定幣\tstablecoin\n")
	if err != nil {
		t.Fatal(err)
	}
	// The lexicon has folded text.
	m.lexicon = map[string][]string{text.Fold("銀行"): {"bank"}, text.Fold("穩定幣"): {"stablecoin"}}
	return m
}

func TestProfileOfBothLanguagesMeetsInThePivot(t *testing.T) {
	m := testModel(t)
	zh := m.Profile(Text{Title: "銀行推出穩定幣 HKDX"})
	en := m.Profile(Text{Title: "The bank launches a stablecoin, HKDX"})
	if !zh.Chinese || en.Chinese {
		t.Fatalf("Chinese: %v, %v", zh.Chinese, en.Chinese)
	}
	if diff := cmp.Diff([]string{"bank", "stablecoin", "hkdx"}, zh.PivotTitle); diff != "" {
		t.Errorf("pivot of the Chinese title (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"bank", "launch", "stablecoin", "hkdx"}, en.Title); diff != "" {
		t.Errorf("English title (-want +got):\n%s", diff)
	}
	if !slices.Contains(zh.Acts, "launch") || !slices.Contains(en.Acts, "launch") {
		t.Errorf("acts: %v and %v, want launch in both", zh.Acts, en.Acts)
	}
	if got := cosine(m.Doc(zh).pivotTitle, m.Doc(en).pivotTitle); got < .8 {
		t.Errorf("cosine of pivots %v, want more than .8", got)
	}
}

func TestFeaturesAreSymmetricAndNamed(t *testing.T) {
	m := testModel(t)
	at := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
	texts := []Text{
		{Title: "Bank fined $5 million", Body: "A regulator fined a bank on Monday.", Outlet: "a", At: at, Places: []string{"Japan"}},
		{Title: "What is a stablecoin?", Body: "An explainer.", Outlet: "a", At: at.Add(50 * time.Hour)},
		{Title: "銀行罰款500萬", Outlet: "b", At: at.Add(time.Hour), Places: []string{"Japan"}},
		{},
	}
	for _, a := range texts {
		for _, b := range texts {
			x, y := features(m.Doc(m.Profile(a)), m.Doc(m.Profile(b))), features(m.Doc(m.Profile(b)), m.Doc(m.Profile(a)))
			if len(x) != len(featureNames) {
				t.Fatalf("%d features, %d names", len(x), len(featureNames))
			}
			for i := range x {
				if math.Abs(x[i]-y[i]) > 1e-12 || math.IsNaN(x[i]) {
					t.Errorf("%s of %q and %q: %v one way, %v the other", featureNames[i], a.Title, b.Title, x[i], y[i])
				}
			}
		}
	}
}

func TestVetoKeepsApartWhatDiffersInOneNumber(t *testing.T) {
	m := testModel(t)
	doc := func(title string) *Doc { return m.Doc(m.Profile(Text{Title: title})) }
	for _, tt := range []struct{ a, b, want string }{
		{"Bank gets second stablecoin licence", "Bank gets third stablecoin licence", "ordinals"},
		{"Bank gets second stablecoin licence", "Bank gets stablecoin licence", ""},
		{"Senate passes Bill 12", "Senate passes Bill 13", "documents"},
		{"Bank halts redemptions", "Bank resumes redemptions", "opposite acts"},
		{"銀行暫停贖回", "銀行恢復贖回", "opposite acts"},
		{"銀行暫停贖回", "Bank resumes redemptions", "opposite acts"},
		{"Regulator grants licence", "Regulator revokes licence", "opposite acts"},
		{"Senate passes bill", "Senate delays bill", "opposite acts"},
		{"Firm buys bitcoin", "Firm sells bitcoin", "opposite acts"},
		{"Firm buys bitcoin", "Firm buys and sells bitcoin", ""},
		{"第二批穩定幣牌照", "Third batch of stablecoin licences", "ordinals"},
		{"Senate passes Bill 12", "Senate passes Bill 12 at last", ""},
	} {
		if got := Veto(doc(tt.a), doc(tt.b)); got != tt.want {
			t.Errorf("Veto(%q, %q) = %q, want %q", tt.a, tt.b, got, tt.want)
		}
	}
	if s := Shipped().Score(doc("Second licence for Harbour Bank"), doc("Third licence for Harbour Bank")); s > Grey {
		t.Errorf("score %v of two that a veto keeps apart", s)
	}
}

func TestFitFindsWhatSeparatesAndRepeatsItself(t *testing.T) {
	m := testModel(t)
	at := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
	doc := func(title string, days int) *Doc {
		return m.Doc(m.Profile(Text{Title: title, At: at.AddDate(0, 0, days)}))
	}
	var pairs []Pair
	for _, name := range []string{"Alpha", "Bravo", "Charlie", "Delta", "Echo", "Foxtrot"} {
		pairs = append(pairs,
			Pair{doc(name+" exchange halts withdrawals", 0), doc(name+" withdrawals halted", 0), true},
			Pair{doc(name+" exchange halts withdrawals", 0), doc(name+" sponsors a football club", 0), false},
			Pair{doc(name+" exchange halts withdrawals", 0), doc("A storm reaches the coast", 3), false})
	}
	f := Fit(pairs)
	if diff := cmp.Diff(f, Fit(pairs), cmp.AllowUnexported(Weights{})); diff != "" {
		t.Errorf("two fits differ:\n%s", diff)
	}
	if err := m.SetWeights(f); err != nil {
		t.Fatal(err)
	}
	if yes, no := m.Score(pairs[0].A, pairs[0].B), m.Score(pairs[1].A, pairs[1].B); yes <= 0 || no >= 0 {
		t.Errorf("scores %v of one event and %v of two, want one above and one below zero", yes, no)
	}
}

func TestNewModelReportsTheLine(t *testing.T) {
	for _, tt := range []struct{ terms, lexicon, want string }{
		{"", "", "terms: no line for other terms, which begins with *"},
		{"*\t8\nbank\tx\n", "", `terms:2: strconv.ParseFloat: parsing "x": invalid syntax`},
		{"*\t8\n", "銀行\tbank\n穩定幣", "lexicon:2: no tab"},
	} {
		if _, err := NewModel(tt.terms, tt.lexicon); err == nil || err.Error() != tt.want {
			t.Errorf("NewModel(%q, %q) = %v, want %s", tt.terms, tt.lexicon, err, tt.want)
		}
	}
	m := testModel(t)
	if err := m.SetWeights(File{Same: Weights{Features: map[string]float64{"colour": 1}}}); err == nil {
		t.Error("a feature that does not exist is accepted")
	}
}

func FuzzProfile(f *testing.F) {
	for _, s := range []string{"Bank fined $5 million", "第二批：14.4億", "", "\xff", "a7 0. 1,", "no. no"} {
		f.Add(s, s)
	}
	f.Fuzz(func(t *testing.T, title, body string) {
		m := Shipped()
		d := m.Doc(m.Profile(Text{Title: title, Body: body}))
		if s := m.Score(d, d); math.IsNaN(s) || math.IsInf(s, 0) {
			t.Errorf("score %v", s)
		}
	})
}

// Two headlines in one form that name others, and headlines in other words that do not.
func TestNameOthers(t *testing.T) {
	m := Shipped()
	doc := func(title, body string) *Doc { return m.Doc(m.Profile(Text{Title: title, Body: body})) }
	granted := func(name string) *Doc {
		return doc("Regulator grants custody licence to "+name, name+" may now keep coins for clients. "+name+" is the third firm that may.")
	}
	tests := []struct {
		name string
		a, b *Doc
		want bool
	}{
		{"two firms", granted("Quorvine Custody"), granted("Bexhollow Custody"), true},
		{"one firm", granted("Quorvine Custody"), granted("Quorvine Custody"), false},
		{"one firm by another word", granted("Quorvine Custody"), doc("Quorvine wins permission to keep coins", "The regulator licensed Quorvine."), false},
		{
			"two firms in Chinese", doc("監管機構向岐嵐託管發出牌照", "岐嵐託管獲發牌照。"), doc("監管機構向鏵渚託管發出牌照", "鏵渚託管獲發牌照。"), true,
		},
		{
			"two long names in headlines of other order", doc("議會通過岐嵐鏵渚條例", "岐嵐鏵渚條例獲得通過。"), doc("琲琿璘珞條例獲議會通過", "議會通過琲琿璘珞條例。"), true,
		},
		{"one firm in Chinese", doc("監管機構向岐嵐託管發出牌照", "岐嵐託管獲發牌照。"), doc("岐嵐託管獲批准", "監管機構批准岐嵐託管。"), false},
		{
			"Latin names in a Chinese headline", doc("Quorvine 託管岐嵐資產獲批", "Quorvine 為岐嵐託管資產。"), doc("Quorvine 託管鏵渚資產獲批", "Quorvine 為鏵渚託管資產。"), false,
		},
		{"Latin names across languages", granted("Quorvine Custody"), doc("監管機構向 Bexhollow 發出牌照", "Bexhollow 獲發牌照。"), true},
		{"Chinese names across languages", granted("Quorvine Custody"), doc("監管機構向岐嵐託管發出牌照", "岐嵐託管獲發牌照。"), false},
		{"a name that the text does not repeat", doc("Regulator grants Quorvine a licence", "A firm may keep coins."), granted("Bexhollow Custody"), false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := NameOthers(tt.a, tt.b); got != tt.want {
				t.Errorf("NameOthers(%v, %v) = %t", tt.a.Names, tt.b.Names, got)
			}
			if got := NameOthers(tt.b, tt.a); got != tt.want {
				t.Errorf("the other way round: %t", got)
			}
		})
	}
}

func TestTeaserSaysNothingOfItsHeadline(t *testing.T) {
	const paywall = "訂閱會員可閱讀全文及所有圖表，首月只需一元。"
	tests := []struct {
		title, body string
		want        bool
	}{
		{"岐嵐託管涉違規被罰", paywall, true},
		{"岐嵐託管涉違規被罰", "岐嵐託管昨日接獲罰單。" + paywall, false},
		{"岐嵐託管涉違規被罰", "", true},
		{"Quorvine fined over custody", "Subscribe to read on.", false}, // English texts use other words
		{"", paywall, false},
	}
	for _, tt := range tests {
		if got := Shipped().Profile(Text{Title: tt.title, Body: tt.body}).Teaser; got != tt.want {
			t.Errorf("%q with %q: %t, want %t", tt.title, tt.body, got, tt.want)
		}
	}
}

func TestReferenceCodesOfHeadlines(t *testing.T) {
	tests := []struct{ title, want string }{
		{"Stone Bank fined (PR-20431)", "pr 20431"},
		{"Notice SFC/77120 on custody", "sfc 77120"},
		{"Bitcoin hits 70000 after 10-year low", ""},
		{"Half-year report of FY-2025", ""},
	}
	for _, tt := range tests {
		p := Shipped().Profile(Text{Title: tt.title})
		if got := strings.Join(p.Documents, ", "); got != tt.want {
			t.Errorf("%q has the codes %q, want %q", tt.title, got, tt.want)
		}
	}
}

func FuzzParseProfile(f *testing.F) {
	plain, _ := json.Marshal(Shipped().Profile(Text{
		Title: "Harbour Bank halts 40 million redemptions", Body: "Its 2nd stablecoin, 穩定幣, stopped.", Outlet: "a.example", Places: []string{"Hong Kong"}, At: time.Unix(1772400000, 0).UTC(),
	}))
	chinese, _ := json.Marshal(Shipped().Profile(Text{Title: "金管局批出首個穩定幣牌照", Body: "銀行獲批。"}))
	for _, s := range []string{
		string(plain), string(chinese), `{}`, `{"zh":true}`, `{"zh":false}`, `{"at":"x"}`, `{"title":[]}`, `{"title":["a","b"],}`, `{"title":["a\"b"]}`, `{"title":["a]b","c"]}`,
		`{"title":["a"] }`, `{"other":1}`, `{"zh":true,"zh":true}`, `{"title":["a",]}`, `{"title":null}`, ``, `{`, `}`, "{\"outlet\":\"\x01\"}",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		var want Profile
		wantErr := json.Unmarshal([]byte(s), &want)
		got, ok := parsePlain(s)
		if !ok {
			return // read in the general way
		}
		// The stored text is what encoding/json wrote, so bytes that it never writes do not matter.
		if written, err := json.Marshal(got); err != nil || string(written) != s {
			return
		}
		if diff := cmp.Diff(want, got); diff != "" || wantErr != nil {
			t.Errorf("%v, (-json +plain):\n%s", wantErr, diff)
		}
	})
}

func TestParseProfileReadsWhatIsStored(t *testing.T) {
	for _, text := range []Text{
		{Title: "Harbour Bank halts 40 million redemptions", Body: "Its 2nd stablecoin stopped.", Outlet: "a.example", Places: []string{"Hong Kong"}, At: time.Unix(1772400000, 0).UTC()},
		{Title: "金管局批出首個穩定幣牌照", Body: "銀行獲批，可發行 HKDX。", At: time.Unix(1772400000, 0).UTC()},
		{Title: "A & B <sign>", Body: `"Quoted" \ text.`, Outlet: `a"b`},
		{},
	} {
		stored, err := json.Marshal(Shipped().Profile(text))
		if err != nil {
			t.Fatal(err)
		}
		var want Profile
		if err := json.Unmarshal(stored, &want); err != nil {
			t.Fatal(err)
		}
		got, err := ParseProfile(string(stored))
		if diff := cmp.Diff(want, got); err != nil || diff != "" {
			t.Errorf("%q: %v, (-want +got):\n%s", text.Title, err, diff)
		}
		if _, plain := parsePlain(string(stored)); !plain && !strings.Contains(string(stored), `\`) {
			t.Errorf("%q is not read in the fast way: %s", text.Title, stored)
		}
	}
}

// Many terms are equally rare: the model has never seen them. Those of the title are keys, wherever
// they stand in the alphabet.
func TestHeaviestPrefersTermsOfTitle(t *testing.T) {
	m := Shipped()
	p := m.Profile(Text{Title: "Zyrvik freezes xorbex", Body: "Aabrel, babdo, cacdu, dadfi, eaffo, faggu, gahhi and hajjo were there when Zyrvik froze xorbex."})
	const n = 4
	short := m.Heaviest(p, n)
	for _, name := range []string{"zyrvik", "xorbex"} {
		if !slices.Contains(short, name) {
			t.Errorf("the heaviest %d terms %q lack %s of the title", n, short, name)
		}
	}
	if len(short) > n {
		t.Errorf("%d terms %q; want at most %d", len(short), short, n)
	}
	long := m.HeaviestWithTies(p, n)
	if !slices.Equal(long[:len(short)], short) {
		t.Errorf("with ties %q; want %q first", long, short)
	}
	if len(long) != 2*n {
		t.Errorf("with ties there are %d terms; want %d", len(long), 2*n)
	}
}
