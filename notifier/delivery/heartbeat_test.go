package delivery

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
)

// monitorFake answers without a network: what it is given each time, then 200.
type monitorFake struct {
	start   time.Time
	answers []any // a status, an error, or how long it takes
	calls   []string
}

func (m *monitorFake) RoundTrip(r *http.Request) (*http.Response, error) {
	m.calls = append(m.calls, time.Since(m.start).String()+" "+r.Method+" "+r.URL.String())
	code := 200
	if len(m.answers) > 0 {
		answer := m.answers[0]
		m.answers = m.answers[1:]
		switch a := answer.(type) {
		case int:
			code = a
		case error:
			return nil, a
		case time.Duration:
			select {
			case <-r.Context().Done():
				return nil, r.Context().Err()
			case <-time.After(a):
			}
		}
	}
	return &http.Response{StatusCode: code, Header: http.Header{}, Body: io.NopCloser(strings.NewReader("OK")), Request: r}, nil
}

func TestHeartbeatIsSentEachMinuteThatIsWell(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const address = "https://monitor.example/ping/s3cret-t0ken"
		monitor := &monitorFake{start: time.Now(), answers: []any{200, 404, 404, errors.New("dial s3cret-t0ken"), time.Minute, 200}}
		var log bytes.Buffer
		ill := errors.New("nothing gets through slack")
		well := []error{nil, nil, nil, nil, nil, ill, ill}
		h, err := NewHeartbeat(HeartbeatOptions{
			URL: address, Client: &http.Client{Transport: monitor}, Now: time.Now,
			Log: slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{ReplaceAttr: func(_ []string, a slog.Attr) slog.Attr {
				if a.Key == slog.TimeKey {
					return slog.Attr{}
				}
				return a
			}})),
			Well: func(context.Context) error {
				if len(well) == 0 {
					return nil
				}
				err := well[0]
				well = well[1:]
				return err
			},
		})
		if err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan struct{})
		go func() { h.Run(ctx); close(done) }()
		for range 8 {
			for range 3 { // passes come oftener than once a minute, and wait for nothing
				h.Beat()
				time.Sleep(20 * time.Second)
			}
		}
		cancel()
		<-done
		want := []string{
			"0s GET " + address, "1m0s GET " + address, "2m0s GET " + address, "3m0s GET " + address,
			"4m0s GET " + address, "7m0s GET " + address,
		}
		if diff := cmp.Diff(want, monitor.calls); diff != "" {
			t.Errorf("calls (-want +got):\n%s", diff)
		}
		wantLog := `level=ERROR msg="heartbeat was not sent" error="the monitor answered with status 404; check its address"
level=ERROR msg="heartbeat was not sent" error="the connection to the monitor ended before it answered"
level=ERROR msg="heartbeat was not sent" error="the monitor did not answer in time"
level=ERROR msg="heartbeat was not sent" error="withheld: nothing gets through slack"
level=INFO msg="heartbeat is sent again"
`
		if diff := cmp.Diff(wantLog, log.String()); diff != "" {
			t.Errorf("log (-want +got):\n%s", diff)
		}
	})
}
