package slackfake

import (
	"cmp"
	"net/http"
	"strings"
	"time"
)

// A FaultKind is a way in which Slack fails.
type FaultKind string

const (
	RateLimited FaultKind = "rate limited" // 429 with Retry-After
	ServerError FaultKind = "server error" // 500 with a page; nothing was accepted
	Late500     FaultKind = "late 500"     // 500, but the message was accepted
	CutBefore   FaultKind = "cut before"   // the connection ends; nothing was accepted
	CutAfter    FaultKind = "cut after"    // the connection ends, but the message was accepted
	Empty       FaultKind = "empty"        // 200 without a body, but the message was accepted
	Refused     FaultKind = "refused"      // ok:false with Code and Fields
	Redirected  FaultKind = "redirected"   // 302 to Text
	Page        FaultKind = "page"         // Status, or 200, with Text; nothing was accepted
	Slow        FaultKind = "slow"         // the usual response after Delay
)

// A Fault is a failure of a later request. Method is the method that fails, "webhook" for
// the incoming webhook, or empty for both ways of posting.
type Fault struct {
	Kind       FaultKind
	Method     string
	Times      int               // number of requests; 0: one; negative: all
	Code       string            // for Refused
	Fields     map[string]any    // for Refused: further fields of the response
	Headers    map[string]string // further headers of any response
	Text       string            // for Redirected and Page
	Status     int               // for Page
	RetryAfter time.Duration     // for RateLimited, in whole seconds; 0: one
	Delay      time.Duration     // for Slow
}

// Inject adds a fault. Faults of the same method happen in the order in which they were
// added.
func (s *Server) Inject(f Fault) {
	if f.Times == 0 {
		f.Times = 1
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = append(s.faults, &f)
}

// ClearFaults removes all remaining faults.
func (s *Server) ClearFaults() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = nil
}

func (s *Server) takeFault(method string) *Fault {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, f := range s.faults {
		posting := method == "webhook" || method == "chat.postMessage"
		if f.Times == 0 || f.Method != method && (f.Method != "" || !posting) {
			continue
		}
		f.Times--
		return f
	}
	return nil
}

// before applies the fault before any effect and reports whether it responded.
func (f *Fault) before(w http.ResponseWriter, r *http.Request, method string) bool {
	for key, value := range f.Headers {
		w.Header().Set(key, value)
	}
	switch f.Kind {
	case Redirected:
		w.Header().Set("Location", f.Text)
		w.WriteHeader(http.StatusFound)
	case Page:
		writeText(w, cmp.Or(f.Status, http.StatusOK), f.Text)
	case RateLimited:
		rateLimited(w, method, f.RetryAfter)
	case ServerError:
		writeText(w, http.StatusInternalServerError, "<html><body>Server Error</body></html>")
	case CutBefore:
		cut(w)
	case Refused:
		var details []string
		if strings.HasPrefix(f.Code, "invalid_blocks") {
			details = []string{"[ERROR] unsupported type: injected [json-pointer:/blocks/0/type]"}
		}
		refuseWith(w, method, f.Code, f.Fields, details...)
	case Slow:
		select {
		case <-time.After(f.Delay):
		case <-r.Context().Done():
		}
		return false
	default:
		return false
	}
	return true
}

// after applies the fault after the effect and reports whether it responded.
func (f *Fault) after(w http.ResponseWriter) bool {
	switch f.Kind {
	case Late500:
		writeText(w, http.StatusInternalServerError, "<html><body>Server Error</body></html>")
	case CutAfter:
		cut(w)
	case Empty:
		w.WriteHeader(http.StatusOK)
	default:
		return false
	}
	return true
}

// cut ends the connection without a response.
func cut(w http.ResponseWriter) {
	if h, can := w.(http.Hijacker); can {
		if conn, _, err := h.Hijack(); err == nil {
			_ = conn.Close()
		}
	}
}
