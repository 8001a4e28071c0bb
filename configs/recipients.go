package configs

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"regwatch/internal/diag"
	"regwatch/internal/yamlnode"
	"regwatch/models"
)

func recipientKeys() []string {
	return []string{"send", "zone", "language", "min_severity", "hours", "pace", "burst", "deputy", "reminders"}
}

func hoursKeys() []string {
	return []string{"days", "from", "to", "holidays"}
}

func paceKeys() []string {
	return []string{"every", "day", "at"}
}

func burstKeys() []string {
	return []string{"over", "within"}
}

func deputyKeys() []string {
	return []string{"recipient", "from", "to"}
}

// atOnce is how the file writes [models.AtOnce].
const atOnce = "at-once"

// defaultTime is the time of day of daily, weekly and monthly messages.
const defaultTime = 8 * time.Hour

// defaultLanguage is the language of recipients without one.
const defaultLanguage = "en"

// languages returns the languages that regwatch supports.
func languages() []string {
	return []string{defaultLanguage, "zh-Hant", "zh-Hans"}
}

func (l *loader) recipients(top yamlnode.Map) []models.Recipient {
	n := top.Get("recipients")
	if !n.Exists() || n.IsNull() {
		if slices.ContainsFunc(l.cfg.Channels, func(ch Channel) bool { return ch.Kind != KindTerminal }) {
			top.Key("channels").Report("there are channels but no recipients", "add recipients: with a name and channels, such as compliance: {send: [slack]}")
		}
		r := l.recipient(terminal, yamlnode.Map{})
		r.Destinations = []models.Destination{{Channel: terminal}}
		return []models.Recipient{r}
	}
	var all []models.Recipient
	for _, p := range n.Pairs("recipients") {
		if !validName(p, "a recipient") {
			continue
		}
		m := p.Value.Map("a recipient", recipientKeys()...)
		r := l.recipient(p.Name, m)
		r.Destinations = l.readDestinations(m.Required("send", "add the channels of the recipient, such as send: [terminal]"), "recipients."+p.Name+".send")
		all = append(all, r)
	}
	if len(all) == 0 && len(n.Pairs("recipients")) == 0 && n.IsMap() {
		n.Report("recipients is empty", "remove it, or add a recipient")
	}
	return all
}

// recipient reads everything except the destinations.
func (l *loader) recipient(name string, m yamlnode.Map) models.Recipient {
	key := "recipients." + name
	return models.Recipient{
		Name:        name,
		Zone:        readZone(m.Get("zone"), key+".zone", l.cfg.Zone),
		Language:    readLanguage(m.Get("language"), key+".language"),
		MinSeverity: readSeverity(m.Get("min_severity"), key+".min_severity"),
		Hours:       l.hours(m.Get("hours"), key+".hours", name),
		Frequency:   readFrequency(m.Get("pace"), key+".pace"),
		Burst:       readBurst(m.Get("burst"), key+".burst"),
		Deputies:    l.deputies(m.Get("deputy"), key+".deputy", name),
		Reminders:   readReminders(m.Get("reminders"), key+".reminders"),
	}
}

// readLanguage reads one of the languages that regwatch supports.
func readLanguage(n yamlnode.Node, what string) string {
	s := n.String(what)
	if s == "" || slices.Contains(languages(), s) {
		return textOr(n, what, defaultLanguage)
	}
	want := diag.Textf("use %s", yamlnode.OrText(languages()))
	for _, known := range languages() {
		if strings.EqualFold(s, known) {
			want = diag.Textf("use %s", known)
		}
	}
	if strings.EqualFold(s, "zh") {
		want = "use zh-Hant for Traditional Chinese or zh-Hans for Simplified"
	}
	n.Report(diag.Textf("%s is %q", what, s), want)
	return defaultLanguage
}

func (l *loader) hours(n yamlnode.Node, what, recipient string) models.Hours {
	if !n.Exists() || n.IsNull() {
		return models.Hours{}
	}
	m := n.Map("hours", hoursKeys()...)
	days, from, to := m.Get("days"), m.Get("from"), m.Get("to")
	h := models.Hours{From: readTimeOfDay(from, what+".from", 0), To: readTimeOfDay(to, what+".to", 0)}
	for _, item := range days.Items() {
		if d := readWeekday(item, what+".days"); !slices.Contains(h.Days, d) {
			h.Days = append(h.Days, d)
		}
	}
	l.holidays(m.Get("holidays"), what+".holidays", recipient)
	switch {
	case days.IsList() && len(days.Items()) == 0:
		days.Report(diag.Textf("%s.days is empty", diag.Text(what)), "use days such as [mon, tue, wed, thu, fri], or remove it for every day")
	case from.IsScalar() && to.IsScalar() && h.From == h.To:
		from.Report(diag.Textf("%s.from and to are the same", diag.Text(what)), "use different times for from and to, or remove both for the whole day")
	case n.IsMap() && !days.Exists() && !from.Exists() && !to.Exists() && !m.Get("holidays").Exists():
		n.Report(diag.Textf("%s is empty", diag.Text(what)), `add days, from, to or holidays, such as {days: [mon, tue, wed, thu, fri], from: "08:00", to: "19:00"}, or remove it for no limits`)
	}
	return h
}

// readFrequency reads a frequency: a word, or a mapping with a day or time.
func readFrequency(n yamlnode.Node, what string) models.Frequency {
	kinds := []string{atOnce, string(models.Hourly), string(models.Daily), string(models.Weekly)}
	var p models.Frequency
	every, m := n, yamlnode.Map{}
	if n.IsMap() {
		m = n.Map("a pace", paceKeys()...)
		every, what = m.Required("every", diag.Textf("add %s", yamlnode.Or(kinds))), what+".every"
	}
	called := cmp.Or(every.OneOf(what, kinds...), atOnce)
	if called != atOnce {
		p.Kind = models.FrequencyKind(called)
	}
	day, at := m.Get("day"), m.Get("at")
	timed := p.Kind == models.Daily || p.Kind == models.Weekly
	if p.Kind == models.Weekly {
		p.Day = readWeekday(day, what+".day")
	} else if day.Exists() {
		m.Key("day").Report(diag.Textf("a %s pace has no day", called), "use every: weekly, or remove day")
	}
	if timed {
		p.At = readTimeOfDay(at, what+".at", defaultTime)
	} else if at.Exists() {
		m.Key("at").Report(diag.Textf("a %s pace has no time", called), "use every: daily or weekly, or remove at")
	}
	return p
}

// maxReminderDays is how many days before a key date a reminder may be sent.
const maxReminderDays = 365

// readReminders reads how many days before a key date reminders are sent.
func readReminders(n yamlnode.Node, what string) []int {
	if !n.Exists() || n.IsNull() {
		return []int{30, 7, 1}
	}
	if !n.IsList() {
		n.Report(diag.Textf("%s is not a list", diag.Text(what)), "use days such as [30, 7, 1], or [] for none")
		return nil
	}
	days := []int{}
	for _, item := range n.Items() {
		d := item.Int(what, 1, maxReminderDays)
		switch {
		case d == 0:
		case slices.Contains(days, d):
			item.Report(diag.Textf("%s has %d twice", what, d), "remove one of them")
		default:
			days = append(days, d)
		}
	}
	return days
}

func readBurst(n yamlnode.Node, what string) models.Burst {
	m := optionalMap(n, what, burstKeys()...)
	return models.Burst{
		Over:   intOr(m.Get("over"), what+".over", 1, 1000, 10),
		Within: readDuration(m.Get("within"), what+".within", time.Minute, time.Hour, 10*time.Minute),
	}
}
