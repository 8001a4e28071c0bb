package cli

import (
	"context"
	"database/sql"
	"encoding/json"
	"flag"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"regwatch/internal/samplesite"
)

func TestMain(m *testing.M) {
	// Most tests here wait for other processes, so more of them than processors can run at a time.
	if err := flag.Set("test.parallel", "4"); err != nil {
		panic(err)
	}
	testscript.Main(m, map[string]func(){
		"regwatch": func() { os.Exit(run(context.Background(), os.Args[1:], os.Stdout, os.Stderr)) },
	})
}

// TestScripts runs the command as a person does. In a script $SITE is the sample
// site, $FAULTY a server that fails in every way under /fault/, $CLOSED an
// address where nothing listens, $FILES serves the script's own folder as it
// stands, and SHIPPED the starter folder's rules. The command capture NAME REGEXP
// sets a variable to what its group finds in the last output, names FILE
// DEPTH writes the names in its JSON to a file, each with the names above it, and
// sql FILE STATEMENT changes a database, which must change at least one row.
func TestScripts(t *testing.T) {
	site, err := samplesite.New(samplesite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	good := httptest.NewServer(site)
	t.Cleanup(good.Close)
	faulty := httptest.NewServer(samplesite.Faulty{})
	t.Cleanup(faulty.Close)
	closed := httptest.NewServer(http.NotFoundHandler())
	closed.Close()
	shipped, err := filepath.Abs("../../configs")
	if err != nil {
		t.Fatal(err)
	}
	testscript.Run(t, testscript.Params{
		Dir:             "testdata/script",
		ContinueOnError: true, // one run names every line that fails
		Setup: func(e *testscript.Env) error {
			e.Setenv("GOGC", "400") // a command is over before it pays to collect garbage more often
			e.Setenv("SITE", good.URL)
			e.Setenv("FAULTY", faulty.URL)
			e.Setenv("CLOSED", closed.URL)
			e.Setenv("SHIPPED", shipped)
			files := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				r.Header.Del("If-Modified-Since") // a file may change within a second
				http.FileServer(http.Dir(e.WorkDir)).ServeHTTP(w, r)
			}))
			e.Defer(files.Close)
			e.Setenv("FILES", files.URL)
			return os.WriteFile(filepath.Join(e.WorkDir, "site.yaml"), site.SourcesYAML(good.URL), 0o644)
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"capture": func(ts *testscript.TestScript, _ bool, args []string) {
				found := regexp.MustCompile("(?m)" + args[1]).FindStringSubmatch(ts.ReadFile("stdout"))
				if len(found) != 2 {
					ts.Fatalf("%s finds nothing in the output", args[1])
				}
				ts.Setenv(args[0], found[1])
			},
			"sql": func(ts *testscript.TestScript, _ bool, args []string) {
				db, err := sql.Open("sqlite", ts.MkAbs(args[0]))
				ts.Check(err)
				defer db.Close()
				result, err := db.ExecContext(context.Background(), args[1])
				ts.Check(err)
				if n, err := result.RowsAffected(); n == 0 || err != nil {
					ts.Fatalf("no row is changed: %v", err)
				}
			},
			"names": func(ts *testscript.TestScript, _ bool, args []string) {
				depth, err := strconv.Atoi(args[1])
				ts.Check(err)
				var value any
				ts.Check(json.Unmarshal([]byte(ts.ReadFile("stdout")), &value))
				names := make(map[string]bool)
				namesIn(value, "", depth, names)
				text := strings.Join(slices.Sorted(maps.Keys(names)), "\n") + "\n"
				ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte(text), 0o644))
			},
		},
		RequireUniqueNames:  true,
		UpdateScripts:       os.Getenv("REGWATCH_UPDATE") != "",
		RequireExplicitExec: true,
	})
}

// namesIn gathers the names of a JSON value down to a depth, with a dot between
// one and the next.
func namesIn(value any, above string, depth int, names map[string]bool) {
	if depth == 0 {
		return
	}
	switch v := value.(type) {
	case []any:
		for _, one := range v {
			namesIn(one, above, depth, names)
		}
	case map[string]any:
		for name, under := range v {
			names[above+name] = true
			namesIn(under, above+name+".", depth-1, names)
		}
	}
}
