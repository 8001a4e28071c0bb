// Package oidcfake is an OpenID Connect provider on this machine for tests.
//
// Start with [New]. The provider is as strict as the specifications: what RFC 6749, RFC 7636 and
// OpenID Connect Core forbid is refused, and [Provider.Faults] tells what that was. A test says
// whom the next ID token names, and may spoil it.
package oidcfake

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"html/template"
	"maps"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"time"
)

// Options say what the provider is like. ClientID and ClientSecret are required.
type Options struct {
	ClientID, ClientSecret string
	Host                   string // its name in addresses, such as localhost; empty is 127.0.0.1
	Asks                   bool   // shows a page with a button before it sends the browser back
}

// A Provider knows one client. Its methods may be called at the same time.
type Provider struct {
	Address string // the issuer, http://HOST:PORT

	o      Options
	server *httptest.Server
	key    *rsa.PrivateKey

	mu     sync.Mutex
	answer Answer
	back   string                   // the registered redirect_uri
	codes  map[string]authorization // each works once
	tokens map[string]bool          // the access tokens that were given
	faults []string
}

// An Answer says what the provider answers from now on.
type Answer struct {
	Claims   map[string]any       // about the user, besides those that each ID token has
	UserInfo map[string]any       // what only the userinfo endpoint tells; nil: the provider has none
	Edit     func(map[string]any) // changes all claims of the ID token; nil does not
	Signer   *rsa.PrivateKey      // signs in place of the key of the provider; nil is that key
	State    string               // is sent back in place of the state of the request, if it is set
	Refuses  bool                 // the user says no
}

// An authorization is what a browser asked for.
type authorization struct{ challenge, nonce string }

// Subject is the user's identifier at the provider.
const Subject = "248289761001"

// New starts a provider on a port of the loopback. Close ends it.
func New(o Options) (*Provider, error) {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		return nil, err
	}
	if o.Host == "" {
		o.Host = "127.0.0.1"
	}
	p := &Provider{o: o, key: key, codes: make(map[string]authorization), tokens: make(map[string]bool)}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /.well-known/openid-configuration", p.discovery)
	mux.HandleFunc("GET /keys", p.keys)
	mux.HandleFunc("GET /authorize", p.authorize)
	mux.HandleFunc("POST /token", p.token)
	mux.HandleFunc("GET /userinfo", p.userInfo)
	p.server = httptest.NewServer(mux)
	_, port, err := net.SplitHostPort(p.server.Listener.Addr().String())
	if err != nil {
		return nil, err
	}
	p.Address = "http://" + net.JoinHostPort(o.Host, port)
	return p, nil
}

// Close ends the provider.
func (p *Provider) Close() { p.server.Close() }

// Register sets the address to which browsers are sent back.
func (p *Provider) Register(redirect string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.back = redirect
}

// Answers sets what the provider answers from now on.
func (p *Provider) Answers(a Answer) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.answer = a
}

// Faults returns what the client did that the specifications forbid.
func (p *Provider) Faults() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return append([]string(nil), p.faults...)
}

func (p *Provider) fault(format string, args ...any) {
	p.faults = append(p.faults, fmt.Sprintf(format, args...))
}

func write(w http.ResponseWriter, code int, v any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(code)
	_ = json.NewEncoder(w).Encode(v) // the client sees a short answer
}

func (p *Provider) discovery(w http.ResponseWriter, _ *http.Request) {
	p.mu.Lock()
	defer p.mu.Unlock()
	found := map[string]any{
		"issuer": p.Address, "authorization_endpoint": p.Address + "/authorize", "token_endpoint": p.Address + "/token", "jwks_uri": p.Address + "/keys",
		"response_types_supported": []string{"code"}, "subject_types_supported": []string{"public"},
		"id_token_signing_alg_values_supported": []string{"RS256"}, "code_challenge_methods_supported": []string{"S256"},
	}
	if p.answer.UserInfo != nil {
		found["userinfo_endpoint"] = p.Address + "/userinfo"
	}
	write(w, http.StatusOK, found)
}

func (p *Provider) keys(w http.ResponseWriter, _ *http.Request) {
	write(w, http.StatusOK, map[string]any{"keys": []any{map[string]any{
		"kty": "RSA", "alg": "RS256", "use": "sig", "kid": "1",
		"n": encode(p.key.N.Bytes()), "e": encode(big.NewInt(int64(p.key.E)).Bytes()),
	}}})
}

func encode(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }

// consent is the page on which a user agrees.
var consent = template.Must(template.New("consent").Parse(
	`<!doctype html><html lang="en"><title>The organisation</title><link rel="icon" href="data:,"><main><h1>The organisation</h1><p><a href="{{.}}">Continue</a></p></main></html>`))

