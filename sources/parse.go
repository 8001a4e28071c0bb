package sources

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"net/netip"
	"net/url"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"golang.org/x/net/http/httpguts"

	"regwatch/internal/diag"
	"regwatch/internal/redact"
	"regwatch/internal/schedule"
	"regwatch/internal/yamlnode"
	"regwatch/models"
)

// The keys of a source file, in the order in which docs/reference/sources.md has them.
var (
	fileKeys   = []string{"sources"}
	sourceKeys = []string{
		"id", "name", "kind", "url", "role", "jurisdictions", "language", "zone", "date_order", "enabled", "cron", "look_back",
		"pages", "timeout", "expect", "allow_hosts", "headers", "robots", "terms", "verified", "gate", "fallback",
	}
)

// A placed source knows where it stands, for the message about its double.
type placed struct {
	models.Source
	node yamlnode.Node // its id
}

// Parse reads one source file: a mapping with one key, sources, and a list
// under it. It returns the sources that could be read and every problem; a file
// with problems is not to be used.
func Parse(file string, src []byte) ([]models.Source, diag.Problems) {
	list, root := parse(file, src)
	return plain(list), root.Problems()
}

// Load reads every *.yaml in the root of a file system, in the order of their
// names. An id that two files give is a problem.
func Load(fsys fs.FS) ([]models.Source, diag.Problems) {
	entries, err := fs.ReadDir(fsys, ".")
	if errors.Is(err, fs.ErrNotExist) {
		return nil, diag.Problems{{What: "there is no such folder", Want: "want a folder with *.yaml files that list the sources; regwatch init writes one"}}
	}
	if err != nil {
		return nil, diag.Problems{{What: "the folder of sources cannot be read: " + err.Error()}}
	}
	var (
		all      []placed
		problems diag.Problems
		roots    []yamlnode.Node
	)
	for _, entry := range entries {
		name := entry.Name()
		if entry.IsDir() || strings.HasPrefix(name, ".") {
			continue
		}
		switch path.Ext(name) {
		case ".yaml":
		case ".yml":
			problems = append(problems, diag.Problem{File: name, What: "the file is not read", Want: "name it " + strings.TrimSuffix(name, ".yml") + ".yaml"})
			continue
		default:
			continue
		}
		src, err := fs.ReadFile(fsys, name)
		if err != nil {
			problems = append(problems, diag.Problem{File: name, What: "the file cannot be read: " + reason(err)})
			continue
		}
		list, root := parse(name, src)
		for _, s := range list {
			if i := slices.IndexFunc(all, func(p placed) bool { return p.ID == s.ID }); i >= 0 {
				s.reportDouble(all[i])
			}
		}
		all = append(all, list...)
		roots = append(roots, root)
	}
	for _, root := range roots {
		problems = append(problems, root.Problems()...)
	}
	return plain(all), problems.Sorted()
}

// reason is why a file cannot be read, without its name.
func reason(err error) string {
	if failed, ok := errors.AsType[*fs.PathError](err); ok {
		return failed.Err.Error()
	}
	return err.Error()
}

func (s placed) reportDouble(first placed) {
	line, _ := first.node.Place()
	s.node.Report(fmt.Sprintf("source id %q is here twice", s.ID), fmt.Sprintf("it already stands in %s, line %d", first.node.File(), line))
}

func plain(list []placed) []models.Source {
	var sources []models.Source
	for _, s := range list {
		sources = append(sources, s.Source)
	}
	return sources
}

func parse(file string, src []byte) ([]placed, yamlnode.Node) {
	root := yamlnode.Parse(file, src)
	if !root.There() {
		return nil, root
	}
	if root.IsList() || root.IsMap() && hasKey(root, "id") {
		root.Report("the sources do not stand under a key", `want "sources:" and below it a list, each source beginning with "- id:"`)
		return nil, root
	}
	list := root.Map("a source file", fileKeys...).Need("sources", `want "sources:" and below it a list, each source beginning with "- id:"`)
	var all []placed
	for _, item := range list.Items() {
		s := source(item)
		if s.ID == "" {
			continue
		}
		if i := slices.IndexFunc(all, func(p placed) bool { return p.ID == s.ID }); i >= 0 {
			s.reportDouble(all[i])
			continue
		}
		all = append(all, s)
	}
	return all, root
}

func hasKey(n yamlnode.Node, key string) bool {
	return slices.ContainsFunc(n.Pairs("a source file"), func(p yamlnode.Pair) bool { return p.Name == key })
}

