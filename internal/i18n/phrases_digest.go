package i18n

// digestPhrases are the phrases of digests and summaries.
var digestPhrases = map[string]Phrase{
	"digest":         {"Digest", "摘要", "摘要"},
	"digest_daily":   {"Daily digest", "每日摘要", "每日摘要"},
	"digest_weekly":  {"Weekly digest", "每週摘要", "每周摘要"},
	"digest_monthly": {"Monthly digest", "每月摘要", "每月摘要"},
	"digest_reason":  {"this address is subscribed to the digest %s", "此地址已訂閱摘要 %s", "此地址已订阅摘要 %s"},
	"issue":          {"Issue %s", "期號 %s", "期号 %s"},
	"late_missed":    {"This digest is late: %d earlier digest was not created when it was due. It covers the whole time since the last digest.|This digest is late: %d earlier digests were not created when they were due. It covers the whole time since the last digest.", "本期摘要延遲發出：之前有 %d 期未能如期製作。本期涵蓋自上一期以來的整段時間。", "本期摘要延迟发出：此前有 %d 期未能按时生成。本期涵盖自上一期以来的整段时间。"},

	"near":         {"Dates to act on in the next 30 days", "未來 30 天內的重要日期", "未来 30 天内的重要日期"},
	"more_dates":   {"%d more date|%d more dates", "另有 %d 個日期", "另有 %d 个日期"},
	"since_last":   {"Since the last digest", "自上一期以來", "自上一期以来"},
	"changed":      {"Changed since the last digest", "自上一期以來的變化", "自上一期以来的变化"},
	"more_changes": {"%d more event changed|%d more events changed", "另有 %d 宗事件有新變化", "另有 %d 个事件有新变化"},

	"late_mark":   {"late", "延遲", "延迟"},
	"late_label":  {"Late.", "延遲。", "延迟。"},
	"late":        {"This digest is late: regwatch was not running when it was due. It covers the whole time since the last digest.", "本期摘要延遲發出：原定時間 regwatch 未有運行。本期涵蓋自上一期以來的整段時間。", "本期摘要延迟发出：原定时间 regwatch 未在运行。本期涵盖自上一期以来的整段时间。"},
	"events":      {"%d event|%d events", "%d 宗事件", "%d 个事件"},
	"tally":       {"%d %s", "%[2]s %[1]d 宗", "%[2]s %[1]d 个"},
	"more_events": {"%d more event|%d more events", "另有 %d 宗事件", "另有 %d 个事件"},
	"updated":     {"updated", "有更新", "有更新"},

	"nothing_read":  {"No source could be read in this period, so this digest cannot tell whether anything was published.", "期內未能讀取任何來源，因此本摘要無法確定期內有否發布相關內容。", "本期未能读取任何来源，因此本摘要无法确定期间是否发布了相关内容。"},
	"nothing_some":  {"Nothing that %[1]d source published matches your watch rules; %[2]d could not be read.|Nothing that %[1]d sources published matches your watch rules; %[2]d could not be read.", "%[1]d 個來源在期內發布的內容均不符合你的監察規則；另有 %[2]d 個來源未能讀取。", "%[1]d 个来源在本期发布的内容均不符合你的监测规则；另有 %[2]d 个来源未能读取。"},
	"nothing_found": {"Nothing published in this period matches your watch rules.", "期內發布的內容均不符合你的監察規則。", "本期发布的内容均不符合你的监测规则。"},

	// The parts of nothing_likely begin with nothing_as_.
	"nothing_likely":          {"No event in this period is likely to be relevant: %s.", "期內沒有很可能相關的事件：%s。", "本期没有很可能相关的事件：%s。"},
	"nothing_as_less_certain": {"%d is less certain|%d are less certain", "%d 宗不太確定", "%d 个不太确定"},
	"nothing_as_unlikely":     {"%d is unlikely|%d are unlikely", "%d 宗相關的可能性不大", "%d 个相关的可能性不大"},
	"nothing_as_not_relevant": {"%d was marked as not relevant|%d were marked as not relevant", "%d 宗已標記為無關", "%d 个已标记为不相关"},

	"less_certain":      {"Less certain", "不太確定是否相關", "不太确定是否相关"},
	"less_certain_note": {"These match a rule but may not be relevant, so no alert was sent.", "以下事件符合規則，但未必相關，因此沒有發送通知。", "以下事件符合规则，但未必相关，因此没有发送通知。"},
	"more_less_certain": {"and %d more: regwatch events --held less-certain", "另有 %d 宗，如要列出，請執行：regwatch events --held less-certain", "另有 %d 个，如需列出，请运行：regwatch events --held less-certain"},
	"not_relevant":      {"%d event marked as not relevant is left out.|%d events marked as not relevant are left out.", "已略去 %d 宗標記為無關的事件。", "已略去 %d 个标记为不相关的事件。"},

	"rule_counts":  {"New events each week, by rule", "各規則每週新增事件數目", "各规则每周新增事件数"},
	"counts_over":  {"Twelve weeks, from %s to %s. Totals for 7 days · 12 weeks:", "由%s至%s，共十二週。右列數字為最近 7 天及 12 週的合計：", "自%s至%s，共十二周。右侧数字为最近 7 天和 12 周的合计："},
	"counts_weeks": {"Twelve weeks, from %s to %s.", "由%s至%s，共十二週。", "自%s至%s，共十二周。"},
	"last_week":    {"7 days", "7 天", "7 天"},
	"all_weeks":    {"12 weeks", "12 週", "12 周"},
	"week_of_all":  {"%d · %d", "%d · %d", "%d · %d"},

	"coverage":      {"Coverage", "監察範圍", "监测范围"},
	"answered":      {"%[1]d of %[2]s responded; %[3]s.", "%[2]s中有 %[1]d 個讀取成功；%[3]s。", "%[2]s中 %[1]d 个读取成功；%[3]s。"},
	"sources":       {"%d source|%d sources", "%d 個來源", "%d 个来源"},
	"articles_read": {"%d new article was read|%d new articles were read", "期內讀取 %d 篇新文章", "本期读取 %d 篇新文章"},
	"no_sources":    {"No source is configured, so nothing was monitored.", "尚未設定任何來源，因此沒有監察任何內容。", "尚未设置任何来源，因此未监测任何内容。"},
	"never":         {"has never been read", "從未成功讀取", "从未成功读取"},
	"last_answered": {"last read %s", "最後一次成功讀取：%s", "最后一次成功读取：%s"},
	"more_failing":  {"%d more source with problems|%d more sources with problems", "另有 %d 個來源有問題", "另有 %d 个来源有问题"},

	"odd_quiet":       {"has published nothing new since %s", "自%s起沒有發布新內容", "自%s起未发布新内容"},
	"odd_quiet_ever":  {"has published nothing new yet", "至今沒有發布新內容", "至今未发布新内容"},
	"odd_shrunk":      {"has returned far fewer articles than usual since %s", "自%s起文章數目遠少於平常", "自%s起文章数量远少于平常"},
	"odd_shrunk_ever": {"returns far fewer articles than usual", "文章數目遠少於平常", "文章数量远少于平常"},

	"held":              {"Events not sent to some or all readers: %s.", "以下事件未有發送予部分或全部收件人：%s。", "以下事件未发送给部分或全部收件人：%s。"},
	"held_muted":        {"%d muted", "%d 宗已靜音", "%d 个已静音"},
	"held_severity":     {"%d below the minimum severity", "%d 宗低於最低重要程度", "%d 个低于最低重要程度"},
	"held_opted_out":    {"%d whose readers are unsubscribed", "%d 宗的收件人已取消訂閱", "%d 个的收件人已取消订阅"},
	"held_mention":      {"%d that only mention a topic", "%d 宗只提及主題", "%d 个仅提及主题"},
	"held_less_certain": {"%d whose relevance is less certain", "%d 宗的關聯不太確定", "%d 个的关联不太确定"},
	"held_digest":       {"%d that their rules deliver in the digest", "%d 宗按規則只在摘要中發送", "%d 个按规则只在摘要中发送"},
	"held_unlikely":     {"%d whose relevance is unlikely (to list them, run: regwatch events --held unlikely)", "%d 宗有關聯的可能性不大（如要列出，請執行：regwatch events --held unlikely）", "%d 个有关联的可能性不大（如需列出，请运行：regwatch events --held unlikely）"},
	"held_exception":    {"%d held by exceptions (to list them, run: regwatch events --held exception)", "%d 宗因例外而不計（如要列出，請執行：regwatch events --held exception）", "%d 个因例外而不计（如需列出，请运行：regwatch events --held exception）"},
	"excepted":          {"%d match excepted. Not this: %s|%d matches excepted. Not this: %s", "%d 項因例外而不計：%s", "%d 项因例外而不计：%s"},
	"list_less_certain": {"List the events whose relevance is less certain", "列出關聯不太確定的事件", "列出关联不太确定的事件"},
	"list_unlikely":     {"List the events that are unlikely to be relevant", "列出關聯可能性不大的事件", "列出关联可能性不大的事件"},
	"list_exception":    {"List the events that exceptions hold", "列出因例外而不計的事件", "列出因例外而不计的事件"},
	"more_excepted":     {"%d more exception held matches|%d more exceptions held matches", "另有 %d 項例外", "另有 %d 项例外"},
	"held_draft":        {"%d found only by draft rules", "%d 宗只符合草擬規則", "%d 个仅符合草稿规则"},
	"held_baseline":     {"%d older than the look-back period of their source", "%d 宗早於來源的回溯期", "%d 个早于来源的回溯期"},

	// The command is the same in every language.
	"audit_head": {"To check the audit log up to here: regwatch audit verify --head %s", "核對截至此時的稽核記錄：regwatch audit verify --head %s", "核对截至此时的审计记录：regwatch audit verify --head %s"},

	"precise": {"From %s to %s.", "涵蓋時段：%s至%s。", "涵盖时段：%s至%s。"},
}
