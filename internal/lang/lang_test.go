package lang

import (
	"bufio"
	"encoding/json"
	"os"
	"strings"
	"testing"
)

func TestLanguageByCommonWords(t *testing.T) {
	tests := []struct{ text, declared, want string }{
		{"Regulator fines three banks and warns others", "", "en"},
		{"Bank’s licence", "", "en"},
		{"Die Aufsicht verhängt ein Bußgeld gegen drei Banken", "", "de"},
		{"L’autorité publie une consultation sur les jetons", "", "fr"},
		{"La autoridad publica una consulta sobre los activos", "", "es"},
		{"L’autorità avvia una consultazione sulle regole per gli emittenti", "", "it"},
		{"A autoridade não aprova as regras para os emissores", "", "pt"},
		{"De toezichthouder legt een boete op aan het bedrijf", "", "nl"},
		{"Circular 7/2026", "", ""},
		{"Circular 7/2026", "de", "de"},
		{"稳定币监管条例公开征求意见\nYour privacy: we and our partners store information on a device, and you may change your mind at any time.", "en", "zh-Hans"},
		{"暗号資産に関する制度の見直しについて", "", "ja"},
	}
	for _, tt := range tests {
		if got := Detect(tt.text, tt.declared); got != tt.want {
			t.Errorf("Detect(%q, %q) = %q, want %q", tt.text, tt.declared, got, tt.want)
		}
	}
}

// labelledArticles are not part of the repository.
var labelledArticles = []string{"../../../shared/eval/articles-dev.jsonl", "../../../shared/eval/retold-dev.jsonl"}

// TestLanguageCorpus detects the language of articles by title and by full text,
// without a declared language and with the wrong one of a source in another script.
func TestLanguageCorpus(t *testing.T) {
	type try struct{ text, declared string }
	right, total := make(map[string]int), make(map[string]int)
	for _, file := range labelledArticles {
		f, err := os.Open(file)
		if err != nil {
			t.Skip("the labelled articles are not available")
		}
		lines := bufio.NewScanner(f)
		lines.Buffer(nil, 4<<20)
		for lines.Scan() {
			var a map[string]any
			if err := json.Unmarshal(lines.Bytes(), &a); err != nil {
				t.Fatal(err)
			}
			check := func(language, title, text string) {
				wrong := map[string]string{"en": "zh-Hant", "zh-Hans": "en", "zh-Hant": "zh-CN"}[language]
				for name, one := range map[string]try{
					"title":             {title, ""},
					"title, declared":   {title, language},
					"title, wrongly":    {title, wrong},
					"article":           {title + "\n" + text, ""},
					"article, declared": {title + "\n" + text, language},
					"article, wrongly":  {title + "\n" + text, wrong},
				} {
					key := language + ", " + name
					total[key]++
					if got := Detect(one.text, one.declared); got == language {
						right[key]++
					} else if total[key]-right[key] <= 3 {
						t.Logf("%s: Detect(%.90q) = %q", key, one.text, got)
					}
				}
			}
			text := func(key string) string { s, _ := a[key].(string); return s }
			check(text("lang"), text("title"), text("text"))
			if machine := text("title_zh_machine"); machine != "" {
				check("zh-Hant", machine, text("text_zh_machine"))
			}
		}
		_ = f.Close()
	}
	for key, n := range total {
		t.Logf("%-28s %4d of %4d (%.1f %%)", key, right[key], n, 100*float64(right[key])/float64(n))
		if strings.Contains(key, "article") && float64(right[key]) < 0.98*float64(n) {
			t.Errorf("%s: %d of %d right, want 98 %%", key, right[key], n)
		}
	}
}

func TestLanguageOf(t *testing.T) {
	for _, tt := range []struct{ text, declared, want string }{
		{"央行否認批准人民幣穩定幣", "", "zh-Hant"},
		{"央行否认批准人民币稳定币", "zh-TW", "zh-Hans"},
		{"立法會三讀通過 Stablecoins Bill", "en", "zh-Hant"},
		{"今日公告", "zh-HK", "zh-Hant"},
		{"今日公告", "", "zh"},
		{"The Authority opened a consultation on the rules", "", "en"},
		{"The Authority opened a consultation on the rules", "zh-hk", "en"},
		{"Die Bank prüft Token", "de-DE", "de"},
		{"日本銀行は金利を据え置いた", "", "ja"},
		{"Token", "", ""},
		{"", "en-us", "en"},
	} {
		if got := Detect(tt.text, tt.declared); got != tt.want {
			t.Errorf("Detect(%q, %q) = %q, want %q", tt.text, tt.declared, got, tt.want)
		}
	}
}
