package configs

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

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

// atOnce is how the file calls [models.AtOnce].
const atOnce = "at-once"

// defaultTime is when what comes once a day, a week or a month is sent.
const defaultTime = 8 * time.Hour

// defaultLanguage is the language of a recipient who names none.
const defaultLanguage = "en"

// languages returns the languages that regwatch supports.
func languages() []string {
	return []string{defaultLanguage, "zh-Hant", "zh-Hans"}
}

func (l *loader) recipients(top yamlnode.Map) []models.Recipient {
	n := top.Get("recipients")
	if !n.There() || n.IsNull() {
		if slices.ContainsFunc(l.cfg.Channels, func(ch Channel) bool { return ch.Kind != KindTerminal }) {
			top.Key("channels").Report("there are channels and no recipients", "want recipients: with a name and what to send to, such as compliance: {send: [slack]}")
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
		r.Destinations = l.readDestinations(m.Need("send", "want the channels that reach them, such as send: [terminal]"), "recipients."+p.Name+".send")
		all = append(all, r)
	}
	if len(all) == 0 && len(n.Pairs("recipients")) == 0 && n.IsMap() {
		n.Report("there are no recipients here", "leave recipients out, or name one")
	}
	return all
}

// recipient reads all but where they are sent to.
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

// readLanguage reads one of the languages that regwatch speaks.
func readLanguage(n yamlnode.Node, what string) string {
	s := n.String(what)
	if s == "" || slices.Contains(languages(), s) {
		return textOr(n, what, defaultLanguage)
	}
	want := "want " + yamlnode.Or(languages())
	for _, known := range languages() {
		if strings.EqualFold(s, known) {
			want = "want it as " + known
		}
	}
	if strings.EqualFold(s, "zh") {
		want = "want zh-Hant for Traditional Chinese or zh-Hans for Simplified"
	}
	n.Report(fmt.Sprintf("%s is %q", what, s), want)
	return defaultLanguage
}

func (l *loader) hours(n yamlnode.Node, what, recipient string) models.Hours {
	if !n.There() || n.IsNull() {
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
		days.Report(what+".days is empty", "want days such as [mon, tue, wed, thu, fri], or leave it out for every day")
	case from.IsScalar() && to.IsScalar() && h.From == h.To:
		from.Report(what+" are empty", "want a from and a to that differ, or leave both out for the whole day")
	case n.IsMap() && !days.There() && !from.There() && !to.There() && !m.Get("holidays").There():
		n.Report(what+" says nothing", `want days, from, to or holidays, such as {days: [mon, tue, wed, thu, fri], from: "08:00", to: "19:00"}, or leave it out for always`)
	}
	return h
}

// readFrequency reads a word, or a mapping that says when.
func readFrequency(n yamlnode.Node, what string) models.Frequency {
	kinds := []string{atOnce, string(models.Hourly), string(models.Daily), string(models.Weekly)}
	var p models.Frequency
	every, m := n, yamlnode.Map{}
	if n.IsMap() {
		m = n.Map("a pace", paceKeys()...)
		every, what = m.Need("every", "want "+yamlnode.Or(kinds)), what+".every"
	}
	called := cmp.Or(every.OneOf(what, kinds...), atOnce)
	if called != atOnce {
		p.Kind = models.FrequencyKind(called)
	}
	day, at := m.Get("day"), m.Get("at")
	timed := p.Kind == models.Daily || p.Kind == models.Weekly
	if p.Kind == models.Weekly {
		p.Day = readWeekday(day, what+".day")
	} else if day.There() {
		m.Key("day").Report(fmt.Sprintf("a pace that is %s has no day", called), "want every: weekly, or no day")
	}
	if timed {
		p.At = readTimeOfDay(at, what+".at", defaultTime)
	} else if at.There() {
		m.Key("at").Report(fmt.Sprintf("a pace that is %s has no hour", called), "want every: daily or weekly, or no at")
	}
	return p
}

// maxReminderDays is how many days before a key date the earliest reminder may come.
const maxReminderDays = 365

// readReminders reads how many days before a key date reminders are sent.
func readReminders(n yamlnode.Node, what string) []int {
	if !n.There() || n.IsNull() {
		return []int{30, 7, 1}
	}
	if !n.IsList() {
		n.Report(what+" is no list", "want days, such as [30, 7, 1], or [] for none")
		return nil
	}
	days := []int{}
	for _, item := range n.Items() {
		d := item.Int(what, 1, maxReminderDays)
		switch {
		case d == 0:
		case slices.Contains(days, d):
			item.Report(fmt.Sprintf("%s has %d twice", what, d), "want each once")
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
