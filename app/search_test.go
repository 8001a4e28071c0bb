package app

import "testing"

func TestJoinQuery(t *testing.T) {
	for _, tt := range []struct {
		words []string
		want  string
	}{
		{[]string{"MiCA"}, "MiCA"},
		{[]string{"stablecoin OR licence"}, "stablecoin OR licence"},
		{[]string{`"stablecoin licence"`}, `"stablecoin licence"`},
		{[]string{"MiCA", "licence"}, "MiCA AND licence"},
		{[]string{"MiCA", "stablecoin licence"}, `MiCA AND "stablecoin licence"`},
		{[]string{"MiCA", `"stablecoin licence"`}, `MiCA AND ("stablecoin licence")`},
		{[]string{"MiCA", "ban OR 禁止"}, "MiCA AND (ban OR 禁止)"},
		{[]string{"MiCA", "(ban OR 禁止)"}, "MiCA AND ((ban OR 禁止))"},
		{[]string{"ban", "OR", "crypto"}, "ban OR crypto"},
		{[]string{"ban", "NOT", "mining"}, "ban NOT mining"},
		{[]string{"NOT", "mining", "ban"}, "NOT mining AND ban"},
		{[]string{"MiCA", "ban", "NOT", "mining"}, "MiCA AND ban NOT mining"},
		{[]string{"yuan", "NEAR/8", "stablecoin"}, "yuan NEAR/8 stablecoin"},
		{[]string{"ban", "and", "crypto"}, "ban and crypto"}, // the parser says that AND is in capitals
		{[]string{"title:ban", "source:hkma-*"}, "title:ban AND source:hkma-*"},
	} {
		if got := joinQuery(tt.words); got != tt.want {
			t.Errorf("joinQuery(%q) = %s, want %s", tt.words, got, tt.want)
		}
	}
}
