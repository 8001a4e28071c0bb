package configs

import (
	"net/netip"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"regwatch/models"
)

func TestLoginIsRead(t *testing.T) {
	c, problems := parse("folder", FileName, []byte(`web:
  listen: 127.0.0.1:8480
  public: https://regwatch.example.com/
  login:
    users: true
    oidc:
      issuer: https://login.example.com
      client_id: regwatch
      client_secret: env:OIDC
      roles: {admin: [admins, mei@example.com], reader: ["*"]}
      domains: [Example.com]
`))
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	want := Login{Users: true, OIDC: OIDC{
		Issuer: "https://login.example.com", ClientID: "regwatch", Claim: "groups", Domains: []string{"example.com"},
		Roles: RoleMap{models.RoleAdmin: {"admins", "mei@example.com"}, models.RoleReader: {"*"}},
	}}
	if diff := cmp.Diff(want, c.Web.Login, cmpopts.IgnoreTypes(Secret{}), cmp.Comparer(func(a, b netip.Prefix) bool { return a == b })); diff != "" {
		t.Errorf("web.login mismatch (-want +got):\n%s", diff)
	}
	if secrets := c.secrets(); len(secrets) != 1 || secrets[0].key != "web.login.oidc.client_secret" {
		t.Errorf("the secrets are %d, want the client_secret", len(secrets))
	}
}

func TestRoleMapGivesTheHighestRole(t *testing.T) {
	m := RoleMap{models.RoleAdmin: {"admins"}, models.RoleEditor: {"mei", "legal"}, models.RoleReader: {"*"}}
	for _, tt := range []struct {
		names []string
		want  models.UserRole
	}{
		{[]string{"legal", "admins"}, models.RoleAdmin},
		{[]string{"mei"}, models.RoleEditor},
		{[]string{"Mei"}, models.RoleReader},
		{nil, models.RoleReader},
	} {
		if got := m.Of(tt.names...); got != tt.want {
			t.Errorf("Of(%q) = %q, want %q", tt.names, got, tt.want)
		}
	}
	if got := (RoleMap{models.RoleAdmin: {"admins"}}).Of("mei"); got != "" {
		t.Errorf("Of = %q, want no role", got)
	}
}

func TestConsoleNeedsALoginWhereOthersReachIt(t *testing.T) {
	for _, tt := range []struct {
		yaml   string
		needs  bool
		served bool
		links  string // where messages link to
	}{
		{"web: {}", false, true, ""},
		{"web: {listen: '127.0.0.1:8480'}", false, true, ""},
		{"web: {listen: '[::1]:8480'}", false, true, ""},
		{"web: {listen: 'localhost:8480', public: 'http://localhost:8480'}", false, true, "http://localhost:8480"},
		{"web: {listen: ':8480'}", true, false, ""},
		{"web: {listen: '0.0.0.0:8480', login: {users: true}}", true, true, ""},
		{"web: {listen: '127.0.0.1:8480', public: 'https://regwatch.example.com'}", true, false, ""},
		{"web: {listen: '127.0.0.1:8480', login: {users: true}}", false, true, ""},
		{"web: {listen: ':8480', public: 'https://regwatch.example.com/', login: {users: true}}", true, true, "https://regwatch.example.com"},
		{"web: {listen: ':8480', public: 'https://example.com/regwatch', login: {users: true}}", true, true, ""},
	} {
		c, problems := parse("folder", FileName, []byte(tt.yaml))
		if len(problems) > 0 {
			t.Fatal(problems)
		}
		p, served := c.Web.ConsoleProblem()
		if c.Web.NeedsLogin() != tt.needs || served != tt.served {
			t.Errorf("%s: NeedsLogin %v and served %v, want %v and %v", tt.yaml, c.Web.NeedsLogin(), served, tt.needs, tt.served)
		}
		if got := c.Web.Console(); got != tt.links {
			t.Errorf("%s: messages link to %q, want %q", tt.yaml, got, tt.links)
		}
		if !served && (p.Line != 1 || p.Col != 6) {
			t.Errorf("%s: the problem is at %d:%d, want 1:6", tt.yaml, p.Line, p.Col)
		}
	}
}
