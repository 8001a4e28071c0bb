package configs

import (
	"fmt"
	"net/mail"
	"regexp"
	"strconv"
	"strings"
	"time"

	"regwatch/internal/timefmt"
	"regwatch/internal/yamlnode"
	"regwatch/models"
)

const day = 24 * time.Hour

func textOr(n yamlnode.Node, what, fallback string) string {
	if !n.There() || n.IsNull() {
		return fallback
	}
	s := n.String(what)
	if n.IsScalar() && strings.TrimSpace(s) == "" {
		n.Report(what+" is empty", "leave it out for "+fallback)
	}
	return s
}

func intOr(n yamlnode.Node, what string, low, high, fallback int) int {
	if !n.There() || n.IsNull() {
		return fallback
	}
	return n.Int(what, low, high)
}

func boolOr(n yamlnode.Node, what string, fallback bool) bool {
	if !n.There() || n.IsNull() {
		return fallback
	}
	return n.Bool(what)
}

// contact reads who a publisher may write to.
func contact(n yamlnode.Node) string {
	s := n.String("contact")
	if s == "" || webAddress(s) {
		return s
	}
	if a, err := mail.ParseAddress(s); err != nil || a.Address != s {
		n.Report(fmt.Sprintf("contact is %q", s), "want an email or web address, such as compliance@example.com")
	}
	return s
}

// zone reads a time zone by its IANA name.
func zone(n yamlnode.Node, what, fallback string) string {
	s := textOr(n, what, fallback)
	if s == "" {
		return fallback
	}
	// LoadLocation would take these for zones: the machine's own, whatever that is.
	if _, err := time.LoadLocation(s); err != nil || strings.EqualFold(s, "local") {
		n.Report(fmt.Sprintf("%s is %q, which is no time zone", what, s), "want an IANA name, such as Asia/Hong_Kong or UTC")
		return fallback
	}
	return s
}

var severities = []string{string(models.Low), string(models.Medium), string(models.High), string(models.Critical)}

func severity(n yamlnode.Node, what string) models.Severity {
	s := n.OneOf(what, severities...)
	if s == "" {
		return models.Low
	}
	return models.Severity(s)
}

func weekday(n yamlnode.Node, what string) time.Weekday {
	if !n.There() || n.IsNull() {
		return time.Monday
	}
	s := n.String(what)
	for d := time.Sunday; d <= time.Saturday; d++ {
		if strings.EqualFold(s, d.String()) || strings.EqualFold(s, d.String()[:3]) {
			return d
		}
	}
	if n.IsScalar() {
		n.Report(fmt.Sprintf("%s is %q", what, s), "want a day of the week, such as monday or mon")
	}
	return time.Monday
}

func timeOfDay(n yamlnode.Node, what string, fallback time.Duration) time.Duration {
	s := textOr(n, what, timefmt.Clock(fallback))
	t, err := time.Parse("15:04", s)
	if err != nil {
		if n.IsScalar() {
			n.Report(fmt.Sprintf("%s is %q", what, s), `want hours and minutes from "00:00" to "23:59"`)
		}
		return fallback
	}
	return time.Duration(t.Hour())*time.Hour + time.Duration(t.Minute())*time.Minute
}

var (
	durationPattern = regexp.MustCompile(`^(?:\d{1,9}[smhd])+$`)
	durationPart    = regexp.MustCompile(`(\d+)([smhd])`)
	sizePattern     = regexp.MustCompile(`^(\d{1,12}) ?([kKMG]?)B$`)
)

// duration reads 90s, 15m, 24h, 7d, or several of them together: 1d12h.
func duration(n yamlnode.Node, what string, low, high, fallback time.Duration) time.Duration {
	if !n.There() || n.IsNull() {
		return fallback
	}
	s := n.String(what)
	if !n.IsScalar() {
		return fallback
	}
	d, ok := ParseDuration(s)
	if !ok {
		n.Report(fmt.Sprintf("%s is %q", what, s), "want a duration such as 90s, 15m, 24h or 7d")
		return fallback
	}
	if d < low || d > high {
		n.Report(fmt.Sprintf("%s is %s", what, s), fmt.Sprintf("want from %s to %s", formatDuration(low), formatDuration(high)))
		return fallback
	}
	return d
}

// ParseDuration reads 90s, 15m, 24h, 7d, or several of them together: 1d12h.
func ParseDuration(s string) (time.Duration, bool) {
	if s == "0" {
		return 0, true
	}
	if !durationPattern.MatchString(s) {
		return 0, false
	}
	units := map[string]time.Duration{"s": time.Second, "m": time.Minute, "h": time.Hour, "d": day}
	const most = 200 * 365 * day // well under what a Duration holds
	var sum time.Duration
	for _, part := range durationPart.FindAllStringSubmatch(s, -1) {
		count, err := strconv.ParseInt(part[1], 10, 64)
		unit := units[part[2]]
		if err != nil || count > int64(most/unit) || sum > most {
			return 0, false
		}
		sum += time.Duration(count) * unit
	}
	return sum, sum <= most
}

func formatDuration(d time.Duration) string {
	for _, unit := range []struct {
		size time.Duration
		name string
	}{{day, "d"}, {time.Hour, "h"}, {time.Minute, "m"}} {
		if d >= unit.size && d%unit.size == 0 {
			return fmt.Sprintf("%d%s", d/unit.size, unit.name)
		}
	}
	return fmt.Sprintf("%ds", d/time.Second)
}

// size reads 500kB, 10MB or 1GB: thousands, millions and billions of bytes.
func size(n yamlnode.Node, what string, low, high, fallback int64) int64 {
	if !n.There() || n.IsNull() {
		return fallback
	}
	s := n.String(what)
	if !n.IsScalar() {
		return fallback
	}
	m := sizePattern.FindStringSubmatch(s)
	if m == nil {
		n.Report(fmt.Sprintf("%s is %q", what, s), "want a size such as 500kB or 10MB")
		return fallback
	}
	count, _ := strconv.ParseInt(m[1], 10, 64)
	unit := map[string]int64{"": 1, "k": 1e3, "K": 1e3, "M": 1e6, "G": 1e9}[m[2]]
	if count > high/unit || count*unit < low {
		n.Report(fmt.Sprintf("%s is %s", what, s), fmt.Sprintf("want from %s to %s", formatSize(low), formatSize(high)))
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
