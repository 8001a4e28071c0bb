package timefmt

import (
	"fmt"
	"strings"
	"sync"
	"time"
)

// Zone returns a location by its IANA name, and UTC if it cannot be loaded. The
// abbreviation beside each time shows which zone applies.
//
// A zone is read once: [time.LoadLocation] opens and parses its file at each call.
func Zone(name string) *time.Location {
	if loc, ok := zones.Load(name); ok {
		return loc.(*time.Location)
	}
	loc, err := time.LoadLocation(name)
	if err != nil {
		return time.UTC // not kept: there is no end of wrong names
	}
	zones.Store(name, loc)
	return loc
}

// zones are the *time.Location by name that were read. They never change.
var zones sync.Map

// Abbreviation returns the abbreviation of a time's zone: HKT, or UTC+04 for a zone
// without a name.
func Abbreviation(t time.Time) string {
	name := t.Format("MST")
	if strings.HasPrefix(name, "+") || strings.HasPrefix(name, "-") {
		return "UTC" + name
	}
	return name
}

// SameYear reports whether two times are in the same year for a reader in a zone. Only then is the year of t left out
// where it is read at now.
func SameYear(t, now time.Time, zone *time.Location) bool {
	return t.In(zone).Year() == now.In(zone).Year()
}

// Clock formats a time since midnight as on a clock: 08:00.
func Clock(sinceMidnight time.Duration) string {
	return fmt.Sprintf("%02d:%02d", int(sinceMidnight.Hours()), int(sinceMidnight.Minutes())%60)
}
