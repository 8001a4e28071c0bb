package i18n

// digestPhrases are the words of digests and of summaries.
var digestPhrases = map[string]Phrase{
	"digest":         {"Digest", "摘要", "摘要"},
	"digest_daily":   {"Daily digest", "每日摘要", "每日摘要"},
	"digest_weekly":  {"Weekly digest", "每週摘要", "每周摘要"},
	"digest_monthly": {"Monthly digest", "每月摘要", "每月摘要"},
	"digest_reason":  {"this address is subscribed to the digest %s", "此地址訂閱了摘要 %s", "此地址订阅了摘要 %s"},
	"issue":          {"Issue %s", "期號 %s", "期号 %s"},
	"late_missed":    {"This digest is late: %d earlier digest was not created when it was due. It covers the whole time since the last digest.|This digest is late: %d earlier digests were not created when they were due. It covers the whole time since the last digest.", "本摘要延誤發出：之前有 %d 期到期時未能製作。內容涵蓋自上一期以來的全部時間。", "本摘要延误发出：之前有 %d 期到期时未能制作。内容涵盖自上一期以来的全部时间。"},

	"near":         {"Dates to act on in the next 30 days", "未來 30 天須留意的日期", "未来 30 天需留意的日期"},
	"more_dates":   {"%d more date|%d more dates", "另有 %d 個日期", "另有 %d 个日期"},
	"changed":      {"Changed since the last digest", "自上一期以來的變化", "自上一期以来的变化"},
	"more_changes": {"%d more event changed|%d more events changed", "另有 %d 宗事件有變", "另有 %d 件事件有变"},

	"late_mark":   {"late", "延誤", "延误"},
	"late_label":  {"Late.", "延誤。", "延误。"},
	"late":        {"This digest is late: regwatch was not running when it was due. It covers the whole time since the last digest.", "本摘要延誤發出：到期時 regwatch 未在運行。內容涵蓋自上一期以來的全部時間。", "本摘要延误发出：到期时 regwatch 未在运行。内容涵盖自上一期以来的全部时间。"},
	"events":      {"%d event|%d events", "%d 宗事件", "%d 件事件"},
	"tally":       {"%d %s", "%[2]s %[1]d 宗", "%[2]s %[1]d 件"},
	"more_events": {"%d more event|%d more events", "另有 %d 宗事件", "另有 %d 件事件"},
	"updated":     {"updated", "有更新", "有更新"},

	"nothing_read":  {"No source could be read in this period, so this digest cannot tell whether anything was published.", "期內未能讀取任何來源，因此本摘要無法確定有否相關內容發佈。", "期内未能读取任何来源，因此本摘要无法确定是否有相关内容发布。"},
	"nothing_some":  {"Nothing that %[1]d source published matches your watch rules; %[2]d could not be read.|Nothing that %[1]d sources published matches your watch rules; %[2]d could not be read.", "在 %[1]d 個來源發佈的內容中，沒有符合你監察規則的消息；另有 %[2]d 個來源未能讀取。", "在 %[1]d 个来源发布的内容中，没有符合你监察规则的消息；另有 %[2]d 个来源未能读取。"},
	"nothing_found": {"Nothing published in this period matches your watch rules.", "期內沒有發佈符合你監察規則的內容。", "期内没有发布符合你监察规则的内容。"},

	"rule_counts": {"New events each week, by rule", "各規則每週新事件數目", "各规则每周新事件数量"},
	"counts_over": {"The 12 weeks from %s to %s.", "由%s至%s，共十二週。", "由%s至%s，共十二周。"},
	"last_week":   {"Last 7 days", "最近 7 天", "最近 7 天"},
	"all_weeks":   {"All 12 weeks", "全部 12 週", "全部 12 周"},
	"week_of_all": {"%d in the last 7 days, %d in all 12 weeks", "最近 7 天 %d 宗，全部 12 週 %d 宗", "最近 7 天 %d 件，全部 12 周 %d 件"},

	"coverage":      {"Coverage", "監察範圍", "监察范围"},
	"answered":      {"%[1]d of %[2]s responded; %[3]s.", "%[2]s中有 %[1]d 個可讀取；%[3]s。", "%[2]s中有 %[1]d 个可读取；%[3]s。"},
	"sources":       {"%d source|%d sources", "%d 個來源", "%d 个来源"},
	"articles_read": {"%d new article was read|%d new articles were read", "已閱讀 %d 篇新文章", "已阅读 %d 篇新文章"},
	"no_sources":    {"No source is configured, so nothing was monitored.", "未設定任何來源，因此沒有監察任何內容。", "未设置任何来源，因此没有监察任何内容。"},
	"never":         {"has never been read", "從未成功讀取", "从未成功读取"},
	"last_answered": {"last read %s", "最後一次成功讀取：%s", "最后一次成功读取：%s"},
	"more_failing":  {"%d more source with problems|%d more sources with problems", "另有 %d 個來源有問題", "另有 %d 个来源有问题"},

	"odd_quiet":       {"has published nothing new since %s", "自%s起沒有新內容", "自%s起没有新内容"},
	"odd_quiet_ever":  {"has published nothing new yet", "尚未有新內容", "尚未有新内容"},
	"odd_shrunk":      {"has returned far fewer articles than usual since %s", "自%s起提供的文章遠少於平常", "自%s起提供的文章远少于平常"},
	"odd_shrunk_ever": {"returns far fewer articles than usual", "提供的文章遠少於平常", "提供的文章远少于平常"},

	"held":           {"Events not sent to some or all readers: %s.", "未通知部分或全部收件人的事件：%s。", "未通知部分或全部收件人的事件：%s。"},
	"held_muted":     {"%d muted", "%d 宗已靜音", "%d 件已静音"},
	"held_severity":  {"%d below the minimum severity", "%d 宗低於最低重要程度", "%d 件低于最低重要程度"},
	"held_opted_out": {"%d whose readers are unsubscribed", "%d 宗收件人已退訂", "%d 件收件人已退订"},
	"held_mention":   {"%d that only mention a topic", "%d 宗只提及主題", "%d 件仅提及主题"},
	"held_draft":     {"%d found only by draft rules", "%d 宗只符合草擬規則", "%d 件仅符合草拟规则"},
	"held_baseline":  {"%d older than the look-back period of their source", "%d 宗早於來源的回溯期", "%d 件早于来源的回溯期"},

	"precise": {"From %s to %s.", "由%s至%s。", "由%s至%s。"},
}
