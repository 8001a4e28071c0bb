package instruments

import (
	"strconv"
	"strings"

	"regwatch/internal/text"
)

// A reader reads instruments in the tokens of a text.
type reader struct {
	src    string
	tokens []text.Token
}

// word returns the token at an index, or nothing.
func (r reader) word(i int) string {
	if i < 0 || i >= len(r.tokens) {
		return ""
	}
	return r.tokens[i].Text
}

// written returns a token as the author wrote it.
func (r reader) written(i int) string {
	if i < 0 || i >= len(r.tokens) {
		return ""
	}
	return r.src[r.tokens[i].Start:r.tokens[i].End]
}

// gap returns what stands between a token and the one before.
func (r reader) gap(i int) string {
	if i <= 0 || i >= len(r.tokens) {
		return ""
	}
	return r.src[r.tokens[i-1].End:r.tokens[i].Start]
}

// number returns the token at an index if it is a number of at most so many digits, without
// zeros before it.
func (r reader) number(i, digits int) string {
	s := r.word(i)
	if s == "" || len(s) > digits || !isDigits(s) {
		return ""
	}
	if s = strings.TrimLeft(s, "0"); s == "" || r.isAmount(i) {
		return ""
	}
	return s
}

// isAmount reports whether a number is followed by a word of money, or has decimals.
func (r reader) isAmount(i int) bool {
	switch r.word(i + 1) {
	case "million", "billion", "trillion", "bn", "mn", "m", "b", "万", "亿", "%", "percent", "per", "dollars":
		return true
	}
	gap := r.gap(i + 1)
	return gap == "," && isDigits(r.word(i+1)) || strings.HasPrefix(r.src[r.tokens[i].End:], "%") || gap == "." && isDigits(r.word(i+1))
}

// year returns the token at an index if it is a year.
func (r reader) year(i int) string {
	if s := r.word(i); len(s) == 4 && isDigits(s) && (s[:2] == "19" || s[:2] == "20") {
		return s
	}
	return ""
}

func isDigits(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return s != ""
}

// follow reports whether these tokens begin at an index.
func (r reader) follow(i int, words ...string) bool {
	for n, w := range words {
		if r.word(i+n) != w {
			return false
		}
	}
	return true
}

func isDash(gap string) bool {
	return gap == "-" || gap == "–" || gap == "‑" || gap == "‐"
}

// no returns the index after "No." or "Nos.", if that is at an index.
func (r reader) no(i int) int {
	if w := r.word(i); w == "no" || w == "nos" || w == "number" {
		return i + 1
	}
	return i
}

// at returns the instrument that the trigger at an index is part of, with its first and its
// last token. The ID is empty if there is none.
func (r reader) at(i int) (kind Kind, id string, first, last int) {
	if law, n := laws().at(r.src, r.tokens, i); n > 0 {
		return law.kind, law.id, i, i + n - 1
	}
	t := r.word(i)
	for _, read := range forms[t] {
		if kind, id, first, last = read(r, i); id != "" {
			return kind, id, first, last
		}
	}
	if c := t[0]; '0' <= c && c <= '9' && len(t) >= 6 {
		return r.releaseNumber(i)
	}
	if t[0] == 'p' && len(t) == 14 || (t[0] == 'b' || t[0] == 'g') && len(t) <= 3 {
		return r.releaseNumber(i)
	}
	return "", "", 0, 0
}

// A form reads one form of instrument at its trigger.
type form func(r reader, i int) (kind Kind, id string, first, last int)

