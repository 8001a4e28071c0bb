package propose_test

import (
	"context"
	"fmt"
	"net/url"

	"regwatch/models"
	"regwatch/sources/propose"
)

func ExampleDetect() {
	base, _ := url.Parse("https://authority.example/")
	none := func(context.Context, string, *url.URL, models.Listing) ([]models.Article, error) { return nil, nil }
	for _, body := range []string{`<rss version="2.0"><channel/></rss>`, `{"items": []}`, `<urlset><url/></urlset>`, "%PDF-1.7"} {
		fmt.Println(propose.Detect(context.Background(), []byte(body), "", base, none))
	}
	// Output:
	// feed
	// json
	// sitemap
	// pdf
}
