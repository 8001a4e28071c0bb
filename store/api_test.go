package store

import (
	gocmp "cmp"
	"errors"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"regwatch/models"
)

func addToken(t *testing.T, s *Store, user, hash string) models.APIToken {
	t.Helper()
	added, err := s.AddToken(t.Context(), models.APIToken{
		Name: "dashboard", UserName: user, Scopes: []models.TokenScope{models.ScopeRead}, Hash: hash, CreatedAt: noon, CreatedBy: "root", ExpiresAt: noon.AddDate(0, 0, 90),
	})
	if err != nil {
		t.Fatal(err)
	}
	return added
}

func TestTokenIsFoundByItsHashUntilAndAfterItIsRevoked(t *testing.T) {
	onEachEngine(t, func(t *testing.T, o Options) {
		s := open(t, o)
		addUser(t, s, "Mei", models.RoleEditor, models.LoginPassword)
		added := addToken(t, s, "mei", strings.Repeat("a", 64))
		if added.UserName != "Mei" || len(added.ID) != 26 {
			t.Errorf("AddToken = %+v, want a ULID and the user Mei", added)
		}
		found, ok, err := s.TokenByHash(t.Context(), added.Hash)
		if diff := cmp.Diff(added, found); err != nil || !ok || diff != "" {
			t.Errorf("TokenByHash = %v, %v (-added +found):\n%s", ok, err, diff)
		}
		if _, ok, err := s.TokenByHash(t.Context(), strings.Repeat("b", 64)); ok || err != nil {
			t.Errorf("TokenByHash of another hash = %v, %v", ok, err)
		}
		if err := s.TouchToken(t.Context(), added.ID, noon.Add(time.Hour)); err != nil {
			t.Fatal(err)
		}
		for _, at := range []time.Time{noon.Add(2 * time.Hour), noon.Add(3 * time.Hour)} { // the second changes nothing
			revoked, err := s.RevokeToken(t.Context(), added.ID, "kim", at)
			if err != nil || !revoked.RevokedAt.Equal(noon.Add(2*time.Hour)) || revoked.RevokedBy != "kim" || !revoked.LastUsedAt.Equal(noon.Add(time.Hour)) {
				t.Errorf("RevokeToken = %+v, %v", revoked, err)
			}
		}
		_, err = s.RevokeToken(t.Context(), "01AAAAAAAAAAAAAAAAAAAAAAAA", "kim", noon)
		if _, none := errors.AsType[*NoTokenError](err); !none {
			t.Errorf("RevokeToken of nothing = %v, want a NoTokenError", err)
		}
		soundAudit(t, s)
		entries, err := s.AuditBySubject(t.Context(), added.ID)
		if err != nil || len(entries) != 2 || entries[0].Action != "token.created" || entries[1].Action != "token.revoked" || !strings.Contains(entries[0].Detail, added.Hash) {
			t.Errorf("audit = %+v, %v; want the creation with the hash, and one revocation", entries, err)
		}
	})
}

func TestTokenNeedsAUserWhoMayLogIn(t *testing.T) {
	onEachEngine(t, func(t *testing.T, o Options) {
		s := open(t, o)
		addUser(t, s, "mei", models.RoleEditor, models.LoginPassword)
		if _, err := s.SetUserDisabled(t.Context(), "mei", true, "root", noon); err != nil {
			t.Fatal(err)
		}
		_, err := s.AddToken(t.Context(), models.APIToken{UserName: "mei", Hash: "1", CreatedAt: noon})
		if _, disabled := errors.AsType[*UserDisabledError](err); !disabled {
			t.Errorf("AddToken = %v, want a UserDisabledError", err)
		}
		_, err = s.AddToken(t.Context(), models.APIToken{UserName: "kim", Hash: "2", CreatedAt: noon})
		if _, none := errors.AsType[*NoUserError](err); !none {
			t.Errorf("AddToken = %v, want a NoUserError", err)
		}
	})
}

