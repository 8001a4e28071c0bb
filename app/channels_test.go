package app

import (
	"testing"

	"regwatch/app/channels"
	"regwatch/configs"
	"regwatch/internal/redact"
)

// A password that is put right while regwatch runs is a secret from then on.
func TestSecretOfAChannelThatIsOpenedAgainIsKnown(t *testing.T) {
	dir := t.TempDir()
	writeFiles(t, dir, map[string]string{"password": "first-passw0rd", configs.FileName: `
channels:
  mail: {kind: email, host: mail.example, port: 587, username: regwatch, password: "file:password", from: r@example.com}
recipients:
  team: {send: ["mail:team@example.com"]}
`})
	config, problems := configs.Load(dir)
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	secrets := redact.New(config.SecretValues()...)
	writeFiles(t, dir, map[string]string{"password": "sec0nd-password"})
	if _, err := channels.Set(nil).Next(config, channels.Parts{Secrets: secrets}); err != nil {
		t.Fatal(err)
	}
	if got := secrets.Scrub("was first-passw0rd, is sec0nd-password"); got != "was [secret], is [secret]" {
		t.Errorf("Scrub = %q, want both passwords masked", got)
	}
}
