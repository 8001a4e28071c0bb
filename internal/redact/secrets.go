package redact

import (
	"encoding/base64"
	"encoding/json"
	"html"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"

	"regwatch/internal/lazyregexp"
)

const (
	leastSecret = 4 // bytes; a shorter one would mask parts of every text
	leastPart   = 8 // bytes of a part of an address under a name that is not secret
)

// Secrets are values that must not be shown. A nil *Secrets has no values, and only
// removes text in the form of a secret. It is safe for concurrent use.
type Secrets struct {
	mu    sync.RWMutex // guards forms
	forms []string     // sorted
}

// New returns the secrets with some values; it ignores empty ones.
func New(values ...string) *Secrets {
	s := &Secrets{}
	s.Add(values...)
	return s
}

// Add adds values: tokens, passwords, web addresses, connection strings, values of an
// Authorization header. It also adds the secret parts of addresses and headers.
func (s *Secrets) Add(values ...string) {
	for _, value := range values {
		value = strings.TrimSpace(value)
		s.add(value)
		s.AddIn(value)
		for _, key := range signingKey.FindAllStringSubmatch(value, -1) {
			s.add(key[1])
		}
		if scheme, credentials, found := strings.Cut(value, " "); found && authScheme.MatchString(scheme) {
			s.add(strings.TrimSpace(credentials))
		}
		if u := parsed(value); u != nil {
			s.addUser(u)
			parts := []string{u.RequestURI(), u.EscapedPath(), u.Path, u.RawQuery}
			for segment := range strings.SplitSeq(u.Path, "/") {
				if random(segment) {
					parts = append(parts, segment)
				}
			}
			s.add(slices.DeleteFunc(parts, func(p string) bool { return len(p) < leastPart })...)
		}
	}
}

// AddIn adds the secrets within a text that is not secret as a whole, such as the address
// or the query of a source.
func (s *Secrets) AddIn(text string) {
	for _, at := range append(urlSpans(text), textSpans(text)...) {
		value := strings.Trim(text[at.start:at.end], `"'`)
		s.add(value, unescaped(value))
	}
}

// AddAddress adds a web address of which every part may be secret, including the host
// name.
func (s *Secrets) AddAddress(address string) {
	s.Add(address)
	u := parsed(strings.TrimSpace(address))
	if u == nil {
		return
	}
	s.add(u.User.Username(), u.String(), u.RequestURI(), u.EscapedPath(), u.Path, u.RawQuery, u.Host, u.Hostname())
	s.add(strings.Split(u.Path, "/")...)
	for _, values := range u.Query() {
		s.add(values...)
	}
}

// AddLogin adds a password with its user name, in the forms in which protocols send the
// two together: AUTH PLAIN of SMTP (RFC 4616) and HTTP Basic. The user name alone is not
// secret.
func (s *Secrets) AddLogin(user, password string) {
	s.Add(password)
	if password == "" {
		return
	}
	for _, together := range []string{"\x00" + user + "\x00" + password, user + "\x00" + user + "\x00" + password, user + ":" + password} {
		s.keep(base64.StdEncoding.EncodeToString([]byte(together)), base64.RawStdEncoding.EncodeToString([]byte(together)))
	}
}

// Scrub replaces every secret in a text: the added values, also in the encodings of
// addresses, HTML, JSON, Go and base64, and any text in the form of a secret.
func (s *Secrets) Scrub(text string) string {
	var forms []string
	if s != nil {
		s.mu.RLock()
		forms = s.forms
		s.mu.RUnlock()
	}
	return settle(text, func(text string) []span {
		spans := textSpans(text)
		for _, form := range forms {
			spans = append(spans, occurrences(text, form)...)
		}
		return spans
	})
}

// Text removes all text in the form of a secret.
func Text(text string) string { return (*Secrets)(nil).Scrub(text) }

func (s *Secrets) addUser(u *url.URL) {
	if u.User == nil {
		return
	}
	if password, ok := u.User.Password(); ok {
		s.AddLogin(u.User.Username(), password)
		return
	}
	s.add(u.User.Username())
}

// add adds the forms of values that are secret as a whole.
func (s *Secrets) add(values ...string) {
	for _, v := range values {
		if len(v) >= leastSecret && v != Mask {
			s.keep(formsOf(v)...)
		}
	}
}

// keep adds forms. It never changes a slice that a Scrub may be reading.
func (s *Secrets) keep(forms ...string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	all := slices.Concat(s.forms, forms)
	slices.Sort(all)
	s.forms = slices.Compact(all)
}

// formsOf returns the encodings in which a value may be repeated.
func formsOf(v string) []string {
	query, path := url.QueryEscape(v), url.PathEscape(v)
	forms := []string{v, query, path, strings.ReplaceAll(query, "+", "%20"), html.EscapeString(v), inside(strconv.Quote(v)), inside(strconv.QuoteToASCII(v))}
	if quoted, err := json.Marshal(v); err == nil {
		forms = append(forms, inside(string(quoted)))
	}
	forms = append(forms, strings.ReplaceAll(v, "/", `\/`))
	for _, f := range forms[1:4] {
		forms = append(forms, escapes.ReplaceAllStringFunc(f, strings.ToLower))
	}
	if plain, err := url.QueryUnescape(v); err == nil && len(plain) >= leastSecret {
		forms = append(forms, plain)
	}
	return append(forms, base64Of(v)...)
}

// base64Of returns the base64 encodings of a value at each offset, without the characters
// at the ends that depend on adjacent bytes.
func base64Of(v string) []string {
	var forms []string
	for before := range 3 {
		text := base64.RawStdEncoding.EncodeToString(append(make([]byte, before), v...))
		first := (before*8 + 5) / 6
		last := (before + len(v)) * 8 / 6
		core := text[first:last]
		forms = append(forms, core, strings.NewReplacer("+", "-", "/", "_").Replace(core))
	}
	return append(forms, base64.StdEncoding.EncodeToString([]byte(v)), base64.URLEncoding.EncodeToString([]byte(v)))
}

func inside(quoted string) string { return quoted[1 : len(quoted)-1] }

// parsed returns a value as an address; nil if it is not one.
func parsed(value string) *url.URL {
	u, err := url.Parse(value)
	if err != nil || u.Host == "" {
		return nil
	}
	return u
}

var (
	escapes    = lazyregexp.New(`%[0-9A-F]{2}`)
	signingKey = lazyregexp.New(`whsec_([A-Za-z0-9+/_-]{4,}=*)`)
	authScheme = lazyregexp.New(`(?i)^(?:bearer|basic|token|apikey|digest|negotiate)$`)
)
