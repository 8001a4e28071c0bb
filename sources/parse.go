package sources

import (
	"cmp"
	"errors"
	"io/fs"
	"net/netip"
	"net/url"
	"path"
	"regexp"
	"slices"
	"strings"
	"time"

	"golang.org/x/net/http/httpguts"

	"regwatch/internal/diag"
	"regwatch/internal/redact"
	"regwatch/internal/schedule"
	"regwatch/internal/weblink"
	"regwatch/internal/yamlnode"
	"regwatch/models"
	"regwatch/sources/fetch"
)

// sourceKeys are the keys of a source that every kind has, in the order of
// docs/reference/sources.md.
func sourceKeys() []string {
	return []string{
		"id", "name", "kind", "url", "role", "jurisdictions", "language", "zone", "date_order", "enabled", "cron", "look_back",
		"pages", "timeout", "expect", "allow_hosts", "headers", "robots", "terms", "verified", "gate", "fallback",
	}
}

// A parsedSource knows its place in the file, to report duplicates.
type parsedSource struct {
	models.Source
	node yamlnode.Node // of the id
}

// Parse reads one source file: a mapping with the single key sources and a list below
// it. It returns the sources that it could read and all problems. Do not use a file
// with problems.
func Parse(file string, src []byte) ([]models.Source, diag.Problems) {
	list, root := parse(file, src)
	return sourcesOf(list), root.Problems()
}

// Load reads every *.yaml in the root of a file system, in the order of their names.
// An id that occurs in two files is a problem.
func Load(fsys fs.FS) ([]models.Source, diag.Problems) {
	entries, err := fs.ReadDir(fsys, ".")
	if errors.Is(err, fs.ErrNotExist) {
		return nil, diag.Problems{{What: "the folder does not exist", Want: "create a folder with *.yaml files that list the sources; regwatch init writes one"}}
	}
	if err != nil {
		return nil, diag.Problems{{What: "cannot read the folder: " + err.Error()}}
	}
	var (
		all      []parsedSource
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
			problems = append(problems, diag.Problem{File: name, What: "the file is ignored", Want: "rename it to " + strings.TrimSuffix(name, ".yml") + ".yaml"})
			continue
		default:
			continue
		}
		src, err := fs.ReadFile(fsys, name)
		if err != nil {
			problems = append(problems, diag.Unreadable(name, err))
			continue
		}
		list, root := parse(name, src)
		for _, s := range list {
			if i := slices.IndexFunc(all, func(p parsedSource) bool { return p.ID == s.ID }); i >= 0 {
				s.reportDuplicate(all[i])
			}
		}
		all = append(all, list...)
		roots = append(roots, root)
	}
	for _, root := range roots {
		problems = append(problems, root.Problems()...)
	}
	return sourcesOf(all), problems.Sorted()
}

func (s parsedSource) reportDuplicate(first parsedSource) {
	line, _ := first.node.Position()
	s.node.Report(diag.Textf("duplicate source id %q", s.ID), diag.Textf("it is already used in %s, line %d", first.node.File(), line))
}

func sourcesOf(list []parsedSource) []models.Source {
	var sources []models.Source
	for _, s := range list {
		sources = append(sources, s.Source)
	}
	return sources
}

