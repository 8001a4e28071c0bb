package timefmt

import (
	"fmt"
	"strings"
	"time"
)

// Zone returns a location by name; what cannot be loaded is UTC, and the zone's
// abbreviation beside each time says so.
func Zone(name string) *time.Location {
	loc, err := time.LoadLocation(name)
	if err != nil {
		return time.UTC
	}
	return loc
}

// Abbreviation names the zone of a time: HKT, or UTC+04 where a zone has only a
// number.
func Abbreviation(t time.Time) string {
	name := t.Format("MST")
	if strings.HasPrefix(name, "+") || strings.HasPrefix(name, "-") {
		return "UTC" + name
	}
	return name
}

// Clock writes a time since midnight as clocks show it: 08:00.
func Clock(sinceMidnight time.Duration) string {
	return fmt.Sprintf("%02d:%02d", int(sinceMidnight.Hours()), int(sinceMidnight.Minutes())%60)
}
