package i18n

// reasonPhrases say why something was decided. Each is named reason_ and the kind of a
// models.Reason.
var reasonPhrases = map[string]Phrase{
	// Why a recipient gets a notice.
	"reason_matched":         {"the rule %s matched (list: %s)", "符合規則%s（名單：%s）", "符合规则%s（名单：%s）"},
	"reason_matched_many":    {"the rules %s matched (list: %s)", "符合規則%s（名單：%s）", "符合规则%s（名单：%s）"},
	"reason_status_changed":  {"the status of the event changed", "事件狀態有更新", "事件状态有更新"},
	"reason_not_assigned":    {"not assigned to anyone after %s; it was sent to %s", "發送後 %s仍無人跟進；原收件人為 %s", "发送后 %s仍无人跟进；原收件人为 %s"},
	"reason_deputy":          {"deputy for %s until %s", "你代 %s 接收，至%s為止", "你代 %s 接收，至%s为止"},
	"reason_deputy_left":     {"the deputy %s (until %s) has unsubscribed, so this comes to you", "%s 原應代為接收（至%s為止），但已取消訂閱，故改為發送予你", "%s 原应代为接收（至%s为止），但已取消订阅，因此改为发送给你"},
	"reason_reaches_nobody":  {"a critical alert reached nobody on the list %s", "一則極重要的通知發送至名單 %s，但無人收到", "一条极重要的通知发送到名单 %s，但无人收到"},
	"reason_recipient_gone":  {"the recipient %s is no longer configured, so the list %s receives this", "收件人 %s 已從設定中移除，現由名單 %s 接收", "收件人 %s 已从配置中移除，现由名单 %s 接收"},
	"reason_deferred_alerts": {"%d deferred alert|%d deferred alerts", "%d 則延後發送的通知", "%d 条延后发送的通知"},
	"reason_source_health":   {"the source %s is %s", "來源 %s 的狀態：%s", "来源 %s 的状态：%s"},
	"reason_source_gap":      {"articles of %s may have been missed", "可能遺漏 %s 的文章", "可能遗漏 %s 的文章"},
	"reason_channel_health":  {"the channel %s is %s", "渠道 %s 的狀態：%s", "渠道 %s 的状态：%s"},
	"reason_undelivered":     {"%d message could not be delivered to %s|%d messages could not be delivered to %s", "%d 則訊息未能送達 %s", "%d 条消息未能送达 %s"},
	"reason_channel_removed": {"%d message is queued for %s, which is no longer configured|%d messages are queued for %s, which is no longer configured", "有 %d 則訊息待經 %s 發送，但該渠道已從設定中移除", "有 %d 条消息待经 %s 发送，但该渠道已从配置中移除"},
	"reason_no_other_way":    {"nobody who receives health messages can be reached through another channel", "所有接收運作訊息的人均沒有其他可用渠道", "所有接收运行消息的人均没有其他可用渠道"},
	"reason_digest":          {"you subscribe to the digest %s", "你已訂閱摘要 %s", "你已订阅摘要 %s"},
	"reason_opt_out_request": {"%s asked to unsubscribe from %s, which is mandatory", "%s 要求取消訂閱 %s，而該訂閱屬強制性質", "%s 要求取消订阅 %s，而该订阅为强制订阅"},
	"reason_test":            {"someone asked for a test message", "有人要求發送測試訊息", "有人要求发送测试消息"},

	"reason_verify":     {"%s was entered as an address for messages from regwatch", "%s 已登記為 regwatch 的收件地址", "%s 已登记为 regwatch 的收件地址"},
	"reason_unverified": {"%s has not been confirmed for %s", "%s 經過 %s仍未確認", "%s 已超过 %s未确认"},
	"reason_confirmed":  {"%s was not confirmed yet", "%s 當時尚未確認", "%s 当时尚未确认"},
	"reason_date_near":  {"you were sent this event (list: %[3]s); this is the reminder %[1]d day before %[2]s|you were sent this event (list: %[3]s); this is the reminder %[1]d days before %[2]s", "你收到過此事件的通知（名單：%[3]s）；這是%[2]s前 %[1]d 天的提示", "你收到过此事件的通知（名单：%[3]s）；这是%[2]s前 %[1]d 天的提醒"},
	"reason_dates_near": {"%d key date of events that you were sent is near|%d key dates of events that you were sent are near", "你收到過通知的事件中，有 %d 個重要日期臨近", "你收到过通知的事件中，有 %d 个重要日期临近"},

	"health_failing": {"failing", "故障", "故障"},
	"health_dead":    {"dead", "失效", "失效"},
	"health_quiet":   {"quiet", "沒有新內容", "无新内容"},
	"health_shrunk":  {"publishing less than usual", "內容較平常少", "内容少于平常"},
	"health_healthy": {"working again", "已恢復", "已恢复"},

	// Why an alert is sent now.
	"reason_new_event":    {"new event", "新事件", "新事件"},
	"reason_may_belong":   {"new event; it may belong to “%s”", "新事件；可能屬於「%s」", "新事件；可能属于“%s”"},
	"reason_revised":      {"the article was completed or edited and now matches", "文章經補充或修改後符合規則", "文章经补充或修改后符合规则"},
	"reason_first_report": {"another report of a known event, the first that matches your rules", "已知事件的另一篇報道，首次符合你的規則", "已知事件的另一篇报道，首次符合你的规则"},
	"reason_rule_applied": {"a rule was applied to stored articles", "規則已套用於早前收錄的文章", "规则已应用于此前收录的文章"},
	"reason_lost_before":  {"an earlier alert of this event could not be delivered", "此事件先前的通知未能送達", "此事件此前的通知未能送达"},

	"reason_since": {"since then %s", "其後%s", "其后%s"},

	// Why a notice is not sent.
	"reason_mention_only":   {"the article only mentions %s", "文章只順帶提及%s", "文章仅顺带提及%s"},
	"reason_less_certain":   {"it is less certain that this is relevant to %s; the digest lists it", "此事與%s的關聯不太確定；已列入摘要", "此事与%s的关联不太确定；已列入摘要"},
	"reason_for_digest":     {"%s is delivered in the digest", "%s只在摘要中發送", "%s只在摘要中发送"},
	"reason_unlikely":       {"it is unlikely that this is relevant to %s; the digest only counts it", "此事與%s有關的可能性不大；摘要只計算數目", "此事与%s有关的可能性不大；摘要仅计入数量"},
	"reason_draft_only":     {"only draft rules matched: %s", "只符合草擬規則：%s", "仅符合草稿规则：%s"},
	"reason_baseline":       {"first scan of %s: the article is older than the look-back period", "首次掃描 %s：文章早於回溯期", "首次扫描 %s：文章早于回溯期"},
	"reason_below_severity": {"severity %s is below %s, the minimum of %s", "重要程度「%s」低於 %[3]s 設定的下限「%[2]s」", "重要程度“%s”低于 %[3]s 设置的下限“%[2]s”"},
	"reason_muted_event":    {"this event is muted until %s", "此事件已靜音至%s", "此事件已静音至%s"},
	"reason_muted_rule":     {"the rule %[2]s is muted until %[1]s", "規則 %[2]s 已靜音至%[1]s", "规则 %[2]s 已静音至%[1]s"},
	"reason_muted_source":   {"the source %[2]s is muted until %[1]s", "來源 %[2]s 已靜音至%[1]s", "来源 %[2]s 已静音至%[1]s"},
	"reason_muted_by":       {"%s by %s", "%s（由 %s 設定）", "%s（由 %s 设置）"},
	"reason_muted_because":  {"%s: %s", "%s：%s", "%s：%s"},

	"reason_no_destination":     {"%s has no destination", "%s 未設定任何發送目的地", "%s 未配置任何发送目的地"},
	"reason_only_failing":       {"%s has no destination other than %s, which is failing", "%s 只設定了目的地 %s，而該目的地發生故障", "%s 只配置了目的地 %s，而该目的地发生故障"},
	"reason_opted_out":          {"%s is unsubscribed from %s", "%s 已取消訂閱 %s", "%s 已取消订阅 %s"},
	"reason_opted_out_all":      {"every address is unsubscribed from %s", "所有地址均已取消訂閱 %s", "所有地址均已取消订阅 %s"},
	"reason_known":              {"already sent for this event; %s published %s", "此事件已通知；%s 的報道屬%s", "此事件已通知；%s 的报道属于%s"},
	"reason_known_edit":         {"already sent for this event; this is revision %d of the article", "此事件已通知；這是文章的第 %d 版", "此事件已通知；这是文章的第 %d 版"},
	"reason_sent_graver":        {"superseded: the event became %s while this was deferred, and that was sent immediately", "已被取代：延後期間事件的重要程度升至「%s」，並已即時通知", "已被取代：延后期间事件的重要程度升至“%s”，并已立即通知"},
	"reason_gap_known":          {"a gap of this source was reported less than a week ago", "此來源的遺漏在過去一星期內已作通知", "此来源的遗漏在过去一周内已通知"},
	"reason_nothing_to_say":     {"there is nothing to report, and %s skips empty digests", "期內沒有內容，而摘要 %s 設定為沒有內容時不發送", "本期没有内容，而摘要 %s 设置为没有内容时不发送"},
	"reason_all_opted_out":      {"the recipient %s is no longer configured, and every address on the list %s is unsubscribed", "收件人 %s 已從設定中移除，而名單 %s 的所有地址均已取消訂閱", "收件人 %s 已从配置中移除，而名单 %s 的所有地址均已取消订阅"},
	"reason_not_relevant":       {"the event was marked as not relevant", "事件已標記為無關", "事件已标记为不相关"},
	"reason_date_moved":         {"the event no longer mentions %s", "事件不再提及%s", "事件不再提及%s"},
	"reason_date_passed":        {"%s passed while this was deferred", "%s已在延後期間過去", "%s已在延后期间过去"},
	"reason_nearer":             {"superseded by a nearer reminder of %s, sent at the same time", "已由同時發出、距離%s更近的提示取代", "已由同时发出、距离%s更近的提醒取代"},
	"joined_the_same_link":      {"the same link", "相同連結", "相同链接"},
	"joined_a_copy_of_the_text": {"a copy of the text", "相同內容", "相同正文"},
	"joined_the_same_headline":  {"the same headline", "相同標題", "相同标题"},
	"joined_a_similar_report":   {"a similar report", "相近的報道", "相近的报道"},

	// Why a notice is deferred.
	"reason_frequency":     {"the frequency of %s (%s)", "按 %s 的通知頻率（%s）發送", "按 %s 的通知频率（%s）发送"},
	"reason_outside_hours": {"outside the hours of %s (%s)", "不在 %s 的接收時段（%s）內", "不在 %s 的接收时段（%s）内"},
	"reason_holiday":       {"outside the hours of %s: %s is a holiday", "不在 %s 的接收時段內：%s為假期", "不在 %s 的接收时段内：%s为节假日"},
	"reason_burst":         {"more than %d alert to %s within %s|more than %d alerts to %s within %s", "%[3]s內向 %[2]s 發送的通知超過 %[1]d 則", "%[3]s内向 %[2]s 发送的通知超过 %[1]d 条"},
	"reason_with_event":    {"sent together with other deferred alerts of this event", "與此事件其他延後的通知一併發送", "与此事件其他延后的通知一并发送"},
	"waited_for":           {"Reason for the delay: %s.", "延後原因：%s。", "延后原因：%s。"},
	"hourly":               {"hourly", "每小時", "每小时"},
	"daily_at":             {"daily at %s", "每日 %s", "每天 %s"},
	"weekly_at":            {"weekly on %s at %s", "逢%s %s", "每%s %s"},
	"days_range":           {"%s to %s", "%s至%s", "%s至%s"},
	"hours_range":          {"%s to %s", "%s 至 %s", "%s 至 %s"},

	// What is wrong with a source.
	"reason_never_read":   {"It has never been read.", "從未成功讀取。", "从未成功读取。"},
	"reason_last_read":    {"It was last read %s ago.", "上次成功讀取在 %s前。", "上次成功读取是在 %s前。"},
	"reason_quiet_for":    {"It has published nothing for %s; more than %s is unusual for it.", "已有 %s沒有發布內容；超過 %s即屬異常。", "已有 %s未发布内容；超过 %s即属异常。"},
	"reason_few_articles": {"Its last response had %d articles; it usually has %d.", "上次讀取只得 %d 篇文章，平常約有 %d 篇。", "上次只读取到 %d 篇文章，平常约有 %d 篇。"},
}
