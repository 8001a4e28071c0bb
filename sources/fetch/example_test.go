package fetch_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"

	"regwatch/models"
	"regwatch/sources/fetch"
)

func Example() {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/robots.txt" {
			_, _ = io.WriteString(w, "User-agent: *\nDisallow: /private/\n")
			return
		}
		_, _ = io.WriteString(w, "News of the day")
	}))
	defer server.Close()
	client := fetch.New(fetch.Options{Product: "regwatch/1.0", Contact: "ops@acme.example"})
	defer client.Close()

	for _, path := range []string{"/news", "/private/news"} {
		u, _ := url.Parse(server.URL + path)
		resp, err := client.Get(context.Background(), fetch.Request{
			URL: u, Accept: "text/html", Source: models.Source{URL: u.String(), AllowHosts: []string{"127.0.0.1"}},
		})
		if e, ok := err.(*fetch.Error); ok {
			fmt.Println(path, "failed:", e.Reason)
			continue
		}
		fmt.Println(path, string(resp.Body))
	}
	// Output:
	// /news News of the day
	// /private/news failed: robots
}
