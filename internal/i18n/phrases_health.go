package i18n

// healthPhrases describe the health of sources and channels, its effect on the reader,
// and what to do.
var healthPhrases = map[string]Phrase{
	"failing_label":   {"FAILING", "故障", "故障"},
	"recovered_label": {"RECOVERED", "已恢復", "已恢复"},
	"undelivered":     {"NOT DELIVERED", "未能送達", "未能送达"},
	"gap_label":       {"GAP", "可能遺漏", "可能遗漏"},
	"dead_label":      {"DEAD", "失效", "失效"},
	"quiet_label":     {"QUIET", "沒有新內容", "无新内容"},
	"shrunk_label":    {"SHRUNK", "內容減少", "内容减少"},

	"channel_recovered":      {"Channel recovered: %s", "渠道已恢復：%s", "渠道已恢复：%s"},
	"channel_recovered_body": {"Channel %s delivers again%s. Queued messages are being sent.", "渠道 %s%s已恢復發送，積壓的訊息正陸續發出。", "渠道 %s%s已恢复发送，积压的消息正在陆续发出。"},
	"channel_dead":           {"%d message not delivered: %s|%d messages not delivered: %s", "%d 則訊息未能送達：%s", "%d 条消息未能送达：%s"},
	"channel_dead_body": {
		"%d message could not be delivered through %s%s and will not be retried. To list undelivered messages and their errors, run: regwatch deliveries --state dead. The last error:|%d messages could not be delivered through %s%s and will not be retried. To list undelivered messages and their errors, run: regwatch deliveries --state dead. The last error:",
		"%d 則訊息未能經 %s 送達%s，不會再重試。如要查看未送達的訊息及原因，請執行 regwatch deliveries --state dead。最後一次錯誤：",
		"%d 条消息未能经 %s 送达%s，不会再重试。如需查看未送达的消息及原因，请运行 regwatch deliveries --state dead。最后一次错误：",
	},
	"unplanned":            {"Some messages are not sent", "部分訊息未能發出", "部分消息未能发出"},
	"unplanned_body":       {"regwatch crashes when it prepares them%s. It keeps them and retries. This is a bug in regwatch; its log has the details.", "regwatch %s在準備這些訊息時出錯。訊息會保留，稍後再試。這是 regwatch 的程式錯誤，詳情見日誌。", "regwatch %s在准备这些消息时出错。消息会保留，稍后重试。这是 regwatch 的程序错误，详情见日志。"},
	"channel_failing":      {"Channel failing: %s", "渠道故障：%s", "渠道故障：%s"},
	"channel_failing_body": {"Channel %s has delivered nothing%s. Messages are queued and will be sent when the channel works again.", "渠道 %s%s未能發送任何訊息。訊息會暫存，待渠道恢復後發出。", "渠道 %s%s未能发送任何消息。消息会暂存，待渠道恢复后发送。"},
	"last_read":            {" (last read %s)", "（最後一次成功讀取：%s）", "（最后一次成功读取：%s）"},
	"since":                {" since %s", "（自%s起）", "（自%s起）"},

	"unverified_label": {"NOT CONFIRMED", "未確認", "未确认"},
	"unverified":       {"Address not confirmed: %s", "地址未確認：%s", "地址未确认：%s"},
	"unverified_body": {
		"%s was asked on %s to confirm that it wants messages from regwatch, and has not confirmed yet. Messages to it are held until then. Ask its reader to use the link in the mail. To send the link again or confirm the address yourself, run: regwatch subscriptions verify",
		"%s 於%s收到確認要求，至今仍未確認。在確認之前，發送給該地址的訊息會暫存。請收件人使用郵件內的連結確認，或由 regwatch 管理員執行指令 regwatch subscriptions verify，重新發送連結或代為確認。",
		"%s 于%s收到确认请求，至今仍未确认。在确认之前，发送给该地址的消息会暂存。请收件人点击邮件中的链接确认，或由 regwatch 管理员运行命令 regwatch subscriptions verify，重新发送链接或代为确认。",
	},
	"unreached_label": {"NOT SENT", "未發送", "未发送"},
	"unreached":       {"Critical alert not sent to anyone: %s", "極重要的通知無人收到：%s", "极重要的通知无人收到：%s"},
	"unreached_body": {
		"The critical alert of %[1]s was not sent to anyone: everyone on its list and on the default list has unsubscribed or has no destination. To see the event, run: regwatch events show %[2]s. Then subscribe an address again or change the routes.",
		"%[1]s的極重要通知沒有發送給任何人：其名單及預設名單上的收件人均已取消訂閱，或未設定目的地。請執行 regwatch events show %[2]s 查看，然後重新訂閱地址或修改名單。",
		"%[1]s的极重要通知没有发送给任何人：其名单和默认名单上的收件人均已取消订阅，或未配置目的地。请运行 regwatch events show %[2]s 查看，然后重新订阅地址或修改名单。",
	},
	"exception_label": {"EXCEPTION", "例外", "例外"},
	"exception_ends":  {"Exception expires soon: not %s", "例外即將到期：不計%s", "例外即将到期：不计%s"},
	"exception_ended": {"Exception expired: not %s", "例外已到期：不計%s", "例外已到期：不计%s"},
	"exception_ends_body": {
		"From %[1]s on, articles that match %[2]s count again for %[3]s. To keep the exception, run: regwatch exceptions extend %[4]s --for 90d.",
		"由%[1]s起，符合%[2]s的文章將再次計入%[3]s。如要保留此例外，請執行 regwatch exceptions extend %[4]s --for 90d。",
		"从%[1]s起，符合%[2]s的文章将重新计入%[3]s。如需保留此例外，请运行 regwatch exceptions extend %[4]s --for 90d。",
	},
	"exception_ended_body": {
		"Since %[1]s, articles that match %[2]s count again for %[3]s. To use the exception again, run: regwatch exceptions extend %[4]s --for 90d.",
		"自%[1]s起，符合%[2]s的文章再次計入%[3]s。如要再次使用此例外，請執行 regwatch exceptions extend %[4]s --for 90d。",
		"自%[1]s起，符合%[2]s的文章重新计入%[3]s。如需再次使用此例外，请运行 regwatch exceptions extend %[4]s --for 90d。",
	},
	"exception_for_rule":   {"the rule %s", "規則%s", "规则%s"},
	"exception_for_source": {"all rules on the source %s", "來源 %s 的所有規則", "来源 %s 的所有规则"},
	"exception_for_all":    {"all rules", "所有規則", "所有规则"},
	"exception_held":       {"It has held %d match.|It has held %d matches.", "至今共有 %d 項因此不計。", "至今共有 %d 项因此不计。"},
	"exception_written":    {"Written by %s.", "由 %s 設定。", "由 %s 设置。"},
	"exception_reason":     {"Reason: %s", "原因：%s", "原因：%s"},

	"review_label":  {"REVIEW", "檢討規則", "复核规则"},
	"review_due":    {"Rule to review: %s", "規則待檢討：%s", "规则待复核：%s"},
	"review_passed": {"Rule review overdue: %s", "規則逾期未檢討：%s", "规则逾期未复核：%s"},
	"review_body": {
		"The rule %[1]s is to be reviewed by %[2]s. Check that it still finds what you need, then set its next date with: regwatch rules reviewed %[3]s --next DATE.",
		"規則%[1]s須於%[2]s或之前檢討。請確認規則仍然符合需要，然後執行 regwatch rules reviewed %[3]s --next DATE 設定下次日期。",
		"规则%[1]s须在%[2]s或之前复核。请确认规则仍然符合需要，然后运行 regwatch rules reviewed %[3]s --next DATE 设置下次日期。",
	},
	"review_passed_body": {
		"The rule %[1]s was to be reviewed by %[2]s. Check that it still finds what you need, then set its next date with: regwatch rules reviewed %[3]s --next DATE.",
		"規則%[1]s原應於%[2]s或之前檢討。請確認規則仍然符合需要，然後執行 regwatch rules reviewed %[3]s --next DATE 設定下次日期。",
		"规则%[1]s原应在%[2]s或之前复核。请确认规则仍然符合需要，然后运行 regwatch rules reviewed %[3]s --next DATE 设置下次日期。",
	},
	"review_caught":     {"Since %[2]s it has alerted to %[1]d event.|Since %[2]s it has alerted to %[1]d events.", "自%[2]s起，此規則就 %[1]d 宗事件發出通知。", "自%[2]s起，此规则就 %[1]d 个事件发出通知。"},
	"review_precision":  {"People marked %[1]d of its events: %[2]d relevant, %[3]d not (precision %[4]s).", "其中 %[1]d 宗已有評價：%[2]d 宗有關，%[3]d 宗無關（準確率 %[4]s）。", "其中 %[1]d 个已有评价：%[2]d 个相关，%[3]d 个不相关（准确率 %[4]s）。"},
	"review_unmarked":   {"Nobody has marked any of its events, so its precision is not known.", "尚未有人評價其事件，因此準確率不詳。", "尚无人评价其事件，因此准确率未知。"},
	"review_exceptions": {"Exceptions held %d match.|Exceptions held %d matches.", "另有 %d 項因例外而不計。", "另有 %d 项因例外而不计。"},

	"leave_label": {"REQUEST", "取消訂閱要求", "退订请求"},
	"leave":       {"Asks to unsubscribe: %s", "要求取消訂閱：%s", "请求取消订阅：%s"},
	"leave_body": {
		"%[1]s asked on %[2]s to unsubscribe from %[3]s, which is mandatory, so it still receives messages. To allow it to unsubscribe, run: regwatch subscriptions unsubscribe %[3]s %[1]s --by NAME --force",
		"%[1]s 於%[2]s要求取消訂閱 %[3]s。此訂閱屬強制性質，因此仍會收到訊息。如准許取消，請執行：regwatch subscriptions unsubscribe %[3]s %[1]s --by NAME --force",
		"%[1]s 于%[2]s请求取消订阅 %[3]s。此订阅为强制订阅，因此仍会收到消息。如允许取消，请运行：regwatch subscriptions unsubscribe %[3]s %[1]s --by NAME --force",
	},

	"leave_health_body": {
		"%[1]s asked on %[2]s to stop receiving health messages. Nobody can unsubscribe from these, so it still receives them. To stop them, remove the recipient %[3]s from health in regwatch.yaml.",
		"%[1]s 於%[2]s要求停止接收運作訊息。此類訊息不能取消訂閱，因此仍會收到。如要停止，請在 regwatch.yaml 的 health 中移除收件人 %[3]s。",
		"%[1]s 于%[2]s请求停止接收运行消息。此类消息不能取消订阅，因此仍会收到。如需停止，请在 regwatch.yaml 的 health 中移除收件人 %[3]s。",
	},

	"gap": {"Articles may have been missed: %s", "可能遺漏文章：%s", "可能遗漏文章：%s"},
	"gap_body": {
		"Between %s and %s, articles of %s may have been missed: the second fetch contained none of the articles of the first. Check the site for what it published in between, or scan this source more often (cron in its settings).",
		"由%s至%s，可能遺漏了 %s 的文章：前後兩次讀取的內容沒有相同的文章。請到其網站查看其間發布的內容，或提高此來源的掃描頻率（設定中的 cron）。",
		"从%s到%s，可能遗漏了 %s 的文章：前后两次读取的内容没有相同的文章。请到其网站查看这段时间发布的内容，或提高此来源的扫描频率（设置中的 cron）。",
	},
	"source_failing":      {"Source failing: %s", "來源故障：%s", "来源故障：%s"},
	"source_failing_body": {"regwatch cannot read %s%s. Until it recovers, regwatch does not see what this source publishes.", "regwatch 無法讀取 %s%s。在恢復之前，無法得知此來源發布的內容。", "regwatch 无法读取 %s%s。在恢复之前，无法获知此来源发布的内容。"},
	"source_dead":         {"Source dead: %s", "來源已失效：%s", "来源已失效：%s"},
	"source_dead_body":    {"regwatch has not been able to read %s for a week.%s It does not see what this source publishes. Find its new address, or turn the source off (enabled: false).", "regwatch 已有一星期無法讀取 %s。%s期間無法得知此來源發布的內容。請查找新網址，或停用此來源（enabled: false）。", "regwatch 已有一周无法读取 %s。%s期间无法获知此来源发布的内容。请查找新网址，或停用此来源（enabled: false）。"},
	"source_quiet":        {"Source quiet: %s", "來源沒有新內容：%s", "来源无新内容：%s"},
	"source_quiet_body":   {"%s responds but has published nothing new%s.%s It may have moved, or its feed may be abandoned; check the site. If this is normal, increase expect in its settings.", "%s 可以讀取，但沒有發布新內容%s。%s網站可能已遷移，或訂閱源已停止更新；請到網站查看。如屬正常，請在設定中調高 expect。", "%s 可以读取，但未发布新内容%s。%s网站可能已迁移，或订阅源已停止更新；请到网站查看。如属正常，请在设置中调高 expect。"},
	"source_shrunk":       {"Source shrunk: %s", "來源內容減少：%s", "来源内容减少：%s"},
	"source_shrunk_body":  {"%s returns far fewer articles than usual.%s The format of its page or feed may have changed. To see what regwatch reads, run: regwatch sources try.", "%s 的文章數目遠少於平常。%s網頁或訂閱源的格式可能已改變。如要查看 regwatch 讀取到的內容，請執行 regwatch sources try。", "%s 的文章数量远少于平常。%s网页或订阅源的格式可能已改变。如需查看 regwatch 读取到的内容，请运行 regwatch sources try。"},

	"source_recovered": {"Source recovered: %s", "來源已恢復：%s", "来源已恢复：%s"},
	"source_publishes": {"%s publishes again%s.", "%s 已恢復發布新內容%s。", "%s 已恢复发布新内容%s。"},
	"source_whole":     {"%s returns its usual number of articles again%s.", "%s 的文章數目已恢復正常%s。", "%s 的文章数量已恢复正常%s。"},
	"source_answers":   {"Source %s responds again%s. What it published in the meantime is processed as usual.", "來源 %s 已恢復讀取%s，其間發布的內容會如常處理。", "来源 %s 已恢复读取%s，其间发布的内容会照常处理。"},
}
