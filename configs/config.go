// Package configs reads regwatch.yaml: where things are kept, when sources are
// scanned, and who is told of what over which channel.
//
// Start with [Load]. It returns every mistake in the file at once, each with
// its line and column, and a Config in which every default is filled in. A
// secret is never in the file and never in a Config: a [Secret] knows where the
// value lies, and reads it when it is used. [Config.Secrets] says beforehand
// which of them cannot be read. [WriteStarter] writes the folder that a new
// user starts from.
//
// What the sources and rules beside the file mean is left to their packages;
// [Config.CheckRules] checks the names that lead from here to there.
package configs

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"time"
	_ "time/tzdata" // zones are known on a machine that has no zone files

	"regwatch/internal/diag"
	"regwatch/internal/timefmt"
	"regwatch/internal/yamlnode"
	"regwatch/models"
)

// FileName is the name of the configuration within its folder.
const FileName = "regwatch.yaml"

// A Config is what one folder's regwatch.yaml says, with every default filled
// in. Channels, recipients, routes and digests stand in the order of the file.
type Config struct {
	Dir        string // the folder that relative paths start from
	Contact    string // an email or web address for the User-Agent; may be empty
	Zone       string // IANA zone of cron lines and, unless they say otherwise, of readers
	Database   Database
	Scan       Scan
	Retention  Retention
	Web        Web
	Heartbeat  Heartbeat
	Channels   []Channel // always with one of kind terminal, named "terminal"
	Recipients []models.Recipient
	Routes     []models.Route // always with the one named "default"
	Health     []string       // recipients who hear of failing sources and channels
	Digests    []models.DigestSubscription

	asked     []asked // by routes, of rules and sources
	calendars []calendar
	daysOff   []daysOff

	places map[string][]place // of routes, by path, and of the rules of digests, by digestKey
}

// A Database is where everything is stored: a SQLite file, or PostgreSQL if DSN
// is set.
type Database struct {
	Path string // absolute, or relative to the working directory like Config.Dir
	DSN  Secret
}

// A Scan says when sources are read and how hard they are asked.
type Scan struct {
	Cron     string        // for sources that have no cron line of their own; empty: each by its rhythm
	Floor    time.Duration // the shortest time between two scans of a source by its rhythm
	Ceiling  time.Duration // and the longest
	Parallel int           // fetches at once, over all hosts; a host sees one at a time
	Timeout  time.Duration // for one request with its body
	MaxBody  int64         // bytes of one answer, after decompression
	LookBack time.Duration // how old an article of a source's first scan may be and still alert
	Pages    int           // article pages fetched for one source in one scan; 0 fetches none
}

// A Retention says how long texts are kept. What was decided about an article,
// and its title and link, are kept for ever.
type Retention struct {
	Text time.Duration // 0 keeps it for ever
}

// A Heartbeat is an address that is called while all is well, so that a monitor
// notices when it is not. It is a secret; the zero value calls none.
type Heartbeat struct {
	URL Secret
}

// A ChannelKind is a way to reach people.
type ChannelKind string

// The ways to reach people.
const (
	KindSlack        ChannelKind = "slack"         // a bot with a token
	KindSlackWebhook ChannelKind = "slack-webhook" // an incoming webhook, bound to one Slack channel
	KindEmail        ChannelKind = "email"
	KindWebhook      ChannelKind = "webhook"  // signed JSON to a program of the reader's
	KindTerminal     ChannelKind = "terminal" // the standard output of the running program
)

// A Channel is one configured way to reach people. Of the pointers, the one for
// its kind is set; a terminal has none.
type Channel struct {
	Name         string
	Kind         ChannelKind
	Slack        *Slack
	SlackWebhook *SlackWebhook
	Email        *Email
	Webhook      *Webhook
}

// Slack is a bot that posts to a channel that it has been invited to.
type Slack struct {
	Token    Secret
	AppToken Secret // of Socket Mode, over which interactions come; not set: no buttons
	Actors   Actors // who may use the buttons besides the bot's own workspace
	Channel  string // "#name" or an ID such as C0123456789; an address takes its place
	API      string // base address of a Slack-compatible server; empty means Slack itself
}

