package email

import (
	"errors"
	"strings"
	"testing"

	"regwatch/internal/smtpfake"
	"regwatch/notifier/delivery"
)

func TestPasswordPutRightIsUsedWithoutARestart(t *testing.T) {
	fake := fakeMail(t, smtpfake.Options{Security: smtpfake.StartTLS, Username: "regwatch", Password: mailPassword})
	password, opened := "wrong-one", 0
	ch := delivery.Reopen(func() (delivery.Channel, error) {
		opened++
		if password == "" {
			return nil, errors.New("environment variable SMTP_PASSWORD is not set")
		}
		return mailTo(t, fake, func(o *Options) { o.Username, o.Password = "regwatch", password }), nil
	})
	steps := []struct {
		password string
		want     string // of the error; empty: it is sent
		opened   int
	}{
		{"wrong-one", "does not accept the user name and password", 1},
		{"", "SMTP_PASSWORD is not set", 2},
		{mailPassword, "", 3},
		{mailPassword, "", 3},
	}
	for _, step := range steps {
		password = step.password
		_, err := ch.Send(t.Context(), mailDelivery("reader@example.net"))
		if step.want == "" && err != nil || step.want != "" && (err == nil || delivery.ErrorOf(err).Reason != delivery.Blocked || !strings.Contains(err.Error(), step.want)) {
			t.Errorf("with password %q: %v, want %q", step.password, err, step.want)
		}
		if opened != step.opened {
			t.Errorf("opened %d times, want %d", opened, step.opened)
		}
	}
	if _, _, err := ch.Find(t.Context(), mailDelivery("reader@example.net")); !errors.Is(err, delivery.ErrCannotLookUp) {
		t.Errorf("Find through mail: %v, want ErrCannotLookUp", err)
	}
	ch.Idle()
}
