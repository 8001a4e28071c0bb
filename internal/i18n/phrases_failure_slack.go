package i18n

// slackFailurePhrases say why Slack refuses a message. They have the arguments of
// failurePhrases.
var slackFailurePhrases = map[string]Phrase{
	// The token and the app.
	"failure_slack_token":         {"Slack does not accept the bot token; put a valid one where the configuration points to", "Slack 不接受機械人權杖；請在設定指明的位置填入有效的權杖", "Slack 不接受机器人令牌；请在配置指明的位置填入有效的令牌"},
	"failure_slack_no_token":      {"Slack received no bot token; put one where the configuration points to", "Slack 沒有收到機械人權杖；請在設定指明的位置填入權杖", "Slack 没有收到机器人令牌；请在配置指明的位置填入令牌"},
	"failure_slack_token_revoked": {"the Slack bot token was revoked; install the app again and give regwatch the new token", "Slack 機械人權杖已被撤銷；請重新安裝應用程式，並在 regwatch 設定新權杖", "Slack 机器人令牌已被撤销；请重新安装应用，并在 regwatch 配置新令牌"},
	"failure_slack_token_expired": {"the Slack bot token has expired; give regwatch a new one", "Slack 機械人權杖已過期；請在 regwatch 設定新權杖", "Slack 机器人令牌已过期；请在 regwatch 配置新令牌"},
	"failure_slack_bot_removed":   {"the Slack bot was removed from the workspace; install the app again and give regwatch the new token", "Slack 機械人已被移出工作區；請重新安裝應用程式，並在 regwatch 設定新權杖", "Slack 机器人已被移出工作区；请重新安装应用，并在 regwatch 配置新令牌"},
	"failure_slack_scope":         {"the Slack bot lacks the scope %[5]s; add it to the app and install it again", "Slack 機械人欠缺權限 %[5]s；請為應用程式加入該權限並重新安裝", "Slack 机器人缺少权限 %[5]s；请为应用加入该权限并重新安装"},
	"failure_slack_not_bot":       {"the Slack token is not a bot token; give regwatch the bot token, which starts with xoxb-", "此 Slack 權杖並非機械人權杖；請在 regwatch 設定以 xoxb- 開首的機械人權杖", "此 Slack 令牌不是机器人令牌；请在 regwatch 配置以 xoxb- 开头的机器人令牌"},
	"failure_slack_not_app":       {"the Slack token does not belong to an app; give regwatch the bot token, which starts with xoxb-", "此 Slack 權杖不屬於應用程式；請在 regwatch 設定以 xoxb- 開首的機械人權杖", "此 Slack 令牌不属于应用；请在 regwatch 配置以 xoxb- 开头的机器人令牌"},
	"failure_slack_organisation":  {"the Slack token belongs to an organisation, which cannot post; install the app in a workspace and use its bot token", "此 Slack 權杖屬於機構，不能發布訊息；請在工作區安裝應用程式，並在 regwatch 設定該機械人權杖", "此 Slack 令牌属于组织，不能发布消息；请在工作区安装应用，并在 regwatch 配置该机器人令牌"},

	// The workspace.
	"failure_slack_moving":       {"the Slack workspace is being moved to an organisation; wait until that is done", "Slack 工作區正遷移至機構；請待遷移完成", "Slack 工作区正在迁移到组织；请等待迁移完成"},
	"failure_slack_suspended":    {"an administrator of the Slack workspace has suspended posting; ask the administrator", "Slack 工作區管理員已暫停發布；請向其查詢", "Slack 工作区管理员已暂停发布；请向其查询"},
	"failure_slack_not_approved": {"the Slack app is not approved in this workspace; ask an administrator to approve it", "Slack 應用程式不可在此工作區運作；請管理員批准", "Slack 应用不可在此工作区运行；请管理员批准"},
	"failure_slack_denied":       {"Slack denies access; ask an administrator of the workspace to approve the app", "Slack 拒絕存取；請工作區管理員批准應用程式", "Slack 拒绝访问；请工作区管理员批准应用"},
	"failure_slack_may_not_post": {"the Slack bot may not post; ask an administrator of the workspace", "Slack 機械人不可發布訊息；請向工作區管理員查詢", "Slack 机器人不可发布消息；请向工作区管理员查询"},
	"failure_slack_two_factor":   {"the Slack workspace requires two-factor authentication; ask its administrator", "Slack 工作區要求先設定雙重認證；請向其管理員查詢", "Slack 工作区要求先设置双重验证；请向其管理员查询"},
	"failure_slack_network":      {"the Slack workspace does not take requests from this network; ask its administrator to allow this machine's address", "Slack 工作區不接受來自此網絡的請求；請其管理員准許本機的地址", "Slack 工作区不接受来自此网络的请求；请其管理员允许本机的地址"},

	// Requests and responses.
	"failure_slack_outdated":     {"Slack no longer supports the requests of this version of regwatch; update regwatch", "Slack 不再支援此版本 regwatch 的請求；請更新 regwatch", "Slack 不再支持此版本 regwatch 的请求；请更新 regwatch"},
	"failure_slack_call":         {"Slack does not understand the request of regwatch; update regwatch, and check whether a proxy changes its requests", "Slack 無法理解 regwatch 的請求；請更新 regwatch，並檢查是否有代理伺服器更改了請求", "Slack 无法理解 regwatch 的请求；请更新 regwatch，并检查是否有代理服务器更改了请求"},
	"failure_slack_unknown_code": {"Slack refuses the message with an error that regwatch does not know; look it up in Slack's documentation, and update regwatch", "Slack 以 regwatch 不認識的錯誤拒絕了訊息；請查閱 Slack 的文件，並更新 regwatch", "Slack 以 regwatch 不认识的错误拒绝了消息；请查阅 Slack 的文档，并更新 regwatch"},
	"failure_slack_not_slack":    {"the server at the configured Slack address is not Slack; check the address", "設定的 Slack 地址並非由 Slack 回應；請檢查地址", "配置的 Slack 地址不是由 Slack 响应；请检查地址"},
	"failure_slack_no_json":      {"the server at Slack's address is not Slack, as it sends no JSON; check whether a proxy or a login page is in between", "Slack 的地址並非由 Slack 回應：沒有回傳 JSON；請檢查中間是否有代理伺服器或登入頁面", "Slack 的地址不是由 Slack 响应：没有返回 JSON；请检查中间是否有代理服务器或登录页面"},
	"failure_slack_not_ok":       {"Slack did not answer the webhook with ok", "Slack 沒有以 ok 回應 Webhook", "Slack 没有以 ok 响应 Webhook"},
	"failure_slack_unnamed":      {"Slack did not return the ID of the message", "Slack 的回應沒有指明訊息", "Slack 的响应没有指明消息"},
	"failure_slack_empty_lookup": {"Slack returned nothing for a lookup", "Slack 對查詢沒有回傳內容", "Slack 对查询没有返回内容"},

	// Incoming webhooks.
	"failure_slack_no_channel":    {"no Slack channel is configured for %[4]s; add channel: to it, with an ID such as C0123456789 or a #name", "%[4]s 未設定 Slack 頻道；請加入 channel:，填上如 C0123456789 的 ID 或 # 開首的名稱", "%[4]s 未配置 Slack 频道；请加入 channel:，填上如 C0123456789 的 ID 或 # 开头的名称"},
	"failure_slack_hook_address":  {"the incoming webhook's address is not valid; copy it again from Slack", "Slack Webhook 的網址無效；請從 Slack 重新複製", "Slack Webhook 的网址无效；请从 Slack 重新复制"},
	"failure_slack_hook_inactive": {"Slack has no active incoming webhook at the configured address; create a new one and configure its address", "設定的網址沒有生效的 Slack Webhook；請建立新的 Webhook，並在 regwatch 設定其網址", "配置的网址没有生效的 Slack Webhook；请新建 Webhook，并在 regwatch 配置其网址"},
	"failure_slack_hook_removed":  {"the incoming webhook was removed or disabled; create a new one and configure its address", "Slack Webhook 已被移除或停用；請建立新的 Webhook，並在 regwatch 設定其網址", "Slack Webhook 已被移除或停用；请新建 Webhook，并在 regwatch 配置其网址"},
	"failure_slack_hook_partial":  {"the incoming webhook's address is incomplete; copy it again from Slack", "Slack Webhook 的網址不完整；請從 Slack 重新複製", "Slack Webhook 的网址不完整；请从 Slack 重新复制"},
	"failure_slack_hook_no_team":  {"the incoming webhook's address names no workspace; copy it again from Slack", "Slack Webhook 的網址沒有指明工作區；請從 Slack 重新複製", "Slack Webhook 的网址没有指明工作区；请从 Slack 重新复制"},
	"failure_slack_hook_team":     {"the Slack workspace of the incoming webhook is disabled; ask its owner", "Webhook 所屬的 Slack 工作區已停用；請向其擁有者查詢", "Webhook 所属的 Slack 工作区已停用；请向其所有者查询"},

	// Channels and users.
	"failure_slack_channel_unknown": {"Slack finds no channel %[2]s that the bot can see; check it, and invite the bot there with /invite", "Slack 沒有機械人可見的頻道 %[2]s；請檢查，並以 /invite 邀請機械人加入", "Slack 没有机器人可见的频道 %[2]s；请检查，并用 /invite 邀请机器人加入"},
	"failure_slack_no_team":         {"Slack finds no workspace for the channel %[2]s; check it", "Slack 找不到頻道 %[2]s 的工作區；請檢查", "Slack 找不到频道 %[2]s 的工作区；请检查"},
	"failure_slack_not_invited":     {"the Slack bot is not in %[2]s; invite it there with /invite", "Slack 機械人不在 %[2]s；請以 /invite 邀請", "Slack 机器人不在 %[2]s；请用 /invite 邀请"},
	"failure_slack_archived":        {"the Slack channel %[2]s is archived; restore it, or configure another", "Slack 頻道 %[2]s 已封存；請還原，或改用其他頻道", "Slack 频道 %[2]s 已归档；请恢复，或改用其他频道"},
	"failure_slack_frozen":          {"the Slack channel %[2]s is frozen; ask an administrator", "Slack 頻道 %[2]s 已凍結；請向管理員查詢", "Slack 频道 %[2]s 已冻结；请向管理员查询"},
	"failure_slack_restricted":      {"a setting of the workspace prevents the Slack bot from posting to %[2]s; ask an administrator", "工作區設定不准 Slack 機械人在 %[2]s 發布；請向管理員查詢", "工作区设置不允许 Slack 机器人在 %[2]s 发布；请向管理员查询"},
	"failure_slack_shared_moving":   {"the shared Slack channel %[2]s is being moved; wait until that is done, or configure another", "共用 Slack 頻道 %[2]s 正在遷移；請待完成，或改用其他頻道", "共享 Slack 频道 %[2]s 正在迁移；请等待完成，或改用其他频道"},
	"failure_slack_no_replies":      {"the Slack channel %[2]s takes no replies; configure another", "Slack 頻道 %[2]s 不接受回覆；請改用其他頻道", "Slack 频道 %[2]s 不接受回复；请改用其他频道"},
	"failure_slack_read_only":       {"the Slack channel %[2]s is read-only for the bot; ask an administrator", "Slack 頻道 %[2]s 對機械人只讀；請向管理員查詢", "Slack 频道 %[2]s 对机器人只读；请向管理员查询"},
	"failure_slack_replies_only":    {"the Slack channel %[2]s accepts replies only; configure another", "Slack 頻道 %[2]s 只接受回覆；請改用其他頻道", "Slack 频道 %[2]s 只接受回复；请改用其他频道"},
	"failure_slack_forbidden":       {"an administrator has forbidden posting to %[2]s with this webhook; ask the administrator", "管理員已禁止以此 Webhook 在 %[2]s 發布；請向其查詢", "管理员已禁止用此 Webhook 在 %[2]s 发布；请向其查询"},
	"failure_slack_general":         {"an administrator has forbidden posting to the workspace's general channel %[2]s; configure another", "管理員已禁止在工作區的公共頻道 %[2]s 發布；請改用其他頻道", "管理员已禁止在工作区的公共频道 %[2]s 发布；请改用其他频道"},
	"failure_slack_messages_tab":    {"Slack shows %[2]s no messages of the app; switch on its messages tab", "Slack 不向 %[2]s 顯示應用程式的訊息；請開啟應用程式的訊息分頁", "Slack 不向 %[2]s 显示应用的消息；请打开应用的消息标签页"},
	"failure_slack_user_unknown":    {"Slack finds no user for %[2]s; check the address", "Slack 找不到用戶 %[2]s；請檢查地址", "Slack 找不到用户 %[2]s；请检查地址"},
	"failure_slack_user_hidden":     {"the Slack bot may not see the user %[2]s; ask an administrator", "Slack 機械人不可查看用戶 %[2]s；請向管理員查詢", "Slack 机器人不可查看用户 %[2]s；请向管理员查询"},
	"failure_slack_user_disabled":   {"the Slack user %[2]s is deactivated; configure another", "Slack 用戶 %[2]s 已停用；請改用其他用戶", "Slack 用户 %[2]s 已停用；请改用其他用户"},
	"failure_slack_bot":             {"%[2]s is a bot, and Slack does not let bots write to each other; check the address", "%[2]s 是機械人，而 Slack 不准機械人互發訊息；請檢查地址", "%[2]s 是机器人，而 Slack 不允许机器人互发消息；请检查地址"},
	"failure_slack_foreigner":       {"the Slack user %[2]s belongs to another organisation that shares no channel with yours; check the address", "Slack 用戶 %[2]s 屬於其他機構，而雙方沒有共用頻道；請檢查地址", "Slack 用户 %[2]s 属于其他组织，而双方没有共享频道；请检查地址"},
	"failure_slack_not_one":         {"%[2]s is not a single person or channel to which the Slack bot can write; check the address", "%[2]s 並非 Slack 機械人可發訊息的單一用戶或頻道；請檢查地址", "%[2]s 不是 Slack 机器人可发消息的单个用户或频道；请检查地址"},
}
