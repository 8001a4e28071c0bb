package slackfake

import (
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"strings"
)

// Slack rejects bodies far smaller than this.
const maxBody = 4 << 20

// readArguments reads a form, a form with the field "payload", or JSON.
func readArguments(r *http.Request) (map[string]any, error) {
	body, err := io.ReadAll(io.LimitReader(r.Body, maxBody))
	if err != nil {
		return nil, err
	}
	args := map[string]any{}
	if len(body) == 0 {
		return args, nil
	}
	if strings.HasPrefix(r.Header.Get("Content-Type"), "application/json") {
		return args, json.Unmarshal(body, &args)
	}
	r.Body = io.NopCloser(strings.NewReader(string(body)))
	if err := r.ParseForm(); err != nil {
		return nil, err
	}
	if payload := r.Form.Get("payload"); payload != "" {
		return args, json.Unmarshal([]byte(payload), &args)
	}
	for key, values := range r.Form {
		args[key] = values[0]
	}
	return args, nil
}

func text(args map[string]any, key string) string {
	s, _ := args[key].(string)
	return s
}

func truthy(args map[string]any, key string) bool {
	switch v := args[key].(type) {
	case bool:
		return v
	case string:
		return v == "1" || v == "true"
	}
	return false
}

// off reports whether an option that is on by default is off.
func off(args map[string]any, key string) bool {
	return args[key] != nil && !truthy(args, key)
}

// object returns a structure, which a form contains as JSON text and a JSON body
// directly.
func object(args map[string]any, key string) (json.RawMessage, bool) {
	switch v := args[key].(type) {
	case nil:
		return nil, false
	case string:
		return json.RawMessage(v), v != ""
	default:
		raw, err := json.Marshal(v)
		return raw, err == nil
	}
}

func ok(fields map[string]any) func(http.ResponseWriter) {
	fields["ok"] = true
	return func(w http.ResponseWriter) { writeJSON(w, http.StatusOK, fields) }
}

func refusal(method, code string, details ...string) func(http.ResponseWriter) {
	return func(w http.ResponseWriter) { refuse(w, method, code, details...) }
}

// webhookStatus lists the statuses of an incoming webhook by error code; others have
// status 400.
func webhookStatus() map[string]int {
	return map[string]int{
		"no_active_hooks":     http.StatusNotFound,
		"no_service":          http.StatusNotFound,
		"no_service_id":       http.StatusNotFound,
		"no_team":             http.StatusNotFound,
		"team_disabled":       http.StatusForbidden,
		"channel_not_found":   http.StatusNotFound,
		"channel_is_archived": http.StatusGone,
		"is_archived":         http.StatusGone,
		"action_prohibited":   http.StatusForbidden,
		"invalid_token":       http.StatusForbidden,
		"fatal_error":         http.StatusInternalServerError,
	}
}

// refuse writes an error in the form of the method: for the Web API status 200 with
// ok:false, for a webhook a status and a plain word.
func refuse(w http.ResponseWriter, method, code string, details ...string) {
	refuseWith(w, method, code, nil, details...)
}

// refuseWith is refuse with further fields in the response.
func refuseWith(w http.ResponseWriter, method, code string, fields map[string]any, details ...string) {
	if method == "webhook" {
		status := webhookStatus()[code]
		if status == 0 {
			status = http.StatusBadRequest
		}
		writeText(w, status, code)
		return
	}
	answer := map[string]any{"ok": false, "error": code}
	if code == "missing_scope" {
		answer["needed"], answer["provided"] = "chat:write", "channels:read"
	}
	if len(details) > 0 {
		answer["errors"] = details
		answer["response_metadata"] = map[string]any{"messages": details}
	}
	maps.Copy(answer, fields)
	writeJSON(w, http.StatusOK, answer)
}

func writeJSON(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(v)
}

func writeText(w http.ResponseWriter, status int, s string) {
	w.Header().Set("Content-Type", "text/html")
	w.WriteHeader(status)
	_, _ = io.WriteString(w, s)
}
