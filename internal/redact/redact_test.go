package redact

import (
	"encoding/base64"
	"html"
	"net/url"
	"strconv"
	"strings"
	"testing"
)

func TestURLMasksSecrets(t *testing.T) {
	for _, tt := range []struct{ name, in, want string }{
		{"no secret", "https://www.hkma.gov.hk/eng/rss.xml?lang=en&page={page}#top", "https://www.hkma.gov.hk/eng/rss.xml?lang=en&page={page}#top"},
		{"a key", "https://api.example/news?lang=en&api_key=S3CR&year={year}", "https://api.example/news?lang=en&api_key=[secret]&year={year}"},
		{"case and signs do not count", "https://a.example/?Api-Key=S3CR&X-Amz-Signature=S3CR&access_token=S3CR&sig=S3CR", "https://a.example/?Api-Key=[secret]&X-Amz-Signature=[secret]&access_token=[secret]&sig=[secret]"},
		{"a name that is escaped", "https://a.example/?api%5Fkey=S3CR&auth%5Btoken%5D=S3CR", "https://a.example/?api%5Fkey=[secret]&auth%5Btoken%5D=[secret]"},
		{"a value with = and ;", "https://a.example/?token=S3=CR;S3==&x=1", "https://a.example/?token=[secret]&x=1"},
		{"pairs parted by ;", "https://a.example/?a=1;token=S3CR;b=S3CR&c=2", "https://a.example/?a=1;token=[secret]&c=2"},
		{"user and password", "https://me:S3CR@a.example:8080/x?y=1", "https://[secret]@a.example:8080/x?y=1"},
		{"a token as the user", "https://S3CR@a.example/x", "https://[secret]@a.example/x"},
		{"a password with @", "https://me:S3@CR@a.example/x", "https://[secret]@a.example/x"},
		{"a password with /", "https://me:S3/CR@a.example/x", "https://[secret]@a.example/x"},
		{"an account in the path", "https://social.example/@hkma/feed", "https://social.example/@hkma/feed"},
		{"an account behind a port", "https://social.example:8443/@hkma", "https://social.example:8443/@hkma"},
		{"IPv6", "http://[::1]:8080/x?key=S3CR", "http://[::1]:8080/x?key=[secret]"},
		{"the fragment", "https://a.example/#access_token=S3CR&state=1", "https://a.example/#access_token=[secret]&state=1"},
		{"path parameters", "https://a.example/x;jsessionid=S3CR/y?z=1", "https://a.example/x;jsessionid=[secret]/y?z=1"},
		{"a pair in the path", "https://a.example/feed/token=S3CR/all.xml", "https://a.example/feed/token=[secret]/all.xml"},
		{"an address inside an address", "https://proxy.example/?url=https%3A%2F%2Fa.example%2F%3Ftoken%3DS3CR&x=1", "https://proxy.example/?url=[secret]&x=1"},
		{"an address inside without a secret", "https://proxy.example/?url=https%3A%2F%2Fa.example%2Ffeed", "https://proxy.example/?url=https%3A%2F%2Fa.example%2Ffeed"},
		{"a Slack webhook", "https://hooks.slack.com/services/T01/B02/S3CR", "https://hooks.slack.com/services/[secret]"},
		{"an empty value", "https://a.example/?token=&x=1", "https://a.example/?token=&x=1"},
		{"no address at all", "not an address?password=S3CR", "not an address?password=[secret]"},
		{"broken escapes", "https://a.example/%zz?to%ken=1&token=%zzS3CR", "https://a.example/%zz?to%ken=[secret]&token=[secret]"},
		{"without a scheme", "//me:S3CR@a.example/?k=v", "//[secret]@a.example/?k=v"},
		{"words that are no secret names", "https://a.example/?keyword=coin&author=hkma&authority=sfc&design=2&monk=1", "https://a.example/?keyword=coin&author=hkma&authority=sfc&design=2&monk=1"},
		{"empty", "", ""},
	} {
		if got := URL(tt.in); got != tt.want {
			t.Errorf("%s: URL(%q) = %q, want %q", tt.name, tt.in, got, tt.want)
		}
	}
}

func TestSecretName(t *testing.T) {
	for name, want := range map[string]bool{
		"api_key": true, "apikey": true, "key": true, "Token": true, "sig": true, "signature": true, "password": true, "secret": true, "client-secret": true,
		"access_token": true, "auth": true, "authkey": true, "X-Amz-Credential": true, "Ocp-Apim-Subscription-Key": true, "pwd": true, "jsessionid": true, "appid": true, "hmac": true,
		"lang": false, "page": false, "id": false, "author": false, "keyword": false, "q": false, "passport": false, "year": false, "": false, "___": false,
	} {
		if got := SecretName(name); got != want {
			t.Errorf("SecretName(%q) = %v, want %v", name, got, want)
		}
	}
}

