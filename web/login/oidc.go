package login

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"regwatch/app"
	"regwatch/models"
)

// A provider is the OpenID Connect provider. It is asked for its addresses when somebody first
// logs in: regwatch starts also while the provider does not answer.
type provider struct {
	o      Options
	cookie string

	mu    sync.Mutex
	found *oidc.Provider // nil before it has answered
}

func newProvider(o Options, cookie string) *provider {
	if o.Client == nil {
		o.Client = &http.Client{Timeout: providerTimeout}
	}
	return &provider{o: o, cookie: cookie}
}

const (
	providerTimeout = 10 * time.Second
	// attemptTime is how long a login at the provider may take.
	attemptTime = 10 * time.Minute
)

// An attempt is a login at the provider that has begun. The browser keeps it in a cookie that no
// script can read, so that an answer of the provider is accepted only from the browser that asked.
type attempt struct {
	State, Nonce, Verifier, Next string
	Until                        time.Time
}

func (p *provider) config(ctx context.Context) (*oauth2.Config, *oidc.IDTokenVerifier, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	settings := p.o.Web.Login.OIDC
	if p.found == nil {
		// The keys are fetched with this context also later, when the request has ended.
		found, err := oidc.NewProvider(oidc.ClientContext(context.WithoutCancel(ctx), p.o.Client), settings.Issuer)
		if err != nil {
			return nil, nil, fmt.Errorf("ask the identity provider for its addresses: %w", err)
		}
		p.found = found
	}
	secret, err := settings.ClientSecret.Reveal()
	if err != nil {
		return nil, nil, fmt.Errorf("web.login.oidc.client_secret: %w", err)
	}
	return &oauth2.Config{
		ClientID: settings.ClientID, ClientSecret: secret, Endpoint: p.found.Endpoint(),
		RedirectURL: p.o.Web.Public + "/login/callback", Scopes: []string{oidc.ScopeOpenID, "email", "profile"},
	}, p.found.Verifier(&oidc.Config{ClientID: settings.ClientID, Now: p.o.App.Now}), nil
}

// askProvider sends a browser to the provider.
func (l *Login) askProvider(w http.ResponseWriter, r *http.Request) {
	if l.provider == nil {
		l.turnAway(w, r)
		return
	}
	config, _, err := l.provider.config(r.Context())
	if err != nil {
		l.fail(w, r, err)
		return
	}
	a := attempt{
		State: rand.Text(), Nonce: rand.Text(), Verifier: oauth2.GenerateVerifier(),
		Next: safeNext(r.URL.Query().Get("next")), Until: l.o.App.Now().Add(attemptTime).UTC(),
	}
	value, err := json.Marshal(a)
	if err != nil {
		l.fail(w, r, err)
		return
	}
	l.setAttempt(w, base64.RawURLEncoding.EncodeToString(value), int(attemptTime/time.Second))
	redirect(w, config.AuthCodeURL(a.State, oidc.Nonce(a.Nonce), oauth2.S256ChallengeOption(a.Verifier)))
}

func (l *Login) setAttempt(w http.ResponseWriter, value string, maxAge int) {
	http.SetCookie(w, &http.Cookie{
		Name: l.provider.cookie, Value: value, Path: "/", MaxAge: maxAge,
		HttpOnly: true, Secure: l.isSecure(), SameSite: http.SameSiteLaxMode, // the provider's redirect is a GET from another site
	})
}

// attempt returns the attempt of the browser, if it is the one that the provider answers.
func (l *Login) attempt(r *http.Request) (a attempt, ok bool) {
	cookie, err := r.Cookie(l.provider.cookie)
	if err != nil {
		return a, false
	}
	value, err := base64.RawURLEncoding.DecodeString(cookie.Value)
	if err != nil || json.Unmarshal(value, &a) != nil {
		return a, false
	}
	same := subtle.ConstantTimeCompare([]byte(a.State), []byte(r.URL.Query().Get("state"))) == 1
	return a, same && a.State != "" && a.Nonce != "" && a.Verifier != "" && l.o.App.Now().Before(a.Until)
}

// callback takes the answer of the provider.
func (l *Login) callback(w http.ResponseWriter, r *http.Request) {
	if l.provider == nil {
		l.turnAway(w, r)
		return
	}
	a, ok := l.attempt(r)
	l.setAttempt(w, "", -1) // it is used up
	if !ok {
		l.notice(w, r, http.StatusBadRequest, func(t words) notice { return t.Expired })
		return
	}
	u, err := l.provider.user(r.Context(), a, r.URL.Query().Get("code"))
	if err == nil {
		u, err = l.o.App.RecordLogin(r.Context(), u)
	}
	if err == nil {
		err = l.begin(r, u)
	}
	if refused, ok := errors.AsType[*refusedError](err); ok {
		l.o.Log.WarnContext(r.Context(), "login refused", "why", refused.why, "address", client(r))
		l.notice(w, r, http.StatusForbidden, refused.notice)
		return
	}
	if app.IsUserDisabled(err) {
		l.o.Log.WarnContext(r.Context(), "login refused", "why", err, "address", client(r))
		l.notice(w, r, http.StatusForbidden, func(t words) notice { return t.Disabled })
		return
	}
	if app.IsUserTaken(err) {
		l.o.Log.WarnContext(r.Context(), "login refused", "why", err, "address", client(r))
		l.notice(w, r, http.StatusForbidden, func(t words) notice { return t.Taken })
		return
	}
	if err != nil {
		l.fail(w, r, err)
		return
	}
	redirect(w, ".."+safeNext(a.Next))
}

