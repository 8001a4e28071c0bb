package configs

import (
	"fmt"
	"strings"

	"regwatch/models"
)

// Fingerprint is a hash of settings and of the values that secrets have now.
func Fingerprint(settings ...any) string {
	var b strings.Builder
	for _, s := range settings {
		if secret, ok := s.(Secret); ok && secret.IsSet() {
			value, err := secret.Reveal()
			fmt.Fprintf(&b, "%q %v;", value, err)
			continue
		}
		fmt.Fprintf(&b, "%+v;", s) // which prints [secret] for a secret within
	}
	return models.HashOf(b.String())
}
