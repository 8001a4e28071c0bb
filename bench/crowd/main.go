// Command crowd measures a scan of a thousand sources.
//
// It writes a folder with the sources and with five hundred rules, serves the
// sources from addresses of 127.0.0.0/8 in a process of its own, and has the real
// program scan them three times: when all is new, when nothing has changed, and
// when each has published one more article. Beside each scan the same is read by a
// plain loop over gofeed and net/http, which keeps nothing and matches nothing.
// The articles and rules are made of those in the folder that REGWATCH_BENCH_DATA
// names. An article that is lost or stored twice ends it with a fault; times and
// memory are only printed.
package main

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"time"

	"regwatch/bench/procstat"
)

// A plan is what is served and how it is read.
type plan struct {
	Data     string
	Sources  int
	Shared   int // of them, on one host
	Rules    int
	Parallel int
	Latency  time.Duration // of the server
	Port     int           // of all addresses
}

func main() {
	var p plan
	program := flag.String("regwatch", ".cache/regwatch", "the program")
	as := flag.String("as", "", "what this process is: site or baseline; for its own use")
	state := flag.String("state", "", "where the baseline keeps its validators")
	flag.StringVar(&p.Data, "data", cmp.Or(os.Getenv("REGWATCH_BENCH_DATA"), "../shared/match"), "folder of articles.jsonl.gz and rules_1000.json.gz")
	flag.IntVar(&p.Sources, "sources", 1000, "sources")
	flag.IntVar(&p.Shared, "shared", 50, "how many of them are on one host")
	flag.IntVar(&p.Rules, "rules", 500, "rules")
	flag.IntVar(&p.Parallel, "parallel", 8, "requests at once")
	flag.DurationVar(&p.Latency, "latency", 5*time.Millisecond, "how long the server takes to answer")
	flag.IntVar(&p.Port, "port", 0, "of the server; for its own use")
	flag.Parse()
	var err error
	switch *as {
	case "site":
		err = serve(p)
	case "baseline":
		err = baseline(p, *state)
	default:
		err = measure(p, *program)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "crowd:", err)
		os.Exit(1)
	}
}

// perFeed is how many articles a source shows: the newest.
const perFeed = 20

