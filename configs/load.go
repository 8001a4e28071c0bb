package configs

import (
	"errors"
	"io/fs"
	"path/filepath"
	"regexp"
	"slices"
	"time"

	"regwatch/internal/address"
	"regwatch/internal/diag"
	"regwatch/internal/duration"
	"regwatch/internal/schedule"
	"regwatch/internal/userfile"
	"regwatch/internal/yamlnode"
	"regwatch/models"
)

// topKeys returns the top-level keys. The shipped regwatch.yaml and
// docs/reference/configuration.md describe every key; tests keep the three consistent.
func topKeys() []string {
	return []string{"contact", "zone", "database", "scan", "retention", "holidays", "channels", "recipients", "routes", "health", "digests", "web", "heartbeat"}
}

func databaseKeys() []string {
	return []string{"path", "dsn"}
}

func scanKeys() []string {
	return []string{"every", "cron", "parallel", "timeout", "max_body", "look_back", "pages_per_scan"}
}

func everyKeys() []string {
	return []string{"floor", "ceiling"}
}

func retentionKeys() []string {
	return []string{"text"}
}

func heartbeatKeys() []string {
	return []string{"url"}
}

// Load reads regwatch.yaml in the folder dir. The Config is never nil. If there are
// problems, use it only to find more problems.
func Load(dir string) (*Config, diag.Problems) {
	path := filepath.Join(dir, FileName)
	src, err := userfile.Read(path, yamlnode.MaxBytes)
	if err != nil {
		c := &Config{Dir: dir}
		return c, diag.Problems{readProblem(path, err)}
	}
	c, problems := parse(dir, path, src)
	return c, userfile.HideOutsideText(dir, problems)
}

func readProblem(path string, err error) diag.Problem {
	p := diag.Unreadable(path, err)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		p.What, p.Want = "the file does not exist", "name the folder of regwatch.yaml with -C or $REGWATCH_DIR, or create one with regwatch init DIR"
	case errors.Is(err, fs.ErrPermission):
		p.What, p.Want = "permission denied", "check its owner and mode"
	}
	return p
}

// A loader builds the Config and collects the references that are checked once all
// names are known.
type loader struct {
	dir  string
	root yamlnode.Node
	cfg  *Config

	destinationRefs []destinationRef
	recipientRefs   []recipientRef
	escalationRefs  []escalationRef

	deputyRefs    []deputyRef
	calendarNames map[string]int // indexes in Config.calendars
}

// A destinationRef is a destination and its place in the file.
type destinationRef struct {
	at               yamlnode.Node
	dest             models.Destination
	recipientAllowed bool // the name of a recipient is allowed too
}

// A recipientRef is the name of a recipient and its place in the file.
type recipientRef struct {
	at   yamlnode.Node
	what string
	name string
}

func parse(dir, file string, src []byte) (*Config, diag.Problems) {
	root := yamlnode.Parse(file, src)
	l := &loader{dir: dir, root: root, cfg: &Config{Dir: dir}}
	top := root.Map("the configuration", topKeys()...)

	l.cfg.Contact = readContact(top.Get("contact"))
	l.cfg.Zone = readZone(top.Get("zone"), "zone", "UTC")
	l.cfg.Database = l.database(top.Get("database"))
	l.cfg.Scan = l.scan(top.Get("scan"))
	l.cfg.Retention = l.retention(top.Get("retention"))
	l.cfg.Channels = l.channels(top.Get("channels"))
	l.calendars(top.Get("holidays"))
	l.cfg.Recipients = l.recipients(top)
	l.cfg.Routes = l.routes(top.Get("routes"))
	l.cfg.Health = l.health(top.Get("health"))
	l.cfg.Digests = l.digests(top.Get("digests"))
	l.cfg.Web = l.web(top.Get("web"))
	l.cfg.Heartbeat = l.heartbeat(top.Get("heartbeat"))
	l.checkReferences()
	l.checkEscalations()
	l.checkDeputies()
	return l.cfg, append(root.Problems(), l.cfg.loadHolidays()...).Sorted()
}

func (l *loader) database(n yamlnode.Node) Database {
	m := optionalMap(n, "database", databaseKeys()...)
	dsn := m.Get("dsn")
	db := Database{DSN: secretSetting(dsn, l.dir, "database.dsn")}
	path := m.Get("path")
	if path.Exists() && dsn.Exists() {
		path.Report("the database has both a path and a dsn", "use path for SQLite or dsn for PostgreSQL")
	}
	if dsn.Exists() {
		return db
	}
	db.Path = l.cfg.Path(textOr(path, "database.path", "regwatch.db"))
	return db
}

