package similarity

import (
	"strconv"
	"strings"
	"unicode/utf8"

	"regwatch/internal/text"
)

// units are the words and characters that multiply the number before them.
var units = map[string]float64{
	"k": 1e3, "thousand": 1e3, "m": 1e6, "mn": 1e6, "mln": 1e6, "million": 1e6, "b": 1e9, "bn": 1e9, "billion": 1e9, "tn": 1e12, "trillion": 1e12,
	"千": 1e3, "万": 1e4, "萬": 1e4, "亿": 1e8, "億": 1e8, "兆": 1e12,
}

// hanUnits in their order in a number: "14億", "3千萬".
const hanUnits = "千万萬亿億兆"

// numbersIn returns the amounts of a text, each as three significant digits, so that
// "$1.44B" equals "14.4億". Years, days of months, and small whole numbers without a
// unit say little and are left out.
func numbersIn(s string) []string {
	var found []string
	for i := 0; i < len(s); {
		if s[i] < '0' || s[i] > '9' {
			_, size := utf8.DecodeRuneInString(s[i:])
			i += size
			continue
		}
		start := i
		for i < len(s) && (s[i] >= '0' && s[i] <= '9' || (s[i] == '.' || s[i] == ',') && i+1 < len(s) && s[i+1] >= '0' && s[i+1] <= '9') {
			i++
		}
		if start > 0 && isLetter(s[start-1]) {
			continue // A7A5
		}
		value, err := strconv.ParseFloat(strings.ReplaceAll(s[start:i], ",", ""), 64)
		if err != nil {
			continue
		}
		unit, size := unitAt(s[i:])
		i += size
		fraction := strings.Contains(s[start:i], ".")
		switch {
		case strings.HasPrefix(s[i:], "月"), strings.HasPrefix(s[i:], "日"), strings.HasPrefix(s[i:], "年"):
			continue
		case unit == 1 && !fraction && (value < 32 || value >= 1990 && value < 2040 && !strings.Contains(s[start:i], ",")):
			if !strings.HasPrefix(s[i:], "%") {
				continue
			}
		}
		found = appendNew(found, strconv.FormatFloat(value*unit, 'g', 3, 64))
	}
	return found
}

// unitAt returns the factor of the unit at the start of s and its length.
func unitAt(s string) (factor float64, size int) {
	rest := strings.TrimLeft(s, " -\u00a0")
	skipped := len(s) - len(rest)
	factor = 1
	for {
		r, n := utf8.DecodeRuneInString(rest[size:])
		if n == 0 || !strings.ContainsRune(hanUnits, r) {
			break
		}
		factor *= units[string(r)]
		size += n
	}
	if size > 0 {
		return factor, size + skipped
	}
	for size < len(rest) && isLetter(rest[size]) {
		size++
	}
	if f := units[strings.ToLower(rest[:size])]; f > 0 {
		return f, size + skipped
	}
	return 1, 0
}

func isLetter(c byte) bool { return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' }

// ordinals are the words that tell one of a sequence from the next.
var ordinals = map[string]string{
	"first": "1", "1st": "1", "second": "2", "2nd": "2", "third": "3", "3rd": "3", "fourth": "4", "4th": "4", "fifth": "5", "5th": "5",
	"sixth": "6", "seventh": "7", "eighth": "8", "ninth": "9", "tenth": "10", "一": "1", "二": "2", "三": "3", "四": "4", "五": "5", "六": "6",
	"七": "7", "八": "8", "九": "9", "十": "10",
}

// quarterOrdinals are followed by words that make them part of a date.
var ordinalOfTime = map[string]bool{"quarter": true, "half": true, "time": true, "day": true, "week": true, "month": true, "year": true, "季": true, "次": true, "天": true, "周": true}

// ordinalsIn returns the places in a sequence that a headline names, such as "second
// licence" or 第二批, except those of times.
func ordinalsIn(tokens []text.Token) []string {
	var found []string
	for i, t := range tokens {
		n, ok := ordinals[t.Text]
		if !ok || text.IsCJK(t.Text) && (i == 0 || tokens[i-1].Text != "第") {
			continue
		}
		if i+1 < len(tokens) && ordinalOfTime[tokens[i+1].Text] {
			continue
		}
		found = appendNew(found, n)
	}
	return found
}

// documentsIn returns the numbers of laws and documents in a text: what follows "No.",
// "bill", "L.N.", "docket", 號 and the like, with its year, as "word number".
func documentsIn(tokens []text.Token) []string {
	var found []string
	for i, t := range tokens {
		kind := ""
		switch t.Text {
		case "bill", "act", "regulation", "directive", "circular", "notice", "docket", "eip", "bip", "sip", "case":
			kind = t.Text
		case "no":
			kind = "no"
		case "n":
			if i > 0 && tokens[i-1].Text == "l" {
				kind = "ln"
			}
		case "hr", "s", "sb", "hb", "ab":
			kind = t.Text
		case "第":
			if i+2 < len(tokens) && tokens[i+2].Text == "号" && isNumber(tokens[i+1].Text) {
				found = appendNew(found, "no "+tokens[i+1].Text)
			}
			continue
		}
		if kind == "" || i+1 >= len(tokens) {
			continue
		}
		next := tokens[i+1].Text
		if next == "no" && i+2 < len(tokens) {
			next = tokens[i+2].Text
		}
		if !isNumber(next) || len(next) == 4 && strings.HasPrefix(next, "20") || kind == "s" && t.End == t.Start+1 && len(next) < 3 {
			continue
		}
		found = appendNew(found, kind+" "+next)
	}
	return found
}

// codesIn adds the reference codes of a headline, such as PR-20431: letters and a number of
// four digits or more, which is no year, with a hyphen or slash between them.
func codesIn(found []string, title string, tokens []text.Token) []string {
	for i := 1; i < len(tokens); i++ {
		letters, number := tokens[i-1], tokens[i]
		if sign := title[letters.End:number.Start]; sign != "-" && sign != "/" {
			continue
		}
		isYear := len(number.Text) == 4 && (strings.HasPrefix(number.Text, "19") || strings.HasPrefix(number.Text, "20"))
		if isNumber(number.Text) && len(number.Text) >= 4 && !isYear && isShortWord(letters.Text) {
			found = appendNew(found, letters.Text+" "+number.Text)
		}
	}
	return found
}

// isShortWord reports whether a word has two to six Latin letters.
func isShortWord(s string) bool {
	for _, c := range []byte(s) {
		if !isLetter(c) {
			return false
		}
	}
	return len(s) >= 2 && len(s) <= 6
}

func isNumber(s string) bool {
	_, err := strconv.Atoi(s)
	return err == nil
}
