package cooccur

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// count returns the terms of chosen texts among all.
func count(known, chosen, others []string, n int) []Term {
	c := New(known)
	for _, s := range chosen {
		c.AddChosen(s)
	}
	for _, s := range append(append([]string{}, chosen...), others...) {
		c.Add(s)
	}
	return c.Top(n)
}

func texts(terms []Term) []string {
	var all []string
	for _, t := range terms {
		all = append(all, t.Text)
	}
	return all
}

// others are texts on other matters, without a word that two of them share.
var others = append(manyOthers(), otherNews...)

func manyOthers() []string {
	var all []string
	for i := range 40 {
		all = append(all, "Matter "+letters(7*i))
	}
	return all
}

var otherNews = []string{
	"Shares rose on Tuesday", "The central bank kept its rate", "Rain is expected in the city", "The bank opened a branch", "A token sale ended",
	"股市今日上升", "央行維持利率不變", "天氣轉涼",
}

func TestTopFindsWhatDistinguishesTheChosenTexts(t *testing.T) {
	chosen := []string{
		"Issuers of a stablecoin must hold reserve assets", "Stablecoin: who audits the reserve assets", "Reserve assets of a stablecoin in the sandbox",
		"穩定幣發行人須持有儲備資產", "金管局：穩定幣的儲備資產", "儲備資產與穩定幣",
	}
	got := count([]string{"stablecoin", "穩定幣"}, chosen, others, 2)
	if diff := cmp.Diff([]string{"reserve assets", "儲備資產"}, texts(got)); diff != "" {
		t.Errorf("Top mismatch (-want +got):\n%s", diff)
	}
	if got[0].Chosen != 3 || got[0].All != 3 || got[0].Sample != 0 {
		t.Errorf("%+v; want 3 chosen texts of 3, and the first as sample", got[0])
	}
}

func TestKnownPhrasesAreLeftOut(t *testing.T) {
	chosen := []string{"Licensing of kiosks", "Licensing of a kiosk", "Kiosk licensing rules", "Licensed kiosk operators"}
	for _, term := range count([]string{"kiosk", "licens*"}, chosen, others, 20) {
		if s := strings.ToLower(term.Text); strings.Contains(s, "kiosk") || strings.Contains(s, "licens") {
			t.Errorf("%q is suggested, and the rule has it", term.Text)
		}
	}
}

func TestFrequentWordsElsewhereAreNotSuggested(t *testing.T) {
	chosen := []string{"The bank speaks of kiosks and wallets", "The bank speaks of kiosks and wallets again", "Kiosks, wallets: the bank speaks", "Wallets of kiosks"}
	var everywhere []string
	for i := range 40 {
		everywhere = append(everywhere, fmt.Sprintf("The bank speaks of matter %c", 'a'+i%26))
	}
	if got := texts(count([]string{"kiosk"}, chosen, everywhere, 20)); fmt.Sprint(got) != "[wallets]" {
		t.Errorf("Top = %q, want wallets alone", got)
	}
}

func TestTopIsTheSameEveryTime(t *testing.T) {
	chosen := []string{"alpha beta gamma delta", "beta gamma delta alpha", "gamma delta alpha beta", "delta epsilon alpha beta gamma"}
	want := fmt.Sprint(count(nil, chosen, others, 20))
	if want == "[]" {
		t.Fatal("no term, so nothing is compared")
	}
	for range 20 {
		if got := fmt.Sprint(count(nil, chosen, others, 20)); got != want {
			t.Fatalf("Top = %s, and before %s", got, want)
		}
	}
}

// The example of Dunning 1993, table 2: the bigram "the swiss".
func TestLogLikelihood(t *testing.T) {
	if got := logLikelihood(110, 2442, 111, 29114); math.Abs(got-270.72) > 0.01 {
		t.Errorf("logLikelihood = %.2f, want 270.72", got)
	}
	if got := logLikelihood(10, 90, 100, 900); math.Abs(got) > 1e-9 {
		t.Errorf("logLikelihood of independent counts = %v, want 0", got)
	}
}

func TestMemoryIsBounded(t *testing.T) {
	c := New(nil)
	for i := range 800 {
		var b strings.Builder
		for j := range 100 {
			fmt.Fprintf(&b, "w%s x%s ", letters(i*100+j), letters(j))
		}
		c.AddChosen(b.String())
		if len(c.terms) > maxCandidates {
			t.Fatalf("%d terms are kept, at most %d are allowed", len(c.terms), maxCandidates)
		}
	}
}

func letters(n int) string {
	s := ""
	for range 5 {
		s += string(rune('a' + n%26))
		n /= 26
	}
	return s
}