func (p *Provider) authorize(w http.ResponseWriter, r *http.Request) {
	p.mu.Lock()
	defer p.mu.Unlock()
	q := r.URL.Query()
	switch {
	case q.Get("client_id") != p.o.ClientID:
		p.fault("client_id is %q", q.Get("client_id"))
	case q.Get("redirect_uri") != p.back:
		p.fault("redirect_uri is %q, registered is %q", q.Get("redirect_uri"), p.back)
	case q.Get("response_type") != "code":
		p.fault("response_type is %q", q.Get("response_type"))
	case !strings.Contains(" "+q.Get("scope")+" ", " openid "):
		p.fault("scope is %q", q.Get("scope"))
	case q.Get("code_challenge_method") != "S256" || len(q.Get("code_challenge")) != 43:
		p.fault("the challenge is %q by %q", q.Get("code_challenge"), q.Get("code_challenge_method"))
	case len(q.Get("state")) < 20 || len(q.Get("nonce")) < 20 || q.Get("state") == q.Get("nonce"):
		p.fault("state is %q and nonce %q", q.Get("state"), q.Get("nonce"))
	default:
		back := url.Values{"state": {q.Get("state")}}
		if p.answer.State != "" {
			back.Set("state", p.answer.State)
		}
		if p.answer.Refuses {
			back.Set("error", "access_denied")
		} else {
			code := rand.Text()
			p.codes[code] = authorization{q.Get("code_challenge"), q.Get("nonce")}
			back.Set("code", code)
		}
		to := p.back + "?" + back.Encode()
		if p.o.Asks {
			_ = consent.Execute(w, to) // the browser sees a short page
			return
		}
		http.Redirect(w, r, to, http.StatusFound)
		return
	}
	http.Error(w, "invalid_request", http.StatusBadRequest)
}

func (p *Provider) token(w http.ResponseWriter, r *http.Request) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if err := r.ParseForm(); err != nil {
		write(w, http.StatusBadRequest, map[string]string{"error": "invalid_request"})
		return
	}
	id, secret, _ := r.BasicAuth()
	if id == "" { // either way is allowed
		id, secret = r.PostForm.Get("client_id"), r.PostForm.Get("client_secret")
	}
	secret, _ = url.QueryUnescape(secret)
	if id != p.o.ClientID || secret != p.o.ClientSecret {
		write(w, http.StatusUnauthorized, map[string]string{"error": "invalid_client"})
		return
	}
	asked, known := p.codes[r.PostForm.Get("code")]
	delete(p.codes, r.PostForm.Get("code"))
	sum := sha256.Sum256([]byte(r.PostForm.Get("code_verifier")))
	if !known || r.PostForm.Get("grant_type") != "authorization_code" || r.PostForm.Get("redirect_uri") != p.back || encode(sum[:]) != asked.challenge {
		write(w, http.StatusBadRequest, map[string]string{"error": "invalid_grant"})
		return
	}
	now := time.Now()
	claims := map[string]any{"iss": p.Address, "sub": Subject, "aud": p.o.ClientID, "exp": now.Add(time.Hour).Unix(), "iat": now.Unix(), "nonce": asked.nonce}
	maps.Copy(claims, p.answer.Claims)
	if p.answer.Edit != nil {
		p.answer.Edit(claims)
	}
	signed, err := p.sign(claims)
	if err != nil {
		p.fault("sign the claims: %v", err)
		write(w, http.StatusInternalServerError, map[string]string{"error": "server_error"})
		return
	}
	access := rand.Text()
	p.tokens[access] = true
	write(w, http.StatusOK, map[string]any{"access_token": access, "token_type": "Bearer", "expires_in": 3600, "id_token": signed})
}

// userInfo tells about the user to a client that has an access token.
func (p *Provider) userInfo(w http.ResponseWriter, r *http.Request) {
	p.mu.Lock()
	defer p.mu.Unlock()
	access, bearer := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	if !bearer || !p.tokens[access] || p.answer.UserInfo == nil {
		w.Header().Set("WWW-Authenticate", `Bearer error="invalid_token"`)
		http.Error(w, "invalid_token", http.StatusUnauthorized)
		return
	}
	claims := map[string]any{"sub": Subject}
	maps.Copy(claims, p.answer.UserInfo)
	write(w, http.StatusOK, claims)
}

// sign returns the claims as a JWT (RFC 7519).
func (p *Provider) sign(claims map[string]any) (string, error) {
	body, err := json.Marshal(claims)
	if err != nil {
		return "", err
	}
	signed := encode([]byte(`{"alg":"RS256","kid":"1","typ":"JWT"}`)) + "." + encode(body)
	sum := sha256.Sum256([]byte(signed))
	key := p.key
	if p.answer.Signer != nil {
		key = p.answer.Signer
	}
	signature, err := rsa.SignPKCS1v15(rand.Reader, key, crypto.SHA256, sum[:])
	if err != nil {
		return "", err
	}
	return signed + "." + encode(signature), nil
}
