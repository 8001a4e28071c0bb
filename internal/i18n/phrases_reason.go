package i18n

// reasonPhrases are why something was decided: reason_ and the kind of a models.Reason.
var reasonPhrases = map[string]Phrase{
	// Why a recipient gets a notice.
	"reason_matched":         {"the rule %s matched (list: %s)", "符合規則%s（名單：%s）", "符合规则%s（名单：%s）"},
	"reason_matched_many":    {"the rules %s matched (list: %s)", "符合規則%s（名單：%s）", "符合规则%s（名单：%s）"},
	"reason_status_changed":  {"the status of the event changed", "事件狀態有變", "事件状态有变"},
	"reason_not_assigned":    {"not assigned to anyone after %s; it was sent to %s", "已有 %s無人跟進；原先發送予 %s", "已有 %s无人跟进；原先发送给 %s"},
	"reason_deputy":          {"deputy for %s until %s", "代 %s 接收，至%s", "代 %s 接收，至%s"},
	"reason_deputy_left":     {"the deputy %s (until %s) has unsubscribed, so this comes to you", "代為接收的 %s（至%s）已取消訂閱，故發送予你", "代为接收的 %s（至%s）已取消订阅，故发送给你"},
	"reason_reaches_nobody":  {"a critical alert reached nobody on the list %s", "名單 %s 上無人收到一則重大通知", "名单 %s 上无人收到一则重大通知"},
	"reason_recipient_gone":  {"the recipient %s is no longer configured, so the list %s receives this", "收件人 %s 已不在設定內，現由名單 %s 接收", "收件人 %s 已不在配置内，现由名单 %s 接收"},
	"reason_deferred_alerts": {"%d deferred alert|%d deferred alerts", "%d 則延後通知", "%d 则延后通知"},
	"reason_source_health":   {"the source %s is %s", "來源 %s：%s", "来源 %s：%s"},
	"reason_source_gap":      {"articles of %s may have been missed", "可能遺漏 %s 的文章", "可能遗漏 %s 的文章"},
	"reason_channel_health":  {"the channel %s is %s", "渠道 %s：%s", "渠道 %s：%s"},
	"reason_undelivered":     {"%d message could not be delivered to %s|%d messages could not be delivered to %s", "%d 則訊息未能送達 %s", "%d 则消息未能送达 %s"},
	"reason_channel_removed": {"%d message is queued for %s, which is no longer configured|%d messages are queued for %s, which is no longer configured", "%d 則訊息仍待 %s 發送，但它已不在設定內", "%d 则消息仍待 %s 发送，但它已不在配置内"},
	"reason_no_other_way":    {"nobody who receives health messages can be reached through another channel", "接收運作訊息的人均無其他聯絡渠道", "接收运行消息的人均无其他联系渠道"},
	"reason_digest":          {"you subscribe to the digest %s", "你已訂閱摘要 %s", "你已订阅摘要 %s"},
	"reason_opt_out_request": {"%s asked to unsubscribe from %s, which is mandatory", "%s 要求取消強制訂閱 %s", "%s 要求取消强制订阅 %s"},
	"reason_test":            {"someone asked for a test message", "有人要求發送測試訊息", "有人要求发送测试消息"},

	"reason_verify":     {"%s was entered as an address for messages from regwatch", "%s 已登記為 regwatch 的收件地址", "%s 已登记为 regwatch 的收件地址"},
	"reason_unverified": {"%s has not been confirmed for %s", "%s 已有 %s未確認", "%s 已有 %s未确认"},
	"reason_confirmed":  {"%s was not confirmed yet", "%s 當時尚未確認", "%s 当时尚未确认"},
	"reason_date_near":  {"you were sent this event (list: %[3]s); this is the reminder %[1]d day before %[2]s|you were sent this event (list: %[3]s); this is the reminder %[1]d days before %[2]s", "你曾收到此事件的通知（名單：%[3]s），這是%[2]s前 %[1]d 天的提示", "你曾收到此事件的通知（名单：%[3]s），这是%[2]s前 %[1]d 天的提醒"},
	"reason_dates_near": {"%d key date of events that you were sent is near|%d key dates of events that you were sent are near", "你曾收到通知的事件有 %d 個重要日期將至", "你曾收到通知的事件有 %d 个重要日期将至"},

	"health_failing": {"failing", "故障", "故障"},
	"health_dead":    {"dead", "失效", "失效"},
	"health_quiet":   {"quiet", "沉寂", "沉寂"},
	"health_shrunk":  {"publishing less than usual", "內容較平常少", "内容较平常少"},
	"health_healthy": {"working again", "已恢復", "已恢复"},

	// Why an alert comes now.
	"reason_new_event":    {"new event", "新事件", "新事件"},
	"reason_revised":      {"the article was completed or edited and now matches", "文章經補充或修改，現符合規則", "文章经补充或修改，现符合规则"},
	"reason_first_report": {"another report of a known event, the first that matches your rules", "已知事件的另一報道，首次符合你的規則", "已知事件的另一报道，首次符合你的规则"},
	"reason_lost_before":  {"an earlier alert of this event could not be delivered", "此事件較早前的通知未能送達", "此事件较早前的通知未能送达"},

	"reason_since": {"since then %s", "其後%s", "其后%s"},

	// Why a notice is not sent.
	"reason_mention_only":   {"the article only mentions %s", "文章只是提及%s", "文章只是提及%s"},
	"reason_draft_only":     {"only draft rules matched: %s", "只符合草擬中的規則：%s", "只符合草拟中的规则：%s"},
	"reason_baseline":       {"first scan of %s: the article is older than the look-back period", "首次讀取 %s：文章早於回溯期", "首次读取 %s：文章早于回溯期"},
	"reason_below_severity": {"severity %s is below %s, the minimum of %s", "重要程度%s低於 %[3]s 的最低要求（%[2]s）", "重要程度%s低于 %[3]s 的最低要求（%[2]s）"},
	"reason_muted_event":    {"this event is muted until %s", "此事件已靜音至%s", "此事件已静音至%s"},
	"reason_muted_rule":     {"the rule %[2]s is muted until %[1]s", "規則 %[2]s 已靜音至%[1]s", "规则 %[2]s 已静音至%[1]s"},
	"reason_muted_source":   {"the source %[2]s is muted until %[1]s", "來源 %[2]s 已靜音至%[1]s", "来源 %[2]s 已静音至%[1]s"},
	"reason_muted_by":       {"%s by %s", "%s（由 %s 設定）", "%s（由 %s 设置）"},
	"reason_muted_because":  {"%s: %s", "%s：%s", "%s：%s"},

	"reason_no_destination":     {"%s has no destination", "%s 未設定任何發送目的地", "%s 未设置任何发送目的地"},
	"reason_only_failing":       {"%s has no destination other than %s, which is failing", "%s 除發生故障的 %s 外沒有其他目的地", "%s 除发生故障的 %s 外没有其他目的地"},
	"reason_opted_out":          {"%s is unsubscribed from %s", "%s 已取消訂閱 %s", "%s 已取消订阅 %s"},
	"reason_opted_out_all":      {"every address is unsubscribed from %s", "所有地址均已取消訂閱 %s", "所有地址均已取消订阅 %s"},
	"reason_known":              {"already sent for this event; %s published %s", "此事件已通知；%s 的報道屬%s", "此事件已通知；%s 的报道属%s"},
	"reason_known_edit":         {"already sent for this event; this is revision %d of the article", "此事件已通知；這是文章的第 %d 版", "此事件已通知；这是文章的第 %d 版"},
	"reason_sent_graver":        {"superseded: the event became %s while this was deferred, and that was sent immediately", "已被取代：延後期間事件升至%s，並已即時通知", "已被取代：延后期间事件升至%s，并已即时通知"},
	"reason_gap_known":          {"a gap of this source was reported less than a week ago", "一星期內已報告過此來源的遺漏", "一周内已报告过此来源的遗漏"},
	"reason_nothing_to_say":     {"there is nothing to report, and %s skips empty digests", "期內沒有內容，而摘要 %s 設定為無內容時不發送", "期内没有内容，而摘要 %s 设置为无内容时不发送"},
	"reason_all_opted_out":      {"the recipient %s is no longer configured, and every address on the list %s is unsubscribed", "收件人 %s 已不在設定內，而名單 %s 的所有地址均已取消訂閱", "收件人 %s 已不在配置内，而名单 %s 的所有地址均已取消订阅"},
	"reason_not_relevant":       {"the event was marked as not relevant", "事件已標記為無關", "事件已标记为无关"},
	"reason_date_moved":         {"the event no longer mentions %s", "事件不再提及 %s", "事件不再提及 %s"},
	"reason_date_passed":        {"%s passed while this was deferred", "延後期間 %s 已過", "延后期间 %s 已过"},
	"reason_nearer":             {"superseded by a nearer reminder of %s, sent at the same time", "已由同時發出、更接近 %s 的提示取代", "已由同时发出、更接近 %s 的提醒取代"},
	"joined_the_same_link":      {"the same link", "相同連結", "相同链接"},
	"joined_a_copy_of_the_text": {"a copy of the text", "相同內文", "相同内文"},
	"joined_the_same_headline":  {"the same headline", "相同標題", "相同标题"},

	// Why a notice waits.
	"reason_frequency":     {"the frequency of %s (%s)", "%s 的通知頻率（%s）", "%s 的通知频率（%s）"},
	"reason_outside_hours": {"outside the hours of %s (%s)", "%s 的接收時段以外（%s）", "%s 的接收时段以外（%s）"},
	"reason_holiday":       {"outside the hours of %s: %s is a holiday", "%s 的接收時段以外：%s為假期", "%s 的接收时段以外：%s为假期"},
	"reason_burst":         {"more than %d alert to %s within %s|more than %d alerts to %s within %s", "%[3]s內多於 %[1]d 則發送予 %[2]s 的通知", "%[3]s内多于 %[1]d 则发送给 %[2]s 的通知"},
	"reason_with_event":    {"sent together with other deferred alerts of this event", "與此事件其他延後的通知一併發送", "与此事件其他延后的通知一并发送"},
	"waited_for":           {"Reason for the delay: %s.", "延後原因：%s。", "延后原因：%s。"},
	"hourly":               {"hourly", "每小時", "每小时"},
	"daily_at":             {"daily at %s", "每日 %s", "每日 %s"},
	"weekly_at":            {"weekly on %s at %s", "逢%s %s", "每%s %s"},
	"days_range":           {"%s to %s", "%s至%s", "%s至%s"},
	"hours_range":          {"%s to %s", "%s 至 %s", "%s 至 %s"},

	// What is wrong with a source.
	"reason_never_read":   {"It has never been read.", "從未成功讀取。", "从未成功读取。"},
	"reason_last_read":    {"It was last read %s ago.", "最後一次成功讀取是 %s前。", "最后一次成功读取是 %s前。"},
	"reason_quiet_for":    {"It has published nothing for %s; more than %s is unusual for it.", "它已有 %s沒有發佈內容；超過 %s即屬異常。", "它已有 %s没有发布内容；超过 %s即属异常。"},
	"reason_few_articles": {"Its last response had %d articles; it usually has %d.", "上次讀取只有 %d 篇文章，平常有 %d 篇。", "上次读取只有 %d 篇文章，平常有 %d 篇。"},
}