func parse(file string, src []byte) ([]parsedSource, yamlnode.Node) {
	root := yamlnode.Parse(file, src)
	if !root.Exists() {
		return nil, root
	}
	if root.IsList() || root.IsMap() && hasKey(root, "id") {
		root.Report("the list has no key", `put it under "sources:", each source starting with "- id:"`)
		return nil, root
	}
	list := root.Map("a source file", "sources").Required("sources", `add "sources:" and below it a list, each source starting with "- id:"`)
	var all []parsedSource
	for _, item := range list.Items() {
		s := sourceSettings(item)
		if s.ID == "" {
			continue
		}
		if i := slices.IndexFunc(all, func(p parsedSource) bool { return p.ID == s.ID }); i >= 0 {
			s.reportDuplicate(all[i])
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

// sourceSettings reads one source. An absent key keeps its default.
func sourceSettings(n yamlnode.Node) parsedSource {
	m := n.Map("a source", append(sourceKeys(), kindKeys()...)...)
	id := m.Required("id", "add a short unique name, such as hkma-press")
	s := parsedSource{node: id, Source: models.Source{
		ID:            id.String("id"),
		Name:          m.Required("name", `add a name that readers know, such as "HKMA press releases"`).String("name"),
		Kind:          cmp.Or(m.Get("kind").OneOf("kind", Kinds()...), KindFeed),
		URL:           urlSetting(m.Required("url", "add the address of the feed"), m.Get("allow_hosts")),
		Role:          models.Role(m.Required("role", "add regulator, government or press").OneOf("role", string(models.Regulator), string(models.Government), string(models.Press))),
		Jurisdictions: m.Get("jurisdictions").Strings("a jurisdiction"),
		Language:      languageSetting(m.Get("language")),
		Zone:          zoneSetting(m.Get("zone")),
		DateOrder:     models.DateOrder(m.Get("date_order").OneOf("date_order", string(models.DayFirst), string(models.MonthFirst))),
		Disabled:      m.Get("enabled").Exists() && !m.Get("enabled").Bool("enabled"),
		Cron:          cronSetting(m.Get("cron")),
		LookBack:      lookBackSetting(m.Get("look_back")),
		Pages:         models.PagePolicy(cmp.Or(m.Get("pages").OneOf("pages", string(models.PagesAuto), string(models.PagesNever), string(models.PagesAlways)), string(models.PagesAuto))),
		Timeout:       durationSetting(m.Get("timeout"), "timeout", time.Second, 5*time.Minute),
		Expect:        durationSetting(m.Get("expect"), "expect", time.Hour, 2*365*24*time.Hour),
		AllowHosts:    hostsSetting(m.Get("allow_hosts")),
		Headers:       headersSetting(m.Get("headers")),
		IgnoreRobots:  robotsSetting(m.Get("robots"), m.Get("terms")),
		Terms:         m.Get("terms").String("terms"),
		Verified:      verifiedSetting(m.Get("verified")),
		TitleFilter:   titleFilterSettings(m.Get("gate")),
	}}
	kindSettings(m, &s.Source)
	s.Fallback = fallbacks(m.Get("fallback"), s.Source, m.Get("allow_hosts"))
	if s.ID != "" && (!validID.MatchString(s.ID) || len(s.ID) > 64) {
		id.Report(diag.Textf("source id %q is not valid", s.ID), "use at most 64 lower-case letters, digits and single hyphens, such as hkma-press")
	}
	return s
}

func urlSetting(n, allowed yamlnode.Node) string {
	text := strings.TrimSpace(n.String("url"))
	if text == "" {
		return ""
	}
	u, err := url.Parse(text)
	switch {
	case err != nil || u.Hostname() == "" || u.Scheme != "http" && u.Scheme != "https":
		n.Report(diag.Textf("url %q is not a web address", redact.URL(text)), "use an address with http:// or https:// and a host")
		return ""
	case u.User != nil:
		n.Report("the url contains a user name or password", `remove it; put a login into headers, such as Authorization: env:NAME`)
		return ""
	}
	ip, err := netip.ParseAddr(weblink.Host(u.Hostname()))
	private := err == nil && !fetch.IsPublic(ip) || weblink.Host(u.Hostname()) == "localhost"
	if private && !fetch.NewAllowList(allowed.Strings("a host")).Includes(u.Hostname()) {
		n.Report(diag.Textf("%s is a private address", u.Hostname()), diag.Textf("to allow it, add allow_hosts: [%s] to this source", u.Hostname()))
	}
	return text
}

var validLanguage = regexp.MustCompile(`^[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*$`)

func languageSetting(n yamlnode.Node) string {
	text := n.String("language")
	if text != "" && !validLanguage.MatchString(text) {
		n.Report(diag.Textf("language %q is not valid", text), "use a language tag such as en, zh-Hant or zh-Hans")
		return ""
	}
	return text
}

func zoneSetting(n yamlnode.Node) string {
	text := n.String("zone")
	if _, err := schedule.Zone(text); err != nil {
		what, want := schedule.Explain(err)
		n.Report(what, want)
		return ""
	}
	return text
}

func cronSetting(n yamlnode.Node) string {
	text := n.String("cron")
	if !n.Exists() || n.IsNull() {
		return ""
	}
	if _, err := schedule.Parse(text); err != nil {
		what, want := schedule.Explain(err)
		n.Report(diag.Textf("cron %q: %s", text, what), want)
		return ""
	}
	return text
}

// durationSetting reads a duration. An empty text means none.
func durationSetting(n yamlnode.Node, what string, low, high time.Duration) time.Duration {
	d, _ := readDuration(n, what, low, high)
	return d
}

func readDuration(n yamlnode.Node, what string, low, high time.Duration) (time.Duration, bool) {
	if n.IsScalar() && strings.TrimSpace(n.String(what)) == "" {
		return 0, false
	}
	return n.Duration(what, low, high)
}

// lookBackSetting reads how far back the first scan alerts. A look_back of 0 is -1
// here, because 0 means the configured default.
func lookBackSetting(n yamlnode.Node) time.Duration {
	d, ok := readDuration(n, "look_back", 0, 10*365*24*time.Hour)
	if ok && d == 0 {
		return -1
	}
	return d
}

func hostsSetting(n yamlnode.Node) []string {
	var list []string
	for _, item := range n.Items() {
		text := item.String("a host")
		if text == "" {
			continue
		}
		if strings.ContainsAny(text, "/*@ ") || strings.Count(text, ":") == 1 {
			item.Report(diag.Textf("host %q is not valid", text), "use one host name or IP address, without scheme, port, path or wildcard")
			continue
		}
		list = append(list, text)
	}
	return list
}

func headersSetting(n yamlnode.Node) map[string]string {
	if !n.Exists() || n.IsNull() {
		return nil
	}
	managed := []string{"host", "content-length", "accept-encoding", "connection", "if-none-match", "if-modified-since", "transfer-encoding"}
	// These usually hold a secret, which must not be written into a shared file.
	secret := []string{"authorization", "proxy-authorization", "cookie", "x-api-key", "api-key", "x-auth-token"}
	set := make(map[string]string)
	for _, p := range n.Pairs("headers") {
		value := p.Value.String("a header")
		switch {
		case !httpguts.ValidHeaderFieldName(p.Name):
			p.Key.Report(diag.Textf("header name %q is not valid", p.Name), "use a name such as User-Agent")
		case !httpguts.ValidHeaderFieldValue(value):
			p.Value.Report(diag.Textf("the value of header %s has invalid characters", p.Name), "use one line of plain text")
		case slices.Contains(managed, strings.ToLower(p.Name)):
			p.Key.Report(diag.Textf("header %s is set by regwatch", p.Name), "remove it")
		case slices.Contains(secret, strings.ToLower(p.Name)) && !fetch.IsSecretReference(value):
			p.Value.Report(diag.Textf("header %s contains a secret", p.Name), "use env:NAME for an environment variable, or file:PATH for a file with the whole value")
		default:
			set[p.Name] = value
		}
	}
	return set
}

// robotsSetting reads robots: ignore, which needs the permission of the publisher.
func robotsSetting(n, terms yamlnode.Node) bool {
	ignore := n.OneOf("robots", "obey", "ignore") == "ignore"
	if ignore && strings.TrimSpace(terms.String("terms")) == "" {
		n.Report("robots: ignore needs the permission of the publisher", `say under terms who allowed it and when, such as terms: "allowed by webmaster@regulator.example on 3 March 2026"`)
	}
	return ignore
}

func verifiedSetting(n yamlnode.Node) string {
	text := n.String("verified")
	if text == "" || text == "never" {
		return text
	}
	if _, err := time.Parse(time.DateOnly, text); err != nil {
		n.Report(diag.Textf("verified %q is not a date", text), "use the date of the last check of the address, such as 2026-07-09, or never")
		return ""
	}
	return text
}
