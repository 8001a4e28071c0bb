// Command pages measures how long the pages of the console take while the database fills.
//
// It stores invented articles and events, starts the real program on them, and asks for each
// page over HTTP with a compressed answer, as a browser does: alone, and then all pages from
// several readers at once. Beside them stands the health page, which is the least that an answer
// costs, and a plain page: the newest fifty titles by one statement through html/template. The main
// operations of the API come last; each request has another token, so that none has to wait.
// Processor time is that of the program, without that of a PostgreSQL server.
package main

import (
	"context"
	"database/sql"
	"errors"
	"flag"
	"fmt"
	"html/template"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib"
	_ "modernc.org/sqlite"

	"regwatch/bench/procstat"
	"regwatch/internal/samplestream"
	"regwatch/store"
)

type options struct {
	program string
	dsn     string
	at      []int
	asks    int
	readers int
	only    string
	api     bool
	dir     string
}

func main() {
	var o options
	var at string
	flag.StringVar(&o.program, "regwatch", ".cache/regwatch", "the program")
	flag.StringVar(&at, "at", "10000,100000", "stored articles at which the pages are measured; there is an event for every tenth")
	flag.StringVar(&o.dsn, "dsn", os.Getenv("REGWATCH_BENCH_POSTGRES"), "an empty PostgreSQL database in place of SQLite")
	flag.IntVar(&o.asks, "asks", 200, "requests for each page")
	flag.IntVar(&o.readers, "readers", 8, "readers at once in the second part")
	flag.StringVar(&o.dir, "dir", "", "folder to keep; one that is filled is measured as it is")
	flag.BoolVar(&o.api, "api", false, "measure only the operations of the API")
	flag.StringVar(&o.only, "only", "", "measure only the page with this name")
	flag.Parse()
	for _, n := range strings.Split(at, ",") {
		v, err := strconv.Atoi(n)
		if err != nil {
			fail(err)
		}
		o.at = append(o.at, v)
	}
	if err := measure(context.Background(), o); err != nil {
		fail(err)
	}
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, "pages:", err)
	os.Exit(1)
}

func measure(ctx context.Context, o options) error {
	dir := o.dir
	if dir == "" {
		temporary, err := os.MkdirTemp("", "pages")
		if err != nil {
			return err
		}
		defer os.RemoveAll(temporary)
		dir = temporary
	}
	listen, err := freeAddress()
	if err != nil {
		return err
	}
	if err := writeFolder(dir, listen, o.dsn); err != nil {
		return err
	}
	engine := "SQLite"
	so := store.Options{Path: filepath.Join(dir, "regwatch.db")}
	if o.dsn != "" {
		engine, so = "PostgreSQL", store.Options{DSN: o.dsn}
	}
	fmt.Printf("%s, %s, %d processors; %d requests for each page, then %d readers at once\n", engine, runtime.Version(), runtime.NumCPU(), o.asks, o.readers)
	most := slices.Max(o.at)
	every := 10 * time.Minute
	words, err := samplestream.ReadWords("events/similarity/data/terms.tsv")
	if err != nil {
		return err
	}
	f := &filler{stream: samplestream.New(samplestream.Options{
		Seed: 1, Words: words, Matching: 0.2, Begin: time.Now().Add(-time.Duration(most) * every).Truncate(time.Minute), Every: every,
	})}
	for _, n := range o.at {
		if f.store, err = store.Open(ctx, so); err != nil {
			return err
		}
		began := time.Now()
		err := errors.Join(f.prepare(ctx, n), f.createTokens(ctx))
		if err := errors.Join(err, f.store.Close()); err != nil {
			return err
		}
		fmt.Printf("\n%d articles, %d events (stored in %s)\n", f.stored, f.events, time.Since(began).Round(time.Second))
		if err := f.measure(ctx, o, dir, so, listen); err != nil {
			return err
		}
	}
	return nil
}

func freeAddress() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	return l.Addr().String(), l.Close()
}

// A page is one that is measured.
type page struct {
	name, path string
	body       string // of a POST; empty: a GET
	slow       bool   // it takes seconds, so it is asked for a tenth as often
}