// A refusedError means that the provider's answer lets nobody in.
type refusedError struct {
	why    string
	notice func(words) notice
}

func (e *refusedError) Error() string { return e.why }

func refused(notice func(words) notice, why string, args ...any) error {
	return &refusedError{fmt.Sprintf(why, args...), notice}
}

func byProvider(t words) notice { return t.Refused }

func withoutRole(t words) notice { return t.NoRole }

// user exchanges the code of the provider for an ID token, checks it and returns whom it names.
func (p *provider) user(ctx context.Context, a attempt, code string) (models.User, error) {
	if code == "" {
		return models.User{}, refused(byProvider, "the provider sent no code")
	}
	config, verifier, err := p.config(ctx)
	if err != nil {
		return models.User{}, err
	}
	ctx = oidc.ClientContext(ctx, p.o.Client)
	token, err := config.Exchange(ctx, code, oauth2.VerifierOption(a.Verifier))
	if failed, ok := errors.AsType[*oauth2.RetrieveError](err); ok {
		return models.User{}, refused(byProvider, "the provider refused the code: %s", failed.ErrorCode) // the rest may hold secrets
	}
	if err != nil {
		return models.User{}, fmt.Errorf("exchange the code of the identity provider: %w", err)
	}
	raw, _ := token.Extra("id_token").(string)
	id, err := verifier.Verify(ctx, raw)
	if err != nil {
		return models.User{}, refused(byProvider, "the ID token is not valid: %v", err)
	}
	if subtle.ConstantTimeCompare([]byte(id.Nonce), []byte(a.Nonce)) != 1 {
		return models.User{}, refused(byProvider, "the ID token answers another login")
	}
	var claims map[string]any
	if err := id.Claims(&claims); err != nil {
		return models.User{}, refused(byProvider, "the ID token is not valid: %v", err)
	}
	u, err := userOf(p.o.Web, id.Issuer+" "+id.Subject, claims)
	if _, incomplete := errors.AsType[*refusedError](err); !incomplete || p.found.UserInfoEndpoint() == "" {
		return u, err
	}
	// Some providers tell the claims of the scopes only there (OpenID Connect Core, 5.4).
	info, err := p.found.UserInfo(ctx, oauth2.StaticTokenSource(token))
	if failed, ok := errors.AsType[*url.Error](err); ok {
		return models.User{}, fmt.Errorf("ask the userinfo endpoint of the identity provider: %w", failed)
	}
	if err != nil {
		return models.User{}, refused(byProvider, "the provider's userinfo endpoint refused the access token, or its answer is not valid") // the rest may hold secrets
	}
	if info.Subject != id.Subject {
		return models.User{}, refused(byProvider, "the userinfo endpoint names another user than the ID token")
	}
	more := make(map[string]any)
	if err := info.Claims(&more); err != nil {
		return models.User{}, refused(byProvider, "the answer of the userinfo endpoint is not valid: %v", err)
	}
	return userOf(p.o.Web, id.Issuer+" "+id.Subject, joinClaims(claims, more))
}

// joinClaims adds what only the userinfo endpoint tells to the claims of an ID token, which count
// first. The claim email_verified counts only for the address of the same answer.
func joinClaims(token, info map[string]any) map[string]any {
	switch email, given := token["email"]; {
	case !given:
		token = maps.Clone(token)
		delete(token, "email_verified")
	case !isText(email) || !isText(info["email"]) || email != info["email"]:
		delete(info, "email_verified")
	}
	maps.Copy(info, token)
	return info
}

func isText(claim any) bool {
	_, ok := claim.(string)
	return ok
}

// userOf returns the user whom the claims of an ID token name.
func userOf(web app.WebSettings, subject string, claims map[string]any) (models.User, error) {
	settings := web.Login.OIDC
	email, _ := claims["email"].(string)
	if verified := claims["email_verified"]; verified != true && verified != "true" {
		email = "" // anybody could have entered it
	}
	if len(settings.Domains) > 0 {
		_, domain, _ := strings.Cut(email, "@")
		if email == "" || !slices.Contains(settings.Domains, strings.ToLower(domain)) {
			return models.User{}, refused(byProvider, "the mail address is of none of web.login.oidc.domains, or not verified")
		}
	}
	name := email
	if preferred, _ := claims["preferred_username"].(string); name == "" {
		name = preferred
	}
	if name == "" {
		return models.User{}, refused(byProvider, "the provider gave neither a verified email nor a preferred_username")
	}
	role := settings.Roles.Of(append(textsOf(claims[settings.Claim]), email)...)
	if role == "" {
		return models.User{}, refused(withoutRole, "claim %s gives no role", settings.Claim)
	}
	return models.User{Name: name, Role: role, Login: models.LoginOIDC, Subject: subject}, nil
}

// textsOf returns the texts of a claim, which is a text or a list of texts.
func textsOf(claim any) []string {
	switch c := claim.(type) {
	case string:
		return []string{c}
	case []any:
		var texts []string
		for _, item := range c {
			if text, ok := item.(string); ok {
				texts = append(texts, text)
			}
		}
		return texts
	}
	return nil
}