// forms are the forms by their triggers.
var forms = map[string][]form{
	"cap":        {reader.chapter},
	"第":          {reader.chineseChapter, reader.chineseNotice},
	"号":          {reader.chineseDocument},
	"l":          {reader.legalNotice},
	"ln":         {reader.legalNotice},
	"legal":      {reader.legalNotice},
	"g":          {reader.gazetteNotice},
	"gn":         {reader.gazetteNotice},
	"gazette":    {reader.gazetteNotice},
	"government": {reader.gazetteNotice},
	"eu":         {reader.regulation, reader.oldDirective},
	"h":          {reader.houseBill},
	"s":          {reader.statutory, reader.senateBill},
	"si":         {reader.statutory},
	"public":     {reader.publicLaw},
	"pub":        {reader.publicLaw},
	"no":         {reader.docket},
	"nos":        {reader.docket},
	"cv":         {reader.civilDocket},
	"cr":         {reader.civilDocket},
	"notice":     {reader.masNotice},
	"circular":   {reader.circular},
	"com":        {reader.proposal},
	"cod":        {reader.procedure},
	"cb":         {reader.legcoPaper},
	"fr":         {reader.register},
}

// chapter reads Cap. 656.
func (r reader) chapter(i int) (Kind, string, int, int) {
	n := r.word(i + 1)
	if prev := r.word(i - 1); prev == "market" || prev == "mid" || prev == "small" || prev == "large" || !strings.HasPrefix(r.written(i), "C") {
		return "", "", 0, 0
	}
	digits := strings.TrimRight(n, "abcdefghijklmnopqrstuvwxyz")
	if gap := r.gap(i + 1); gap != "." && gap != ". " && gap != " " && gap != "" && gap != ".\u00a0" && gap != "\u00a0" {
		return "", "", 0, 0
	}
	if len(n)-len(digits) > 2 || len(digits) > 4 || !isDigits(digits) || r.isAmount(i+1) {
		return "", "", 0, 0
	}
	return Law, "hk:cap:" + digits, i, i + 1
}

// chineseChapter reads 第656章. A book has less than a hundred chapters.
func (r reader) chineseChapter(i int) (Kind, string, int, int) {
	n := strings.TrimRight(r.word(i+1), "abcdefghijklmnopqrstuvwxyz")
	if len(n) < 2 || len(n) > 4 || !isDigits(n) || r.word(i+2) != "章" || len(n) == 2 && !r.follow(i-4, "香", "港", "法", "例") {
		return "", "", 0, 0
	}
	return Law, "hk:cap:" + n, i, i + 2
}

// legalNotice reads L.N. 123 of 2025 and Legal Notice No. 123 of 2025.
func (r reader) legalNotice(i int) (Kind, string, int, int) {
	n := i + 1
	switch {
	case r.word(i) == "l" && r.word(i+1) == "n", r.word(i) == "legal" && r.word(i+1) == "notice":
		n = i + 2
	case r.word(i) != "ln" || r.written(i) != "LN":
		return "", "", 0, 0
	}
	n = r.no(n)
	if r.number(n, 4) == "" || r.word(n+1) != "of" || r.year(n+2) == "" {
		return "", "", 0, 0
	}
	return LegalNotice, "hk:ln:" + r.year(n+2) + "-" + r.number(n, 4), i, n + 2
}

// chineseNotice reads 2025年第123號法律公告 and 第4567號公告, with 政府 or 憲報 before 公告.
func (r reader) chineseNotice(i int) (Kind, string, int, int) {
	n := r.number(i+1, 5)
	if n == "" || r.word(i+2) != "号" {
		return "", "", 0, 0
	}
	year, first := "", i
	if r.word(i-1) == "年" {
		year, first = r.year(i-2), i-2
	}
	switch {
	case r.follow(i+3, "法", "律", "公", "告") && year != "":
		return LegalNotice, "hk:ln:" + year + "-" + n, first, i + 6
	case r.follow(i+3, "政", "府", "公", "告"), r.follow(i+3, "宪", "报", "公", "告"):
		return GazetteNotice, "hk:gn:" + n, i, i + 6
	case r.follow(i-4, "政", "府", "公", "告"), r.follow(i-4, "宪", "报", "公", "告"):
		return GazetteNotice, "hk:gn:" + n, i - 4, i + 2
	}
	return "", "", 0, 0
}