func (l *loader) scan(n yamlnode.Node) Scan {
	m := optionalMap(n, "scan", scanKeys()...)
	every := optionalMap(m.Get("every"), "scan.every", everyKeys()...)
	s := Scan{
		Cron:     textOr(m.Get("cron"), "scan.cron", ""),
		Floor:    readDuration(every.Get("floor"), "scan.every.floor", time.Minute, 7*day, 5*time.Minute),
		Ceiling:  readDuration(every.Get("ceiling"), "scan.every.ceiling", time.Minute, 7*day, 30*time.Minute),
		Parallel: intOr(m.Get("parallel"), "scan.parallel", 1, 64, 8),
		Timeout:  readDuration(m.Get("timeout"), "scan.timeout", time.Second, 10*time.Minute, 30*time.Second),
		MaxBody:  readSize(m.Get("max_body"), "scan.max_body", 10_000, 200_000_000, 10_000_000),
		LookBack: readDuration(m.Get("look_back"), "scan.look_back", 0, 365*day, day),
		Pages:    intOr(m.Get("pages_per_scan"), "scan.pages_per_scan", 0, 500, 20),
	}
	if s.Cron != "" && m.Get("every").Exists() {
		m.Get("every").Report("scan has both every and cron", "use every to scan each source at its own rate, or cron to scan all at the same times")
	}
	if s.Floor > s.Ceiling {
		every.Get("floor").Report(diag.Textf("scan.every.floor is %s, above the ceiling of %s", duration.String(s.Floor), duration.String(s.Ceiling)), "use a floor that is at most the ceiling")
	}
	if !m.Get("cron").Exists() || m.Get("cron").IsNull() {
		return s
	}
	if _, err := schedule.Parse(s.Cron); err != nil {
		if fault, ok := errors.AsType[*schedule.Error](err); ok {
			m.Get("cron").Report(diag.Textf("scan.cron: %s", fault.What), fault.Want)
		} else {
			m.Get("cron").Report(diag.Textf("scan.cron: %s", err.Error()), "")
		}
	}
	return s
}

func (l *loader) heartbeat(n yamlnode.Node) Heartbeat {
	if !n.Exists() || n.IsNull() {
		return Heartbeat{}
	}
	m := n.Map("heartbeat", heartbeatKeys()...)
	h := Heartbeat{URL: secretSetting(m.Required("url", "add the address from the monitor, such as url: env:HEARTBEAT_URL"), l.dir, "heartbeat.url")}
	h.URL.format = addressFormat
	return h
}

func (l *loader) retention(n yamlnode.Node) Retention {
	text := optionalMap(n, "retention", retentionKeys()...).Get("text")
	if text.IsScalar() && text.String("retention.text") == "forever" {
		return Retention{}
	}
	return Retention{Text: readDuration(text, "retention.text", 30*day, 100*365*day, 400*day)}
}

// readDestinations reads destinations. checkReferences checks their channels later.
func (l *loader) readDestinations(n yamlnode.Node, what string) []models.Destination {
	var all []models.Destination
	for _, item := range n.Items() {
		all = l.addDestination(all, item, what, false)
	}
	if n.IsList() && len(n.Items()) == 0 {
		n.Report(diag.Textf("%s is empty", diag.Text(what)), "add at least one channel")
	}
	return all
}

// hasDestination reports whether a list contains a destination, however its address is
// spelled.
func hasDestination(all []models.Destination, d models.Destination) bool {
	return slices.ContainsFunc(all, func(has models.Destination) bool { return address.Same(has.String(), d.String()) })
}

// addDestination appends a destination. The same text twice is a problem. Two
// spellings of one mail address may come from merged lists, and earlier releases
// accepted them: the first one is used.
func (l *loader) addDestination(all []models.Destination, item yamlnode.Node, what string, orRecipient bool) []models.Destination {
	d, ok := readDestination(item, what)
	if !ok {
		return all
	}
	if slices.Contains(all, d) {
		item.Report(diag.Textf("%s has %q twice", what, d), "")
		return all
	}
	l.destinationRefs = append(l.destinationRefs, destinationRef{item, d, orRecipient})
	if hasDestination(all, d) {
		return all
	}
	return append(all, d)
}

// health reads who gets messages about failing sources and channels. The default is
// the recipients of the default route; an empty list means nobody.
func (l *loader) health(n yamlnode.Node) []string {
	if n.Exists() && !n.IsNull() {
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
		l.recipientRefs = append(l.recipientRefs, recipientRef{item, what, name})
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
	p.Key.Report(diag.Textf("%s has the invalid name %q", what, p.Name), "use lower-case letters, digits, dots, hyphens and underscores, such as hk-policy")
	return false
}

// optionalMap reads a mapping that may be absent or empty.
func optionalMap(n yamlnode.Node, what string, keys ...string) yamlnode.Map {
	if n.IsNull() {
		return yamlnode.Map{}
	}
	return n.Map(what, keys...)
}
