package render

// healthPhrases tell of sources and channels: what they do, what that means for
// the reader, and what can be done.
var healthPhrases = map[string]phrase{
	"failing_label":   {"FAILING", "故障", "故障"},
	"recovered_label": {"RECOVERED", "已恢復", "已恢复"},
	"undelivered":     {"NOT DELIVERED", "未能送達", "未能送达"},
	"gap_label":       {"GAP", "可能遺漏", "可能遗漏"},
	"dead_label":      {"DEAD", "失效", "失效"},
	"quiet_label":     {"QUIET", "沉寂", "沉寂"},
	"shrunk_label":    {"SHRUNK", "內容減少", "内容减少"},

	"channel_recovered":      {"Channel recovered: %s", "渠道已恢復：%s", "渠道已恢复：%s"},
	"channel_recovered_body": {"Channel %s delivers again%s. What was held back is being sent.", "渠道 %s%s已恢復發送，積壓的訊息正陸續發出。", "渠道 %s%s已恢复发送，积压的消息正陆续发出。"},
	"channel_dead":           {"%d message not delivered: %s|%d messages not delivered: %s", "%d 則訊息未能送達：%s", "%d 则消息未能送达：%s"},
	"channel_dead_body": {
		"%d message could not be delivered through %s%s and will not be tried again. regwatch deliveries --state dead lists what was given up, and why. The last reason:|%d messages could not be delivered through %s%s and will not be tried again. regwatch deliveries --state dead lists what was given up, and why. The last reason:",
		"%d 則訊息未能經 %s 送達%s，不會再試。執行 regwatch deliveries --state dead 可查看已放棄的訊息及原因。最後一次的原因：",
		"%d 则消息未能经 %s 送达%s，不会再试。运行 regwatch deliveries --state dead 可查看已放弃的消息及原因。最后一次的原因：",
	},
	"unplanned":            {"Some messages are not sent", "部分訊息未能發出", "部分消息未能发出"},
	"unplanned_body":       {"regwatch crashes when it plans them%s. It keeps them and tries again. This is a bug in regwatch, and its log has the details.", "regwatch %s在準備這些訊息時出錯。訊息會保留並再次嘗試。這是 regwatch 的程式錯誤，詳情見其日誌。", "regwatch %s在准备这些消息时出错。消息会保留并再次尝试。这是 regwatch 的程序错误，详情见其日志。"},
	"channel_failing":      {"Channel failing: %s", "渠道故障：%s", "渠道故障：%s"},
	"channel_failing_body": {"Channel %s has delivered nothing%s. What is owed through it is kept and sent when it works again.", "渠道 %s%s未能發送任何訊息。待發訊息會保留，恢復後發出。", "渠道 %s%s未能发送任何消息。待发消息会保留，恢复后发出。"},
	"since":                {" since %s", "（自%s起）", "（自%s起）"},

	"unverified_label": {"NOT CONFIRMED", "未確認", "未确认"},
	"unverified":       {"Address not confirmed: %s", "地址未確認：%s", "地址未确认：%s"},
	"unverified_body": {
		"%s was asked to confirm that it wants messages of regwatch on %s and has not done so. What is sent to it waits until then. Ask its reader to use the link in the mail, or whoever runs regwatch to send it again or to confirm the address: regwatch subscriptions verify.",
		"%s 於%s收到確認要求，至今仍未確認。在確認之前，發送給該地址的訊息會暫存。請收件人使用郵件內的連結，或由 regwatch 管理人員以指令 regwatch subscriptions verify 重新發送或代為確認。",
		"%s 于%s收到确认请求，至今仍未确认。在确认之前，发送给该地址的消息会暂存。请收件人使用邮件中的链接，或由 regwatch 管理人员使用命令 regwatch subscriptions verify 重新发送或代为确认。",
	},
	"unreached_label": {"NOT SENT", "未發送", "未发送"},
	"unreached":       {"Critical alert reaches nobody: %s", "重大通知無人收到：%s", "重大通知无人收到：%s"},
	"unreached_body": {
		"The critical alert of %[1]s was sent to nobody: everybody on its list and on the default list has unsubscribed or has no destination. Show it: regwatch events show %[2]s. Then subscribe an address again or change the routes.",
		"%[1]s的重大通知未有發送給任何人：其名單及預設名單上的所有地址均已取消訂閱，或未有設定。請以指令 regwatch events show %[2]s 查看，並重新訂閱地址或修改名單。",
		"%[1]s的重大通知未发送给任何人：其名单及默认名单上的所有地址均已取消订阅，或未设置。请用命令 regwatch events show %[2]s 查看，并重新订阅地址或修改名单。",
	},
	"leave_label": {"ASKED", "要求", "要求"},
	"leave":       {"Asks to leave: %s", "要求取消訂閱：%s", "要求取消订阅：%s"},
	"leave_body": {
		"%[1]s asked on %[2]s to leave %[3]s, which is mandatory, so it is still told. If it may leave: regwatch subscriptions leave %[3]s %[1]s --by NAME --force",
		"%[1]s 於%[2]s要求取消訂閱 %[3]s。此訂閱為強制性，因此仍會收到通知。如准許取消：regwatch subscriptions leave %[3]s %[1]s --by NAME --force",
		"%[1]s 于%[2]s要求取消订阅 %[3]s。此订阅为强制性，因此仍会收到通知。如准许取消：regwatch subscriptions leave %[3]s %[1]s --by NAME --force",
	},

	"gap": {"Articles may have been missed: %s", "可能遺漏文章：%s", "可能遗漏文章：%s"},
	"gap_body": {
		"Between %s and %s articles of %s may have been missed: at the second time its answer had none of the articles of the first. Look there by hand for what was published in between; if it publishes that much, let it be scanned more often (cron in its settings).",
		"由%s至%s，%s 的文章可能有所遺漏：後一次讀取的內容與前一次全無重疊。請人手查閱其間發佈的文章；如它經常大量發佈，請提高掃描頻率（設定中的 cron）。",
		"由%s至%s，%s 的文章可能有所遗漏：后一次读取的内容与前一次全无重叠。请人工查阅其间发布的文章；如它经常大量发布，请提高扫描频率（设置中的 cron）。",
	},
	"source_failing":      {"Source failing: %s", "來源故障：%s", "来源故障：%s"},
	"source_failing_body": {"regwatch has had no good answer from %s%s. Until it answers, what it publishes is not seen.", "regwatch 未能正常讀取 %s%s。在恢復之前，它發佈的內容不會被發現。", "regwatch 未能正常读取 %s%s。在恢复之前，它发布的内容不会被发现。"},
	"source_dead":         {"Source dead: %s", "來源失效：%s", "来源失效：%s"},
	"source_dead_body":    {"For a week regwatch has had no good answer from %s.%s What it publishes is not seen. Find its new address, or turn it off (enabled: false).", "regwatch 已有一星期未能正常讀取 %s。%s它發佈的內容不會被發現。請找出新網址，或將它停用（enabled: false）。", "regwatch 已有一周未能正常读取 %s。%s它发布的内容不会被发现。请找出新网址，或将它停用（enabled: false）。"},
	"source_quiet":        {"Source quiet: %s", "來源沉寂：%s", "来源沉寂：%s"},
	"source_quiet_body":   {"%s answers, and has had nothing new%s.%s It may have moved, or its feed been left behind: look at its site. If that is usual of it, raise expect in its settings.", "%s 可以讀取，但沒有新內容%s。%s它可能已遷移，或訂閱源已停止更新：請查看其網站。如屬正常，請在設定中調高 expect。", "%s 可以读取，但没有新内容%s。%s它可能已迁移，或订阅源已停止更新：请查看其网站。如属正常，请在设置中调高 expect。"},
	"source_shrunk":       {"Source shrunk: %s", "來源內容減少：%s", "来源内容减少：%s"},
	"source_shrunk_body":  {"%s answers with far fewer articles than is usual.%s Its page or feed may have changed its shape: regwatch sources try shows what is read of it.", "%s 的文章遠少於平常。%s其網頁或訂閱源的格式可能已改變：執行 regwatch sources try 可查看讀取結果。", "%s 的文章远少于平常。%s其网页或订阅源的格式可能已改变：运行 regwatch sources try 可查看读取结果。"},

	"source_recovered": {"Source recovered: %s", "來源已恢復：%s", "来源已恢复：%s"},
	"source_publishes": {"%s publishes again%s.", "%s %s再有新內容。", "%s %s再有新内容。"},
	"source_whole":     {"%s is whole again%s.", "%s %s恢復完整。", "%s %s恢复完整。"},
	"source_answers":   {"Source %s answers again%s. What it published meanwhile is read as usual.", "來源 %s %s恢復正常，其間發佈的內容會照常讀取。", "来源 %s %s恢复正常，其间发布的内容会照常读取。"},
}
