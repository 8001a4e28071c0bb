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
	ServerError FaultKind = "server error" // 500 with a page; nothing was taken
	Late500     FaultKind = "late 500"     // 500, though the message was taken
	CutBefore   FaultKind = "cut before"   // the connection ends; nothing was taken
	CutAfter    FaultKind = "cut after"    // the connection ends, though the message was taken
	Empty       FaultKind = "empty"        // 200 without a body, though the message was taken
	Refused     FaultKind = "refused"      // ok:false with Code and Fields
	Redirected  FaultKind = "redirected"   // 302 to Text
	Page        FaultKind = "page"         // Status, or 200, with Text; nothing was taken
	Slow        FaultKind = "slow"         // Delay, then as always
)

// A Fault is a failure to come. Method is the method that it strikes, "webhook"
// for the incoming webhook, or empty for both ways of posting.
type Fault struct {
	Kind       FaultKind
	Method     string
	Times      int               // how many requests; 0 means one, a negative number all
	Code       string            // of Refused
	Fields     map[string]any    // of Refused: further fields of the answer
	Headers    map[string]string // further headers of any answer
	Text       string            // of Redirected and Page
	Status     int               // of Page
	RetryAfter time.Duration     // of RateLimited, in whole seconds; 0 means one
	Delay      time.Duration     // of Slow
}

// Inject adds a fault; those for the same method strike in the order in which
// they were added.
func (s *Server) Inject(f Fault) {
	if f.Times == 0 {
		f.Times = 1
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = append(s.faults, &f)
}

// ClearFaults removes every fault that is left.
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

// before strikes ahead of any effect and reports whether it answered.
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

// after strikes when the effect is done and reports whether it answered.
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

// cut ends the connection without an answer.
func cut(w http.ResponseWriter) {
	if h, can := w.(http.Hijacker); can {
		if conn, _, err := h.Hijack(); err == nil {
			_ = conn.Close()
		}
	}
}
