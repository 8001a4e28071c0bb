// Package timefmt has what every rendering of a time needs: its zone and the zone's name.
package timefmt
