package feed_test

import (
	"fmt"

	"regwatch/sources/feed"
)

func ExampleParse() {
	f, err := feed.Parse([]byte(`<rss version="2.0"><channel><title>News</title>
		<item><title>Licence & register</title><link>/1</link><pubDate>Mon, 30 Nov 2026 02:00:00 GMT</pubDate></item>
	</channel></rss>`), "application/rss+xml")
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, item := range f.Items {
		fmt.Println(item.Title, item.Links[0], item.Dates[0])
	}
	fmt.Println(f.Warnings)
	// Output:
	// Licence & register /1 Mon, 30 Nov 2026 02:00:00 GMT
	// [repaired 1 characters that XML does not allow]
}
