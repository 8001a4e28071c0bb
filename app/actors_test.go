package app

import (
	"context"
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"log/slog"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"regwatch/app/newsource"
	"regwatch/models"
)

// readerMay are the methods that name a person and that a reader may call, with why.
var readerMay = map[string]string{
	"MarkRead":         "a reader reads",
	"MarkUnread":       "a reader reads",
	"Unread":           "it changes nothing",
	"EventCounts":      "it changes nothing",
	"SavedFilters":     "it changes nothing",
	"RemoveFilter":     "a filter of the reader's own; TestReaderKeepsFiltersAndDrafts has those of the team",
	"RuleDraft":        "it changes nothing",
	"SaveRuleDraft":    "a draft changes no rule",
	"DropRuleDraft":    "a draft changes no rule",
	"DiscardRuleDraft": "a draft changes no rule",
	"RestoreRuleDraft": "a draft changes no rule",
	"PreviewException": "it changes nothing",
	"PreviewRule":      "it changes nothing",
	"CreateToken":      "a token of the reader's own; TestTokensAreOnesOwn has those of others",
	"RevokeToken":      "a token of the reader's own; TestTokensAreOnesOwn has those of others",
	"BacktestRule":     "it changes nothing; By is the time by which articles count",
}

// alsoChange are the methods that name no person and change something.
var alsoChange = []string{"StartRule", "SendDigest", "Scan", "Deliver", "ApplyRule"}

