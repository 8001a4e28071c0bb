package configs

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"regexp"
	"slices"
	"time"

	"regwatch/internal/address"
	"regwatch/internal/diag"
	"regwatch/internal/schedule"
	"regwatch/internal/userfile"
	"regwatch/internal/yamlnode"
	"regwatch/models"
)

// The keys of the file. Each is described in the shipped regwatch.yaml and in
// docs/reference/configuration.md; tests hold the three together.
var (
	topKeys       = []string{"contact", "zone", "database", "scan", "retention", "holidays", "channels", "recipients", "routes", "health", "digests", "web", "heartbeat"}
	databaseKeys  = []string{"path", "dsn"}
	scanKeys      = []string{"every", "cron", "parallel", "timeout", "max_body", "look_back", "pages_per_scan"}
	everyKeys     = []string{"floor", "ceiling"}
	retentionKeys = []string{"text"}
	heartbeatKeys = []string{"url"}
)

// Load reads regwatch.yaml in the folder dir. The Config is never nil; if there
// are problems it holds what could be read, which is good for finding more
// problems and for nothing else.
func Load(dir string) (*Config, diag.Problems) {
	path := filepath.Join(dir, FileName)
	src, err := userfile.Read(path, yamlnode.MaxBytes)
	if err != nil {
		c := &Config{Dir: dir}
		return c, diag.Problems{missing(path, err)}
	}
	c, problems := parse(dir, path, src)
	return c, userfile.Hide(dir, problems)
}

func missing(path string, err error) diag.Problem {
	p := diag.Problem{File: path}
	refused, isRefused := errors.AsType[userfile.Refusal](err)
	switch {
	case isRefused:
		p.What = "the file cannot be read: " + refused.Error()
	case errors.Is(err, fs.ErrNotExist):
		p.What, p.Want = "there is no such file", "want the folder of regwatch.yaml, named with -C or $REGWATCH_DIR; or regwatch init DIR, which writes a new one"
	case errors.Is(err, fs.ErrPermission):
		p.What, p.Want = "the file may not be read by this user", "check its owner and mode"
	default:
		p.What = fmt.Sprintf("the file cannot be read: %v", err)
	}
	return p
}

// A loader holds the Config while it is read, and the nodes that are checked
// once all names are known.
type loader struct {
	dir  string
	root yamlnode.Node
	cfg  *Config

	destinations []checkedDestination
	names        []checkedName
	escalations  []checkedEscalation

	deputyPlaces  []checkedDeputy
	calendarNames map[string]int // indexes in Config.calendars
}

// A checkedDestination is a destination and the place where it was written.
type checkedDestination struct {
	at          yamlnode.Node
	dest        models.Destination
	orRecipient bool // the name of a recipient could stand in its place
}

// A checkedName is a recipient's name and the place where it was written.
type checkedName struct {
	at   yamlnode.Node
	what string
	name string
}

func parse(dir, file string, src []byte) (*Config, diag.Problems) {
	root := yamlnode.Parse(file, src)
	l := &loader{dir: dir, root: root, cfg: &Config{Dir: dir}}
	top := root.Map("the configuration", topKeys...)

	l.cfg.Contact = contact(top.Get("contact"))
	l.cfg.Zone = zone(top.Get("zone"), "zone", "UTC")
	l.cfg.Database = l.database(top.Get("database"))
	l.cfg.Scan = l.scan(top.Get("scan"))
	l.cfg.Retention = l.retention(top.Get("retention"))
	l.cfg.Channels = l.channels(top.Get("channels"))
	l.calendars(top.Get("holidays"))
	l.cfg.Recipients = l.recipients(top)
	l.cfg.Routes = l.routes(top.Get("routes"))
	l.cfg.Health = l.health(top.Get("health"))
	l.cfg.Digests = l.digests(top.Get("digests"))
	l.cfg.Web = readWeb(top.Get("web"))
	l.cfg.Heartbeat = l.heartbeat(top.Get("heartbeat"))
	l.checkNames()
	l.checkEscalations()
	l.checkDeputies()
	return l.cfg, append(root.Problems(), l.cfg.takeHolidays()...).Sorted()
}

func (l *loader) database(n yamlnode.Node) Database {
	m := optional(n, "database", databaseKeys...)
	dsn := m.Get("dsn")
	db := Database{DSN: secret(dsn, l.dir, "database.dsn")}
	path := m.Get("path")
	if path.There() && dsn.There() {
		path.Report("the database has both a path and a dsn", "want path for SQLite or dsn for PostgreSQL")
	}
	if dsn.There() {
		return db
	}
	db.Path = l.cfg.Path(textOr(path, "database.path", "regwatch.db"))
	return db
}