var validID = regexp.MustCompile(`^[a-z0-9]+(?:-[a-z0-9]+)*$`)

// source reads one source. A key that is absent leaves its default.
func source(n yamlnode.Node) placed {
	m := n.Map("a source", append(slices.Clone(sourceKeys), kindKeys()...)...)
	id := m.Need("id", "want a short name of its own, such as hkma-press")
	s := placed{node: id, Source: models.Source{
		ID:            id.String("id"),
		Name:          m.Need("name", `want what readers know it by, such as "HKMA press releases"`).String("name"),
		Kind:          cmp.Or(m.Get("kind").OneOf("kind", Kinds()...), KindFeed),
		URL:           address(m.Need("url", "want the address of the feed"), m.Get("allow_hosts")),
		Role:          models.Role(m.Need("role", "want regulator, government or press").OneOf("role", string(models.Regulator), string(models.Government), string(models.Press))),
		Jurisdictions: m.Get("jurisdictions").Strings("a jurisdiction"),
		Language:      language(m.Get("language")),
		Zone:          zone(m.Get("zone")),
		DateOrder:     models.DateOrder(m.Get("date_order").OneOf("date_order", string(models.DayFirst), string(models.MonthFirst))),
		Disabled:      m.Get("enabled").There() && !m.Get("enabled").Bool("enabled"),
		Cron:          cron(m.Get("cron")),
		LookBack:      lookBack(m.Get("look_back")),
		Pages:         models.PagePolicy(cmp.Or(m.Get("pages").OneOf("pages", string(models.PagesAuto), string(models.PagesNever), string(models.PagesAlways)), string(models.PagesAuto))),
		Timeout:       duration(m.Get("timeout"), "timeout", time.Second, 5*time.Minute),
		Expect:        duration(m.Get("expect"), "expect", time.Hour, 2*365*24*time.Hour),
		AllowHosts:    hosts(m.Get("allow_hosts")),
		Headers:       headers(m.Get("headers")),
		IgnoreRobots:  ignoreRobots(m.Get("robots"), m.Get("terms")),
		Terms:         m.Get("terms").String("terms"),
		Verified:      verified(m.Get("verified")),
		Gate:          gate(m.Get("gate")),
	}}
	kindSettings(m, &s.Source)
	s.Fallback = fallbacks(m.Get("fallback"), s.Source, m.Get("allow_hosts"))
	if s.ID != "" && (!validID.MatchString(s.ID) || len(s.ID) > 64) {
		id.Report(fmt.Sprintf("source id %q", s.ID), "want at most 64 lower-case letters, digits and single hyphens, such as hkma-press")
	}
	return s
}

func address(n, allowed yamlnode.Node) string {
	text := strings.TrimSpace(n.String("url"))
	if text == "" {
		return ""
	}
	u, err := url.Parse(text)
	switch {
	case err != nil || u.Hostname() == "" || u.Scheme != "http" && u.Scheme != "https":
		n.Report(fmt.Sprintf("url %q", redact.URL(text)), "want a whole web address with http:// or https:// and a host")
		return ""
	case u.User != nil:
		n.Report("the url holds a user name or password", `want it without; put a login into headers, as Authorization: env:NAME`)
		return ""
	}
	ip, err := netip.ParseAddr(plainHost(u.Hostname()))
	private := err == nil && !public(ip) || plainHost(u.Hostname()) == "localhost"
	if private && !newAllowList(allowed.Strings("a host")).names(u.Hostname()) {
		n.Report(fmt.Sprintf("%s is an address of a private network", u.Hostname()), fmt.Sprintf("if that is meant, add allow_hosts: [%s] to this source", u.Hostname()))
	}
	return text
}

var validLanguage = regexp.MustCompile(`^[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*$`)

func language(n yamlnode.Node) string {
	text := n.String("language")
	if text != "" && !validLanguage.MatchString(text) {
		n.Report(fmt.Sprintf("language %q", text), "want a language tag such as en, zh-Hant or zh-Hans")
		return ""
	}
	return text
}

func zone(n yamlnode.Node) string {
	text := n.String("zone")
	if _, err := schedule.Zone(text); err != nil {
		what, want := schedule.Explain(err)
		n.Report(what, want)
		return ""
	}
	return text
}

func cron(n yamlnode.Node) string {
	text := n.String("cron")
	if !n.There() || n.IsNull() {
		return ""
	}
	if _, err := schedule.Parse(text); err != nil {
		what, want := schedule.Explain(err)
		n.Report(fmt.Sprintf("cron %q: %s", text, what), want)
		return ""
	}
	return text
}

