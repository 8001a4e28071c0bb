package notifier

// digestPhrases are the words of digests and of summaries.
var digestPhrases = map[string]phrase{
	"digest":      {"Digest", "摘要", "摘要"},
	"late_mark":   {"late", "延誤", "延误"},
	"late_label":  {"Late.", "延誤。", "延误。"},
	"late":        {"This digest is late: regwatch was not running when it was due. It covers the whole time since the last one.", "本摘要延誤發出：到期時 regwatch 未在運行。內容涵蓋自上一期以來的全部時間。", "本摘要延误发出：到期时 regwatch 未在运行。内容涵盖自上一期以来的全部时间。"},
	"events":      {"%d event|%d events", "%d 宗事件", "%d 件事件"},
	"tally":       {"%d %s", "%[2]s %[1]d 宗", "%[2]s %[1]d 件"},
	"more_events": {"%d more event|%d more events", "另有 %d 宗事件", "另有 %d 件事件"},
	"updated":     {"updated", "有更新", "有更新"},

	"nothing_read":  {"No source could be read in this time, so this digest cannot say whether anything was published.", "期內未能讀取任何來源，因此本摘要無法得知有否相關內容發佈。", "期内未能读取任何来源，因此本摘要无法得知是否有相关内容发布。"},
	"nothing_some":  {"Nothing that your watch rules look for was found in what %[1]d source published; %[2]d could not be read.|Nothing that your watch rules look for was found in what %[1]d sources published; %[2]d could not be read.", "在 %[1]d 個來源發佈的內容中，沒有符合你監察規則的消息；另有 %[2]d 個來源未能讀取。", "在 %[1]d 个来源发布的内容中，没有符合你监察规则的消息；另有 %[2]d 个来源未能读取。"},
	"nothing_found": {"Nothing that your watch rules look for was published in this time.", "期內沒有發佈符合你監察規則的內容。", "期内没有发布符合你监察规则的内容。"},

	"rule_counts":   {"Events per rule", "各規則的事件數目", "各规则的事件数量"},
	"coverage":      {"Coverage", "監察範圍", "监察范围"},
	"answered":      {"%[1]d of %[2]s answered; %[3]s.", "%[2]s中有 %[1]d 個可讀取；%[3]s。", "%[2]s中有 %[1]d 个可读取；%[3]s。"},
	"sources":       {"%d source|%d sources", "%d 個來源", "%d 个来源"},
	"articles_read": {"%d new article was read|%d new articles were read", "已閱讀 %d 篇新文章", "已阅读 %d 篇新文章"},
	"no_sources":    {"No source is configured, so nothing was watched.", "未設定任何來源，因此沒有監察任何內容。", "未设置任何来源，因此没有监察任何内容。"},
	"never":         {"has never answered", "從未成功讀取", "从未成功读取"},
	"last_answered": {"last answered %s", "最後一次成功讀取：%s", "最后一次成功读取：%s"},
	"more_failing":  {"%d more source fails|%d more sources fail", "另有 %d 個來源故障", "另有 %d 个来源故障"},
	"precise":       {"From %s to %s.", "由%s至%s。", "由%s至%s。"},
}
