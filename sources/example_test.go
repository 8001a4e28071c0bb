package sources_test

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"regwatch/sources"
)

func Example() {
	list, problems := sources.Parse("sources.yaml", []byte(`
sources:
  - id: example-press
    name: Example Authority press releases
    url: https://authority.example/rss.xml
    role: regulator
`))
	if err := problems.Err(); err != nil {
		fmt.Println(err)
		return
	}
	// With a client from NewClient, Fetch would get the feed from its address.
	reader := sources.Open(list[0], nil)
	feed := `<rss version="2.0"><channel><item>
		<title>Rules for stablecoin issuers</title>
		<link>https://authority.example/press/1</link>
		<pubDate>Mon, 02 Mar 2026 09:00:00 +0800</pubDate>
	</item></channel></rss>`
	batch, err := reader.Read(context.Background(), []byte(feed), http.Header{"Content-Type": {"application/rss+xml"}})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, a := range batch.Articles {
		fmt.Println(a.PublishedAt.Format(time.DateOnly), a.Title)
	}
	// Output:
	// 2026-03-02 Rules for stablecoin issuers
}
