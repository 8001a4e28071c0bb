// Package configs reads regwatch.yaml: where data is stored, when sources are scanned,
// and who is notified through which channel.
//
// Start with [Load]. It returns all problems of the file at once, each with its line
// and column, and a Config with every default filled in. Secrets are never in the file
// or in a Config: a [Secret] knows where its value is stored and reads it when it is
// used. [Config.CheckSecrets] checks in advance that all secrets can be read.
// [WriteStarter] writes the starter folder for a new user.
//
// Other packages read the sources and rules of the folder; [Config.CheckRules] and
// [Config.CheckRoutes] check the references to them.
package configs

import (
	"path/filepath"
	"slices"
	"strings"
	"time"
	_ "time/tzdata" // time zones on machines without zone files

	"regwatch/internal/diag"
	"regwatch/internal/timefmt"
	"regwatch/internal/yamlnode"
	"regwatch/models"
)

// FileName is the name of the configuration file in its folder.
const FileName = "regwatch.yaml"

// A Config is the content of a regwatch.yaml with every default filled in. Channels,
// recipients, routes and digests have the order of the file. A Config is not changed
// after [Load] returns it; ReloadHolidays returns a new one.
type Config struct {
	Dir        string // the folder that relative paths start from
	Contact    string // an email or web address for the User-Agent; may be empty
	Zone       string // IANA time zone of cron lines, and the default of recipients
	Database   Database
	Scan       Scan
	Retention  Retention
	Web        Web
	Heartbeat  Heartbeat
	Channels   []Channel // always includes the one named "terminal"
	Recipients []models.Recipient
	Routes     []models.Route // always includes the one named "default"
	Health     []string       // recipients of messages about failing sources and channels
	Digests    []models.DigestSubscription

	routeValues       []routeValue // the conditions of routes that name rules and sources
	calendars         []calendar
	recipientHolidays []recipientHolidays

	positions map[string][]position // of routes by path, and of the rules of digests by digestKey
}

// A Database is where everything is stored: SQLite at Path, or PostgreSQL if DSN is
// set.
type Database struct {
	Path string // absolute, or relative to the working directory like Config.Dir
	DSN  Secret
}

// A Scan says when and how sources are read.
type Scan struct {
	Cron     string        // for sources without their own cron line; empty means every source at its own rate
	Floor    time.Duration // the shortest time between two scans of a source at its own rate
	Ceiling  time.Duration // the longest
	Parallel int           // concurrent fetches over all hosts; each host gets one at a time
	Timeout  time.Duration // for one request including its body
	MaxBody  int64         // bytes of one response, after decompression
	LookBack time.Duration // the maximum age of an article in the first scan of a source that may alert
	Pages    int           // article pages fetched for a source in one scan; 0 fetches none
}

// A Retention says how long texts are kept. Titles, links and decisions about articles
// are kept forever.
type Retention struct {
	Text time.Duration // 0 keeps it forever
}

// A Heartbeat is an address that regwatch calls while all is well, so that a monitor
// notices when it is not. The address is a secret; the zero value calls none.
type Heartbeat struct {
	URL Secret
}

// A ChannelKind is a kind of channel.
type ChannelKind string

// The kinds of channels.
const (
	KindSlack        ChannelKind = "slack"         // a bot with a token
	KindSlackWebhook ChannelKind = "slack-webhook" // an incoming webhook for one Slack channel
	KindEmail        ChannelKind = "email"
	KindWebhook      ChannelKind = "webhook"  // signed JSON to a program of the user
	KindTeams        ChannelKind = "teams"    // a workflow of Microsoft Teams
	KindTelegram     ChannelKind = "telegram" // a bot of Telegram
	KindMattermost   ChannelKind = "mattermost"
	KindPagerDuty    ChannelKind = "pagerduty"
	KindTerminal     ChannelKind = "terminal" // the standard output of the running program
)

// A Channel is one configured channel. The pointer for its kind is set; a terminal has
// none.
type Channel struct {
	Name         string
	Kind         ChannelKind
	Slack        *Slack
	SlackWebhook *SlackWebhook
	Email        *Email
	Webhook      *Webhook
	Teams        *Teams
	Telegram     *Telegram
	Mattermost   *Mattermost
	PagerDuty    *PagerDuty
}

// Slack is a bot that posts to channels to which it was invited.
type Slack struct {
	Token    Secret
	AppToken Secret // for Socket Mode, which receives interactions; without it there are no buttons
	Actors   Actors // who may use the buttons besides the bot's own workspace

	// Members are the names of the users of regwatch that members of the workspace are, by their Slack IDs. With it, there
	// are a command and a shortcut, and the buttons do what the role of the user allows.
	Members map[string]string

	Channel string // "#name" or an ID such as C0123456789; a destination's address replaces it
	API     string // base address of a Slack-compatible server; empty means Slack
}

