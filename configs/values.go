package configs

import (
	"fmt"
	"net/mail"
	"regexp"
	"strconv"
	"strings"
	"time"

	"regwatch/internal/diag"
	"regwatch/internal/timefmt"
	"regwatch/internal/yamlnode"
	"regwatch/models"
)

const day = 24 * time.Hour

func textOr(n yamlnode.Node, what, fallback string) string {
	if !n.Exists() || n.IsNull() {
		return fallback
	}
	s := n.String(what)
	if n.IsScalar() && strings.TrimSpace(s) == "" {
		n.Report(diag.Textf("%s is empty", diag.Text(what)), diag.Textf("remove it for %s", fallback))
	}
	return s
}

func intOr(n yamlnode.Node, what string, low, high, fallback int) int {
	if !n.Exists() || n.IsNull() {
		return fallback
	}
	return n.Int(what, low, high)
}

func boolOr(n yamlnode.Node, what string, fallback bool) bool {
	if !n.Exists() || n.IsNull() {
		return fallback
	}
	return n.Bool(what)
}

// readContact reads the contact address for publishers.
func readContact(n yamlnode.Node) string {
	s := n.String("contact")
	if s == "" || isWebAddress(s) {
		return s
	}
	if a, err := mail.ParseAddress(s); err != nil || a.Address != s {
		n.Report(diag.Textf("contact %q is not an address", s), "use an email or web address, such as compliance@example.com")
	}
	return s
}

// readZone reads an IANA time zone.
func readZone(n yamlnode.Node, what, fallback string) string {
	s := textOr(n, what, fallback)
	if s == "" {
		return fallback
	}
	// LoadLocation accepts "local", which differs between machines.
	if _, err := time.LoadLocation(s); err != nil || strings.EqualFold(s, "local") {
		n.Report(diag.Textf("%s is %q, which is not a time zone", what, s), "use an IANA name, such as Asia/Hong_Kong or UTC")
		return fallback
	}
	return s
}

func severities() []string {
	return []string{string(models.Low), string(models.Medium), string(models.High), string(models.Critical)}
}

func readSeverity(n yamlnode.Node, what string) models.Severity {
	s := n.OneOf(what, severities()...)
	if s == "" {
		return models.Low
	}
	return models.Severity(s)
}

func readWeekday(n yamlnode.Node, what string) time.Weekday {
	if !n.Exists() || n.IsNull() {
		return time.Monday
	}
	s := n.String(what)
	for d := time.Sunday; d <= time.Saturday; d++ {
		if strings.EqualFold(s, d.String()) || strings.EqualFold(s, d.String()[:3]) {
			return d
		}
	}
	if n.IsScalar() {
		n.Report(diag.Textf("%s is %q, which is not a weekday", what, s), "use a day of the week, such as monday or mon")
	}
	return time.Monday
}

func readTimeOfDay(n yamlnode.Node, what string, fallback time.Duration) time.Duration {
	s := textOr(n, what, timefmt.Clock(fallback))
	t, err := time.Parse("15:04", s)
	if err != nil {
		if n.IsScalar() {
			n.Report(diag.Textf("%s is %q, which is not a time of day", what, s), `use hours and minutes from "00:00" to "23:59"`)
		}
		return fallback
	}
	return time.Duration(t.Hour())*time.Hour + time.Duration(t.Minute())*time.Minute
}

var sizePattern = regexp.MustCompile(`^(\d{1,12}) ?([kKMG]?)B$`)

// readDuration reads a duration from low to high.
func readDuration(n yamlnode.Node, what string, low, high, fallback time.Duration) time.Duration {
	if d, ok := n.Duration(what, low, high); ok {
		return d
	}
	return fallback
}

// readSize reads 500kB, 10MB or 1GB: thousands, millions and billions of bytes.
func readSize(n yamlnode.Node, what string, low, high, fallback int64) int64 {
	if !n.Exists() || n.IsNull() {
		return fallback
	}
	s := n.String(what)
	if !n.IsScalar() {
		return fallback
	}
	m := sizePattern.FindStringSubmatch(s)
	if m == nil {
		n.Report(diag.Textf("%s is %q, which is not a size", what, s), "use a size such as 500kB or 10MB")
		return fallback
	}
	count, _ := strconv.ParseInt(m[1], 10, 64)
	unit := map[string]int64{"": 1, "k": 1e3, "K": 1e3, "M": 1e6, "G": 1e9}[m[2]]
	if count > high/unit || count*unit < low {
		n.Report(diag.Textf("%s is %s", what, s), diag.Textf("use a size from %s to %s", formatSize(low), formatSize(high)))
		return fallback
	}
	return count * unit
}

func formatSize(bytes int64) string {
	switch {
	case bytes >= 1e6 && bytes%1e6 == 0:
		return fmt.Sprintf("%dMB", bytes/1e6)
	case bytes >= 1e3 && bytes%1e3 == 0:
		return fmt.Sprintf("%dkB", bytes/1e3)
	}
	return fmt.Sprintf("%dB", bytes)
}
