package dates

import (
	"strings"

	"regwatch/internal/lazyregexp"
)

// openingSigns may stand before a date or its label.
const openingSigns = " \t([【「〔<«:：/,.|·-–—"

var (
	// leadingLabel finds the words with which a line begins that gives a date.
	leadingLabel = lazyregexp.New(`^(?:(?:(?:first|last|date|originally|press release|news release|article|page|time|content)\s+)*(?:published|publication|posted|updated|update|released?|issued?|dated?|created|modified|revised|reviewed|added|uploaded|effective|ends?|on|at|as of|since|veröffentlicht|stand|aktualisiert|publié|mis à jour|publicado|actualizado|atualizado|pubblicato|aggiornato|gepubliceerd|am|vom|le|du|el|il|em|op|den)\b\.?|(?:信息|最终|最后)?(?:发布|刊登|公布|公告|公开|更新|发文|成文|发稿|上传|创建|印发|签发|生成|发表|揭载|投稿|配信)?(?:时间|日期|日时|于|日)|发布|发表|게시일|등록일|작성일|발행일|(?:기사)?입력|등록|(?:(?:信息|文章|稿件)?来源|作者|记者|출처)\s*:\s*[^\s:\d]{1,30}(?: |$))\s*[/:–—,-]?\s*(?:(?:on|at|am|le|el|il|em|the|date|time)\s+)?[:]?\s*`)
	// publishedLabel and dateLabel find the labels of a date among other words.
	publishedLabel = lazyregexp.New(`(?:发布(?:时间|日期)?|发表(?:时间|日期)|刊登日期|公布日期|揭载日|公开日|게시일|등록일|발행일|입력|(?:published|posted|issued|released)(?: date| on| at)?|(?:publication|release|issue) date|pub ?date|veröffentlicht(?: am)?|publié le|publicado el|pubblicato il)\s*[:]?\s*`)
	dateLabel      = lazyregexp.New(`(?:时间|日期|\bdate|\btime|\bupdated(?: on| at)?|\bmodified|更新)\s*:\s*`)
	// deadline finds the words of a date in the future, which is not when a page was published.
	deadline = lazyregexp.New(`截止|截至|届满|期限|deadline|closing date|closes?\b|comments? (?:are )?(?:due|by)|due (?:date|by)|expir|有效期|生效|施行|effective`)
	// remainder finds what may follow a date.
	remainder = lazyregexp.New(`^(?:[\s.,;:)\]】〕>»」|·•–—-]*$` +
		`|[\s.,;:)\]】|·•–—/-]*(?:(?:信息|文章|稿件|新闻)?来源|作者|责任编辑|编辑|责编|记者|来自|转载|原创|ip属地|通讯员|供稿|审核|字号|字体|字|大中小|打印|浏览|点击|阅读|阅览|人气|查看|访问|评论|分享|收藏|更新|发布|配信|조회|댓글|수정|작성자|송고|승인).*$` +
		`|[\s,;:)\]】|·•–—/-]+(?:source|by\b|author|share|print|updated|last|edited|local time|hrs?\b|uhr\b|ends?$|` + counted + `).*$` +
		`|\s?(?:晚间?|上午|下午|凌晨|早间|午间)$` +
		`|[\s|·\[]+\p{Han}{1,12}(?:网|社|报|台|在线|客户端|财经)$)`)
	// nextField finds words that a bar separates from the date.
	nextField = lazyregexp.New(`^\s*\|\s*[^\d|]{1,30}$`)
	// zoneLabel finds a time zone in front of a date.
	zoneLabel = lazyregexp.New(`(?:` + strings.Join(longestFirst(chinesePlaces), "|") + `)时间\s*:?\s*\d`)
)

// counted finds how often an article was read or how long that takes.
const counted = `[\d,.]+\s?[万千kw]?\s?(?:min\b|minutes?\b|views?\b|reads?\b|comments?\b|次|人|阅读|浏览|评论|回复|点击|조회)`

// isRemainder reports whether a text that follows a date adds nothing to the date.
func isRemainder(rest string) bool {
	return remainder.MatchString(rest) || nextField.MatchString(rest) && !deadline.MatchString(rest)
}