// changing returns the methods of App and Engine that have a parameter named by or person, or one
// with a field that says who does it, and those of alsoChange.
func changing(t *testing.T) []string {
	t.Helper()
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	names := slices.Clone(alsoChange)
	for _, path := range files {
		if strings.HasSuffix(path, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		for _, decl := range file.Decls {
			f, ok := decl.(*ast.FuncDecl)
			if !ok || f.Recv == nil || !f.Name.IsExported() || !isReceiver(f.Recv.List[0].Type) {
				continue
			}
			for _, p := range f.Type.Params.List {
				if slices.ContainsFunc(p.Names, func(n *ast.Ident) bool { return n.Name == "by" || n.Name == "person" }) {
					names = append(names, f.Name.Name)
				}
			}
		}
	}
	engine := reflect.TypeFor[*Engine]()
	for m := range engine.Methods() {
		for i := range m.Type.NumIn() {
			if in := m.Type.In(i); in.Kind() == reflect.Struct && namesPerson(in) {
				names = append(names, m.Name)
			}
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

func isReceiver(e ast.Expr) bool {
	star, ok := e.(*ast.StarExpr)
	if !ok {
		return false
	}
	id, ok := star.X.(*ast.Ident)
	return ok && (id.Name == "App" || id.Name == "Engine")
}

func namesPerson(t reflect.Type) bool {
	for _, name := range []string{"By", "SavedBy", "Person", "ProposedBy"} {
		if f, ok := t.FieldByName(name); ok && f.Type.Kind() == reflect.String {
			return true
		}
	}
	return false
}

// call calls a method with the zero value of each argument.
func call(ctx context.Context, e *Engine, name string) error {
	m := reflect.ValueOf(e).MethodByName(name)
	var in []reflect.Value
	for i := range m.Type().NumIn() {
		switch p := m.Type().In(i); {
		case p == reflect.TypeFor[context.Context]():
			in = append(in, reflect.ValueOf(ctx))
		case m.Type().IsVariadic() && i == m.Type().NumIn()-1:
		default:
			in = append(in, reflect.Zero(p))
		}
	}
	for _, out := range m.Call(in) {
		if err, ok := out.Interface().(error); ok {
			return err
		}
	}
	return nil
}

func TestReaderChangesNothing(t *testing.T) {
	a := openRules(t)
	e := &Engine{App: a}
	ctx := WithActor(t.Context(), Actor{"ana", RoleReader})
	found := changing(t)
	for _, name := range found {
		if readerMay[name] != "" {
			continue
		}
		t.Run(name, func(t *testing.T) {
			defer func() {
				if fault := recover(); fault != nil {
					t.Errorf("%s does something before it checks the role: %v", name, fault)
				}
			}()
			err := call(ctx, e, name)
			refused, ok := errors.AsType[*ForbiddenError](err)
			if !ok {
				t.Fatalf("%s of a reader = %v, want a ForbiddenError: call a.may first, or say in readerMay why a reader may do it", name, err)
			}
			if refused.Actor.Name != "ana" || !RoleAdmin.Allows(refused.Needed) || RoleReader.Allows(refused.Needed) {
				t.Errorf("%s refused %+v", name, refused)
			}
		})
	}
	for name := range readerMay {
		if !slices.Contains(found, name) {
			t.Errorf("readerMay names %s, which is not found", name)
		}
	}
	if len(found) < 50 {
		t.Errorf("only %d methods were found: %v", len(found), found)
	}
}

func TestActorWithoutRoleMayNothing(t *testing.T) {
	a := openRules(t)
	for _, role := range []Role{"", "owner"} {
		ctx := WithActor(t.Context(), Actor{"ana", role})
		if _, err := a.Assign(ctx, "01", "ana"); !is[*ForbiddenError](err) {
			t.Errorf("Assign with role %q = %v, want a ForbiddenError", role, err)
		}
		if _, err := a.MarkRead(ctx, "ana"); !is[*ForbiddenError](err) {
			t.Errorf("MarkRead with role %q = %v, want a ForbiddenError", role, err)
		}
	}
}

func TestAdminMayWhatEditorsMayNot(t *testing.T) {
	a := openRules(t)
	for role, want := range map[Role]bool{RoleReader: false, RoleEditor: false, RoleAdmin: true} {
		err := a.RevokeLinks(WithActor(t.Context(), Actor{"ana", role}), "ana")
		if (err == nil) != want || err != nil && !is[*ForbiddenError](err) {
			t.Errorf("RevokeLinks of %s = %v", role, err)
		}
		_, err = a.Unsubscribe(WithActor(t.Context(), Actor{"ana", role}), "x", "y", "ana", true)
		if is[*ForbiddenError](err) == want {
			t.Errorf("Unsubscribe by force of %s = %v", role, err)
		}
	}
}

// What works on a folder that is not open asks for a role too.
func TestFoldersAreChangedOnlyByThoseWhoMay(t *testing.T) {
	dir := t.TempDir()
	if _, err := WriteStarter(dir); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name    string
		allowed Role
		do      func(ctx context.Context) error
	}{
		{"import of OPML", RoleEditor, func(ctx context.Context) error {
			_, err := ImportOPML(ctx, dir, newsource.OPMLImport{Role: "nobody"})
			return err
		}},
		{"restore of a backup", RoleAdmin, func(ctx context.Context) error {
			_, err := RestoreDatabase(ctx, dir, filepath.Join(dir, "none.db"), "mei", slog.New(slog.DiscardHandler))
			return err
		}},
	} {
		for _, role := range []Role{"", RoleReader, RoleEditor, RoleAdmin} {
			err := tt.do(WithActor(t.Context(), Actor{Name: "mei", Role: role}))
			if _, forbidden := errors.AsType[*ForbiddenError](err); forbidden == role.Allows(tt.allowed) || err == nil {
				t.Errorf("%s by %q: %v", tt.name, role, err)
			}
		}
		if _, forbidden := errors.AsType[*ForbiddenError](tt.do(t.Context())); forbidden {
			t.Errorf("%s on the command line is forbidden", tt.name)
		}
	}
}

func TestForbiddenErrorNamesWhoCanHelp(t *testing.T) {
	a := openRules(t)
	now := time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)
	for name, role := range map[string]Role{"zoe": RoleEditor, "kim": RoleAdmin, "rob": RoleReader} {
		if err := a.store.AddUser(t.Context(), models.User{Name: name, Role: role, Login: models.LoginPassword, CreatedAt: now}); err != nil {
			t.Fatal(err)
		}
	}
	ctx := WithActor(t.Context(), Actor{"rob", RoleReader})
	_, err := a.Assign(ctx, "01", "rob")
	if want := "this needs the role editor, and rob is reader; ask kim or zoe"; err == nil || err.Error() != want {
		t.Errorf("Assign = %v\nwant %s", err, want)
	}
	if err := a.RevokeLinks(ctx, "rob"); err == nil || !strings.HasSuffix(err.Error(), "; ask kim") {
		t.Errorf("RevokeLinks = %v, want that only kim can help", err)
	}
}

func TestReaderKeepsFiltersAndDrafts(t *testing.T) {
	a := openRules(t)
	ctx := WithActor(t.Context(), Actor{"ana", RoleReader})
	own, err := a.SaveFilter(ctx, models.SavedFilter{Owner: "ana", Name: "Bans", Query: "?rule=crypto-ban"}, "ana")
	if err != nil || own.Query != "rule=crypto-ban" {
		t.Fatalf("SaveFilter = %+v, %v", own, err)
	}
	if _, err := a.SaveFilter(ctx, models.SavedFilter{Name: "Bans"}, "ana"); !is[*ForbiddenError](err) {
		t.Errorf("a reader saves a filter of the team: %v, want a ForbiddenError", err)
	}
	if _, err := a.SaveFilter(ctx, models.SavedFilter{Owner: "ben", Name: "Bans"}, "ana"); !is[*InputError](err) {
		t.Errorf("a reader saves a filter for another person: %v, want an InputError", err)
	}
	team, err := a.SaveFilter(t.Context(), models.SavedFilter{Name: "All bans", Query: "rule=crypto-ban"}, "ben")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := a.RemoveFilter(ctx, team.ID, "ana"); !is[*ForbiddenError](err) {
		t.Errorf("a reader removes a filter of the team: %v, want a ForbiddenError", err)
	}
	if _, err := a.RemoveFilter(ctx, own.ID, "ana"); err != nil {
		t.Errorf("a reader removes their own filter: %v", err)
	}
	if err := a.SaveRuleDraft(ctx, models.RuleDraft{Person: "ana", RuleID: "everything", Text: "id: everything\n"}); err != nil {
		t.Errorf("SaveRuleDraft = %v", err)
	}
	if err := a.SaveRuleDraft(ctx, models.RuleDraft{Person: "ben", RuleID: "everything"}); err == nil {
		t.Error("a reader saves a draft of another person")
	}
	d, ok, err := a.RuleDraft(ctx, "ana", "everything")
	if err != nil || !ok || d.Text != "id: everything\n" {
		t.Errorf("RuleDraft = %+v, %v, %v", d, ok, err)
	}
	if err := a.DiscardRuleDraft(ctx, "ben", "everything"); err == nil {
		t.Error("a reader discards a draft of another person")
	}
	if err := a.DiscardRuleDraft(ctx, "ana", "everything"); err != nil {
		t.Error(err)
	}
	if d, ok, err := a.RuleDraft(ctx, "ana", "everything"); err != nil || ok {
		t.Errorf("the discarded draft is %+v, %v", d, err)
	}
	if err := a.RestoreRuleDraft(ctx, "ana", "everything"); err != nil {
		t.Error(err)
	}
	if d, ok, err := a.RuleDraft(ctx, "ana", "everything"); err != nil || !ok || d.Text != "id: everything\n" {
		t.Errorf("the restored draft is %+v, %v, %v", d, ok, err)
	}
	d.Text = readRule(t, a, "everything").Text
	if err := a.SaveRuleDraft(ctx, d); err != nil {
		t.Error(err)
	}
	if d, ok, err := a.RuleDraft(ctx, "ana", "everything"); err != nil || ok {
		t.Errorf("the text of the file is the draft %+v, %v", d, err)
	}
}

// A reader has tokens of their own, and neither creates nor revokes those of others. An admin revokes
// all, and creates none in the name of somebody else.
func TestTokensAreOnesOwn(t *testing.T) {
	a := openRules(t)
	for _, name := range []string{"ana", "ben"} {
		if _, err := a.AddUser(t.Context(), name, RoleReader, "correct horse battery staple", "test"); err != nil {
			t.Fatal(err)
		}
	}
	ana, admin := WithActor(t.Context(), Actor{"ana", RoleReader}), WithActor(t.Context(), Actor{"root", RoleAdmin})
	read := []TokenScope{ScopeRead}
	own, err := a.CreateToken(ana, TokenRequest{Name: "mine", User: "ana", Scopes: read, By: "ana"})
	if err != nil {
		t.Fatal(err)
	}
	other, err := a.CreateToken(t.Context(), TokenRequest{Name: "theirs", User: "ben", Scopes: read, By: "test"})
	if err != nil {
		t.Fatal(err)
	}
	for _, ctx := range []context.Context{ana, admin} {
		if _, err := a.CreateToken(ctx, TokenRequest{Name: "x", User: "ben", Scopes: read, By: "ana"}); !is[*InputError](err) {
			t.Errorf("CreateToken for somebody else = %v, want an InputError", err)
		}
	}
	if seen, err := a.Tokens(ana); err != nil || len(seen) != 1 || seen[0].ID != own.ID {
		t.Errorf("Tokens of ana = %+v, %v; want her own", seen, err)
	}
	if _, err := a.RevokeToken(ana, other.ID, "ana"); !IsNotFound(err) {
		t.Errorf("RevokeToken of somebody else's = %v, want that there is none", err)
	}
	if _, err := a.RevokeToken(ana, own.ID, "ana"); err != nil {
		t.Errorf("RevokeToken of her own = %v", err)
	}
	if _, err := a.RevokeToken(admin, other.ID, "root"); err != nil {
		t.Errorf("RevokeToken of an admin = %v", err)
	}
}
