package instances

import (
	"slices"
	"strings"

	"regwatch/internal/diag"
)

// The roles of a program: what it does of the work.
const (
	RoleScan    = "scan"    // reads sources, makes digests, reminders and reports, deletes old text
	RoleDeliver = "deliver" // sends messages
	RoleWeb     = "web"     // serves the console, API and pages, and receives what people click in Slack
)

// Roles returns all roles.
func Roles() []string { return []string{RoleScan, RoleDeliver, RoleWeb} }

// ParseRoles reads a list of roles.
func ParseRoles(list []string) ([]string, error) {
	var roles []string
	for _, r := range list {
		r = strings.TrimSpace(r)
		if !slices.Contains(Roles(), r) {
			return nil, diag.Inputf("role %q is unknown; use some of %s", r, strings.Join(Roles(), ", "))
		}
		if !slices.Contains(roles, r) {
			roles = append(roles, r)
		}
	}
	if len(roles) == 0 {
		return nil, diag.Inputf("no role is named; use some of %s", strings.Join(Roles(), ", "))
	}
	slices.SortFunc(roles, func(a, b string) int { return slices.Index(Roles(), a) - slices.Index(Roles(), b) })
	return roles, nil
}