// pages are the pages of the console with the event that was opened last.
func (f *filler) pages() []page {
	search := url.Values{"q": {"stablecoin"}}.Encode()
	return []page{
		{name: "health", path: "/healthz"},
		{name: "inbox", path: "/inbox"},
		{name: "inbox, next page", path: "/inbox?before=" + f.last.ID},
		{name: "inbox, filtered", path: "/inbox?severity=high&stage=consultation"},
		{name: "inbox, one rule", path: "/inbox?rule=" + ruleID(3)},
		{name: "inbox, search", path: "/inbox?" + search},
		{name: "event", path: "/events/" + f.last.ID},
		{name: "calendar", path: "/calendar"},
		{name: "calendar, month", path: "/calendar?view=month"},
		{name: "rules", path: "/rules"},
		{name: "rule", path: "/rules/" + ruleID(3)},
		{name: "sources", path: "/sources"},
		{name: "sent", path: "/sent"},
		{name: "audit", path: "/audit"},
		{name: "status", path: "/status"},
	}
}

// operations are the main operations of the API.
func (f *filler) operations() []page {
	const api = "/api/v1"
	return []page{
		{name: "list events", path: api + "/events?state=open&raised=true"},
		{name: "search events", path: api + "/events?state=open&raised=true&q=stablecoin"},
		{name: "get event", path: api + "/events/" + f.last.ID},
		{name: "assign event", path: api + "/events/" + f.last.ID + "/assign", body: "{}"},
		{name: "list articles", path: api + "/articles"},
		{name: "search articles", path: api + "/articles/search?q=stablecoin"},
		{name: "get rule", path: api + "/rules/" + ruleID(3)},
		{name: "test rule", path: api + "/rules/" + ruleID(3) + "/test", body: "{}"},
		{name: "backtest rule", path: api + "/rules/" + ruleID(3) + "/backtest", body: "{}", slow: true},
		{name: "list deliveries", path: api + "/deliveries"},
		{name: "list deadlines", path: api + "/deadlines"},
		{name: "list audit", path: api + "/audit"},
	}
}

func (f *filler) measure(ctx context.Context, o options, dir string, so store.Options, listen string) error {
	log, err := os.Create(filepath.Join(dir, "run.log"))
	if err != nil {
		return err
	}
	defer log.Close()
	program := exec.CommandContext(ctx, o.program, "-C", dir, "run")
	program.Stdout, program.Stderr = log, log
	program.Env = append(os.Environ(), dsnVariable+"="+o.dsn)
	if err := program.Start(); err != nil {
		return err
	}
	ended, over := context.WithCancel(ctx)
	go func() { _ = program.Wait(); over() }()
	defer func() {
		_ = program.Process.Signal(os.Interrupt)
		<-ended.Done()
	}()
	base := "http://" + listen
	if err := ready(ended, base+"/healthz"); err != nil {
		said, _ := os.ReadFile(log.Name())
		return fmt.Errorf("%w\n%s", err, said)
	}
	plain, stop, err := plainPage(ctx, so)
	if err != nil {
		return err
	}
	defer stop()

	fmt.Printf("%-20s %9s %9s %9s %9s\n", "", "p50", "p99", "processor", "kB")
	pid := strconv.Itoa(program.Process.Pid)
	all := slices.Insert(f.pages(), 1, page{name: "plain titles", path: plain})
	for _, p := range all {
		if o.api {
			break
		}
		if o.only != "" && p.name != o.only {
			continue
		}
		if err := f.alone(ctx, o, base, pid, p); err != nil {
			return err
		}
	}
	if o.only != "" {
		return nil
	}
	if !o.api {
		if err := together(ctx, o, base, pid, f.pages()[1:]); err != nil {
			return err
		}
	}
	for _, p := range f.operations() {
		if err := f.alone(ctx, o, base, pid, p); err != nil {
			return err
		}
	}
	return nil
}

// alone asks for one page after another and prints what they take.
func (f *filler) alone(ctx context.Context, o options, base, pid string, p page) error {
	address := p.path
	if strings.HasPrefix(address, "/") {
		address = base + address
	}
	var took []time.Duration
	var size int
	if _, _, err := f.ask(ctx, address, p.body); err != nil { // what is only read once
		return fmt.Errorf("%s: %w", p.name, err)
	}
	used := procstat.TimeOf(pid)
	asks := o.asks
	if p.slow {
		asks = max(1, asks/10)
	}
	for range asks {
		d, n, err := f.ask(ctx, address, p.body)
		if err != nil {
			return fmt.Errorf("%s: %w", p.name, err)
		}
		took, size = append(took, d), n
	}
	processor := fmt.Sprintf("%.1f ms", ms(procstat.TimeOf(pid)-used)/float64(asks))
	if address == p.path {
		processor = "" // it is this process
	}
	fmt.Printf("%-20s %6.1f ms %6.1f ms %9s %9.1f\n", p.name, ms(at(took, 50)), ms(at(took, 99)), processor, float64(size)/1000)
	return nil
}