// gazetteNotice reads G.N. 4567 and Gazette Notice No. 4567. Its year is left out, because
// many leave it out.
func (r reader) gazetteNotice(i int) (Kind, string, int, int) {
	n := i + 1
	switch {
	case r.word(i) == "g" && r.word(i+1) == "n" && strings.HasPrefix(r.gap(i+1), "."),
		(r.word(i) == "gazette" || r.word(i) == "government") && r.word(i+1) == "notice":
		n = i + 2
	case r.word(i) != "gn" || r.written(i) != "GN":
		return "", "", 0, 0
	}
	n = r.no(n)
	s := r.number(n, 5)
	if s == "" || strings.Trim(r.gap(n), ". (\u00a0") != "" {
		return "", "", 0, 0
	}
	return GazetteNotice, "hk:gn:" + s, i, n
}

// regulation reads (EU) 2023/1114 and (EU) No 575/2013.
func (r reader) regulation(i int) (Kind, string, int, int) {
	n := r.no(i + 1)
	if r.gap(n+1) != "/" {
		return "", "", 0, 0
	}
	a, b := r.number(n, 4), r.number(n+1, 4)
	if a == "" || b == "" || r.year(n) == "" && r.year(n+1) == "" || strings.ContainsAny(r.gap(n), ".;,") && n == i+1 {
		return "", "", 0, 0
	}
	return Regulation, "eu:law:" + a + "/" + b, i, n + 1
}

// oldDirective reads Directive 2014/65/EU.
func (r reader) oldDirective(i int) (Kind, string, int, int) {
	if r.gap(i) != "/" || r.gap(i-1) != "/" || r.year(i-2) == "" {
		return "", "", 0, 0
	}
	n := r.number(i-1, 4)
	if n == "" {
		return "", "", 0, 0
	}
	return Regulation, "eu:law:" + r.year(i-2) + "/" + n, i - 2, i
}

// houseBill reads H.R. 3633.
func (r reader) houseBill(i int) (Kind, string, int, int) {
	n := r.number(i+2, 5)
	if r.word(i+1) != "r" || r.written(i) != "H" || strings.TrimSpace(r.gap(i+1)) != "." || n == "" || strings.TrimSpace(r.gap(i+2)) != "." {
		return "", "", 0, 0
	}
	return Bill, "us:hr:" + n, i, i + 2
}

// senateBill reads S. 394. U.S. 394 is none.
func (r reader) senateBill(i int) (Kind, string, int, int) {
	n := r.number(i+1, 4)
	if r.written(i) != "S" || n == "" || r.year(i+1) != "" || strings.TrimSpace(r.gap(i+1)) != "." || strings.HasSuffix(r.gap(i), ".") && r.word(i-1) != "" && len(r.word(i-1)) == 1 {
		return "", "", 0, 0
	}
	return Bill, "us:s:" + n, i, i + 1
}

// publicLaw reads Public Law 119-27 and Pub. L. No. 119-27.
func (r reader) publicLaw(i int) (Kind, string, int, int) {
	if next := r.word(i + 1); next != "law" && (next != "l" || r.word(i) != "pub") {
		return "", "", 0, 0
	}
	n := r.no(i + 2)
	if r.number(n, 3) == "" || r.number(n+1, 4) == "" || !isDash(r.gap(n+1)) {
		return "", "", 0, 0
	}
	return Law, "us:pl:" + r.number(n, 3) + "-" + r.number(n+1, 4), i, n + 1
}

// docket reads No. 24-1234, and Release No. 34-98765.
func (r reader) docket(i int) (Kind, string, int, int) {
	a, b := r.word(i+1), r.number(i+2, 6)
	if len(a) != 2 || !isDigits(a) || b == "" || !isDash(r.gap(i+2)) || isDash(r.gap(i+3)) {
		return "", "", 0, 0
	}
	if prev := r.word(i - 1); prev == "release" || prev == "releases" {
		return Release, "us:sec-release:" + a + "-" + b, i - 1, i + 2
	}
	if len(r.word(i+2)) < 2 {
		return "", "", 0, 0
	}
	return Docket, "us:docket:" + a + "-" + b, i, i + 2
}

