package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"html"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"time"
)

// controlHost is where this program tells its site what to do.
const controlHost = "127.0.0.1"

// host returns the address of a source.
func (p plan) host(source int) string {
	if source >= p.Sources-p.Shared {
		return "127.200.0.1"
	}
	return fmt.Sprintf("127.%d.%d.%d", 1+source/62_500, source/250%250, 1+source%250)
}

func (p plan) url(source int) string {
	return fmt.Sprintf("http://%s:%d/source/%d", p.host(source), p.Port, source)
}

// A form is how a source publishes.
type form int

const (
	rss form = iota
	atom
	rdf
	jsonFeed
	summaries // RSS without texts
	listing   // a page of links, whose pages hold the texts
	api
)

// formOf gives every tenth source the same form.
func formOf(source int) form {
	return []form{rss, atom, rss, jsonFeed, rss, rdf, atom, summaries, listing, api}[source%10]
}

// A site is all sources, as they stand.
type site struct {
	plan  plan
	texts []text
	start time.Time

	mu    sync.Mutex
	more  []time.Time // when each source published what is beyond perFeed
	seen  traffic
	hosts map[string]*hostTraffic
}

// traffic is what was asked since it was last looked at.
type traffic struct {
	Requests, Unchanged, Robots, Pages int
	PerHost                            int // the most requests to a host
	InFlight                           int // the most at one time to a host
}

type hostTraffic struct{ requests, inFlight, most int }

// serve is the process of the site. It says its port, and ends with its input.
func serve(p plan) error {
	texts, err := readTexts(p.Data)
	if err != nil {
		return err
	}
	s := &site{plan: p, texts: texts, start: time.Now().Truncate(time.Second), hosts: make(map[string]*hostTraffic)}
	control, err := net.Listen("tcp", controlHost+":0")
	if err != nil {
		return err
	}
	s.plan.Port = control.Addr().(*net.TCPAddr).Port
	listeners := []net.Listener{control}
	open := map[string]bool{}
	for source := range p.Sources {
		host := p.host(source)
		if open[host] {
			continue
		}
		open[host] = true
		l, err := net.Listen("tcp", net.JoinHostPort(host, strconv.Itoa(s.plan.Port)))
		if err != nil {
			return err
		}
		listeners = append(listeners, l)
	}
	server := &http.Server{Handler: s}
	for _, l := range listeners {
		go func() { _ = server.Serve(l) }()
	}
	fmt.Println(s.plan.Port)
	_, _ = io.Copy(io.Discard, os.Stdin)
	return server.Close()
}

func (s *site) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	host, _, _ := net.SplitHostPort(r.Host)
	if host == controlHost {
		s.control(w, r)
		return
	}
	s.mu.Lock()
	h := s.hosts[host]
	if h == nil {
		h = &hostTraffic{}
		s.hosts[host] = h
	}
	h.requests++
	h.inFlight++
	h.most = max(h.most, h.inFlight)
	s.seen.Requests++
	more := s.more
	s.mu.Unlock()
	defer func() {
		s.mu.Lock()
		h.inFlight--
		s.mu.Unlock()
	}()
	time.Sleep(s.plan.Latency)

	var source, n int
	switch {
	case r.URL.Path == "/robots.txt":
		s.count(func(t *traffic) { t.Robots++ })
		_, _ = io.WriteString(w, "User-agent: *\nDisallow: /admin/\n")
	case scan(r.URL.Path, "/source/%d/%d", &source, &n):
		s.count(func(t *traffic) { t.Pages++ })
		s.page(w, source, n, more)
	case scan(r.URL.Path, "/source/%d", &source):
		s.feed(w, r, source, more)
	default:
		http.NotFound(w, r)
	}
}

func scan(path, format string, values ...any) bool {
	n, err := fmt.Sscanf(path+" ", format+" ", values...)
	return err == nil && n == len(values)
}

func (s *site) count(add func(*traffic)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	add(&s.seen)
}

func (s *site) control(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if r.URL.Path == "/publish" {
		s.more = append(s.more[:len(s.more):len(s.more)], time.Now().Truncate(time.Second))
		return
	}
	for _, h := range s.hosts {
		s.seen.PerHost, s.seen.InFlight = max(s.seen.PerHost, h.requests), max(s.seen.InFlight, h.most)
	}
	_ = json.NewEncoder(w).Encode(s.seen)
	s.seen = traffic{}
	clear(s.hosts)
}