// together asks for all pages from several readers at once.
func together(ctx context.Context, o options, base, pid string, pages []page) error {
	var mu sync.Mutex
	var took []time.Duration
	var failed error
	var wait sync.WaitGroup
	began, used := time.Now(), procstat.TimeOf(pid)
	for reader := range o.readers {
		wait.Go(func() {
			for i := range o.asks {
				d, _, err := ask(ctx, base+pages[(i+reader)%len(pages)].path)
				mu.Lock()
				took, failed = append(took, d), errors.Join(failed, err)
				mu.Unlock()
				if err != nil {
					return
				}
			}
		})
	}
	wait.Wait()
	if failed != nil {
		return failed
	}
	fmt.Printf("%-20s %6.1f ms %6.1f ms %6.1f ms    %.0f pages a second; at most %.0f MB resident\n", fmt.Sprint(o.readers, " readers, all"), ms(at(took, 50)), ms(at(took, 99)),
		ms(procstat.TimeOf(pid)-used)/float64(len(took)), float64(len(took))/time.Since(began).Seconds(), procstat.Peak(pid))
	return nil
}

// ask returns how long an answer took until its end, and its size as it was sent.
func ask(ctx context.Context, address string) (time.Duration, int, error) {
	return send(ctx, http.MethodGet, address, "", "")
}

// ask asks the API with another token than before, and pages without one.
func (f *filler) ask(ctx context.Context, address, body string) (time.Duration, int, error) {
	if !strings.Contains(address, "/api/") {
		return ask(ctx, address)
	}
	f.asked++
	method := http.MethodGet
	if body != "" {
		method = http.MethodPost
	}
	return send(ctx, method, address, body, f.tokens[f.asked%len(f.tokens)])
}

func send(ctx context.Context, method, address, body, token string) (time.Duration, int, error) {
	r, err := http.NewRequestWithContext(ctx, method, address, strings.NewReader(body))
	if err != nil {
		return 0, 0, err
	}
	if token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
		r.Header.Set("Content-Type", "application/json")
	}
	r.Header.Set("Accept-Encoding", "gzip") // so that this client leaves it compressed
	r.Header.Set("Sec-Fetch-Site", "none")
	began := time.Now()
	answer, err := client.Do(r)
	if err != nil {
		return 0, 0, err
	}
	defer answer.Body.Close()
	n, err := io.Copy(io.Discard, answer.Body)
	took := time.Since(began)
	if err == nil && answer.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s answers %s", address, answer.Status)
	}
	return took, int(n), err
}

var client = &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 100}, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}

// ready waits until the program answers. The context ends with the program.
func ready(ctx context.Context, address string) error {
	for {
		_, _, err := ask(ctx, address)
		if err == nil || ctx.Err() != nil {
			return err
		}
		time.Sleep(100 * time.Millisecond)
	}
}

// plainPage serves the newest fifty titles and returns the address.
func plainPage(ctx context.Context, so store.Options) (address string, stop func(), err error) {
	db, err := sql.Open("sqlite", "file:"+so.Path+"?mode=ro")
	if so.DSN != "" {
		db, err = sql.Open("pgx", so.DSN)
	}
	if err != nil {
		return "", nil, err
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", nil, err
	}
	titles := template.Must(template.New("").Parse("<!DOCTYPE html><title>Titles</title><ol>{{range .}}<li>{{.}}</li>{{end}}</ol>"))
	server := &http.Server{ReadHeaderTimeout: time.Second, Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		rows, err := db.QueryContext(r.Context(), "SELECT title FROM events WHERE merged_into = '' ORDER BY last_seen_at DESC, id DESC LIMIT 50")
		if err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		defer rows.Close()
		var all []string
		for rows.Next() {
			var title string
			if err := rows.Scan(&title); err != nil {
				http.Error(w, err.Error(), http.StatusInternalServerError)
				return
			}
			all = append(all, title)
		}
		_ = titles.Execute(w, all)
	})}
	go server.Serve(l) //nolint:errcheck // it ends when it is closed
	return "http://" + l.Addr().String(), func() { _ = server.Close(); _ = db.Close() }, nil
}

func at(took []time.Duration, percent int) time.Duration {
	sorted := slices.Sorted(slices.Values(took))
	return sorted[min(len(sorted)-1, len(sorted)*percent/100)]
}

func ms(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }
