package web_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"time"

	"regwatch/app"
	"regwatch/models"
	"regwatch/web"
)

// A status is that of a regwatch that has nothing to do.
type status struct{}

func (status) Stats(context.Context) (models.Stats, error) { return models.Stats{}, nil }

func (status) SourceHealths(context.Context) ([]app.SourceHealth, error) { return nil, nil }

func (status) Unplanned() []app.PlanningResult { return nil }

// A Monitor shows in Prometheus's text format what regwatch does.
func ExampleMonitor() {
	monitor := web.NewMonitor("1.0", status{}, time.Now)
	answer := httptest.NewRecorder()
	monitor.Handler().ServeHTTP(answer, httptest.NewRequestWithContext(context.Background(), http.MethodGet, "/metrics", nil))
	for line := range strings.Lines(answer.Body.String()) {
		if strings.HasPrefix(line, "regwatch_oldest_due_age_seconds") {
			fmt.Print(line)
		}
	}
	// Output:
	// regwatch_oldest_due_age_seconds 0
}
