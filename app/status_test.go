package app

import (
	"strings"
	"testing"
	"time"

	"regwatch/app/instances"
	"regwatch/models"
)

func TestStatusSaysHowInstancesDiffer(t *testing.T) {
	now := time.Date(2026, 3, 2, 10, 0, 0, 0, time.UTC)
	one := Instance{ID: "a", Machine: "m1", PID: 7, Version: "1.4", Roles: []string{"scan", "deliver"}, Config: "c1", Rules: "r1", SeenAt: now}
	with := func(change func(*Instance)) []Instance {
		two := one
		two.ID, two.Machine = "b", "m2"
		change(&two)
		return []Instance{one, two}
	}
	tests := []struct {
		name string
		all  []Instance
		want string
	}{
		{"none", nil, ""},
		{"alike", with(func(*Instance) {}), ""},
		{"other version", with(func(i *Instance) { i.Version = "1.5" }), "The instances run 2 different versions of regwatch."},
		{
			"other rules and files", with(func(i *Instance) { i.Rules, i.Config = "r2", "c2" }),
			"The instances use 2 different sets of rules: a new article meets those of the instance that reads it.",
		},
		{"other files", with(func(i *Instance) { i.Config = "c2" }), "The instances use 2 different versions of the configuration, sources or templates."},
		{
			"silent, whatever it runs", with(func(i *Instance) { i.Silent, i.Version = true, "1.5" }),
			"The instance m2/7 has not been seen since 2026-03-02T10:00:00Z: it was killed, is paused, or cannot reach the database.",
		},
		{"nobody delivers", []Instance{{Roles: []string{"scan", "web"}}}, "No instance has the role deliver."},
	}
	for _, tt := range tests {
		var got []string
		for _, text := range mixed(tt.all) {
			got = append(got, text.String())
		}
		if strings.Join(got, "\n") != tt.want {
			t.Errorf("%s: %q, want %q", tt.name, got, tt.want)
		}
	}
}

func TestInstancesAreListedWithWhatIsInForce(t *testing.T) {
	e, _ := doubtful(t)
	if all, err := e.Instances(t.Context()); err != nil || len(all) != 0 {
		t.Fatalf("Instances before Run = %v, %v; want none", all, err)
	}
	if err := e.store.SeeInstance(t.Context(), e.member.Presence.Self(), e.now()); err != nil {
		t.Fatal(err)
	}
	gone := models.Instance{ID: "gone", Machine: "m2", PID: 9, Roles: "web", StartedAt: e.now().Add(-2 * time.Hour)}
	if err := e.store.SeeInstance(t.Context(), gone, e.now().Add(-time.Hour)); err != nil {
		t.Fatal(err)
	}
	s, err := e.Status(t.Context())
	if err != nil || len(s.Instances) != 2 {
		t.Fatalf("%d instances, %v; want 2", len(s.Instances), err)
	}
	if i := s.Instances[0]; i.Name() != "m2/9" || !i.Silent || i.Self {
		t.Errorf("first instance = %+v; want the silent m2/9", i)
	}
	self := s.Instances[1]
	if !self.Self || self.Silent || strings.Join(self.Roles, ",") != strings.Join(instances.Roles(), ",") || len(self.Rules) != 8 || len(self.Config) != 8 {
		t.Errorf("this instance = %+v; want all roles and hashes of what is in force", self)
	}
	before := self.Rules
	e.roles.Store(&[]string{instances.RoleWeb})
	if i := e.member.Presence.Self(); i.Roles != "web" || i.Rules != before {
		t.Errorf("with the role web: %+v", i)
	}
	if len(s.Mixed) != 1 || !strings.Contains(s.Mixed[0].String(), "m2/9 has not been seen") {
		t.Errorf("Mixed = %q, want that m2/9 is silent", s.Mixed)
	}
}
