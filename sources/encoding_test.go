package sources

import (
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/traditionalchinese"
)

func encoded(enc encoding.Encoding, text string) string {
	out, err := enc.NewEncoder().String(text)
	if err != nil {
		panic(err) // only with test data
	}
	return out
}

func gbk(text string) string  { return encoded(simplifiedchinese.GBK, text) }
func big5(text string) string { return encoded(traditionalchinese.Big5, text) }
