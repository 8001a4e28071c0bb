package configs

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"regwatch/internal/diag"
	"regwatch/internal/golden"
	"regwatch/models"
)

// read loads a file of testdata as if it were in its own folder, so that the results
// do not depend on where the tests run.
func read(t *testing.T, path string) (*Config, diag.Problems) {
	t.Helper()
	src, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return parse("folder", FileName, src)
}

func globFiles(t *testing.T, pattern string) []string {
	t.Helper()
	found, err := filepath.Glob(pattern)
	if err != nil || len(found) == 0 {
		t.Fatalf("no file matches %s (%v)", pattern, err)
	}
	return found
}

func TestProblems(t *testing.T) {
	for _, path := range globFiles(t, "testdata/err/*.yaml") {
		t.Run(filepath.Base(path), func(t *testing.T) {
			cfg, problems := read(t, path)
			if cfg == nil {
				t.Fatal("Load returned no Config; want what could be read")
			}
			if len(problems) == 0 {
				t.Fatal("found no problem; want at least one")
			}
			for _, p := range problems {
				if p.Line == 0 || p.What == "" {
					t.Errorf("problem without place or words: %q", p)
				}
			}
			text := problems.Error() + "\n"
			if strings.Contains(strings.ToLower(text), "hunter2") {
				t.Errorf("a problem contains a secret:\n%s", text)
			}
			golden.Assert(t, strings.TrimSuffix(path, ".yaml")+".want", []byte(text))
		})
	}
}

func TestLoadValid(t *testing.T) {
	for _, path := range globFiles(t, "testdata/ok/*.yaml") {
		t.Run(filepath.Base(path), func(t *testing.T) {
			cfg, problems := read(t, path)
			if len(problems) > 0 {
				t.Fatalf("problems:\n%v\nwant none", problems)
			}
			got, err := json.MarshalIndent(cfg, "", "  ")
			if err != nil {
				t.Fatal(err)
			}
			golden.Assert(t, strings.TrimSuffix(path, ".yaml")+".want", append(got, '\n'))
		})
	}
}

func TestLoadMissingFile(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "watch")
	cfg, problems := Load(dir)
	want := filepath.Join(dir, FileName) + ": the file does not exist; name the folder of regwatch.yaml with -C or $REGWATCH_DIR, or create one with regwatch init DIR"
	if got := problems.Error(); got != want || cfg == nil {
		t.Errorf("Load of a missing folder:\n%s\nwant\n%s", got, want)
	}
}

func TestBuiltInTerminal(t *testing.T) {
	cfg, problems := parse("", FileName, []byte("zone: Asia/Hong_Kong\n"))
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	ch, ok := cfg.Channel("terminal")
	if !ok || ch.Kind != KindTerminal {
		t.Errorf("channel terminal is %+v, %v; want one of kind terminal", ch, ok)
	}
	r, ok := cfg.Recipient("terminal")
	if !ok || !slices.Equal(r.Destinations, []models.Destination{{Channel: "terminal"}}) || r.Zone != "Asia/Hong_Kong" {
		t.Errorf("recipient terminal is %+v, %v; want the terminal as destination and the zone of the file", r, ok)
	}
	if diff := cmp.Diff([]models.Route{{Path: "default", Lines: []models.RouteLine{{Recipient: "terminal"}}}}, cfg.Routes); diff != "" {
		t.Errorf("routes mismatch (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"terminal"}, cfg.Health); diff != "" {
		t.Errorf("health mismatch (-want +got):\n%s", diff)
	}
}

func TestCheckRules(t *testing.T) {
	cfg, _ := parse("", FileName, []byte("digests:\n  weekly:\n    to: [terminal]\n    rules: [crypto-ban, crypto-bam, other]\n"))
	got := cfg.CheckRules([]string{"crypto-ban", "yuan-stablecoin"}).Error()
	want := `regwatch.yaml:4:25: digest "weekly": rule "crypto-bam" does not exist; did you mean "crypto-ban"? use crypto-ban or yuan-stablecoin
regwatch.yaml:4:37: digest "weekly": rule "other" does not exist; use crypto-ban or yuan-stablecoin`
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("CheckRules mismatch (-want +got):\n%s", diff)
	}
	if got := cfg.CheckRules([]string{"crypto-ban", "crypto-bam", "other"}); got != nil {
		t.Errorf("CheckRules with every rule known = %v; want none", got)
	}
}

// FuzzParse checks that parsing never panics, and that accepted files can be checked
// and printed.
func FuzzParse(f *testing.F) {
	for _, pattern := range []string{"testdata/ok/*.yaml", "testdata/err/*.yaml"} {
		paths, _ := filepath.Glob(pattern)
		for _, path := range paths {
			src, err := os.ReadFile(path)
			if err != nil {
				f.Fatal(err)
			}
			f.Add(src)
		}
	}
	f.Fuzz(func(t *testing.T, src []byte) {
		cfg, problems := parse("folder", FileName, src)
		_ = cfg.CheckRules(nil)
		_ = cfg.CheckRoutes([]Rule{{ID: "a", Topic: "a"}}, nil)
		if len(problems) > 0 {
			return
		}
		if _, err := json.Marshal(cfg); err != nil {
			t.Error(err)
		}
		if len(cfg.Routes) == 0 || len(cfg.Recipients) == 0 || len(cfg.Channels) == 0 {
			t.Errorf("accepted without routes, recipients or channels: %+v", cfg)
		}
		if _, again := parse("folder", FileName, src); len(again) > 0 {
			t.Errorf("accepted, but its second parse has problems:\n%v", again)
		}
	})
}

// Merged lists may contain one address twice; earlier releases accepted both
// spellings.
func TestDuplicateAddressSpellings(t *testing.T) {
	cfg, problems := parse("", FileName, []byte(`channels:
  mail: {kind: email, host: localhost, tls: none, from: r@example.com}
recipients:
  desk: {send: ["mail:Info@bücher.example.com", terminal, "mail:info@xn--bcher-kva.example.com", "mail:info@example.com"]}
digests:
  weekly: {to: ["mail:team@Example.com", "mail:Team@example.com"]}
`))
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	want := []models.Destination{{Channel: "mail", Address: "Info@bücher.example.com"}, {Channel: "terminal"}, {Channel: "mail", Address: "info@example.com"}}
	if diff := cmp.Diff(want, cfg.Recipients[0].Destinations); diff != "" {
		t.Errorf("destinations mismatch (-want +got):\n%s", diff)
	}
	digest := cfg.Digests[0]
	digest.Recipients = []string{"desk"}
	want = append([]models.Destination{{Channel: "mail", Address: "team@Example.com"}}, want...)
	if diff := cmp.Diff(want, cfg.DigestDestinations(digest)); diff != "" {
		t.Errorf("all addresses of the digest mismatch (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]models.Destination{{Channel: "mail", Address: "team@Example.com"}}, digest.To); diff != "" {
		t.Errorf("addresses of the digest mismatch (-want +got):\n%s", diff)
	}
}
