package amounts_test

import (
	"fmt"
	"strings"
	"testing"

	"regwatch/internal/amounts"
	"regwatch/internal/text"
)

func found(s string) string {
	words := text.Tokens(s)
	var all []string
	for _, a := range amounts.Find(s, words) {
		all = append(all, fmt.Sprintf("%s = %s", s[words[a.First].Start:words[a.End-1].End], a))
	}
	return strings.Join(all, "; ")
}

func TestFind(t *testing.T) {
	for _, tt := range []struct{ text, want string }{
		// English.
		{"fined HK$12 million for failures", "HK$12 million = HKD 12 million"},
		{"a HKD 12m fine", "HKD 12m = HKD 12 million"},
		{"raised US$1.2bn.", "US$1.2bn = USD 1.2 billion"},
		{"a $3.5 billion deal", "$3.5 billion = 3.5 billion dollars"},
		{"paid 12,000,000 Hong Kong dollars", "12,000,000 Hong Kong dollars = HKD 12 million"},
		{"a fund of €40 mn", "€40 mn = EUR 40 million"},
		{"about RMB 300 million", "RMB 300 million = CNY 300 million"},
		{"5 million U.S. dollars", "5 million U.S. dollars = USD 5 million"},
		{"12-million-dollar fine", "12-million-dollar = 12 million dollars"},
		{"US $7 million; gives us $7", "US $7 million = USD 7 million; $7 = 7 dollars"},
		{"A$3m, C$4m, S$5m and NT$6m", "A$3m = AUD 3 million; C$4m = CAD 4 million; S$5m = SGD 5 million; NT$6m = TWD 6 million"},
		{"three million dollars", "three million dollars = 3 million dollars"},
		{"HK$950,000.50", "HK$950,000.50 = HKD 950,000.5"},
		{"Rs 10 crore", "Rs 10 crore = INR 100 million"},
		{"HK$78 million (US$10 million)", "HK$78 million = HKD 78 million; US$10 million = USD 10 million"},
		{"¥500 million", "¥500 million = ¥500 million"},
		{"£2.5m or 30 billion won", "£2.5m = GBP 2.5 million; 30 billion won = KRW 30 billion"},
		// Chinese.
		{"罚款2800万港元", "2800万港元 = HKD 28 million"},
		{"罰款1,200萬港元", "1,200萬港元 = HKD 12 million"},
		{"1.2億元人民幣", "1.2億元人民幣 = CNY 120 million"},
		{"人民幣3億元，", "人民幣3億元 = CNY 300 million"},
		{"罰款三千萬", "三千萬 = 30 million"},
		{"三千五百萬元", "三千五百萬元 = 35 million 元"},
		{"三億五千萬美元", "三億五千萬美元 = USD 350 million"},
		{"1億2,000萬元", "1億2,000萬元 = 120 million 元"},
		{"兩億港元、5千萬日圓", "兩億港元 = HKD 200 million; 5千萬日圓 = JPY 50 million"},
		{"3.5万亿元", "3.5万亿元 = 3.5 trillion 元"},
		{"3000多万元", "3000多万元 = 30 million 元"},
		{"１，２００ ３００萬元", "３００萬元 = 3 million 元"},
		{"逾千萬港元", "千萬港元 = HKD 10 million"},
		{"十五億元新台幣", "十五億元新台幣 = TWD 1.5 billion"},
		{"罰 500萬 元", "500萬 元 = 5 million 元"},
		// Ranges.
		{"HK$5-10 million", "HK$5-10 million = HKD 5 million to 10 million"},
		{"between 5 and 10 million dollars", "5 and 10 million dollars = 5 million to 10 million dollars"},
		{"HK$5 million to HK$10 million", "HK$5 million to HK$10 million = HKD 5 million to 10 million"},
		{"5至10億元", "5至10億元 = 500 million to 1 billion 元"},
		{"500萬至1,000萬港元", "500萬至1,000萬港元 = HKD 5 million to 10 million"},
		{"HK$10 million to HK$5 million", "HK$10 million = HKD 10 million; HK$5 million = HKD 5 million"},
		// No amount of money.
		{"12 million users, 三千萬用戶, 3億人", ""},
		{"12 million in Hong Kong", ""},
		{"12 million in fines", "12 million = 12 million"},
		{"in 2026, on 5 May 2026 at 10:30", ""},
		{"2026年5月3日元旦", ""},
		{"住在元朗 5 元朗", ""},
		{"數千萬元", ""},
		{"the 2nd, 3rd and 5G; v1.2 million.", ""},
		{"万一有事，千万小心", ""},
		{"fifty million dollars", ""},
		{"30 million USDT", ""},
		{"12m away, 12m.", ""},
		{"$ETH and HKD rose", ""},
		{"", ""},
	} {
		if got := found(tt.text); got != tt.want {
			t.Errorf("Find(%q):\ngot  %s\nwant %s", tt.text, got, tt.want)
		}
	}
}