func measure(p plan, program string) error {
	if _, err := os.Stat(filepath.Join(p.Data, articlesFile)); errors.Is(err, os.ErrNotExist) {
		return fmt.Errorf("%s has no %s to publish; REGWATCH_BENCH_DATA names the folder of the workload", p.Data, articlesFile)
	}
	dir, err := os.MkdirTemp("", "regwatch-crowd-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	site, err := startSite(&p)
	if err != nil {
		return err
	}
	defer site.stop()
	if err := writeFolder(dir, p); err != nil {
		return err
	}
	self, err := os.Executable()
	if err != nil {
		return err
	}
	plain := append([]string{self, "-as", "baseline", "-state", filepath.Join(dir, "baseline.json")}, p.flags()...)
	fmt.Printf("%d sources, %d of them on one host and each other on its own; %d rules; %d articles a source; %d requests at once; %v until an answer; %s, %d processors\n",
		p.Sources, p.Shared, p.Rules, perFeed, p.Parallel, p.Latency, runtime.Version(), runtime.NumCPU())
	fmt.Println("“A host” is the most requests to one, “in flight” the most at one time to one. Memory is the most that was resident of each process. The plain loop asks for the same feeds and lists, parses the feeds, and keeps nothing but validators; it reads no robots.txt and no page.")
	fmt.Printf("\n%-18s %-11s %9s %9s %9s %9s %6s %7s %6s %7s %10s\n", "", "", "wall", "processor", "memory", "requests", "304", "robots", "pages", "a host", "in flight")

	stored := 0
	for _, round := range []struct {
		name string
		more int // articles that each source publishes before
		want int // new articles
	}{
		{"all is new", 0, p.Sources * perFeed},
		{"nothing is new", 0, 0},
		{"one new each", 1, p.Sources},
	} {
		if err := site.publish(round.more); err != nil {
			return err
		}
		ours, out, err := run(program, "-C", dir, "scan", "--json")
		if err != nil {
			return fmt.Errorf("%s: %w", round.name, err)
		}
		traffic, err := site.traffic()
		if err != nil {
			return err
		}
		ours.print(round.name, "regwatch", traffic)
		var total struct {
			Failed int `json:"failed"`
			New    int `json:"new_articles"`
			Events int `json:"new_events"`
			Alerts int `json:"alerts"`
		}
		if err := json.Unmarshal(out, &total); err != nil {
			return fmt.Errorf("%s: %w", round.name, err)
		}
		stored += total.New
		theirs, out, err := run(plain[0], plain[1:]...)
		if err != nil {
			return fmt.Errorf("%s, plain loop: %w", round.name, err)
		}
		if traffic, err = site.traffic(); err != nil {
			return err
		}
		theirs.print("", "plain loop", traffic)
		fmt.Printf("%18s ratio: wall %.1f, processor %.1f, memory %.1f; %d articles stored, %d sources failed, %d events, %d alerts; plain loop: %s\n\n", "",
			ours.wall.Seconds()/theirs.wall.Seconds(), ours.processor.Seconds()/theirs.processor.Seconds(), ours.memory/theirs.memory,
			total.New, total.Failed, total.Events, total.Alerts, bytes.TrimSpace(out))
		if total.New != round.want || total.Failed > 0 {
			return fmt.Errorf("%s: %d new articles were stored and %d sources failed; want %d and none", round.name, total.New, total.Failed, round.want)
		}
	}
	size := int64(0)
	if info, err := os.Stat(filepath.Join(dir, "regwatch.db")); err == nil {
		size = info.Size()
	}
	fmt.Printf("%d articles in all, each once; the database has %.0f MB\n", stored, float64(size)/1e6)
	return nil
}

// A cost is what a process took.
type cost struct {
	wall, processor time.Duration
	memory          float64 // MB resident at the most; 0 where that is not known
}

func (c cost) print(round, who string, t traffic) {
	fmt.Printf("%-18s %-11s %9s %9s %6.0f MB %9d %6d %7d %6d %7d %10d\n", round, who,
		c.wall.Round(10*time.Millisecond), c.processor.Round(10*time.Millisecond), c.memory, t.Requests, t.Unchanged, t.Robots, t.Pages, t.PerHost, t.InFlight)
}

// run runs a program and returns what it took and what it wrote.
func run(name string, args ...string) (cost, []byte, error) {
	cmd := exec.Command(name, args...)
	var out, faults bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &faults
	started := time.Now()
	if err := cmd.Start(); err != nil {
		return cost{}, nil, err
	}
	// The peak that the kernel reports of a child when it ends (ru_maxrss) can be
	// that of this process, which it was forked from; so it is asked while it runs.
	done, peak := make(chan struct{}), make(chan float64, 1)
	go func() {
		most := 0.0
		for {
			most = max(most, procstat.Peak(strconv.Itoa(cmd.Process.Pid)))
			select {
			case <-done:
				peak <- most
				return
			case <-time.After(20 * time.Millisecond):
			}
		}
	}()
	err := cmd.Wait()
	close(done)
	c := cost{wall: time.Since(started), memory: <-peak}
	if err != nil {
		return c, nil, fmt.Errorf("%w: %s", err, lastLines(faults.String()))
	}
	c.processor = cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()
	return c, out.Bytes(), nil
}

func lastLines(s string) string {
	lines := strings.Split(strings.TrimSpace(s), "\n")
	return strings.Join(lines[max(0, len(lines)-5):], "\n")
}

// flags gives the plan to a process of our own.
func (p plan) flags() []string {
	return []string{
		"-data", p.Data, "-sources", strconv.Itoa(p.Sources), "-shared", strconv.Itoa(p.Shared), "-parallel", strconv.Itoa(p.Parallel),
		"-latency", p.Latency.String(), "-port", strconv.Itoa(p.Port),
	}
}