var dayOrWeek = regexp.MustCompile(`^(\d{1,5})\s*([dw])$`)

// duration reads "90s", "24h", "7d" or "2w".
func duration(n yamlnode.Node, what string, low, high time.Duration) time.Duration {
	text := strings.TrimSpace(n.String(what))
	if text == "" {
		return 0
	}
	d, err := time.ParseDuration(text)
	if m := dayOrWeek.FindStringSubmatch(text); m != nil {
		err = nil
		days, _ := strconv.Atoi(m[1])
		d = time.Duration(days) * 24 * time.Hour
		if m[2] == "w" {
			d *= 7
		}
	}
	if err != nil || d < low || d > high {
		n.Report(fmt.Sprintf("%s %q", what, text), fmt.Sprintf("want a time from %s to %s, such as 30s, 90m, 24h, 7d or 2w", readable(low), readable(high)))
		return 0
	}
	return d
}

// lookBack reads how far back a first scan alerts. None at all is -1, because 0
// leaves it to the configuration.
func lookBack(n yamlnode.Node) time.Duration {
	faults := len(n.Problems())
	d := duration(n, "look_back", 0, 10*365*24*time.Hour)
	if d == 0 && n.IsScalar() && strings.TrimSpace(n.String("look_back")) != "" && len(n.Problems()) == faults {
		return -1
	}
	return d
}

func readable(d time.Duration) string {
	switch {
	case d == 0:
		return "0s"
	case d%(24*time.Hour) == 0:
		return fmt.Sprintf("%dd", d/(24*time.Hour))
	case d%time.Hour == 0:
		return fmt.Sprintf("%dh", d/time.Hour)
	case d%time.Minute == 0:
		return fmt.Sprintf("%dm", d/time.Minute)
	}
	return fmt.Sprintf("%ds", d/time.Second)
}

func hosts(n yamlnode.Node) []string {
	var list []string
	for _, item := range n.Items() {
		text := item.String("a host")
		if text == "" {
			continue
		}
		if strings.ContainsAny(text, "/*@ ") || strings.Count(text, ":") == 1 {
			item.Report(fmt.Sprintf("host %q", text), "want one host name or IP address, without scheme, port, path or wildcard")
			continue
		}
		list = append(list, text)
	}
	return list
}

// secretHeaders usually hold what must not stand in a file that is shared.
var secretHeaders = []string{"authorization", "proxy-authorization", "cookie", "x-api-key", "api-key", "x-auth-token"}

func headers(n yamlnode.Node) map[string]string {
	if !n.There() || n.IsNull() {
		return nil
	}
	set := make(map[string]string)
	for _, p := range n.Pairs("headers") {
		value := p.Value.String("a header")
		switch {
		case !httpguts.ValidHeaderFieldName(p.Name):
			p.Key.Report(fmt.Sprintf("header name %q", p.Name), "want a name such as User-Agent")
		case !httpguts.ValidHeaderFieldValue(value):
			p.Value.Report(fmt.Sprintf("the value of header %s has characters that may not stand there", p.Name), "want one line of plain text")
		case slices.Contains([]string{"host", "content-length", "accept-encoding", "connection", "if-none-match", "if-modified-since", "transfer-encoding"}, strings.ToLower(p.Name)):
			p.Key.Report(fmt.Sprintf("header %s is set by the program", p.Name), "leave it out")
		case slices.Contains(secretHeaders, strings.ToLower(p.Name)) && !isReference(value):
			p.Value.Report(fmt.Sprintf("header %s holds a secret", p.Name), "want env:NAME for an environment variable or file:PATH for a file that holds the whole value")
		default:
			set[p.Name] = value
		}
	}
	return set
}

// ignoreRobots reads robots: ignore, which needs the publisher's leave.
func ignoreRobots(n, terms yamlnode.Node) bool {
	ignore := n.OneOf("robots", "obey", "ignore") == "ignore"
	if ignore && strings.TrimSpace(terms.String("terms")) == "" {
		n.Report("robots: ignore goes against what the site asks of programs", `want terms beside it that say who allowed that and when, such as terms: "allowed by webmaster@regulator.example on 3 March 2026"`)
	}
	return ignore
}

func verified(n yamlnode.Node) string {
	text := n.String("verified")
	if text == "" || text == "never" {
		return text
	}
	if _, err := time.Parse(time.DateOnly, text); err != nil {
		n.Report(fmt.Sprintf("verified %q", text), "want the date on which the address was last seen to answer, such as 2026-07-09, or never")
		return ""
	}
	return text
}