// Actors are people of other organizations, in channels shared over Slack Connect, who
// may use the buttons of a Slack channel.
type Actors struct {
	Teams []string // IDs of workspaces (T…) and organizations (E…)
	Users []string // IDs of people (U… or W…)
}

// A SlackWebhook is an incoming webhook of Slack. Its address is a secret, because
// anyone who knows it can post.
type SlackWebhook struct {
	URL Secret
}

// A Webhook is a program that receives signed JSON. Its address is a secret, because
// many contain a token.
type Webhook struct {
	URL    Secret
	Secret Secret // the signing keys, see SigningKeys
}

// Teams is a workflow of Power Automate that posts to Microsoft Teams. Its address is a
// secret, because anyone who knows it can post.
type Teams struct {
	URL Secret
}

// Telegram is a bot that writes to chats to which it was added.
type Telegram struct {
	Token Secret
	Chat  string // "@name" or an ID such as -1001234567890; a destination's address replaces it
	API   string // base address of another server of the Bot API; empty means Telegram's
}

// Mattermost is an incoming webhook of Mattermost. Its address is a secret, because anyone who
// knows it can post.
type Mattermost struct {
	URL Secret
}

// PagerDuty is a service of PagerDuty.
type PagerDuty struct {
	RoutingKey Secret // the key of an Events API v2 integration
	API        string // base address of another server, such as the one in Europe; empty means the one in the United States
}

// An Email is a mail server that accepts our mail.
type Email struct {
	Host     string
	Port     int
	TLS      TLSMode
	Username string // empty if the server needs none
	Password Secret
	Auth     string // login mechanism; auto means the best that works
	Hello    string // the name in EHLO; empty means the name of this machine
	From     string // as in RFC 5322: "regwatch <regwatch@example.com>"
	Insecure bool   // the user allowed an unencrypted connection to another host
	Verify   bool   // new addresses must be confirmed
}

// A TLSMode says how a connection to a mail server is encrypted.
type TLSMode string

// The ways to encrypt a connection to a mail server.
const (
	StartTLS    TLSMode = "starttls" // unencrypted at first; a server without TLS is rejected
	ImplicitTLS TLSMode = "implicit" // TLS from the first byte
	NoTLS       TLSMode = "none"
)

type position struct {
	file      string
	line, col int
}

func positionOf(n yamlnode.Node) position {
	line, col := n.Position()
	return position{n.File(), line, col}
}

func (p position) problem(what, want diag.Text) diag.Problem {
	return diag.New(p.file, p.line, p.col, what, want)
}

// Location returns the time zone of cron lines.
func (c *Config) Location() *time.Location { return timefmt.Zone(c.Zone) }

// Path returns a path of the file, which may be relative to the folder.
func (c *Config) Path(path string) string {
	if filepath.IsAbs(path) {
		return path
	}
	return filepath.Join(c.Dir, path)
}

// Channel returns the channel with a name.
func (c *Config) Channel(name string) (Channel, bool) {
	i := slices.IndexFunc(c.Channels, func(ch Channel) bool { return ch.Name == name })
	if i < 0 {
		return Channel{}, false
	}
	return c.Channels[i], true
}

// Recipient returns the recipient with a name.
func (c *Config) Recipient(name string) (models.Recipient, bool) {
	i := slices.IndexFunc(c.Recipients, func(r models.Recipient) bool { return r.Name == name })
	if i < 0 {
		return models.Recipient{}, false
	}
	return c.Recipients[i], true
}

// CheckRules reports each rule of a digest that is not among the known ones.
func (c *Config) CheckRules(known []string) diag.Problems {
	var problems diag.Problems
	for _, d := range c.Digests {
		for i, rule := range d.Rules {
			if slices.Contains(known, rule) || i >= len(c.positions[digestKey(d.ID)]) {
				continue
			}
			problems = append(problems, c.positions[digestKey(d.ID)][i].problem(diag.Textf("digest %q: rule %q does not exist", d.ID, rule), suggest(rule, "rule", known)))
		}
	}
	return problems
}

// suggest lists the known names and the one that was most likely meant.
func suggest(name string, what diag.Text, known []string) diag.Text {
	if len(known) == 0 {
		return diag.Textf("there is no %s yet", what)
	}
	want := diag.Textf("use %s", yamlnode.OrText(known))
	if len(known) > 12 {
		want = diag.Textf("there are %d %ss, such as %s", len(known), what, strings.Join(known[:3], ", "))
	}
	if near := yamlnode.Nearest(name, known); near != "" {
		return diag.Textf("did you mean %q? %s", near, want)
	}
	return want
}