// Actors are people of other organisations, in channels shared over Slack Connect, who
// may use the buttons of a Slack channel.
type Actors struct {
	Teams []string // IDs of workspaces (T…) and organisations (E…)
	Users []string // IDs of people (U… or W…)
}

// A SlackWebhook is an incoming webhook of Slack. Its address is a secret: whoever
// knows it can post.
type SlackWebhook struct {
	URL Secret
}

// A Webhook is a program that takes signed JSON. Its address is a secret, since
// many carry a token.
type Webhook struct {
	URL    Secret
	Secret Secret // what messages are signed with, as SigningKeys reads it
}

// An Email is a server that takes mail from us.
type Email struct {
	Host     string
	Port     int
	TLS      TLSMode
	Username string // empty: the server asks for none
	Password Secret
	Auth     string // how to log in, auto: the best that works
	Hello    string // the name in EHLO; empty: the name of this machine
	From     string // as in RFC 5322: "regwatch <regwatch@example.com>"
	Insecure bool   // no TLS to a host that is not this machine was asked for by name
	Verify   bool   // new addresses have to be confirmed
}

// A TLSMode says how a connection to a mail server is protected.
type TLSMode string

// The ways to protect a connection to a mail server.
const (
	StartTLS    TLSMode = "starttls" // plain at first; a server that does not offer TLS is refused
	ImplicitTLS TLSMode = "implicit" // TLS from the first byte
	NoTLS       TLSMode = "none"
)

type place struct {
	file      string
	line, col int
}

func placeOf(n yamlnode.Node) place {
	line, col := n.Position()
	return place{n.File(), line, col}
}

func (p place) problem(what, want string) diag.Problem {
	return diag.Problem{File: p.file, Line: p.line, Col: p.col, What: what, Want: want}
}

// Location returns the zone in which cron lines are read.
func (c *Config) Location() *time.Location { return timefmt.Zone(c.Zone) }

// Path returns a path that was written relative to the folder.
func (c *Config) Path(path string) string {
	if filepath.IsAbs(path) {
		return path
	}
	return filepath.Join(c.Dir, path)
}

// Channel returns the channel of that name.
func (c *Config) Channel(name string) (Channel, bool) {
	i := slices.IndexFunc(c.Channels, func(ch Channel) bool { return ch.Name == name })
	if i < 0 {
		return Channel{}, false
	}
	return c.Channels[i], true
}

// Recipient returns the recipient of that name.
func (c *Config) Recipient(name string) (models.Recipient, bool) {
	i := slices.IndexFunc(c.Recipients, func(r models.Recipient) bool { return r.Name == name })
	if i < 0 {
		return models.Recipient{}, false
	}
	return c.Recipients[i], true
}

// CheckRules reports each rule that a digest names and that is not among those
// known.
func (c *Config) CheckRules(known []string) diag.Problems {
	var problems diag.Problems
	for _, d := range c.Digests {
		for i, rule := range d.Rules {
			if slices.Contains(known, rule) || i >= len(c.places[digestKey(d.ID)]) {
				continue
			}
			problems = append(problems, c.places[digestKey(d.ID)][i].problem(fmt.Sprintf("digest %q names a rule %q that does not exist", d.ID, rule), choose(rule, "rule", known)))
		}
	}
	return problems
}

// choose says which names there are, and which of them was most likely meant.
func choose(name, what string, known []string) string {
	if len(known) == 0 {
		return fmt.Sprintf("there is no %s", what)
	}
	want := fmt.Sprintf("want %s", yamlnode.Or(known))
	if len(known) > 12 {
		want = fmt.Sprintf("there are %d %ss, such as %s", len(known), what, strings.Join(known[:3], ", "))
	}
	if near := yamlnode.Nearest(name, known); near != "" {
		return fmt.Sprintf("did you mean %q? %s", near, want)
	}
	return want
}
