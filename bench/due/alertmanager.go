package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"regwatch/bench/procstat"
)

// findAlertmanager returns the program of Debian's package, or that of Prometheus' own
// releases; empty when neither is installed.
func findAlertmanager() string {
	for _, name := range []string{"prometheus-alertmanager", "alertmanager"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	return ""
}

// A group of its own for each alert makes each alert one webhook. The intervals are so
// long that none is sent again.
const alertmanagerConfig = `route:
  receiver: bench
  group_by: ['...']
  group_wait: 0s
  group_interval: 1h
  repeat_interval: 24h
receivers:
  - name: bench
    webhook_configs:
      - url: %q
        send_resolved: false
`

// alertmanagerTimeout is how long Alertmanager may take to start, and to send.
const alertmanagerTimeout = 2 * time.Minute

// sendByAlertmanager has Alertmanager post the same number of alerts to the receiver. The
// time is from the first push that it accepted to the last post.
func sendByAlertmanager(program string, o order, r receiver) (report, error) {
	limited, cancel := context.WithTimeoutCause(context.Background(), alertmanagerTimeout, fmt.Errorf("it took longer than %s", alertmanagerTimeout))
	defer cancel()
	dir, err := os.MkdirTemp("", "regwatch-due-alertmanager-")
	if err != nil {
		return report{}, err
	}
	defer os.RemoveAll(dir)
	config := filepath.Join(dir, "alertmanager.yml")
	if err := os.WriteFile(config, fmt.Appendf(nil, alertmanagerConfig, r.address), 0o600); err != nil {
		return report{}, err
	}
	address, err := freeAddress()
	if err != nil {
		return report{}, err
	}
	var log bytes.Buffer
	cmd := exec.Command(program, "--config.file="+config, "--storage.path="+filepath.Join(dir, "data"),
		"--web.listen-address="+address, "--cluster.listen-address=", "--log.level=warn")
	cmd.Stdout, cmd.Stderr = &log, &log
	if err := cmd.Start(); err != nil {
		return report{}, err
	}
	ctx, ended := context.WithCancelCause(limited)
	exited := make(chan struct{})
	go func() {
		defer close(exited)
		_ = cmd.Wait() // how it ends is told by what it did
		ended(errors.New("it ended"))
	}()
	c, err := pushAndWait(ctx, address, strconv.Itoa(cmd.Process.Pid), o, r)
	_ = cmd.Process.Signal(os.Interrupt)
	kill := time.AfterFunc(10*time.Second, func() { _ = cmd.Process.Kill() })
	<-exited
	kill.Stop()
	if err != nil {
		return report{}, fmt.Errorf("%w; its log: %s", err, tail(log.String(), 500))
	}
	return c, nil
}

func pushAndWait(ctx context.Context, address, process string, o order, r receiver) (report, error) {
	if err := waitUntilReady(ctx, "http://"+address+"/-/ready"); err != nil {
		return report{}, err
	}
	before := procstat.TimeOf(process)
	batches, err := alertBatches(o)
	if err != nil {
		return report{}, err
	}
	var start time.Time
	for _, body := range batches {
		if err := post(ctx, "http://"+address+"/api/v2/alerts", body); err != nil {
			return report{}, err
		}
		if start.IsZero() {
			start = time.Now()
		}
	}
	for {
		count, last := r.count()
		if count >= o.Notices {
			return report{last.Sub(start), procstat.TimeOf(process) - before, procstat.Peak(process)}, nil
		}
		if err := sleep(ctx, 5*time.Millisecond); err != nil {
			return report{}, fmt.Errorf("%d of %d posts came: %w", count, o.Notices, err)
		}
	}
}

// alertBatches returns the bodies of the pushes: what the notices say, 500 at a time.
func alertBatches(o order) ([][]byte, error) {
	type alert struct {
		Labels       map[string]string `json:"labels"`
		Annotations  map[string]string `json:"annotations"`
		GeneratorURL string            `json:"generatorURL"`
	}
	const size = 500
	var batches [][]byte
	for start := 0; start < o.Notices; start += size {
		var alerts []alert
		for i := start; i < min(start+size, o.Notices); i++ {
			thread, part := i%o.Threads, i/o.Threads
			alerts = append(alerts, alert{
				Labels:       map[string]string{"alertname": title(thread, part), "severity": "high", "rule": "everything", "source": "Example News"},
				Annotations:  map[string]string{"excerpt": excerpt, "why": "Everything: stablecoins", "recipient": "desk"},
				GeneratorURL: fmt.Sprintf("https://news.example/event-%d", thread),
			})
		}
		body, err := json.Marshal(alerts)
		if err != nil {
			return nil, err
		}
		batches = append(batches, body)
	}
	return batches, nil
}

func waitUntilReady(ctx context.Context, url string) error {
	for {
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
		if err != nil {
			return err
		}
		resp, err := http.DefaultClient.Do(req)
		if err == nil {
			_ = resp.Body.Close()
			if resp.StatusCode == http.StatusOK {
				return nil
			}
		}
		if err := sleep(ctx, 20*time.Millisecond); err != nil {
			return fmt.Errorf("it did not become ready: %w", err)
		}
	}
}

func post(ctx context.Context, url string, body []byte) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, url, bytes.NewReader(body))
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "application/json")
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	answer, _ := io.ReadAll(io.LimitReader(resp.Body, 4<<10))
	if resp.StatusCode != http.StatusOK {
		return fmt.Errorf("push alerts: status %d: %s", resp.StatusCode, strings.TrimSpace(string(answer)))
	}
	return nil
}

// freeAddress returns an address on this machine that nothing listens on.
func freeAddress() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	return l.Addr().String(), l.Close()
}

func sleep(ctx context.Context, d time.Duration) error {
	select {
	case <-ctx.Done():
		return context.Cause(ctx)
	case <-time.After(d):
		return nil
	}
}

func tail(s string, most int) string {
	s = strings.TrimSpace(s)
	if len(s) > most {
		s = s[len(s)-most:]
	}
	return s
}
