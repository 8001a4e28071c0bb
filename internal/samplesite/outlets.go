package samplesite

import (
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/simplifiedchinese"
)

// A format is the feed format of an outlet and the name of its template.
type format string

const (
	rss      format = "rss.xml"  // RSS 2.0 with the full text as description
	rssFull  format = "rss2.xml" // RSS 2.0 with a summary, and the full text as content:encoded
	atom     format = "atom.xml" // Atom with a summary only
	rdf      format = "rdf.xml"  // RSS 1.0
	jsonFeed format = "feed.json"
)

// An outlet publishes a feed and the pages of its articles.
type outlet struct {
	Feed
	format   format
	encoding encoding.Encoding // nil means UTF-8
	charset  string            // the name of the encoding as the outlet writes it
	tagline  string
	window   int // how many of the newest articles the feed contains
}

// outlets returns the outlets of the demo. Each writes its feed differently.
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
				Broken: "its address requires a login and sends a web page instead of a feed",
			},
		},
	}
}

// isChinese reports whether a feed is in Chinese.
func isChinese(feed string) bool {
	switch feed {
	case "hk-notices-zh", "pujiang-wire", "harbour-daily":
		return true
	}
	return false
}

// guid returns the ID of an article in the feed of the outlet. RSS 1.0 has no IDs.
func (o outlet) guid(a sampleArticle) string {
	switch o.format {
	case rdf:
		return ""
	case atom:
		return "tag:" + o.ID + ".example,2025:" + a.slug
	}
	return "urn:sample:" + o.ID + ":" + a.slug
}
