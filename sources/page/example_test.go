package page_test

import (
	"context"
	"fmt"
	"net/url"
	"strings"

	"regwatch/internal/dates"
	"regwatch/sources/page"
)

func ExampleRead() {
	from, _ := url.Parse("https://authority.example/news/1")
	prose := strings.Repeat("<p>The authority granted the licence to the bank on Monday, after it had asked for comments on the rules.</p>", 3)
	p, err := page.Read(context.Background(), `<html lang="en"><head><title>Licence granted | Authority</title>
		<meta property="article:published_time" content="2026-11-30T02:00:00Z"></head>
		<body><nav>Home News</nav><article><h1>Licence granted</h1>`+prose+`</article></body></html>`, from, dates.Options{})
	fmt.Println(err, p.Title, p.Published.Format("2 Jan 2006"), p.PublishedBy)
	fmt.Println(strings.Contains(p.Text, "granted the licence"), strings.Contains(p.Text, "Home News"))
	// Output:
	// <nil> Licence granted 30 Nov 2026 meta
	// true false
}