// civilDocket reads 1:23-cv-01234, also without the division.
func (r reader) civilDocket(i int) (Kind, string, int, int) {
	year, n := r.word(i-1), r.number(i+1, 6)
	if len(year) != 2 || !isDigits(year) || n == "" || !isDash(r.gap(i)) || !isDash(r.gap(i+1)) {
		return "", "", 0, 0
	}
	id, first := year+"-"+r.word(i)+"-"+n, i-1
	if r.gap(i-1) == ":" && r.number(i-2, 1) != "" {
		id, first = r.number(i-2, 1)+":"+id, i-2
	}
	return Docket, "us:docket:" + id, first, i + 1
}

// masNotice reads MAS Notice 626 and Notice PSN02.
func (r reader) masNotice(i int) (Kind, string, int, int) {
	n := r.no(i + 1)
	s := r.word(n)
	if rest, ok := strings.CutPrefix(s, "psn"); ok && isDigits(rest) || r.word(i-1) == "mas" && len(s) >= 3 && len(s) <= 5 && isDigits(s[len(s)-2:]) && r.year(n) == "" {
		return Notice, "sg:notice:" + s, i, n
	}
	return "", "", 0, 0
}

// circular reads Circular No. 12/2025 and Circular 2025/12.
func (r reader) circular(i int) (Kind, string, int, int) {
	n := r.no(i + 1)
	a, b := r.number(n, 4), r.number(n+1, 4)
	switch {
	case a == "" || b == "" || r.gap(n+1) != "/":
	case r.year(n+1) != "":
		return Circular, "any:circular:" + b + "-" + a, i, n + 1
	case r.year(n) != "":
		return Circular, "any:circular:" + a + "-" + b, i, n + 1
	}
	return "", "", 0, 0
}

// proposal reads COM(2020) 593.
func (r reader) proposal(i int) (Kind, string, int, int) {
	n := r.number(i+2, 4)
	if r.written(i) != "COM" || r.year(i+1) == "" || n == "" || !strings.HasPrefix(r.gap(i+1), "(") && r.gap(i+1) != "/" {
		return "", "", 0, 0
	}
	return Proposal, "eu:com:" + r.year(i+1) + "/" + n, i, i + 2
}

// procedure reads 2020/0265(COD).
func (r reader) procedure(i int) (Kind, string, int, int) {
	n := r.number(i-1, 4)
	if r.written(i) != "COD" || n == "" || r.year(i-2) == "" || r.gap(i-1) != "/" {
		return "", "", 0, 0
	}
	return Proposal, "eu:cod:" + r.year(i-2) + "/" + n, i - 2, i
}

// legcoPaper reads CB(1)123/2025(02).
func (r reader) legcoPaper(i int) (Kind, string, int, int) {
	committee, n, year := r.number(i+1, 1), r.number(i+2, 4), r.word(i+3)
	if r.written(i) != "CB" || r.gap(i+1) != "(" || committee == "" || n == "" || strings.TrimSpace(r.gap(i+2)) != ")" || r.gap(i+3) != "/" || !isDigits(year) {
		return "", "", 0, 0
	}
	id, last := "hk:legco:cb"+committee+"-"+n+"/"+year, i+3
	if len(year) == 2 && isDash(r.gap(last+1)) && len(r.word(last+1)) == 2 && isDigits(r.word(last+1)) {
		last++
		id += "-" + r.word(last)
	}
	if part := r.number(last+1, 2); part != "" && r.gap(last+1) == "(" {
		last++
		id += "(" + part + ")"
	}
	return Paper, id, i, last
}

// statutory reads SI 2025/123 and S.I. 2025 No. 123.
func (r reader) statutory(i int) (Kind, string, int, int) {
	n := i + 1
	switch {
	case r.word(i) == "s" && r.word(i+1) == "i" && r.gap(i+1) == ".":
		n = i + 2
	case r.written(i) != "SI":
		return "", "", 0, 0
	}
	after := r.no(n + 1)
	if r.year(n) == "" || r.number(after, 4) == "" || after == n+1 && r.gap(after) != "/" {
		return "", "", 0, 0
	}
	return Statutory, "uk:si:" + r.year(n) + "/" + r.number(after, 4), i, after
}