func (l *loader) scan(n yamlnode.Node) Scan {
	m := optional(n, "scan", scanKeys...)
	every := optional(m.Get("every"), "scan.every", everyKeys...)
	s := Scan{
		Cron:     textOr(m.Get("cron"), "scan.cron", ""),
		Floor:    duration(every.Get("floor"), "scan.every.floor", time.Minute, 7*day, 5*time.Minute),
		Ceiling:  duration(every.Get("ceiling"), "scan.every.ceiling", time.Minute, 7*day, 30*time.Minute),
		Parallel: intOr(m.Get("parallel"), "scan.parallel", 1, 64, 8),
		Timeout:  duration(m.Get("timeout"), "scan.timeout", time.Second, 10*time.Minute, 30*time.Second),
		MaxBody:  size(m.Get("max_body"), "scan.max_body", 10_000, 200_000_000, 10_000_000),
		LookBack: duration(m.Get("look_back"), "scan.look_back", 0, 365*day, day),
		Pages:    intOr(m.Get("pages_per_scan"), "scan.pages_per_scan", 0, 500, 20),
	}
	if s.Cron != "" && m.Get("every").There() {
		m.Get("every").Report("scan has both every and cron", "want every for each source by its rhythm, or cron for all at the same times")
	}
	if s.Floor > s.Ceiling {
		every.Get("floor").Report(fmt.Sprintf("scan.every.floor is %s, longer than the ceiling of %s", formatDuration(s.Floor), formatDuration(s.Ceiling)), "want a floor up to the ceiling")
	}
	if !m.Get("cron").There() || m.Get("cron").IsNull() {
		return s
	}
	if _, err := schedule.Parse(s.Cron); err != nil {
		if fault, ok := errors.AsType[*schedule.Error](err); ok {
			m.Get("cron").Report("scan.cron: "+fault.What, fault.Want)
		} else {
			m.Get("cron").Report("scan.cron: "+err.Error(), "")
		}
	}
	return s
}

func (l *loader) heartbeat(n yamlnode.Node) Heartbeat {
	if !n.There() || n.IsNull() {
		return Heartbeat{}
	}
	m := n.Map("heartbeat", heartbeatKeys...)
	h := Heartbeat{URL: secret(m.Need("url", "want the address that the monitor gave, such as url: env:HEARTBEAT_URL"), l.dir, "heartbeat.url")}
	h.URL.form = anyAddress
	return h
}

func (l *loader) retention(n yamlnode.Node) Retention {
	text := optional(n, "retention", retentionKeys...).Get("text")
	if text.IsScalar() && text.String("retention.text") == "forever" {
		return Retention{}
	}
	return Retention{Text: duration(text, "retention.text", 30*day, 100*365*day, 400*day)}
}

// sendTo reads destinations; whether their channels exist is checked when all
// are known.
func (l *loader) sendTo(n yamlnode.Node, what string) []models.Destination {
	var all []models.Destination
	for _, item := range n.Items() {
		all = l.sendOneTo(all, item, what, false)
	}
	if n.IsList() && len(n.Items()) == 0 {
		n.Report(what+" is empty", "want at least one channel")
	}
	return all
}

// hasPlace reports whether a destination is among others, however its address is spelled.
func hasPlace(all []models.Destination, d models.Destination) bool {
	return slices.ContainsFunc(all, func(has models.Destination) bool { return address.Same(has.String(), d.String()) })
}

// sendOneTo appends a destination to those that were read before. The same text twice is a
// mistake. Two spellings of one mail address may well come from two lists that were
// joined, and earlier releases took them: the first is used.
func (l *loader) sendOneTo(all []models.Destination, item yamlnode.Node, what string, orRecipient bool) []models.Destination {
	d, ok := destination(item, what)
	if !ok {
		return all
	}
	if slices.Contains(all, d) {
		item.Report(fmt.Sprintf("%s has %q twice", what, d), "")
		return all
	}
	l.destinations = append(l.destinations, checkedDestination{item, d, orRecipient})
	if hasPlace(all, d) {
		return all
	}
	return append(all, d)
}

// health says who hears of failing sources and channels: whoever is on the
// default route, unless the file says otherwise, be it nobody.
func (l *loader) health(n yamlnode.Node) []string {
	if n.There() && !n.IsNull() {
		return l.recipientNames(n, "health")
	}
	var names []string
	for _, r := range l.cfg.Routes {
		if r.Path != models.DefaultRoute {
			continue
		}
		for _, line := range r.Lines {
			names = append(names, line.Recipient)
		}
	}
	return names
}

func (l *loader) recipientNames(n yamlnode.Node, what string) []string {
	var names []string
	for _, item := range n.Items() {
		name := item.String("a recipient of " + what)
		if name == "" {
			continue
		}
		l.names = append(l.names, checkedName{item, what, name})
		if !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return names
}

var namePattern = regexp.MustCompile(`^[a-z0-9][a-z0-9._-]{0,63}$`)

func validName(p yamlnode.Pair, what string) bool {
	if namePattern.MatchString(p.Name) {
		return true
	}
	p.Key.Report(fmt.Sprintf("%s is named %q", what, p.Name), "want small letters, digits, dots, hyphens and underscores, such as hk-policy")
	return false
}

// optional reads a mapping that may be left out or left empty.
func optional(n yamlnode.Node, what string, keys ...string) yamlnode.Map {
	if n.IsNull() {
		return yamlnode.Map{}
	}
	return n.Map(what, keys...)
}
