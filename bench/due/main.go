// Command due measures how fast notices that are due at once are sent.
//
// A process of its own sends them from a database over each kind of channel, as
// regwatch does after an outage: claimed, started, sent and recorded, so that a crash
// at any moment loses none. Another process sends the same over the same client in a
// plain loop that keeps nothing. Alertmanager, where it is installed, posts as many
// alerts to the same webhook. The receivers run here and check afterwards that each
// message arrived once and in the order of its thread; if one did not, the command fails.
// Times and memory are only printed.
package main

import (
	"bytes"
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
)

// An order says what one process sends.
type order struct {
	Kind       string // webhook, slack or mail
	To         string // address of its receiver
	Notices    int
	Threads    int    // each is one event to one recipient
	Recipients int    // each with an address of its own
	Stored     int    // notices that were sent before
	Path       string // of the database
	DSN        string // of a PostgreSQL database in its place
}

func main() {
	var o order
	as := flag.String("as", "", "what this process is: fill, regwatch or plain; for its own use")
	flag.StringVar(&o.Kind, "kind", "", "of channel; for its own use")
	flag.StringVar(&o.To, "to", "", "address of the receiver; for its own use")
	flag.StringVar(&o.Path, "path", "", "of the database; for its own use")
	flag.StringVar(&o.DSN, "dsn", os.Getenv("REGWATCH_BENCH_POSTGRES"), "an empty PostgreSQL database in place of SQLite, for one kind at a time")
	flag.IntVar(&o.Notices, "notices", 10_000, "notices that are due")
	flag.IntVar(&o.Threads, "threads", 2_500, "threads that they belong to, each one event to one recipient")
	flag.IntVar(&o.Recipients, "recipients", 1, "recipients with an address each; more than one with mail alone")
	flag.IntVar(&o.Stored, "stored", 0, "notices in the database that were sent before")
	kinds := flag.String("kinds", "webhook,slack,mail", "kinds of channel")
	flag.Parse()
	var err error
	switch *as {
	case "fill":
		err = fill(o)
	case "regwatch":
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

// The rows of the table, in this order.
const (
	whoStores       = "(storing)"
	whoRegwatch     = "regwatch"
	whoPlain        = "plain loop"
	whoAlertmanager = "Alertmanager"
)

func measure(o order, kinds []string) error {
	if o.Notices < 1 || o.Threads < 1 || o.Recipients < 1 || o.Stored < 0 {
		return errors.New("notices, threads and recipients are at least 1, and stored at least 0")
	}
	engine := "SQLite"
	if o.DSN != "" {
		engine = "PostgreSQL"
	}
	alertmanager := findAlertmanager()
	fmt.Printf("%d notices due at once, in %d threads, to %d recipients; %d stored before; %s; %s, %d processors\n",
		o.Notices, o.Threads, o.Recipients, o.Stored, engine, runtime.Version(), runtime.NumCPU())
	fmt.Println("regwatch records the start and the result of each message on disk, and sends one at a time and oldest first to each address. " +
		"The time in which a scan stores the notices is shown apart. Slack's limit of one message a second is off.")
	fmt.Println("The plain loop sends the same over the same client and keeps nothing: what a crash interrupts is lost.")
	if alertmanager != "" {
		fmt.Println("Alertmanager keeps alerts in memory, sends many at once in no order, and saves which ones it has sent every 15 minutes and when it stops. " +
			"After a crash its clients have to send the alerts again. Its figures include receiving them.")
	} else {
		fmt.Println("Alertmanager is not installed and left out (Debian: prometheus-alertmanager).")
	}
	fmt.Printf("\n%-8s %-12s %10s %10s %10s %12s %9s %7s %6s %13s\n", "", "", "time", "processor", "each", "a second", "memory", "arrived", "twice", "out of order")
	for _, kind := range kinds {
		if o.Recipients > 1 && kind != "mail" {
			return errors.New("only mail has more than one recipient; add -kinds mail")
		}
		o.Kind = kind
		if err := measureKind(o, alertmanager); err != nil {
			return fmt.Errorf("%s: %w", kind, err)
		}
	}
	fmt.Printf("With Slack's limit of one message a second to a channel %d messages take %.1f h, whatever sends them. That is why more than a few within minutes are planned as one summary.\n",
		o.Notices, (time.Duration(o.Notices) * time.Second).Hours())
	return nil
}

func measureKind(o order, alertmanager string) error {
	ours, err := measureOne(o, whoRegwatch, "")
	if err != nil {
		return err
	}
	plain, err := measureOne(o, whoPlain, "")
	if err != nil {
		return err
	}
	fmt.Printf("%-8s regwatch : plain loop = %s\n", "", ratio(ours, plain))
	if o.Kind == "webhook" && alertmanager != "" {
		peer, err := measureOne(o, whoAlertmanager, alertmanager)
		if err != nil {
			return err
		}
		fmt.Printf("%-8s regwatch : Alertmanager = %s\n", "", ratio(ours, peer))
	}
	fmt.Println()
	return nil
}

func measureOne(o order, who, alertmanager string) (report, error) {
	r, err := newReceiver(o.Kind)
	if err != nil {
		return report{}, err
	}
	defer r.stop()
	dir, err := os.MkdirTemp("", "regwatch-due-")
	if err != nil {
		return report{}, err
	}
	defer os.RemoveAll(dir)
	o.To, o.Path = r.address, filepath.Join(dir, "regwatch.db")
	var c report
	switch who {
	case whoRegwatch:
		stored, fault := runAs("fill", o)
		if fault != nil {
			return report{}, fault
		}
		printRow(o, whoStores, stored, "")
		c, err = runAs("regwatch", o)
	case whoPlain:
		c, err = runAs("plain", o)
	case whoAlertmanager:
		c, err = sendByAlertmanager(alertmanager, o, r)
	}
	if err != nil {
		return report{}, fmt.Errorf("%s: %w", who, err)
	}
	v := judge(r.received())
	printRow(o, who, c, fmt.Sprintf(" %7d %6d %13d", v.arrived, v.twice, v.disordered))
	// Alertmanager promises no order, and repeats what it cannot tell was received.
	if v.arrived != o.Notices || who != whoAlertmanager && v.twice+v.disordered > 0 {
		return report{}, fmt.Errorf("%s: want each of %d once, in the order of its thread", who, o.Notices)
	}
	return c, nil
}

func printRow(o order, who string, c report, verdict string) {
	fmt.Printf("%-8s %-12s %10s %10s %10s %12.0f %6.0f MB%s\n", o.Kind, who, c.Took.Round(10*time.Millisecond), c.Processor.Round(10*time.Millisecond),
		(c.Processor / time.Duration(o.Notices)).Round(10*time.Microsecond), float64(o.Notices)/c.Took.Seconds(), c.Memory, verdict)
}

func ratio(a, b report) string {
	return fmt.Sprintf("time %.1f, processor %.1f, memory %.1f", a.Took.Seconds()/b.Took.Seconds(), a.Processor.Seconds()/b.Processor.Seconds(), a.Memory/b.Memory)
}

// runAs runs this program again as one of its parts.
func runAs(part string, o order) (report, error) {
	self, err := os.Executable()
	if err != nil {
		return report{}, err
	}
	cmd := exec.Command(self, "-as", part, "-kind", o.Kind, "-to", o.To, "-path", o.Path, "-dsn", o.DSN, "-notices", strconv.Itoa(o.Notices),
		"-threads", strconv.Itoa(o.Threads), "-recipients", strconv.Itoa(o.Recipients), "-stored", strconv.Itoa(o.Stored))
	var out, faults bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &faults
	if err := cmd.Run(); err != nil {
		return report{}, fmt.Errorf("%w: %s", err, strings.TrimSpace(faults.String()))
	}
	var r report
	return r, json.Unmarshal(out.Bytes(), &r)
}
