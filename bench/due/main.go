// Command due measures how ten thousand notices that are due at once are sent.
//
// A process of its own sends them from a database over each kind of channel, as
// regwatch does after an outage: claimed, begun, sent and recorded, so that a crash
// at any moment loses none. Beside it another process sends the same over the same
// client in a plain loop, which keeps nothing. The receivers run here and are asked
// afterwards whether each message arrived once and in the order of its thread; one
// that did not ends it with an error. Times and memory are only printed.
package main

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"time"
)

// An order says what one process sends.
type order struct {
	Kind    string // webhook, slack or mail
	To      string // address of its receiver
	Notices int
	Threads int    // events that they are about, in turn
	Path    string // of the database
	DSN     string // of a PostgreSQL database in its place
}

func main() {
	var o order
	as := flag.String("as", "", "what this process is: fill, outbox or plain; for its own use")
	flag.StringVar(&o.Kind, "kind", "", "of channel; for its own use")
	flag.StringVar(&o.To, "to", "", "address of the receiver; for its own use")
	flag.StringVar(&o.Path, "path", "", "of the database; for its own use")
	flag.StringVar(&o.DSN, "dsn", os.Getenv("REGWATCH_BENCH_POSTGRES"), "an empty PostgreSQL database in place of SQLite, for one kind at a time")
	flag.IntVar(&o.Notices, "notices", 10_000, "notices that are due")
	flag.IntVar(&o.Threads, "threads", 2_500, "events that they are about")
	kinds := flag.String("kinds", "webhook,slack,mail", "kinds of channel")
	flag.Parse()
	var err error
	switch *as {
	case "fill":
		err = fill(o)
	case "outbox":
		err = sendFromOutbox(o)
	case "plain":
		err = sendPlainly(o)
	default:
		err = measure(o, strings.Split(*kinds, ","))
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "due:", err)
		os.Exit(1)
	}
}

func measure(o order, kinds []string) error {
	self, err := os.Executable()
	if err != nil {
		return err
	}
	engine := "SQLite"
	if o.DSN != "" {
		engine = "PostgreSQL"
	}
	fmt.Printf("%d notices due at once, of %d events; %s; %s, %d processors\n", o.Notices, o.Threads, engine, runtime.Version(), runtime.NumCPU())
	fmt.Println("The plain loop sends the same over the same client and keeps nothing: what a crash interrupts is lost. Slack's pace is off here.")
	fmt.Printf("\n%-8s %-10s %10s %10s %10s %12s %9s %7s %6s %13s\n", "", "", "time", "processor", "each", "a second", "memory", "arrived", "twice", "out of order")
	for _, kind := range kinds {
		var costs [2]cost
		for i, who := range []string{"outbox", "plain"} {
			o.Kind = kind
			r, err := newReceiver(kind)
			if err != nil {
				return err
			}
			dir, err := os.MkdirTemp("", "regwatch-due-")
			if err != nil {
				return err
			}
			defer os.RemoveAll(dir)
			o.To, o.Path = r.address, filepath.Join(dir, "regwatch.db")
			if who == "outbox" {
				if _, err := run(self, o.flags("fill")...); err != nil {
					return err
				}
			}
			c, err := run(self, o.flags(who)...)
			if err != nil {
				return fmt.Errorf("%s, %s: %w", kind, who, err)
			}
			v := judge(r.received())
			r.stop()
			costs[i] = c
			fmt.Printf("%-8s %-10s %10s %10s %10s %12.0f %6.0f MB %7d %6d %13d\n", kind, who, c.wall.Round(10*time.Millisecond), c.processor.Round(10*time.Millisecond),
				(c.processor / time.Duration(o.Notices)).Round(10*time.Microsecond), float64(o.Notices)/c.wall.Seconds(), c.memory, v.arrived, v.twice, v.disordered)
			if v.arrived != o.Notices || v.twice+v.disordered > 0 {
				return fmt.Errorf("%s, %s: want each of %d once, in the order of its thread", kind, who, o.Notices)
			}
		}
		fmt.Printf("%-8s ratio: time %.1f, processor %.1f, memory %.1f\n\n", "", costs[0].wall.Seconds()/costs[1].wall.Seconds(),
			costs[0].processor.Seconds()/costs[1].processor.Seconds(), costs[0].memory/costs[1].memory)
	}
	fmt.Printf("With Slack's pace of one message a second to a channel %d messages take %.1f h, whatever sends them: more than a few within minutes are planned as one summary.\n",
		o.Notices, (time.Duration(o.Notices) * time.Second).Hours())
	return nil
}

func (o order) flags(as string) []string {
	return []string{
		"-as", as, "-kind", o.Kind, "-to", o.To, "-path", o.Path, "-dsn", o.DSN, "-notices", strconv.Itoa(o.Notices), "-threads", strconv.Itoa(o.Threads),
	}
}

// A cost is what a process took. Its time is that of the sending alone.
type cost struct {
	wall, processor time.Duration
	memory          float64 // MB resident at the most; 0 where that is not known
}

func run(name string, args ...string) (cost, error) {
	cmd := exec.Command(name, args...)
	var out, faults bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &faults
	if err := cmd.Run(); err != nil {
		return cost{}, fmt.Errorf("%w: %s", err, strings.TrimSpace(faults.String()))
	}
	var r report
	if out.Len() > 0 {
		if err := json.Unmarshal(out.Bytes(), &r); err != nil {
			return cost{}, err
		}
	}
	return cost{r.Took, cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime(), r.Memory}, nil
}
