package propose

import "regwatch/internal/lazyregexp"

// linkNote matches what sites add to the words of a link: that it opens a window, and the type
// and size of its file.
const linkNote = `(?:(?:this )?(?:link |page )?(?:will )?opens? (?:in|as) (?:an? |the )?new (?:browser )?(?:window|tab|page)|external (?:link|site)|` +
	`(?:在|於|于)?新(?:視窗|窗口|分頁|标签页?|標籤頁?)(?:中)?(?:打开|打開|開啟|开启)?|另開(?:新)?視窗|` +
	`(?:download(?: the| as)? |view(?: the)? |open(?: the)? )?(?:adobe )?(?:pdf|docx?|ms word|word|xlsx?|excel|pptx?|zip|csv)(?: file| document| version| format)?(?:[\s,;:–-]*\(?[\d.,]+\s?(?:[kmg]i?b|bytes|pages?|页|頁|頁數)\)?)*|` +
	`[\d.,]+\s?(?:[kmg]i?b|bytes)(?:[\s,;:–-]*(?:pdf|docx?|xlsx?|zip))?)`

// noteAfterTitle matches a title and a linkNote in brackets or at the end.
const noteAfterTitle = `(?is)^(.+?)(?:[\s,|–-]*[\[(（【]?\s*` + linkNote + `\s*[\])）】]?)*\s*$`

// genericNote matches a text that is nothing but a linkNote.
var genericNote = lazyregexp.New(`(?i)^\W*` + linkNote + `\W*$`)

// titleNote matches a linkNote at the end of a title.
var titleNote = lazyregexp.New(`(?i)(?:[\[(（【]\s*|\b|\s|…|\p{Han})` + linkNote + `\s*[\])）】]?\s*$`)

// skipNoteRegex returns noteAfterTitle if many titles end in a linkNote, and otherwise an empty
// string.
func (c *fieldCandidate) skipNoteRegex() string {
	noted := 0
	for _, text := range c.texts {
		if titleNote.MatchString(text) {
			noted++
		}
	}
	if noted*3 < len(c.texts) || noted == 0 {
		return ""
	}
	return noteAfterTitle
}