func TestScrubKnowsShapes(t *testing.T) {
	var none *Secrets
	login := base64.StdEncoding.EncodeToString([]byte("me:S3CRET"))
	for _, tt := range []struct{ name, in, want string }{
		{"bot token", "invalid_auth: token xoxb-12-34-S3CRet refused", "invalid_auth: token [secret] refused"},
		{"app token", "(xapp-1-A0-1-S3CRet)", "([secret])"},
		{"refresh token", "xoxe.xoxp-1-S3CRet and xoxe-1-S3CRet", "[secret] and [secret]"},
		{"webhook", "POST https://hooks.slack.com/services/T0/B0/S3CR: EOF", "POST https://hooks.slack.com/services/[secret]: EOF"},
		{"webhook in JSON", `{"u":"https:\/\/hooks.slack.com\/services\/T0\/B0\/S3CR"}`, `{"u":"https:\/\/hooks.slack.com\/services\/[secret]"}`},
		{"webhook escaped", "u=https%3A%2F%2Fhooks.slack.com%2Fservices%2FT0%2FB0%2FS3CR", "u=https%3A%2F%2Fhooks.slack.com%2Fservices%2F[secret]"},
		{"bearer", "want Bearer S3CRabcdef_x, got none", "want Bearer [secret], got none"},
		{"basic", "sent Basic " + login, "sent Basic [secret]"},
		{"authorization", "Authorization: Basic S3CR", "Authorization: Basic [secret]"},
		{"authorization without a scheme", `"Authorization":"S3CR9"`, `"Authorization":"[secret]"`},
		{"cookie", "Set-Cookie: sid=S3CR; Path=/", "Set-Cookie: [secret]"},
		{"JSON", `{"ok":false,"token":"S3CR\"x","error":"no"}`, `{"ok":false,"token":"[secret]","error":"no"}`},
		{"JSON in JSON", `"{\"api_key\":\"S3CR\"}"`, `"{\"api_key\":\"[secret]\"}"`},
		{"JWT", "got eyJhbGciOi.eyJzdWIiOi.S3CR-_x", "got [secret]"},
		{"signing key", "whsec_S3CRabcdefgh=", "whsec_[secret]"},
		{"connection string", "host=db user=me password='S3 CR' dbname=x", "host=db user=me password=[secret] dbname=x"},
		{"connection address", "cannot connect to postgres://me:S3CR@db:5432/x?sslmode=off.", "cannot connect to postgres://[secret]@db:5432/x?sslmode=off."},
		{"address in a sentence", "redirects (https://a.example/?token=S3CR).", "redirects (https://a.example/?token=[secret])."},
		{"quoted address", `Get "https://a.example/?key=S3CR": EOF`, `Get "https://a.example/?key=[secret]": EOF`},
		{"sentences stay", "Bearer instruments and basic principles: an authorization: the regulator says; a cookie: wanted", "Bearer instruments and basic principles: an authorization: the regulator says; a cookie: wanted"},
		{"Bearer at an end stays", "on bearer instruments.", "on bearer instruments."},
		{"chinese stays", "金管局：穩定幣條例（Cap. 656）生效", "金管局：穩定幣條例（Cap. 656）生效"},
		{"masked already", "token=[secret], https://[secret]@a.example/?key=[secret]&x=1", "token=[secret], https://[secret]@a.example/?key=[secret]&x=1"},
	} {
		got := none.Scrub(tt.in)
		if got != tt.want {
			t.Errorf("%s: Scrub(%q) = %q, want %q", tt.name, tt.in, got, tt.want)
		}
	}
}

// repeated returns the forms in which servers repeat a secret.
func repeated(v string) map[string]string {
	b64 := func(before string) string { return base64.StdEncoding.EncodeToString([]byte(before + v)) }
	return map[string]string{
		"as it is":           v,
		"in a query":         url.QueryEscape(v),
		"in a path":          url.PathEscape(v),
		"in small hex":       strings.ToLower(url.QueryEscape(v)),
		"in HTML":            html.EscapeString(v),
		"in Go":              strconv.Quote(v),
		"in base64":          b64(""),
		"in base64 url":      base64.URLEncoding.EncodeToString([]byte(v)),
		"AUTH PLAIN":         b64("\x00somebody@example.com\x00"),
		"AUTH PLAIN, others": b64("x\x00somebody@example.co\x00"),
		"Basic":              b64("somebody@example.com:"),
	}
}

func TestScrubKnowsTheFormsOfAValue(t *testing.T) {
	for _, v := range []string{"p4ss/w+rd &<x>", "tok3n-without-signs", "密碼穩定幣123", `quo"te\back`, "abcd"} {
		s := New(v)
		for name, form := range repeated(v) {
			if name == "in small hex" && strings.ToLower(v) != v {
				continue
			}
			got := s.Scrub("535 refused " + form + " today")
			if !strings.Contains(got, Mask) || strings.Contains(got, form) || !strings.HasPrefix(got, "535 refused ") || !strings.HasSuffix(got, " today") {
				t.Errorf("%s of %q: Scrub = %q", name, v, got)
			}
			// In base64, two characters at each end may belong to adjacent text.
			if rest := strings.ReplaceAll(got, Mask, ""); len(rest) > len("535 refused  today")+len(form)-len(v)+2 {
				t.Errorf("%s of %q: Scrub leaves %q", name, v, got)
			}
		}
	}
}

