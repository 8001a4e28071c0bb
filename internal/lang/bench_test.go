package lang

import (
	"strings"
	"testing"
)

func BenchmarkDetect(b *testing.B) {
	for name, text := range map[string]string{
		"English": strings.Repeat("The authority said on Monday that issuers of stablecoins must hold a licence before they offer their coins to the public. ", 20),
		"German":  strings.Repeat("Die Aufsicht teilte am Montag mit, dass Emittenten eine Erlaubnis brauchen, bevor sie Token öffentlich anbieten. ", 20),
		"Chinese": strings.Repeat("金融管理局周一表示，發行人須先取得牌照，方可向公眾發售。", 40),
	} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				Detect(text, "")
			}
		})
	}
}
