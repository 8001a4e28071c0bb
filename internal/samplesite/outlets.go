package samplesite

import (
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/simplifiedchinese"
)

// A format is how an outlet writes its feed.
type format string

const (
	rss      format = "rss.xml"  // RSS 2.0, the whole text as its description
	rssFull  format = "rss2.xml" // RSS 2.0, a summary, and the whole text as content:encoded
	atom     format = "atom.xml" // a summary only
	rdf      format = "rdf.xml"  // RSS 1.0
	jsonFeed format = "feed.json"
)

// An outlet is whoever publishes a feed and the pages behind it.
type outlet struct {
	Feed
	format   format
	encoding encoding.Encoding // nil means UTF-8
	charset  string            // as it names its encoding
	tagline  string
	window   int // how many of its newest articles the feed shows
}

// outlets returns those of the demo. Each has its own way of writing a feed.
func outlets() []outlet {
	return []outlet{
		{
			Feed: Feed{
				ID: "hk-notices-en", Name: "Hong Kong Regulatory Notices", Path: "/hk-notices-en/rss.xml",
				Role: "regulator", Language: "en", Jurisdictions: []string{"Hong Kong"}, Zone: "Asia/Hong_Kong",
			},
			format: rssFull, charset: "UTF-8", window: 30,
			tagline: "Announcements of the financial authorities, gathered daily",
		},
		{
			Feed: Feed{
				ID: "hk-notices-zh", Name: "香港監管公告", Path: "/hk-notices-zh/rss.xml",
				Role: "regulator", Language: "zh-Hant", Jurisdictions: []string{"Hong Kong"}, Zone: "Asia/Hong_Kong",
			},
			format: rss, charset: "utf-8", window: 30,
			tagline: "每日匯集金融監管機構公告",
		},
		{
			Feed: Feed{
				ID: "strait-ledger", Name: "The Strait Ledger", Path: "/strait-ledger/atom.xml",
				Role: "press", Language: "en", Jurisdictions: []string{"Hong Kong", "Mainland China"}, Zone: "Asia/Hong_Kong",
			},
			format: atom, charset: "utf-8", window: 30,
			tagline: "Business on both sides of the water",
		},
		{
			Feed: Feed{
				ID: "pujiang-wire", Name: "浦江财讯", Path: "/pujiang-wire/feed.xml",
				Role: "press", Language: "zh-Hans", Jurisdictions: []string{"Mainland China"}, Zone: "Asia/Shanghai",
			},
			format: rss, charset: "GBK", encoding: simplifiedchinese.GBK, window: 30,
			tagline: "快一步，准一点",
		},
		{
			Feed: Feed{
				ID: "blocktide", Name: "Blocktide", Path: "/blocktide/feed.json",
				Role: "press", Language: "en", Jurisdictions: []string{"International"}, Zone: "UTC",
			},
			format: jsonFeed, charset: "utf-8", window: 30,
			tagline: "Digital assets, twice a day",
		},
		{
			Feed: Feed{
				ID: "harbour-daily", Name: "維港財經日報", Path: "/harbour-daily/index.rdf",
				Role: "press", Language: "zh-Hant", Jurisdictions: []string{"Hong Kong"}, Zone: "Asia/Hong_Kong",
			},
			format: rdf, charset: "utf-8", window: 30,
			tagline: "維港兩岸的財經消息",
		},
		{
			Feed: Feed{
				ID: "quayside-brief", Name: "Quayside Compliance Brief", Path: "/broken/feed.xml",
				Role: "press", Language: "en", Jurisdictions: []string{"Hong Kong"}, Zone: "Asia/Hong_Kong",
				Broken: "it has moved behind a login: its address answers a web page in place of a feed",
			},
		},
	}
}

// chinese reports whether the articles of a feed are in Chinese.
func chinese(feed string) bool {
	switch feed {
	case "hk-notices-zh", "pujiang-wire", "harbour-daily":
		return true
	}
	return false
}

// guid returns the identifier that the outlet's feed gives an article. RSS 1.0
// has none besides the address.
func (o outlet) guid(a article) string {
	switch o.format {
	case rdf:
		return ""
	case atom:
		return "tag:" + o.ID + ".example,2025:" + a.slug
	}
	return "urn:sample:" + o.ID + ":" + a.slug
}
