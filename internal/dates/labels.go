package dates

import "regexp"

// openingSigns may stand before a date or its label.
const openingSigns = " \t([【「〔<«:：/,.|·-–—"

var (
	// leadingLabel finds the words with which a line begins that gives a date.
	leadingLabel = regexp.MustCompile(`^(?:(?:(?:first|last|date|originally|press release|news release|article|page|time|content)\s+)*(?:published|publication|posted|updated|update|released?|issued?|dated?|created|modified|revised|reviewed|added|uploaded|effective|ends?|on|at|as of|since|veröffentlicht|stand|aktualisiert|publié|mis à jour|publicado|actualizado|atualizado|pubblicato|aggiornato|gepubliceerd|am|vom|le|du|el|il|em|op|den)\b\.?|(?:信息)?(?:发布|刊登|公布|公告|更新|发文|成文|发稿|上传|创建|印发|签发|生成)?(?:时间|日期|于|日)|发布|发表于|公开日期|公開日|更新日|掲載日|发表|게시일|등록일|작성일)\s*[/:–—,-]?\s*(?:(?:on|at|am|le|el|il|em|the|date|time)\s+)?[:]?\s*`)
	// publishedLabel and dateLabel find the labels of a date among other words.
	publishedLabel = regexp.MustCompile(`(?:发布(?:时间|日期)?|发表(?:时间|日期)|刊登日期|公布日期|掲載日|公開日|(?:published|posted|issued|released)(?: date| on| at)?|(?:publication|release|issue) date|pub ?date|veröffentlicht(?: am)?|publié le|publicado el|pubblicato il)\s*[:]?\s*`)
	dateLabel      = regexp.MustCompile(`(?:时间|日期|\bdate|\btime|\bupdated(?: on| at)?|\bmodified|更新)\s*:\s*`)
	// deadline finds the words of a date in the future, which is not when a page was published.
	deadline = regexp.MustCompile(`截止|截至|届满|期限|deadline|closing date|closes?\b|comments? (?:are )?(?:due|by)|due (?:date|by)|expir|有效期|生效|施行|effective`)
	// remainder finds what may follow a date.
	remainder = regexp.MustCompile(`^(?:[\s.,;:)\]】〕>»」|·•–—-]*$|[\s,;:)\]】|·•–—/-]+(?:来源|作者|编辑|责任编辑|责编|字号|字体|字|大中小|打印|浏览|点击|阅读|分享|收藏|source|by\b|author|share|print|updated|last|edited|更新|发布|\d+ (?:min|minutes?)\b|local time|hrs?\b|uhr\b|ends?$).*$)`)
)

// isRemainder reports whether a text that follows a date adds nothing to the date.
func isRemainder(rest string) bool { return remainder.MatchString(rest) }