func TestOneOfSeveralRequestsWithAKeyBegins(t *testing.T) {
	onEachEngine(t, func(t *testing.T, o Options) {
		s := open(t, o)
		addUser(t, s, "mei", models.RoleEditor, models.LoginPassword)
		token := addToken(t, s, "mei", "1")
		r := models.APIRequest{TokenID: token.ID, Key: "k1", RequestHash: "h", StartedAt: noon}
		var begun atomic.Int32
		var wg sync.WaitGroup
		for range 4 {
			wg.Go(func() {
				stored, fresh, err := s.BeginRequest(t.Context(), r, noon.Add(-time.Hour))
				switch {
				case err != nil:
					t.Error(err)
				case fresh:
					begun.Add(1)
				case stored.RequestHash != "h" || stored.Status != 0:
					t.Errorf("BeginRequest = %+v, want the first request without an answer", stored)
				}
			})
		}
		wg.Wait()
		if begun.Load() != 1 {
			t.Fatalf("%d requests began, want 1", begun.Load())
		}
		r.Status, r.Headers, r.Body = 201, map[string]string{"Location": "/x"}, `{"é":1}`
		if err := s.FinishRequest(t.Context(), r); err != nil {
			t.Fatal(err)
		}
		stored, fresh, err := s.BeginRequest(t.Context(), models.APIRequest{TokenID: token.ID, Key: "k1", RequestHash: "other", StartedAt: noon}, noon)
		if diff := cmp.Diff(r, stored); fresh || err != nil || diff != "" {
			t.Errorf("BeginRequest again = %v, %v (-want +got):\n%s", fresh, err, diff)
		}
		// After a day the key is free again.
		if _, fresh, err = s.BeginRequest(t.Context(), r, noon.Add(time.Second)); !fresh || err != nil {
			t.Errorf("BeginRequest a day later = %v, %v", fresh, err)
		}
	})
}

// Pages of one, from place to place, are the whole list, also of rows of the same time, and though
// the row of a place has gone.
func TestPagesFromAPlaceAreTheWholeList(t *testing.T) {
	onEachEngine(t, func(t *testing.T, o Options) {
		s := open(t, o)
		for i, at := range []time.Time{noon, noon, noon.Add(time.Hour), noon} {
			a := article("hkma", string(rune('a'+i)), "Coin rules "+string(rune('a'+i)), at)
			scan := scanOf(models.SourceState{SourceID: "hkma", Generation: int64(i)}, int64(i), a, string(rune('a'+i)))
			commit(t, s, scan)
		}
		lists := map[string]func(after models.Position, limit int) []models.Position{
			"events": func(after models.Position, limit int) (all []models.Position) {
				found, err := s.NewestEvents(t.Context(), EventFilter{To: noon.AddDate(0, 0, 1), After: after}, limit)
				if err != nil {
					t.Fatal(err)
				}
				slices.SortFunc(found, func(a, b models.Event) int {
					return gocmp.Or(b.LastSeenAt.Compare(a.LastSeenAt), strings.Compare(b.ID, a.ID))
				})
				for _, e := range found {
					all = append(all, models.Position{At: e.LastSeenAt, ID: e.ID})
				}
				return all
			},
			"articles": func(after models.Position, limit int) (all []models.Position) {
				found, err := s.Articles(t.Context(), ArticleFilter{After: after, Limit: limit})
				if err != nil {
					t.Fatal(err)
				}
				for _, a := range found {
					all = append(all, models.Position{At: a.SeenAt, ID: a.ID})
				}
				return all
			},
			"deliveries": func(after models.Position, limit int) (all []models.Position) {
				found, err := s.Deliveries(t.Context(), DeliveryFilter{After: after, Limit: limit})
				if err != nil {
					t.Fatal(err)
				}
				for _, d := range found {
					all = append(all, models.Position{At: d.CreatedAt, ID: d.ID})
				}
				return all
			},
		}
		for name, read := range lists {
			whole := read(models.Position{}, 100)
			var single []models.Position
			var after models.Position
			for page := read(after, 1); len(page) > 0; page = read(after, 1) {
				after = page[0]
				single = append(single, after)
			}
			if diff := cmp.Diff(whole, single); diff != "" || len(whole) < 4 {
				t.Errorf("%s in pages of one (-whole +single):\n%s", name, diff)
			}
			gone := whole[1]
			if gone.ID += "-"; name != "deliveries" { // which are ordered by ID at one time, and not against it
				gone.ID = whole[1].ID[:len(whole[1].ID)-1]
			}
			if rest := read(gone, 100); len(rest) != len(whole)-2 {
				t.Errorf("%s from the place of a row that has gone: %d, want %d", name, len(rest), len(whole)-2)
			}
		}
		if found, err := s.UnsentNotices(t.Context(), NoticeFilter{After: models.Position{At: noon, ID: "x"}}); err != nil || len(found) != 0 {
			t.Errorf("UnsentNotices = %v, %v", found, err)
		}
	})
}