// register reads 90 FR 12345.
func (r reader) register(i int) (Kind, string, int, int) {
	volume, page := r.number(i-1, 2), r.number(i+1, 6)
	if i == 0 || r.word(i-1) == "" || volume == "" || len(page) < 3 || r.written(i) != "FR" && r.written(i) != "Fed" {
		return "", "", 0, 0
	}
	return Register, "us:fr:" + volume + "-" + page, i - 1, i + 1
}

// brackets stand around the year of a Chinese document.
const brackets = "〔〕[]（）()［］【】"

// chineseDocument reads 银发〔2021〕237号 and 公告〔2025〕第5号.
func (r reader) chineseDocument(i int) (Kind, string, int, int) {
	n, y := r.number(i-1, 5), i-2
	if r.word(y) == "第" {
		y--
	}
	if n == "" || y < 2 || r.year(y) == "" || !isBracket(r.gap(y)) || !isBracket(r.gap(y+1)) {
		return "", "", 0, 0
	}
	series := r.word(y-2) + r.word(y-1)
	if !text.IsCJK(r.word(y-1)) || !text.IsCJK(r.word(y-2)) {
		return "", "", 0, 0
	}
	first := y - 2
	if series == "公告" && y >= 4 {
		first = y - 4
		series = r.word(y-4) + r.word(y-3) + series
	}
	return Document, "cn:" + series + ":" + r.year(y) + "-" + n, first, i
}

func isBracket(gap string) bool { return gap != "" && strings.Trim(gap, brackets+" ") == "" }

// releaseNumber reads the numbers of releases: 25PR123 of the SFC, P2025080600123 of the
// government of Hong Kong, and B10/1C, a file of the HKMA.
func (r reader) releaseNumber(i int) (Kind, string, int, int) {
	t := r.word(i)
	if id := releaseID(t); id != "" {
		return Release, id, i, i
	}
	if (t[0] == 'b' || t[0] == 'g') && isDigits(t[1:]) && r.gap(i+1) == "/" {
		if n, ok := strings.CutSuffix(r.word(i+1), "c"); ok && len(n) <= 2 && isDigits(n) && strings.HasSuffix(r.written(i+1), "C") {
			return Circular, "hk:hkma-file:" + t + "/" + n + "c", i, i + 1
		}
	}
	return "", "", 0, 0
}

// releaseID returns the ID of a release by its number, or nothing.
func releaseID(t string) string {
	if len(t) >= 5 && len(t) <= 9 && isDigits(t[:2]) && (t[2:4] == "pr" || t[2:4] == "ec" || t[2:4] == "cp") && isDigits(t[4:]) {
		n, _ := strconv.Atoi(t[4:])
		return "hk:sfc:" + t[:4] + strconv.Itoa(n)
	}
	if len(t) == 14 && t[0] == 'p' && strings.HasPrefix(t[1:], "20") && isDigits(t[1:]) {
		return "hk:gia:" + t
	}
	return ""
}

// isTrigger reports whether an instrument may be found at a token.
func isTrigger(t string) bool {
	if t == "" || !triggers()[triggerHash(t)] {
		return isNumbered(t)
	}
	return true
}

// isNumbered reports whether a token may be the number of a release.
func isNumbered(t string) bool {
	if len(t) < 2 || t[len(t)-1] < '0' || t[len(t)-1] > '9' {
		return false
	}
	c := t[0]
	return len(t) >= 5 && len(t) <= 9 && '0' <= c && c <= '9' && t[2] >= 'a' || c == 'p' && len(t) == 14 || (c == 'b' || c == 'g') && len(t) <= 3
}

// triggerHash puts tokens into 4096 classes. Most tokens are in a class without a trigger.
func triggerHash(t string) int {
	return (int(t[0])*131 + int(t[len(t)-1])*31 + int(t[len(t)/2])*7 + len(t)) & 4095
}
