package charset

import (
	"strings"
	"testing"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/traditionalchinese"
	"golang.org/x/text/encoding/unicode"
)

func TestDecode(t *testing.T) {
	hans := "稳定币条例草案公开征求意见，人民银行表示将加强监管"
	hant := "穩定幣條例草案公開諮詢，金融管理局表示將加強監管"
	xml := func(label, text string) string {
		return `<?xml version="1.0" encoding="` + label + `"?><rss>` + text + `</rss>`
	}
	utf16le := unicode.UTF16(unicode.LittleEndian, unicode.UseBOM)
	tests := []struct{ name, body, contentType, want string }{
		{"UTF-8 by label", xml("utf-8", hans), "", hans},
		{"UTF-8 mislabelled in the text", xml("iso-8859-1", hans), "", hans},
		{"UTF-8 mislabelled in the header", "<rss>" + hans + "</rss>", "text/xml; charset=gbk", hans},
		{"UTF-8 with a byte order mark", "\xef\xbb\xbf<rss>" + hans + "</rss>", "", hans},
		{"UTF-8 cut within a character", xml("utf-8", hans)[:len(xml("utf-8", hans))-8], "", hans[:len(hans)-3]},
		{"gb2312", xml("gb2312", gbk(hans)), "", hans},
		{"gb2312 that is GBK", xml("GB2312", gbk("陳茂波镕")), "", "陳茂波镕"},
		{"GBK by header", "<rss>" + gbk(hans) + "</rss>", "text/xml; charset=GBK", hans},
		{"GBK without a label", "<rss>" + gbk(hans) + "</rss>", "", hans},
		{"GBK labelled as UTF-8", xml("utf-8", gbk(hans)), "", hans},
		{"Big5", xml("big5", big5(hant)), "", hant},
		{"Big5 by meta", `<html><meta http-equiv="Content-Type" content="text/html; charset=big5">` + big5(hant), "text/html", hant},
		{"UTF-16 with a byte order mark", encoded(utf16le, xml("utf-16", hans)), "", hans},
		{"UTF-16 without a byte order mark", encoded(unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM), xml("utf-16", hans)), "", hans},
		{"Latin-1", xml("iso-8859-1", encoded(charmap.ISO8859_1, "Société Générale")), "", "Société Générale"},
		{"a bad byte in UTF-8 with a wrong label", xml("iso-8859-1", hans+"\xff "+hant), "", hant},
		{"a bad byte in UTF-8 labelled as GBK", xml("gbk", hans+"\xff "+hant), "text/xml; charset=gb2312", hant},
		{"a bad byte in French UTF-8 labelled as Latin-1", xml("iso-8859-1", "Société Générale \xff"), "", "Société Générale"},
		{"Big5 in the header, GB 2312 in the text", xml("big5", gbk(hans)), "text/xml; charset=gb2312", hans},
		{"GB 2312 in the header, Big5 in the text", xml("gb2312", big5(hant)), "text/xml; charset=big5", hant},
		{"Big5 in the header and the text", xml("big5", big5(hant)), "text/xml; charset=gb2312", hant},
		{"Big5 under the label of GB 2312 alone", xml("gb2312", big5(hant+hant)), "", hant},
		{"GBK in the header, UTF-8 in the text", xml("utf-8", gbk(hans)), "text/xml; charset=gbk", hans},
		{"GBK in the text, Latin-1 in the header", xml("gbk", gbk(hans)), "text/xml; charset=iso-8859-1", hans},
		{"Latin-1 in the header, GBK in the text", xml("iso-8859-1", gbk(hans)), "text/xml; charset=gbk", hans},
		{"encoded twice", xml("utf-8", "SociÃ©tÃ© GÃ©nÃ©rale"), "", "Société Générale"},
		{"a few bad bytes in UTF-8", xml("utf-8", hans+"\xff\xfe "+hant), "", hant},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got, _ := Decode([]byte(tt.body), tt.contentType); !strings.Contains(got, tt.want) {
				t.Errorf("decode = %q; want %q in it", got, tt.want)
			}
		})
	}
}

func TestDecodeWarnsOfLostCharacters(t *testing.T) {
	for body, want := range map[string]string{
		"<rss>plain</rss>":    "",
		"<rss>a\uFFFDb</rss>": "1 character is lost: the text has U+FFFD instead",
		`<?xml version="1.0" encoding="big5"?><rss>` + big5("穩定幣條例草案公開諮詢") + "\xff\xff</rss>": "2 characters are lost: the text has U+FFFD instead",
		"<rss>SociÃ©tÃ©</rss>": "2 characters were encoded as UTF-8 twice and repaired",
	} {
		if _, got := Decode([]byte(body), ""); got != want {
			t.Errorf("decode %q: warning %q, want %q", body, got, want)
		}
	}
}

func encoded(enc encoding.Encoding, text string) string {
	out, err := enc.NewEncoder().String(text)
	if err != nil {
		panic(err) // only with test data
	}
	return out
}

func gbk(text string) string  { return encoded(simplifiedchinese.GBK, text) }
func big5(text string) string { return encoded(traditionalchinese.Big5, text) }