func TestScrubKnowsTheParts(t *testing.T) {
	s := New("https://user:Hidd3n@hook.example/in/abcdefgh12?code=Qu3ry&token=T0k3n", "Bearer H3aderValue", "host=db password=DsnPw dbname=x",
		"whsec_AAAABBBB whsec_CCCCDDDD", "https://hooks.slack.com/services/T0AA/B0BB/xyz", "", "abc")
	for _, part := range []string{"Hidd3n", "/in/abcdefgh12", "abcdefgh12", "T0k3n", "H3aderValue", "DsnPw", "AAAABBBB", "CCCCDDDD", "T0AA/B0BB/xyz", "user:Hidd3n"} {
		if got := s.Scrub("server says " + part + "!"); strings.Contains(got, part) || !strings.HasSuffix(got, "!") {
			t.Errorf("Scrub(%q) = %q", part, got)
		}
	}
	for _, open := range []string{"hook.example", "hooks.slack.com", "dbname", "services", "abc", "host=db"} {
		if got := s.Scrub("server says " + open); got != "server says "+open {
			t.Errorf("Scrub(%q) = %q, want it as it is", open, got)
		}
	}
}

func TestScrubOfAnAddressThatIsSecretAsAWhole(t *testing.T) {
	s := New()
	s.AddAddress("https://t0ken.hooks.example:8443/short/in?x=valu3")
	for _, part := range []string{"t0ken.hooks.example", "t0ken.hooks.example:8443", "short", "/short/in?x=valu3", "valu3"} {
		if got := s.Scrub("no route to " + part); strings.Contains(got, part) {
			t.Errorf("Scrub(%q) = %q", part, got)
		}
	}
}

func TestScrubOfALogin(t *testing.T) {
	s := New()
	s.AddLogin("me", "pw12")
	for _, form := range []string{"pw12", "AG1lAHB3MTI=", base64.StdEncoding.EncodeToString([]byte("me:pw12")), base64.StdEncoding.EncodeToString([]byte("pw12"))} {
		if got := s.Scrub("334 " + form); got != "334 [secret]" {
			t.Errorf("Scrub(%q) = %q, want 334 [secret]", form, got)
		}
	}
	if got := s.Scrub("user me is unknown"); got != "user me is unknown" {
		t.Errorf("the user alone is scrubbed: %q", got)
	}
}

// FuzzScrub checks that no form of a secret remains, that scrubbing twice changes
// nothing, and that an address keeps no secret parameter.
func FuzzScrub(f *testing.F) {
	f.Add("xoxb-1-2-S3CRet", "error: ", " at https://me:pw@a.example/?token=1&x=2")
	f.Add("https://a.example/?key=S3CRET", "Bearer abc123def ", `"token":"x"`)
	f.Add("p@ss w/rd", "Authorization: Basic bWU6cHc=", "[secret]")
	f.Add("xoxb-0-0-B0CA", "aaaaa: ", "\xe5x=0")
	f.Add("[secret]token=", "[secret", "]")
	f.Fuzz(func(t *testing.T, secret, before, after string) {
		secret = strings.TrimSpace(secret)
		if len(secret) < 6 || strings.Contains(Mask, secret) || strings.ContainsAny(secret, "[]") {
			return
		}
		s := New(secret)
		for name, form := range repeated(secret) {
			text := before + form + after
			got := s.Scrub(text)
			if again := s.Scrub(got); again != got {
				t.Fatalf("%s: Scrub(%q) = %q, and again %q", name, text, got, again)
			}
			if strings.Contains(got, secret) {
				t.Fatalf("%s: Scrub(%q) = %q holds the secret %q", name, text, got, secret)
			}
		}
		shown := URL(before + secret + after)
		if again := URL(shown); again != shown {
			t.Fatalf("URL(%q) = %q, and again %q", before+secret+after, shown, again)
		}
		value := url.QueryEscape(secret) + "Q7"
		if got := URL("https://a.example/?lang=en&api_key=" + value + "&page=1"); got != "https://a.example/?lang=en&api_key=[secret]&page=1" {
			t.Fatalf("URL with %q = %q", value, got)
		}
	})
}

func BenchmarkScrub(b *testing.B) {
	s := New("xoxb-1-2-S3CRet", "https://hooks.slack.com/services/T0/B0/S3CR", "p4ss/w+rd", "whsec_AAAABBBB")
	for name, text := range map[string]string{
		"a sentence": "https://www.hkma.gov.hk/eng/rss.xml answers 503 Service Unavailable: the fault is the server's; it is tried again at the next scan",
		"64 KB":      strings.Repeat("name=value token=abc a.b://c@d/ \"x\":\"y\" [secret] ", 1400),
	} {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(text)))
			for b.Loop() {
				s.Scrub(text)
			}
		})
	}
}
