package address

import (
	"strings"
	"testing"
)

func TestSame(t *testing.T) {
	tests := []struct {
		a, b string
		want bool
	}{
		{"mail:team@example.com", "mail:team@example.com", true},
		{"mail:team@example.com", "mail:team@Example.COM", true},
		{"mail:team@example.com", "mail:Team@example.com", true},
		{"mail:info@bücher.example.com", "mail:info@xn--bcher-kva.example.com", true},
		{"mail:info@BÜCHER.example.com", "mail:INFO@XN--BCHER-KVA.example.com", true},
		{"mail:info@bu\u0308cher.example.com", "mail:info@bücher.example.com", true}, // decomposed
		{"mail:info@例子。测试", "mail:info@xn--fsqu00a.xn--0zwm56d", true},               // an ideographic full stop
		{"mail:josé@example.com", "mail:JOSE\u0301@example.com", true},
		{"mail:info@bücher_1.example.com", "mail:info@BÜCHER_1.example.com", true}, // not valid as a host name
		{"mail:info@[192.0.2.1]", "mail:info@[192.0.2.1]", true},

		{"mail:team@example.com", "mail:team@example.org", false},
		{"mail:team@example.com", "mail:team+alerts@example.com", false},
		{"mail:team@example.com", "mail:te.am@example.com", false},
		{"mail:team@example.com", "post:team@example.com", false}, // another channel
		{"mail:info@straße.example.com", "mail:info@strasse.example.com", false},
		{"mail:josé@example.com", "mail:jose@example.com", false},
		{"slack:#Legal", "slack:#legal", false},
		{"slack:C0123456789", "slack:c0123456789", false},
		{"slack", "slack", true},
		{"slack", "Slack", false},
		{"", "", true},
	}
	for _, tt := range tests {
		if got := Same(tt.a, tt.b); got != tt.want {
			t.Errorf("Same(%q, %q) = %v, want %v; the keys are %q and %q", tt.a, tt.b, got, tt.want, Key(tt.a), Key(tt.b))
		}
		if back := Same(tt.b, tt.a); back != tt.want {
			t.Errorf("Same(%q, %q) = %v, want %v", tt.b, tt.a, back, tt.want)
		}
	}
}

// The key of an address in lower case is the address itself, so most stored addresses can
// be compared directly.
func TestKeyOfPlainAddressIsAddress(t *testing.T) {
	for _, s := range []string{"mail:team@example.com", "mail:info@xn--bcher-kva.example.com", "slack:#Legal", "terminal", "mail:", ":@", "mail:@"} {
		if got := Key(s); got != s {
			t.Errorf("Key(%q) = %q, want it unchanged", s, got)
		}
	}
}

func FuzzKey(f *testing.F) {
	for _, s := range []string{"mail:team@Example.com", "mail:info@bücher.example.com", "slack:#Legal", "mail:a@b@İ.example", "mail:@", "mail:ß@xn--a", ""} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		key := Key(s)
		if again := Key(key); again != key {
			t.Errorf("Key(%q) = %q, whose key is %q", s, key, again)
		}
		was, _, _ := strings.Cut(s, ":")
		if is, _, _ := strings.Cut(key, ":"); was != is {
			t.Errorf("Key(%q) = %q is of another channel", s, key)
		}
	})
}
