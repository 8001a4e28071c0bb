package redact

import (
	"encoding/base64"
	"encoding/json"
	"html"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
)

const (
	leastSecret = 4 // bytes; a shorter one would blot out every text
	leastPart   = 8 // bytes of a part of an address whose name is not one of a secret
)

// Secrets are values that must reach nobody. Nil knows none, and scrubs what
// looks like a secret. It is safe for concurrent use.
type Secrets struct {
	mu    sync.RWMutex
	forms []string // sorted
}

// New returns the secrets of some values, empty ones left out.
func New(values ...string) *Secrets {
	s := &Secrets{}
	s.Add(values...)
	return s
}

// Add adds values: tokens, passwords, web addresses, connection strings, values of
// an Authorization header. What of an address or a header is a secret by itself
// is known too.
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

// AddIn adds what looks like a secret in a text that is none as a whole, such as
// the address or the query of a source.
func (s *Secrets) AddIn(text string) {
	for _, at := range append(urlSpans(text), textSpans(text)...) {
		value := strings.Trim(text[at.start:at.end], `"'`)
		s.add(value, unescaped(value))
	}
}

// AddAddress adds a web address of which every part may be the secret, the name
// of its host included.
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

// AddLogin adds a password with the user that it belongs to, in the forms in
// which protocols send the two together: AUTH PLAIN of SMTP (RFC 4616) and
// Basic of HTTP. The user alone is no secret.
func (s *Secrets) AddLogin(user, password string) {
	s.Add(password)
	if password == "" {
		return
	}
	for _, together := range []string{"\x00" + user + "\x00" + password, user + "\x00" + user + "\x00" + password, user + ":" + password} {
		s.keep(base64.StdEncoding.EncodeToString([]byte(together)), base64.RawStdEncoding.EncodeToString([]byte(together)))
	}
}

// Scrub replaces every secret in a text: the values that were added, as they are
// and as addresses, HTML, JSON, Go and base64 write them, and whatever looks like a
// secret.
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

// Text returns a text without whatever looks like a secret.
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

// keep adds forms. A slice that a Scrub is reading is never changed.
func (s *Secrets) keep(forms ...string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	all := slices.Concat(s.forms, forms)
	slices.Sort(all)
	s.forms = slices.Compact(all)
}

// formsOf returns what a value looks like where it is repeated.
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

// base64Of returns what base64 makes of a value, wherever it stands in what is
// encoded: without the characters at its ends that depend on its neighbours.
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

// parsed returns a value as an address; nil if it is none.
func parsed(value string) *url.URL {
	u, err := url.Parse(value)
	if err != nil || u.Host == "" {
		return nil
	}
	return u
}

var (
	escapes    = regexp.MustCompile(`%[0-9A-F]{2}`)
	signingKey = regexp.MustCompile(`whsec_([A-Za-z0-9+/_-]{4,}=*)`)
	authScheme = regexp.MustCompile(`(?i)^(?:bearer|basic|token|apikey|digest|negotiate)$`)
)
