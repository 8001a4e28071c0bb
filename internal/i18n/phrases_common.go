package i18n

// commonPhrases are the phrases that notices of every kind share.
var commonPhrases = map[string]Phrase{
	"label":     {"%s: ", "%s：", "%s："},
	"colon":     {": ", "：", "："},
	"stop":      {". ", "。", "。"},
	"comma":     {", ", "、", "、"},
	"pause":     {", ", "，", "，"},
	"and":       {" and ", "以及", "以及"},
	"semicolon": {"; ", "；", "；"},
	"quote":     {"“%s”", "「%s」", "“%s”"},

	"untitled": {"(untitled)", "（無標題）", "（无标题）"},
	"unnamed":  {"(unnamed)", "（未命名）", "（未命名）"},
	"nothing":  {"Nothing to show", "沒有內容可供顯示", "没有可显示的内容"},

	// Layouts of package time; w stands for the weekday.
	"time_moment":       {"2 Jan 15:04", "1月2日 15:04", "1月2日 15:04"},
	"time_moment_year":  {"2 Jan 2006 15:04", "2006年1月2日 15:04", "2006年1月2日 15:04"},
	"time_precise":      {"Mon 2 Jan 2006 15:04", "2006年1月2日（星期w）15:04", "2006年1月2日（星期w）15:04"},
	"time_day":          {"2 Jan 2006", "2006年1月2日", "2006年1月2日"},
	"time_weekday":      {"Mon 2 Jan", "1月2日（星期w）", "1月2日（星期w）"},
	"time_weekday_year": {"Mon 2 Jan 2006", "2006年1月2日（星期w）", "2006年1月2日（星期w）"},
	"time_window_from":  {"Mon 2 Jan", "2006年1月2日", "2006年1月2日"},
	"time_window_year":  {"Mon 2 Jan 2006", "2006年1月2日", "2006年1月2日"},
	"window":            {"%s – %s, %s", "%s至%s，%s", "%s至%s，%s"},

	"minutes": {"%d minute|%d minutes", "%d 分鐘", "%d 分钟"},
	"hours":   {"%d hour|%d hours", "%d 小時", "%d 小时"},
	"days":    {"%d day|%d days", "%d 天", "%d 天"},

	"severity_critical": {"CRITICAL", "極高", "极高"},
	"severity_high":     {"HIGH", "高", "高"},
	"severity_medium":   {"MEDIUM", "中", "中"},
	"severity_low":      {"LOW", "低", "低"},
	"severity_other":    {"OTHER", "其他", "其他"},
	"level_critical":    {"critical", "極高", "极高"},
	"level_high":        {"high", "高", "高"},
	"level_medium":      {"medium", "中", "中"},
	"level_low":         {"low", "低", "低"},

	"official":         {"Official", "官方消息", "官方消息"},
	"press_only":       {"Press only, not officially confirmed", "只有傳媒報道，未經官方證實", "仅见于媒体报道，未经官方证实"},
	"press_only_short": {"Press only", "只有傳媒報道", "仅媒体报道"},
	"more_sources":     {"+%d source|+%d sources", "另有 %d 個來源", "另有 %d 个来源"},
	"more_rules":       {"%d more rule|%d more rules", "另有 %d 條規則", "另有 %d 条规则"},
	"more":             {"%d more", "另有 %d 項", "另有 %d 项"},
	"no_room":          {"and %d more that do not fit here", "另有 %d 項因篇幅所限未能列出", "另有 %d 项因篇幅所限未列出"},

	"open":        {"Open", "開啟", "打开"},
	"reason":      {"Why you get this", "你收到此訊息的原因", "你收到此消息的原因"},
	"sent_by":     {"Sent by regwatch.", "由 regwatch 發送。", "由 regwatch 发送。"},
	"take":        {"Assign to me", "由我跟進", "由我跟进"},
	"unsubscribe": {"Unsubscribe", "取消訂閱", "取消订阅"},

	"verify":         {"Confirm this address", "確認此地址", "确认此地址"},
	"verify_label":   {"PLEASE CONFIRM", "請確認", "请确认"},
	"verify_title":   {"Confirm that you want messages from regwatch", "請確認是否接收 regwatch 的訊息", "请确认是否接收 regwatch 的消息"},
	"verify_text":    {"Someone entered %s to receive alerts about rule changes. Nothing else is sent to this address until you confirm it. If you do not want these messages, do nothing.", "有人登記了 %s 以接收監管規則變更的通知。在你確認之前，我們不會向此地址發送任何其他訊息。如不欲接收，毋須理會本訊息。", "有人登记了 %s，用于接收监管规则变动通知。在你确认之前，我们不会向此地址发送其他任何消息。如不想接收，无需理会本消息。"},
	"verify_expires": {"The link works until %s.", "連結有效期至%s。", "链接有效期至%s。"},

	"test_label": {"TEST", "測試", "测试"},
	"test_title": {"regwatch test message", "regwatch 測試訊息", "regwatch 测试消息"},
	"test_sent":  {"Sent %s. If you can read this, the channel works.", "本訊息於%s發出。如你看到本訊息，即表示此渠道運作正常。", "本消息于%s发出。如果你看到本消息，说明此渠道运行正常。"},
}
