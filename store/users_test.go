package store

import (
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"regwatch/models"
)

func addUser(t *testing.T, s *Store, name string, role models.UserRole, login models.LoginKind) {
	t.Helper()
	u := models.User{Name: name, Role: role, Login: login, Password: "hash", CreatedAt: noon, CreatedBy: "root", ChangedAt: noon, SessionsFrom: noon}
	if err := s.AddUser(t.Context(), u); err != nil {
		t.Fatal(err)
	}
}

func TestUserIsFoundWhateverTheCase(t *testing.T) {
	onEachEngine(t, func(t *testing.T, o Options) {
		s := open(t, o)
		addUser(t, s, "Mei", models.RoleAdmin, models.LoginPassword)
		if u, err := s.User(t.Context(), "MEI"); err != nil || u.Name != "Mei" || u.Role != models.RoleAdmin || !u.CreatedAt.Equal(noon) {
			t.Errorf("User = %+v, %v", u, err)
		}
		err := s.AddUser(t.Context(), models.User{Name: "mEI", CreatedAt: noon})
		if taken, ok := errors.AsType[*UserExistsError](err); !ok || taken.User.Name != "Mei" {
			t.Errorf("AddUser = %v, want that Mei exists", err)
		}
		_, err = s.User(t.Context(), "kim")
		if _, none := errors.AsType[*NoUserError](err); !none {
			t.Errorf("User of nobody = %v, want a NoUserError", err)
		}
		soundAudit(t, s)
	})
}

func TestLastAdminWithAPasswordStays(t *testing.T) {
	onEachEngine(t, func(t *testing.T, o Options) {
		s := open(t, o)
		addUser(t, s, "mei", models.RoleAdmin, models.LoginPassword)
		addUser(t, s, "ann", models.RoleAdmin, models.LoginOIDC)
		addUser(t, s, "kim", models.RoleEditor, models.LoginPassword)
		isLast := func(err error) bool {
			_, last := errors.AsType[*LastAdminError](err)
			return last
		}
		if _, err := s.RemoveUser(t.Context(), "mei", "kim", noon); !isLast(err) {
			t.Errorf("RemoveUser = %v, want a LastAdminError: an admin of a provider may be none tomorrow", err)
		}
		if _, err := s.SetUserRole(t.Context(), "mei", models.RoleReader, "kim", noon); !isLast(err) {
			t.Errorf("SetUserRole = %v, want a LastAdminError", err)
		}
		if _, err := s.SetUserRole(t.Context(), "KIM", models.RoleAdmin, "mei", noon); err != nil {
			t.Fatal(err)
		}
		// Two admins who remove each other at once: one stays.
		var wg sync.WaitGroup
		for _, name := range []string{"mei", "kim"} {
			wg.Go(func() { _, _ = s.RemoveUser(t.Context(), name, "other", noon) })
		}
		wg.Wait()
		users, err := s.Users(t.Context())
		if err != nil || len(users) != 2 || users[0].Name != "ann" {
			t.Errorf("Users = %+v, %v; want ann and one of the admins", users, err)
		}
		soundAudit(t, s)
	})
}

func TestRecordLoginKeepsANameToOneAccount(t *testing.T) {
	onEachEngine(t, func(t *testing.T, o Options) {
		s := open(t, o)
		zoe := models.User{Name: "zoe@example.com", Role: models.RoleReader, Login: models.LoginOIDC, Subject: "https://login.example.com 1"}
		if u, err := s.RecordLogin(t.Context(), zoe, noon); err != nil || u.SessionsFrom != noon || u.LastLoginAt != noon {
			t.Fatalf("RecordLogin = %+v, %v", u, err)
		}
		zoe.Role = models.RoleEditor
		later := noon.Add(time.Hour)
		if u, err := s.RecordLogin(t.Context(), zoe, later); err != nil || u.Role != models.RoleEditor || u.SessionsFrom != noon || u.LastLoginAt != later {
			t.Errorf("RecordLogin with another role = %+v, %v", u, err)
		}
		zoe.Subject, zoe.Name = "https://login.example.com 2", "Zoe@example.com"
		_, err := s.RecordLogin(t.Context(), zoe, later)
		if _, taken := errors.AsType[*UserExistsError](err); !taken {
			t.Errorf("RecordLogin of another account = %v, want a UserExistsError", err)
		}
		want := []string{"zoe@example.com user.added", "zoe@example.com user.logged_in", "zoe@example.com user.role_set", "zoe@example.com user.logged_in"}
		if diff := cmp.Diff(want, actionsOn(t, s, "zoe@example.com", "user.added", "user.logged_in", "user.role_set")); diff != "" {
			t.Errorf("audit mismatch (-want +got):\n%s", diff)
		}
	})
}

// A request that is in progress when its person logs out stores its session afterwards.
func TestEndedSessionDoesNotComeBack(t *testing.T) {
	onEachEngine(t, func(t *testing.T, o Options) {
		s := open(t, o)
		save := func(data string) {
			t.Helper()
			if err := s.SaveSession(t.Context(), "a", []byte(data), noon.Add(12*time.Hour), noon); err != nil {
				t.Fatal(err)
			}
		}
		save("one")
		if err := s.EndSession(t.Context(), "a"); err != nil {
			t.Fatal(err)
		}
		save("two")
		if data, ok, err := s.Session(t.Context(), "a", noon); ok || err != nil {
			t.Errorf("the session is %q after the log-out, %v", data, err)
		}
	})
}

