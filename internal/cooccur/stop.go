package cooccur

import "strings"

// stopWords have no meaning of their own, or stand in any news.
var stopWords = set(`a an the and or but nor so yet of in on at by for from to with without within into onto over under about
above after again against all also although am among any are as be because been before being below between both can cannot
could did do does doing down during each either else even ever every few first further had has have having he her here hers
him his how however i if in instead is it its itself just last least less like made make makes many may me might more most
much must my near need new next no not now off often once one only other others our out own per rather same said say says
she should since some still such than that their them then there these they this those though through thus too two three
until up upon us very via was we were what when where whether which while who whom whose why will would you your according
including monday tuesday wednesday thursday friday saturday sunday january february march april may june july august
september october november december today yesterday tomorrow week month year years weeks months day days time news report
people person individual place four five six seven eight nine ten comment declined asked asks make
reported reports reuters bloomberg added told read click subscribe share email photo image`)

func set(words string) map[string]bool {
	all := make(map[string]bool)
	for word := range strings.FieldsSeq(words) {
		all[word] = true
	}
	return all
}

// hanStop are Chinese characters, folded, that neither begin nor end a term: particles, pronouns, conjunctions, numbers
// and units of time.
const hanStop = "的了在是和及與与或於于為为有不就都而且以被把將将對对這这那也其之等到由從从向並并但如若則则他她它我你們们此該该每各個个年月日時时分一二三四五六七八九十百千萬万億亿元已會会可能要說说稱称指表示更還还很最又再來来去後后前"
