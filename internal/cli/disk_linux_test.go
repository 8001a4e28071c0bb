package cli

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"regwatch/configs"
	"regwatch/internal/slackfake"
	"regwatch/internal/smtpfake"
)

// TestFullDisk puts the database on a disk that is too small: a scan says so and
// keeps nothing of what it could not store, and once there is room everything is
// told, once.
func TestFullDisk(t *testing.T) {
	slack, err := slackfake.New(slackfake.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer slack.Close()
	mail, err := smtpfake.New(smtpfake.Options{Username: "regwatch", Password: "right-password"})
	if err != nil {
		t.Fatal(err)
	}
	defer mail.Close()
	d := newDesk(t, slack.APIURL(), mail.Addr())
	disk := filepath.Join(d.dir, "disk")
	if err := os.Mkdir(disk, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Mount("tmpfs", disk, "tmpfs", 0, "size=8m"); err != nil {
		t.Skipf("needs the right to mount a small disk: %v", err)
	}
	defer func() { _ = syscall.Unmount(disk, 0) }()
	config, err := os.ReadFile(filepath.Join(d.dir, configs.FileName))
	if err != nil {
		t.Fatal(err)
	}
	d.write(t, configs.FileName, string(config)+"database: {path: disk/regwatch.db}\n")

	d.site.Publish(4)
	filler := filepath.Join(disk, "filler")
	if out, code := d.regwatch(t, "sources"); code != 0 { // makes the tables
		t.Fatalf("exit code %d\n%s", code, out)
	}
	if err := os.WriteFile(filler, bytes.Repeat([]byte("x"), 8<<20), 0o644); err == nil {
		t.Fatal("the disk took more than its size")
	}
	out, code := d.regwatch(t, "scan")
	if code != exitFailed || !strings.Contains(out, "full") {
		t.Errorf("on a full disk: exit code %d\n%s", code, out)
	}
	if err := os.Remove(filler); err != nil {
		t.Fatal(err)
	}
	if out, code := d.regwatch(t, "scan"); code != 0 {
		t.Errorf("with room again: exit code %d\n%s", code, out)
	}
	w := &world{site: d.site, slack: slack, mail: mail}
	mails, repeated := w.mailTexts()
	if repeated > 0 {
		t.Errorf("%d mails came a second time", repeated)
	}
	for name, texts := range map[string][]string{"Slack": w.slackTexts(), "mail": mails} {
		if v, details := judge(d.site.Published(), texts); v.stories != 4 || v.lost+v.doubled > 0 {
			t.Errorf("%s: %s %v", name, v, details)
		}
	}
	if out, code := d.regwatch(t, "audit", "verify"); code != 0 {
		t.Errorf("audit: exit code %d\n%s", code, out)
	}
}
