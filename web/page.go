package web

import (
	"bytes"
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"html/template"
	"net/http"
	"strings"

	"regwatch/internal/sanitize"
)

//go:embed templates/page.html
var pageTemplate string

//go:embed templates/page.css
var pageStyle string

// A page is what a reader sees. Every text of it is escaped.
type page struct {
	Lang   string
	Title  string
	Said   string // what was just done
	Quote  string // of an event: its headline
	Link   string // to the article; only http and https
	Read   string // what the link is called
	Facts  []string
	Lead   string
	Rows   []row
	Button button // for all; without a label there is none
}

// A row is one thing that can be changed by itself.
type row struct {
	Name, State string
	Button      button
}

// A button posts what it does to the page's own address.
type button struct {
	Label, Do, What string
	Quiet           bool // not what most people want
}

// styleHash is how the policy of a page allows its one style.
func styleHash() string {
	sum := sha256.Sum256([]byte(pageStyle))
	return "sha256-" + base64.StdEncoding.EncodeToString(sum[:])
}

func (s *Server) show(w http.ResponseWriter, r *http.Request, code int, p page) {
	// Our own style, byte for byte as the policy has its hash.
	t, err := template.New("page").Funcs(template.FuncMap{"style": func() template.CSS { return template.CSS(pageStyle) }}).Parse(pageTemplate)
	var b bytes.Buffer
	if err == nil {
		err = t.Execute(&b, p)
	}
	if err != nil {
		if s.Log != nil {
			s.Log.ErrorContext(r.Context(), "page failed", "error", err)
		}
		http.Error(w, english.Failed.Text, http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Content-Language", p.Lang)
	w.WriteHeader(code)
	_, _ = w.Write(b.Bytes())
}

// showNotice shows a page that says one thing.
func (s *Server) showNotice(w http.ResponseWriter, r *http.Request, code int, n notice) {
	s.show(w, r, code, page{Lang: english.Lang, Title: n.Title, Lead: n.Text})
}

// masked is an address that its reader recognises and that nobody else can read.
func masked(address string) string {
	at := strings.LastIndexByte(address, '@')
	if at < 1 {
		return sanitize.Line(address)
	}
	first := string([]rune(address)[:1])
	return sanitize.Line(first + "***" + address[at:])
}