// An article is as it is published: the nth of its source.
type article struct {
	n                  int
	title, text, brief string
	at                 time.Time
}

func (s *site) article(source, n int, more []time.Time) article {
	// Steps without a common factor with the number of texts, so that few
	// articles are made of the same two.
	one, two := s.texts[(source*7919+n*104729)%len(s.texts)], s.texts[(source*15485863+n*32452843+1)%len(s.texts)]
	a := article{n: n, title: fmt.Sprintf("%s (REF-%d-%d)", one.title, source, n), brief: one.parts[0]}
	var parts []string
	for i := range max(len(one.parts), len(two.parts)) {
		from := one
		if i%2 == 1 {
			from = two
		}
		if i < len(from.parts) {
			parts = append(parts, from.parts[i])
		}
	}
	a.text = strings.Join(parts, "\n\n")
	if n < perFeed {
		a.at = s.start.Add(-time.Duration(perFeed-n)*7*time.Hour - time.Duration(source)*time.Second)
	} else {
		a.at = more[n-perFeed]
	}
	return a
}

func (s *site) feed(w http.ResponseWriter, r *http.Request, source int, more []time.Time) {
	tag := fmt.Sprintf(`"%d-%d"`, source, len(more))
	w.Header().Set("ETag", tag)
	if r.Header.Get("If-None-Match") == tag {
		s.count(func(t *traffic) { t.Unchanged++ })
		w.WriteHeader(http.StatusNotModified)
		return
	}
	var articles []article
	for n := len(more) + perFeed - 1; n >= len(more); n-- {
		articles = append(articles, s.article(source, n, more))
	}
	contentType, body := write(formOf(source), s.plan.url(source), articles)
	w.Header().Set("Content-Type", contentType)
	_, _ = io.WriteString(w, body)
}

func (s *site) page(w http.ResponseWriter, source, n int, more []time.Time) {
	if n >= perFeed+len(more) {
		http.Error(w, "no such article", http.StatusNotFound)
		return
	}
	a := s.article(source, n, more)
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	_, _ = fmt.Fprintf(w, "<!DOCTYPE html><html><head><title>%s</title></head><body><nav><a href=/>Home</a> <a href=/about>About</a></nav><main><article><h1>%s</h1>%s</article></main><footer>All rights reserved.</footer></body></html>",
		html.EscapeString(a.title), html.EscapeString(a.title), paragraphs(a.text))
}

func paragraphs(text string) string {
	return "<p>" + strings.ReplaceAll(html.EscapeString(text), "\n\n", "</p>\n<p>") + "</p>"
}

// A siteProcess is a site in a process of its own.
type siteProcess struct {
	cmd  *exec.Cmd
	in   io.Closer
	base string
}

// startSite starts the site of a plan and notes its port there.
func startSite(p *plan) (*siteProcess, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	s := &siteProcess{cmd: exec.Command(self, append([]string{"-as", "site"}, p.flags()...)...)}
	s.cmd.Stderr = os.Stderr
	if s.in, err = s.cmd.StdinPipe(); err != nil {
		return nil, err
	}
	out, err := s.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := s.cmd.Start(); err != nil {
		return nil, err
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	if err == nil {
		p.Port, err = strconv.Atoi(strings.TrimSpace(line))
	}
	if err != nil {
		s.stop()
		return nil, fmt.Errorf("the site did not start: %w", err)
	}
	s.base = fmt.Sprintf("http://%s:%d", controlHost, p.Port)
	return s, nil
}

func (s *siteProcess) stop() {
	_ = s.in.Close()
	_ = s.cmd.Wait()
}

// publish has each source publish so many articles more.
func (s *siteProcess) publish(n int) error {
	for range n {
		res, err := http.Post(s.base+"/publish", "", nil)
		if err != nil {
			return err
		}
		_ = res.Body.Close()
	}
	return nil
}

// traffic returns what was asked of the site since the last time.
func (s *siteProcess) traffic() (traffic, error) {
	var t traffic
	res, err := http.Get(s.base + "/traffic")
	if err != nil {
		return t, err
	}
	defer res.Body.Close()
	return t, errors.Join(json.NewDecoder(res.Body).Decode(&t))
}