func TestExpiredSessionsAreGone(t *testing.T) {
	onEachEngine(t, func(t *testing.T, o Options) {
		s := open(t, o)
		save := func(hash, data string, expires, now time.Time) {
			t.Helper()
			if err := s.SaveSession(t.Context(), hash, []byte(data), expires, now); err != nil {
				t.Fatal(err)
			}
		}
		get := func(hash string, now time.Time) string {
			t.Helper()
			data, ok, err := s.Session(t.Context(), hash, now)
			if err != nil || ok != (data != nil) {
				t.Fatalf("Session = %q, %v, %v", data, ok, err)
			}
			return string(data)
		}
		save("a", "one", noon.Add(12*time.Hour), noon)
		save("b", "two", noon.Add(time.Hour), noon)
		if got := get("a", noon) + get("b", noon) + get("c", noon); got != "onetwo" {
			t.Errorf("the sessions are %q, want onetwo", got)
		}
		save("a", "one", noon.Add(12*time.Hour+time.Minute), noon.Add(time.Minute))
		if got := get("a", noon.Add(12*time.Hour+30*time.Second)); got != "" {
			t.Error("a session was stored anew for a minute; that is a write with every page")
		}
		save("a", "three", noon.Add(14*time.Hour), noon.Add(2*time.Hour))
		if got := get("a", noon.Add(13*time.Hour)); got != "three" {
			t.Errorf("the session is %q, want three", got)
		}
		if got := rowsOf(t, s, "sessions"); got != 1 {
			t.Errorf("%d sessions are stored, want 1: the other has expired", got)
		}
		if err := s.EndSession(t.Context(), "a"); err != nil {
			t.Fatal(err)
		}
		if got := get("a", noon.Add(3*time.Hour)); got != "" {
			t.Errorf("the session that was ended is %q", got)
		}
	})
}

func TestDisabledUserHasNoSessionAndDoesNotComeBack(t *testing.T) {
	onEachEngine(t, func(t *testing.T, o Options) {
		s := open(t, o)
		addUser(t, s, "mei", models.RoleAdmin, models.LoginPassword)
		viaProxy := models.User{Name: "rob", Role: models.RoleEditor, Login: models.LoginProxy}
		if _, err := s.RecordLogin(t.Context(), viaProxy, noon); err != nil {
			t.Fatal(err)
		}
		if u, err := s.RemoveUser(t.Context(), "ROB", "mei", noon.Add(time.Hour)); err != nil || !u.DisabledAt.Equal(noon.Add(time.Hour)) || !u.SessionsFrom.Equal(noon.Add(time.Hour)) {
			t.Errorf("RemoveUser of a user of a proxy = %+v, %v; want a disabled one", u, err)
		}
		_, err := s.RecordLogin(t.Context(), viaProxy, noon.Add(2*time.Hour))
		if _, disabled := errors.AsType[*UserDisabledError](err); !disabled {
			t.Errorf("RecordLogin = %v, want a UserDisabledError", err)
		}
		if _, err := s.SetUserDisabled(t.Context(), "rob", false, "mei", noon.Add(3*time.Hour)); err != nil {
			t.Fatal(err)
		}
		if u, err := s.RecordLogin(t.Context(), viaProxy, noon.Add(4*time.Hour)); err != nil || !u.DisabledAt.IsZero() {
			t.Errorf("RecordLogin of an enabled user = %+v, %v", u, err)
		}

		_, err = s.SetUserDisabled(t.Context(), "mei", true, "rob", noon)
		if _, last := errors.AsType[*LastAdminError](err); !last {
			t.Errorf("SetUserDisabled of the last admin = %v", err)
		}
		addUser(t, s, "kim", models.RoleAdmin, models.LoginPassword)
		if _, err := s.SetUserDisabled(t.Context(), "kim", true, "mei", noon); err != nil {
			t.Fatal(err)
		}
		_, err = s.RemoveUser(t.Context(), "mei", "rob", noon)
		if _, last := errors.AsType[*LastAdminError](err); !last {
			t.Errorf("RemoveUser while the other admin is disabled = %v", err)
		}
		if u, err := s.EndSessions(t.Context(), "mei", "mei", noon.Add(time.Hour)); err != nil || !u.SessionsFrom.Equal(noon.Add(time.Hour)) {
			t.Errorf("EndSessions = %+v, %v", u, err)
		}
		soundAudit(t, s)
	})
}

func TestSessionsAreListedUntilTheyEnd(t *testing.T) {
	onEachEngine(t, func(t *testing.T, o Options) {
		s := open(t, o)
		for _, token := range []string{"a", "b", "c"} {
			expires := noon.Add(time.Hour)
			if token == "c" {
				expires = noon.Add(time.Minute)
			}
			if err := s.SaveSession(t.Context(), token, []byte("data "+token), expires, noon); err != nil {
				t.Fatal(err)
			}
		}
		if err := s.EndSession(t.Context(), "b"); err != nil {
			t.Fatal(err)
		}
		want := []StoredSession{{"a", []byte("data a"), noon.Add(time.Hour)}}
		got, err := s.Sessions(t.Context(), noon.Add(2*time.Minute))
		if diff := cmp.Diff(want, got); err != nil || diff != "" {
			t.Errorf("Sessions (-want +got):\n%s%v", diff, err)
		}
	})
}
