//go:build linux

package sources

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"regwatch/internal/htmltext"
	"regwatch/models"
)

// hostileVariable makes the test binary read a hostile page, so that its memory is that of this page alone.
const hostileVariable = "REGWATCH_HOSTILE_PAGE"

func TestMain(m *testing.M) {
	if text := os.Getenv(hostileVariable); text != "" {
		var work hostileWork
		if err := json.Unmarshal([]byte(text), &work); err != nil {
			panic(err)
		}
		work.do()
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// A hostileWork is reading a page several times at once.
type hostileWork struct {
	Page, Entry string
	Times       int
}

const hostileSize = 9_600_000

func repeatTo(text string) string { return strings.Repeat(text, hostileSize/len(text)) }

func numberedTo(format string) string {
	var b strings.Builder
	for i := 0; b.Len() < hostileSize; i++ {
		fmt.Fprintf(&b, format, i)
	}
	return b.String()
}

// hostilePages are made to take memory: each once took hundreds of megabytes or is a variation of one that did.
var hostilePages = map[string]func() string{
	"nested":              func() string { return repeatTo("<div>") },
	"nested formatting":   func() string { return repeatTo("<p><b>") },
	"numbered formatting": func() string { return numberedTo("<font size=%d><p>x") },
	"repeated formatting": func() string { return "<p>" + numberedTo("<font size=%d>")[:9000] + repeatTo("</p><p>x") },
	"links around blocks": func() string { return numberedTo("<nobr><a href=%d><table>x" + strings.Repeat("<div>", 9)) },
	"siblings":            func() string { return repeatTo("<p>") },
	"attributes":          func() string { return "<p " + numberedTo("a%d ") + ">" },
	"attributes of many":  func() string { return repeatTo("<p a b c d e f g h i j k l m n o p q r s t u v w x y z>") },
	"tables":              func() string { return repeatTo("<table><tr><td>") },
	"text outside cells":  func() string { return "<table>" + repeatTo("x<tr>") },
	"text":                func() string { return repeatTo("word ") },
	"list":                func() string { return repeatTo("<li><a href=/x>t</a>") },
	"noscript": func() string {
		return repeatTo("<noscript><p><p><p><p>words of a sentence that is long enough</noscript>")
	},
	"pictures":    func() string { return repeatTo("<svg><g><style><p a='</style>'><p><p></svg>") },
	"definitions": func() string { return repeatTo("<dt>a<dd>b") },
	"paragraphs of prose": func() string {
		return repeatTo("<p>The Authority granted the first licence to an issuer of a stablecoin on Monday.</p>")
	},
	"a page without a tag": func() string { return repeatTo("穩定幣發行人須持有儲備資產。") },
}

func (w hostileWork) do() {
	if make, ok := hostileFeeds[w.Page]; ok {
		w.read(make())
		return
	}
	body := []byte("<html><body>" + hostilePages[w.Page]())
	header := http.Header{"Content-Type": {"text/html; charset=utf-8"}}
	var group sync.WaitGroup
	for range w.Times {
		group.Go(func() {
			src := models.Source{ID: "s", URL: "https://site.example/news/", Pages: models.PagesNever}
			base, _ := url.Parse(src.URL)
			switch w.Entry {
			case "page":
				_, _ = Open(src, nil).Page(context.Background(), body, header)
			case "sniff":
				Sniff(context.Background(), body, "text/html", base)
			default:
				src.Kind = w.Entry
				src.Listing = models.Listing{Articles: "li, p"}
				_, _ = Open(src, nil).Read(context.Background(), body, header)
			}
		})
	}
	group.Wait()
}

// peak returns the most memory that a program takes for a work, in bytes, and its processor time.
func peak(t *testing.T, w hostileWork) (memory int, took time.Duration) {
	t.Helper()
	text, err := json.Marshal(w)
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), os.Args[0])
	cmd.Env = append(os.Environ(), hostileVariable+"="+string(text))
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%+v: %v\n%s", w, err, out)
	}
	return maxResident(t, cmd), cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()
}

// A hostile page takes at most its share of memory and time, however it is read. Without the limits these pages take up to 1 GB,
// and some never end.
func TestHostilePagesStayWithinMemory(t *testing.T) {
	if testing.Short() {
		t.Skip("megabytes of hostile pages")
	}
	entries := []string{"page"}
	if runSlowTests() {
		entries = []string{"page", KindListing, KindPage, KindFeed, "sniff"}
	}
	const program = 100 << 20 // the program, the response and its text
	for name := range hostilePages {
		for _, entry := range entries {
			memory, took := peak(t, hostileWork{name, entry, 1})
			if memory > program+htmltext.MaxTreeMemory || took > 30*time.Second {
				t.Errorf("%s read as %s: %d MB, %s of processor time", name, entry, memory>>20, took)
			} else {
				t.Logf("%s read as %s: %d MB, %s of processor time", name, entry, memory>>20, took)
			}
		}
	}
}

// Eight at once take little more than one. Without the limit they take 1.2 GB.
func TestHostilePagesTogetherStayWithinMemory(t *testing.T) {
	if testing.Short() {
		t.Skip("megabytes of hostile pages")
	}
	for _, name := range []string{"siblings", "text", "list"} {
		memory, _ := peak(t, hostileWork{name, "page", 8})
		const programs = 240 << 20 // the program, and eight texts of 10 MB with what they are decoded from
		if memory > programs+htmltext.MaxTreeMemory {
			t.Errorf("%s: %d MB", name, memory>>20)
		} else {
			t.Logf("%s: %d MB", name, memory>>20)
		}
	}
}

// maxResident returns the most memory that a program that has ended had, in bytes.
func maxResident(t *testing.T, cmd *exec.Cmd) int {
	t.Helper()
	usage, ok := cmd.ProcessState.SysUsage().(*syscall.Rusage)
	if !ok {
		t.Fatal("the system does not say how much memory a program had")
	}
	return int(usage.Maxrss) << 10
}