func TestIsIn(t *testing.T) {
	for _, tt := range []struct {
		currency, wanted string
		want             bool
	}{
		{"HKD", "HKD", true},
		{"HKD", "USD", false},
		{"HKD", "", true},
		{"", "HKD", true},
		{amounts.Dollars, "HKD", true},
		{amounts.Dollars, "USD", true},
		{amounts.Dollars, "CNY", false},
		{amounts.Yuan, "HKD", true},
		{amounts.Yuan, "CNY", true},
		{amounts.Yuan, "USD", false},
		{amounts.YenOrYuan, "CNY", true},
		{amounts.YenOrYuan, "HKD", false},
	} {
		if got := (amounts.Amount{Currency: tt.currency}).IsIn(tt.wanted); got != tt.want {
			t.Errorf("%q IsIn(%q) = %v", tt.currency, tt.wanted, got)
		}
	}
}

func TestParseValue(t *testing.T) {
	for s, want := range map[string]float64{
		"10m": 1e7, "500k": 5e5, "1.5bn": 1.5e9, "10000000": 1e7, "10,000,000": 1e7, "1000萬": 1e7, "10億": 1e9, "10 million": 1e7,
		"三千万": 3e7, "0.5": 0.5, "1.1b": 1.1e9,
	} {
		if got, ok := amounts.ParseValue(s); !ok || got != want {
			t.Errorf("ParseValue(%q) = %v, %v; want %v", s, got, ok, want)
		}
	}
	for _, s := range []string{"", "-5m", "10m HKD", "HK$10m", "ten thousands", "千万", "1e7", "10 m 5", "10m.", "5-10m", "10%"} {
		if got, ok := amounts.ParseValue(s); ok {
			t.Errorf("ParseValue(%q) = %v, want none", s, got)
		}
	}
}

func TestParseCurrency(t *testing.T) {
	for s, want := range map[string]string{"HKD": "HKD", "hkd": "HKD", "RMB": "CNY", "HK$": "HKD", "US$": "USD", "$": "", "GOLD": "", "": ""} {
		if got, ok := amounts.ParseCurrency(s); got != want || ok != (want != "") {
			t.Errorf("ParseCurrency(%q) = %q, %v; want %q", s, got, ok, want)
		}
	}
}

func FuzzFind(f *testing.F) {
	f.Add("HK$5-10 million, 1億2,000萬元 and 3000多万元; 12m")
	f.Add("between $5 and $10 bn 人民幣三億五千萬元 v1.2 million")
	f.Fuzz(func(t *testing.T, s string) {
		words := text.Tokens(s)
		end := 0
		for _, a := range amounts.Find(s, words) {
			if a.First < end || a.End <= a.First || a.End > len(words) || a.Low < 0 || a.Low > a.High {
				t.Fatalf("Find(%q) has %+v after word %d of %d", s, a, end, len(words))
			}
			end = a.End
		}
		if v, ok := amounts.ParseValue(s); ok {
			if again, ok := amounts.ParseValue(strings.TrimSpace(s)); !ok || again != v || v < 0 {
				t.Fatalf("ParseValue(%q) = %v, and without space %v", s, v, again)
			}
		}
	})
}

func ExampleFind() {
	const s = "The bank was fined HK$12 million."
	words := text.Tokens(s)
	for _, a := range amounts.Find(s, words) {
		fmt.Println(a, a.IsIn("HKD"))
	}
	// Output: HKD 12 million true
}

func TestShortIsReadAgain(t *testing.T) {
	for _, tt := range []struct {
		value float64
		want  string
	}{{12e6, "12m"}, {1.5e9, "1.5bn"}, {500e3, "500k"}, {1234, "1234"}, {1_234_000, "1234k"}, {1234.5, "1234.5"}, {12_345_678, "12345678"}, {0, "0"}, {2e12, "2000bn"}} {
		got := amounts.Short(tt.value)
		if back, ok := amounts.ParseValue(got); got != tt.want || !ok || back != tt.value {
			t.Errorf("Short(%v) = %s, read as %v, %v; want %s", tt.value, got, back, ok, tt.want)
		}
	}
}

func TestReadTakesNothingButAnAmount(t *testing.T) {
	for _, s := range []string{"", "fine", "a fine of HK$5m", "HK$5m fine", "HK$5m and HK$6m", "12 users"} {
		if got, ok := amounts.Read(s); ok {
			t.Errorf("Read(%q) = %v, want none", s, got)
		}
	}
	if got, ok := amounts.Read(" 3億歐元 "); !ok || got.Low != 3e8 || got.Currency != "EUR" {
		t.Errorf("Read of 3億歐元 = %+v, %v", got, ok)
	}
}
