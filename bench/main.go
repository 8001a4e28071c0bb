// Command bench measures how fast rules are matched, beside other ways to do it.
//
// It reads articles and rules from the folder that REGWATCH_BENCH_DATA names. Every
// engine first has to give what a slow reference gives, for every article that it
// is tried on. Each is then run in turn with ours, and the table shows the median
// and the median of the ratios; on a machine with other work only the ratios
// mean something.
package main

import (
	"cmp"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"time"
)

func main() {
	rounds := flag.Int("rounds", 5, "runs of each engine")
	only := flag.String("only", "", "only engines whose name has this")
	sizes := flag.String("rules", "10,100,1000,10000", "sets of rules")
	flag.Parse()
	if err := run(cmp.Or(os.Getenv("REGWATCH_BENCH_DATA"), "../../shared/match"), *sizes, *only, *rounds); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func run(dir, sizes, only string, rounds int) error {
	if _, err := os.Stat(filepath.Join(dir, articlesFile)); errors.Is(err, os.ErrNotExist) {
		return fmt.Errorf("%s has no %s to match; REGWATCH_BENCH_DATA names the folder of the workload, which has that and rules_10.json.gz up to rules_10000.json.gz", dir, articlesFile)
	}
	articles, err := readArticles(dir)
	if err != nil {
		return err
	}
	fmt.Printf("%d articles of %s; %s, %d processors\n", len(articles), dir, runtime.Version(), runtime.NumCPU())
	fmt.Println("All times are processor time. † is given text that has been folded already.")
	if len(hyperscan()) == 0 {
		fmt.Println("Without Hyperscan or Vectorscan: libhs is not installed (Debian: libhyperscan-dev or libvectorscan-dev), or this was built without -tags hyperscan.")
	}
	for size := range strings.SplitSeq(sizes, ",") {
		var n int
		if _, err := fmt.Sscan(size, &n); err != nil {
			return err
		}
		w, err := readWorkload(dir, n, articles)
		if err != nil {
			return err
		}
		if err := compare(w, only, rounds); err != nil {
			return err
		}
	}
	return nil
}

// compare prints the table of one set of rules.
func compare(w *Workload, only string, rounds int) error {
	want := w.reference()
	met := 0
	for _, m := range want {
		met += len(m)
	}
	fmt.Printf("\n%d rules, %d phrases, %.1f matches an article\n", len(w.rules), len(w.phrases), float64(met)/float64(len(want)))
	fmt.Printf("%-38s %14s %12s %10s %10s %12s %12s\n", "", "articles/s", "× slower", "build", "heap", "allocs/art.", "matches/art.")
	base, err := ours(w)
	if err != nil {
		return err
	}
	for _, c := range contenders() {
		if !strings.Contains(c.name, only) {
			continue
		}
		if err := one(w, c, base, want, rounds); err != nil {
			return fmt.Errorf("%s: %w", c.name, err)
		}
	}
	return nil
}

func one(w *Workload, c contender, base engine, want [][]int32, rounds int) error {
	before := heap()
	start := processorTime()
	e, err := c.build(w)
	build := processorTime() - start
	if err != nil {
		return err
	}
	grown := max(0, heap()-before)
	sample := w.articles
	if c.sample != nil {
		sample = sample[:min(len(sample), c.sample(len(w.rules)))]
	}
	if c.free {
		want = nil
	}
	met, err := check(e, sample, want)
	if err != nil {
		return err
	}
	var rates, ratios, allocs []float64
	for range rounds {
		ours, _ := measure(base, w.articles)
		rate, alloc := measure(e, sample)
		rates, allocs = append(rates, rate), append(allocs, alloc)
		ratios = append(ratios, ours/rate)
	}
	name := c.name
	if c.folded {
		name += " †"
	}
	note := ""
	if len(sample) < len(w.articles) {
		note = fmt.Sprintf("  (on %d articles)", len(sample))
	}
	fmt.Printf("%-38s %14.0f %12.2f %10v %7.1f MB %12.1f %12.1f%s\n", name, median(rates), median(ratios), build.Round(100*time.Microsecond), float64(grown)/1e6, median(allocs), float64(met)/float64(len(sample)), note)
	runtime.KeepAlive(e)
	return nil
}

// check holds an engine to the reference and counts its matches.
func check(e engine, articles []Article, want [][]int32) (met int, err error) {
	for i := range articles {
		got := slices.Sorted(slices.Values(e(&articles[i])))
		if want != nil && !slices.Equal(got, want[i]) {
			return 0, fmt.Errorf("article %d meets the rules %v, and the reference says %v", articles[i].ID, got, want[i])
		}
		met += len(got)
	}
	return met, nil
}

// measure returns articles a second of processor time, the collector's included,
// and allocations an article. A short run is repeated.
func measure(e engine, articles []Article) (rate, allocs float64) {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	start, n := processorTime(), 0
	for processorTime()-start < 50*time.Millisecond {
		for i := range articles {
			e(&articles[i])
		}
		n += len(articles)
	}
	took := processorTime() - start
	runtime.ReadMemStats(&after)
	return float64(n) / took.Seconds(), float64(after.Mallocs-before.Mallocs) / float64(n)
}

func processorTime() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		panic(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// heap returns the bytes in use on the Go heap; what C allocates is not in it.
func heap() int64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

func median(v []float64) float64 {
	slices.Sort(v)
	return v[len(v)/2]
}
