package i18n

// alertPhrases are the phrases of alerts, updates and reminders.
var alertPhrases = map[string]Phrase{
	"why":       {"Why", "原因", "原因"},
	"also":      {"Also", "亦符合", "亦符合"},
	"mentions":  {"Mentions", "亦提及", "亦提及"},
	"tags":      {"Tags", "標籤", "标签"},
	"source":    {"Source", "來源", "来源"},
	"why_now":   {"Why now", "現時通知的原因", "此时通知的原因"},
	"stage":     {"Stage", "階段", "阶段"},
	"dates":     {"Dates", "重要日期", "重要日期"},
	"revision":  {"rev %s", "版本 %s", "版本 %s"},
	"in_title":  {" in the title", "（見標題）", "（见标题）"},
	"paragraph": {" ¶%d", "（第 %d 段）", "（第 %d 段）"},
	"gloss":     {" (%s)", "（%s）", "（%s）"},

	"published": {"published %s", "%s 發布", "%s 发布"},
	"undated":   {"undated", "未註明日期", "未注明日期"},
	"seen":      {"seen %s", "%s 發現", "%s 发现"},

	"update":     {"UPDATE", "最新進展", "最新进展"},
	"escalation": {"ESCALATED", "升級通知", "升级通知"},
	"reminder":   {"REMINDER", "日期提示", "日期提醒"},
	"untaken":    {"not assigned to anyone yet", "尚未有人跟進", "尚无人跟进"},

	"news_severity":      {"raised from %s to %s", "重要程度由「%s」調高至「%s」", "重要程度由“%s”调高至“%s”"},
	"news_severity_none": {"now %s", "重要程度現為「%s」", "重要程度现为“%s”"},
	"news_stage":         {"from %s to %s", "由「%s」進入「%s」", "由“%s”进入“%s”"},
	"news_stage_none":    {"now %s", "現處於「%s」", "现处于“%s”"},
	"news_date":          {"%s moved from %s to %s", "%s由%s改為%s", "%s由%s改为%s"},
	"news_date_none":     {"%s is %s", "%s定為%s", "%s定为%s"},
	"news_date_gone":     {"%s (previously %s) is no longer mentioned", "資料不再提及%s（原為%s）", "不再提及%s（原为%s）"},
	"news_official":      {"now officially confirmed by %s", "現獲 %s 正式證實", "现已获 %s 官方证实"},
	"news_rule":          {"now also matches %s", "現亦符合 %s", "现亦符合 %s"},

	"left_in":            {"in %d day|in %d days", "尚餘 %d 天", "还剩 %d 天"},
	"left_today":         {"today", "今天", "今天"},
	"left_passed":        {"passed %d day ago|passed %d days ago", "%d 天前已過", "已过 %d 天"},
	"stage_proposed":     {"proposed", "建議階段", "拟议阶段"},
	"stage_consultation": {"consultation", "諮詢", "征求意见"},
	"stage_in_force":     {"in force", "已生效", "已生效"},
	"stage_licensing":    {"licensing", "發牌", "牌照审批"},
	"stage_enforcement":  {"enforcement", "執法", "执法"},

	"date_effective": {"effective", "生效日期", "生效日期"},
	"date_deadline":  {"deadline", "截止日期", "截止日期"},

	"button_take":    {"Assign to me", "由我跟進", "由我跟进"},
	"button_dismiss": {"Not relevant", "無關", "不相关"},
	"button_mute":    {"Mute 7 days", "靜音 7 天", "静音 7 天"},
	"button_undo":    {"Undo", "復原", "撤销"},

	"taken_by":        {"Assigned to %s", "由 %s 跟進", "由 %s 跟进"},
	"muted":           {"Muted until %s", "靜音至%s", "静音至%s"},
	"muted_by":        {"Muted until %s by %s", "靜音至%s（由 %s 設定）", "静音至%s（由 %s 设置）"},
	"mark_relevant":   {"Relevant", "相關", "相关"},
	"mark_irrelevant": {"Not relevant", "無關", "不相关"},

	"summary_title":           {"%d deferred alert|%d deferred alerts", "%d 則延後發送的通知", "%d 条延后发送的通知"},
	"summary_title_reminders": {"%d key date is near|%d key dates are near", "%d 個重要日期臨近", "%d 个重要日期临近"},
	"summary_window":          {"%s to %s", "%s至%s", "%s至%s"},
}
