package i18n

// failurePhrases say why a channel fails. Each is named failure_ and the kind of a
// models.Failure. Its arguments are 1 the server, 2 the address, 3 the host, 4 the
// channel, 5 the scope, 6 the allowed login methods, 7 the offered ones, 8 the command, 9
// the number of attempts.
var failurePhrases = map[string]Phrase{
	"peer_webhook": {"the webhook's receiver", "Webhook 接收端", "Webhook 接收端"},
	"peer_monitor": {"the monitor", "監察服務", "监控服务"},
	"peer_mail":    {"the mail server %s", "郵件伺服器 %s", "邮件服务器 %s"},

	"peer_teams":      {"Microsoft Teams", "Microsoft Teams", "Microsoft Teams"},
	"peer_telegram":   {"Telegram", "Telegram", "Telegram"},
	"peer_mattermost": {"Mattermost", "Mattermost", "Mattermost"},
	"peer_pagerduty":  {"PagerDuty", "PagerDuty", "PagerDuty"},

	"failure_status":           {"status %d", "狀態碼 %d", "状态码 %d"},
	"failure_answer":           {": %s", "：「%s」", "：“%s”"},
	"failure_may_have_arrived": {"the message may have arrived", "訊息可能已送達", "消息可能已送达"},
	"failure_unreached":        {"%s cannot be reached", "無法連線至 %s", "无法连接到 %s"},
	"failure_unreached_proxy":  {"%s cannot be reached through the proxy of this machine's environment", "無法經本機環境設定的代理伺服器連線至 %s", "无法通过本机环境设置的代理服务器连接到 %s"},
	"failure_hook_channel":     {"the webhook's channel", "此 Webhook 的頻道", "此 Webhook 的频道"},
	"failure_at":               {" at %s", "（位址 %s）", "（地址 %s）"},

	// Why a delivery was not sent, where nothing failed. They are stored in English.
	"outcome_dropped":    {"dropped by %s: %s", "由 %s 取消發送：%s", "由 %s 取消发送：%s"},
	"outcome_superseded": {"superseded by a newer update of the same message", "已由同一訊息的較新更新取代", "已被同一消息的较新更新取代"},
	"outcome_summary":    {"sent in the summary %s", "已隨綜合訊息 %s 發送", "已随汇总消息 %s 发送"},
	"outcome_confirmed":  {"the address is confirmed", "地址已確認", "地址已确认"},

	// No connection.
	"failure_name_unknown":    {"the name %[3]s is not known; check the configured address and this machine's DNS", "域名 %[3]s 不存在；請檢查設定的地址及本機的 DNS", "域名 %[3]s 不存在；请检查配置的地址和本机的 DNS"},
	"failure_dns_silent":      {"DNS does not answer for %[3]s", "DNS 沒有回應 %[3]s 的查詢", "DNS 没有响应 %[3]s 的查询"},
	"failure_nothing_listens": {"no program is listening%[3]s", "沒有程式在監聽%[3]s", "没有程序在监听%[3]s"},
	"failure_no_answer":       {"no answer%[3]s in time", "未能及時收到回應%[3]s", "未及时收到响应%[3]s"},
	"failure_no_route":        {"there is no network route to the host%[3]s", "網絡無法到達對方%[3]s", "网络无法到达对方%[3]s"},
	"failure_not_reached":     {"no connection%[3]s was made", "未能建立連線%[3]s", "未能建立连接%[3]s"},
	"failure_no_connection":   {"no connection was made", "未能建立連線", "未能建立连接"},

	"failure_cert_name":       {"%[1]s shows a certificate for another name than %[3]s; configure the name that the certificate has", "%[1]s 的證書不屬於 %[3]s；請在設定中改用證書所載的名稱", "%[1]s 的证书不属于 %[3]s；请在配置中改用证书上的名称"},
	"failure_cert_untrusted":  {"%[1]s shows a certificate that this machine does not trust; add its authority to the system's trusted certificates", "本機不信任 %[1]s 的證書；請將其簽發機構加入本機的受信任證書", "本机不信任 %[1]s 的证书；请将其签发机构加入系统的受信任证书"},
	"failure_cert_expired":    {"%[1]s shows a certificate that has expired or is not yet valid; renew it, or set this machine's clock right", "%[1]s 的證書已過期或尚未生效；請更新證書，或校正本機時鐘", "%[1]s 的证书已过期或尚未生效；请更新证书，或校正本机时钟"},
	"failure_cert_invalid":    {"%[1]s shows a certificate that is not valid", "%[1]s 的證書無效", "%[1]s 的证书无效"},
	"failure_cert_unverified": {"%[1]s shows a certificate that cannot be verified", "無法驗證 %[1]s 的證書", "无法验证 %[1]s 的证书"},
	"failure_no_tls":          {"%[1]s does not speak TLS on this port; use the port for TLS, or tls: starttls", "%[1]s 在此連接埠不使用 TLS；請改用 TLS 的連接埠，或設定 tls: starttls", "%[1]s 在此端口不使用 TLS；请改用 TLS 的端口，或设置 tls: starttls"},
	"failure_tls_version":     {"%[1]s and regwatch have no TLS version or cipher in common; regwatch needs TLS 1.2 or newer", "%[1]s 與 regwatch 沒有共同支援的加密方式；regwatch 需要 TLS 1.2 或更新版本", "%[1]s 与 regwatch 没有共同支持的加密方式；regwatch 需要 TLS 1.2 或更新版本"},

	// Responses, and missing responses.
	"failure_timed_out":      {"%[1]s did not answer in time", "%[1]s 未有及時回應", "%[1]s 未及时响应"},
	"failure_cut":            {"the connection to %[1]s ended before it answered", "%[1]s 尚未回應，連線便已中斷", "%[1]s 尚未响应，连接就已中断"},
	"failure_pause":          {"%[1]s asks for a pause", "%[1]s 要求暫停發送", "%[1]s 要求暂停发送"},
	"failure_failed":         {"%[1]s failed", "%[1]s 發生錯誤", "%[1]s 发生错误"},
	"failure_not_taken":      {"%[1]s does not accept this message", "%[1]s 不接受這則訊息", "%[1]s 不接受这条消息"},
	"failure_too_large":      {"the message is too large for %[1]s", "訊息過大，%[1]s 不接受", "消息过大，%[1]s 不接受"},
	"failure_redirected":     {"the configured address of %[1]s redirects to another address; configure that one", "設定的 %[1]s 地址會轉址；請改用轉址後的地址", "配置的 %[1]s 地址会重定向；请改用重定向后的地址"},
	"failure_not_let_in":     {"%[1]s denies regwatch access; check the address, and that both sides have the same secret", "%[1]s 拒絕 regwatch 存取；請檢查地址，並確認雙方使用相同的密鑰", "%[1]s 拒绝 regwatch 访问；请检查地址，并确认双方使用相同的密钥"},
	"failure_no_receiver":    {"nothing accepts webhooks at the configured address; check it", "設定的地址沒有接收 Webhook 的程式；請檢查地址", "配置的地址没有接收 Webhook 的程序；请检查地址"},
	"failure_unwanted":       {"%[1]s no longer accepts messages; remove the channel from regwatch.yaml, or change its address", "%[1]s 不再接收訊息；請從 regwatch.yaml 移除此渠道，或改用其他地址", "%[1]s 不再接收消息；请从 regwatch.yaml 移除此渠道，或改用其他地址"},
	"failure_behind_gateway": {"%[1]s cannot be reached behind its gateway", "閘道無法連線至 %[1]s", "网关无法连接到 %[1]s"},

	// Faults on our side.
	"failure_bad_address":      {"the configured address of %[1]s is not valid; correct it where the configuration points to", "設定的 %[1]s 地址無效；請在設定指明的位置更正", "配置的 %[1]s 地址无效；请在配置指明的位置更正"},
	"failure_bad_recipient":    {"“%[2]s” is not an email address", "「%[2]s」不是電郵地址", "“%[2]s”不是邮箱地址"},
	"failure_not_written":      {"the message could not be written", "未能產生訊息", "未能生成消息"},
	"failure_links":            {"the links of the mail could not be created", "未能產生電郵內的連結", "未能生成邮件内的链接"},
	"failure_terminal":         {"the terminal could not be written to", "未能寫入終端機", "未能写入终端"},
	"failure_not_opened":       {"the channel cannot be opened with its current settings", "以目前的設定無法使用渠道", "以目前的配置无法使用渠道"},
	"failure_crashed":          {"regwatch crashed while it handled this message, and continues with the others; this is a bug in regwatch, and its log has the details", "regwatch 處理這則訊息時出錯，其他訊息不受影響；這是 regwatch 的程式錯誤，詳情見日誌", "regwatch 处理这条消息时出错，其他消息不受影响；这是 regwatch 的程序错误，详情见日志"},
	"failure_gave_up":          {"gave up after %[9]s attempts; the last: ", "嘗試 %[9]s 次後已放棄；最後一次：", "尝试 %[9]s 次后已放弃；最后一次："},
	"failure_channel_removed":  {"the channel was removed from regwatch.yaml; restore it to send its pending messages, or drop them (regwatch deliveries --state due --channel %[4]s)", "此渠道已從 regwatch.yaml 移除；如要發送其待發訊息，請恢復該渠道，否則請捨棄訊息（regwatch deliveries --state due --channel %[4]s）", "此渠道已从 regwatch.yaml 移除；如需发送其待发消息，请恢复该渠道，否则请舍弃消息（regwatch deliveries --state due --channel %[4]s）"},
	"failure_nothing_to_alter": {"there is no message to change", "沒有可更改的訊息", "没有可更改的消息"},

	// Telegram, PagerDuty, Microsoft Teams and Mattermost.
	"failure_telegram_token":     {"Telegram does not accept the bot token; put the token from @BotFather where the configuration points to", "Telegram 不接受此機械人權杖；請將 @BotFather 提供的權杖放在設定指明的位置", "Telegram 不接受此机器人令牌；请将 @BotFather 提供的令牌放在配置指明的位置"},
	"failure_telegram_chat":      {"Telegram does not find the chat %[2]s; check its ID, and that the bot is a member of it", "Telegram 找不到聊天室 %[2]s；請檢查其 ID，並確認機械人已加入", "Telegram 找不到聊天 %[2]s；请检查其 ID，并确认机器人已加入"},
	"failure_telegram_forbidden": {"the bot may not write to the Telegram chat %[2]s; add the bot to it, let it post, or unblock it", "機械人不能在 Telegram 聊天室 %[2]s 發言；請將機械人加入聊天室、允許其發言，或解除封鎖", "机器人不能在 Telegram 聊天 %[2]s 发言；请将机器人加入聊天、允许其发言，或解除屏蔽"},
	"failure_telegram_moved":     {"the Telegram chat %[2]s became a supergroup with the ID %[3]s; configure that ID", "Telegram 聊天室 %[2]s 已升級為超級群組，ID 為 %[3]s；請改用此 ID", "Telegram 聊天 %[2]s 已升级为超级群组，ID 为 %[3]s；请改用此 ID"},
	"failure_pagerduty_key":      {"PagerDuty does not accept the routing key; use the integration key of an Events API v2 integration", "PagerDuty 不接受此路由金鑰；請使用 Events API v2 整合的金鑰", "PagerDuty 不接受此路由密钥；请使用 Events API v2 集成的密钥"},
	"failure_teams_off":          {"the workflow of Microsoft Teams is turned off; turn it on in Power Automate", "Microsoft Teams 的工作流程已關閉；請在 Power Automate 開啟", "Microsoft Teams 的工作流已关闭；请在 Power Automate 中开启"},
	"failure_mattermost_off":     {"Mattermost has incoming webhooks turned off; a system administrator can turn them on", "Mattermost 已停用傳入 Webhook；系統管理員可以啟用", "Mattermost 已停用传入 Webhook；系统管理员可以启用"},

	// Mail servers.
	"failure_mail_refused":          {"%[1]s refuses %[2]s", "%[1]s 拒收發給 %[2]s 的電郵", "%[1]s 拒收发给 %[2]s 的邮件"},
	"failure_mail_sender_refused":   {"%[1]s refuses the sender %[2]s", "%[1]s 拒絕寄件人 %[2]s", "%[1]s 拒绝发件人 %[2]s"},
	"failure_mail_wants_login":      {"%[1]s asks for a user name and password, or for TLS", "%[1]s 要求用戶名稱及密碼，或要求使用 TLS", "%[1]s 要求用户名和密码，或要求使用 TLS"},
	"failure_mail_not_now":          {"%[1]s does not take mail to %[2]s now", "%[1]s 暫時不接收發給 %[2]s 的電郵", "%[1]s 暂时不接收发给 %[2]s 的邮件"},
	"failure_mail_unconfirmed":      {"the connection to %[1]s ended before it confirmed the mail to %[2]s", "%[1]s 確認收到發給 %[2]s 的電郵之前，連線已中斷", "%[1]s 确认收到发给 %[2]s 的邮件之前，连接已中断"},
	"failure_mail_cut":              {"the connection to %[1]s ended before it accepted the mail to %[2]s; nothing was sent", "%[1]s 接收發給 %[2]s 的電郵之前，連線已中斷；電郵沒有送出", "%[1]s 接收发给 %[2]s 的邮件之前，连接已中断；邮件没有发出"},
	"failure_mail_cut_at_sender":    {"the connection to %[1]s ended before it accepted the sender", "%[1]s 接受寄件人之前，連線已中斷", "%[1]s 接受发件人之前，连接已中断"},
	"failure_mail_rules":            {"%[1]s answers %[8]s against the rules of SMTP", "%[1]s 對 %[8]s 的回應不符合 SMTP 的規定", "%[1]s 对 %[8]s 的响应不符合 SMTP 的规定"},
	"failure_mail_no_starttls":      {"%[1]s offers no STARTTLS, and regwatch sends nothing in clear unless asked; set tls: implicit with its port (often 465), or tls: none if the network between is trusted", "%[1]s 不支援 STARTTLS，而 regwatch 預設不以明文發送；請設定 tls: implicit 及其連接埠（通常為 465）；如信任其間的網絡，可設定 tls: none", "%[1]s 不支持 STARTTLS，而 regwatch 默认不以明文发送；请设置 tls: implicit 及其端口（通常为 465）；如信任其间的网络，可设置 tls: none"},
	"failure_mail_hello":            {"%[1]s refuses the name %[2]s by which regwatch introduces itself", "%[1]s 拒絕 regwatch 自報的主機名稱 %[2]s", "%[1]s 拒绝 regwatch 自报的主机名称 %[2]s"},
	"failure_mail_no_connections":   {"%[1]s accepts no connections", "%[1]s 不接受連線", "%[1]s 不接受连接"},
	"failure_mail_no_talk":          {"%[1]s refuses the session", "%[1]s 拒絕通訊", "%[1]s 拒绝通信"},
	"failure_mail_busy":             {"%[1]s accepts no connections now", "%[1]s 暫時不接受連線", "%[1]s 暂时不接受连接"},
	"failure_mail_silent":           {"%[1]s does not greet", "%[1]s 連線後沒有回應", "%[1]s 连接后没有响应"},
	"failure_mail_silent_port":      {"%[1]s does not greet; if the port is one for TLS from the first byte (often 465), set tls: implicit", "%[1]s 連線後沒有回應；如該連接埠一開始即使用 TLS（通常為 465），請設定 tls: implicit", "%[1]s 连接后没有响应；如该端口一开始就使用 TLS（通常为 465），请设置 tls: implicit"},
	"failure_mail_no_encryption":    {"%[1]s refuses to start TLS", "%[1]s 拒絕加密", "%[1]s 拒绝加密"},
	"failure_mail_cut_at_tls":       {"the connection to %[1]s ended before it was encrypted", "與 %[1]s 的連線在加密前已中斷", "与 %[1]s 的连接在加密前已中断"},
	"failure_mail_cut_at_login":     {"the connection to %[1]s ended during the login by %[6]s", "與 %[1]s 的連線在以 %[6]s 登入期間中斷", "与 %[1]s 的连接在以 %[6]s 登录期间中断"},
	"failure_mail_login_later":      {"%[1]s cannot check the login now", "%[1]s 暫時無法核對登入資料", "%[1]s 暂时无法核对登录信息"},
	"failure_mail_no_login":         {"%[1]s offers no login; remove username and password, or use the port on which it does (often 587)", "%[1]s 不提供登入；請移除 username 及 password，或改用提供登入的連接埠（通常為 587）", "%[1]s 不提供登录；请移除 username 和 password，或改用提供登录的端口（通常为 587）"},
	"failure_mail_other_logins":     {"%[1]s offers none of the logins that regwatch may use (%[6]s), but %[7]s; set auth: to one that it offers, or to auto", "%[1]s 不提供 regwatch 可用的登入方式（%[6]s），只提供 %[7]s；請將 auth: 設為它提供的方式，或設為 auto", "%[1]s 不提供 regwatch 可用的登录方式（%[6]s），只提供 %[7]s；请将 auth: 设为它提供的方式，或设为 auto"},
	"failure_mail_no_login_works":   {"%[1]s offers login methods, but none of them works for %[2]s", "%[1]s 提供登入方式，但 %[2]s 全部登入失敗", "%[1]s 提供登录方式，但 %[2]s 全部登录失败"},
	"failure_mail_password":         {"%[1]s does not accept the user name and password of %[2]s", "%[1]s 不接受 %[2]s 的用戶名稱或密碼", "%[1]s 不接受 %[2]s 的用户名或密码"},
	"failure_mail_sender_script":    {"%[1]s offers no SMTPUTF8, which the sender %[2]s needs; configure one in ASCII", "%[1]s 不支援寄件人 %[2]s 所需的 SMTPUTF8；請改用 ASCII 地址", "%[1]s 不支持发件人 %[2]s 所需的 SMTPUTF8；请改用 ASCII 地址"},
	"failure_mail_recipient_script": {"%[1]s offers no SMTPUTF8, which the address %[2]s needs", "%[1]s 不支援地址 %[2]s 所需的 SMTPUTF8", "%[1]s 不支持地址 %[2]s 所需的 SMTPUTF8"},

	// The arguments are 1 the sender and 2 its domain.
	"advice_hello":        {"set hello: to a name of this machine that the server accepts, such as one that DNS knows", "請將 hello: 設為伺服器接受的本機名稱，例如 DNS 中已有的名稱", "请将 hello: 设为服务器接受的本机名称，例如 DNS 中已有的名称"},
	"advice_mailbox":      {"free some space, or have the limit raised", "請騰出空間，或要求提高上限", "请腾出空间，或要求提高上限"},
	"advice_relay":        {"use the server on which this account may send to any address, with username and password if it requires them", "請改用此帳戶可發送至任何地址的伺服器；如有需要請設定 username 及 password", "请改用此账户可发送到任何地址的服务器；如有需要请设置 username 和 password"},
	"advice_policy":       {"ask the administrator of the server to accept mail from %[1]s; it may require SPF, DKIM or DMARC for %[2]s", "請伺服器管理員放行 %[1]s 的電郵；對方可能要求 %[2]s 設有 SPF、DKIM 或 DMARC", "请服务器管理员放行 %[1]s 的邮件；对方可能要求 %[2]s 设有 SPF、DKIM 或 DMARC"},
	"advice_sender":       {"configure a sender that this account may send as, or have %[1]s verified", "請設定此帳戶可使用的寄件人，或驗證 %[1]s", "请配置此账户可使用的发件人，或验证 %[1]s"},
	"advice_account":      {"ask the provider whether the account is restricted", "請向服務供應商查詢此帳戶是否受限", "请向服务商查询此账户是否受限"},
	"advice_login":        {"set username and password, and tls", "請設定 username、password 及 tls", "请设置 username、password 和 tls"},
	"advice_password":     {"put the correct ones where the configuration points to, or set auth: to another login method", "請在設定指明的位置填上正確的用戶名稱及密碼，或將 auth: 設為其他登入方式", "请在配置指明的位置填写正确的用户名和密码，或将 auth: 设为其他登录方式"},
	"advice_other_login":  {"set auth: to another method, or ask the administrator of the server", "請將 auth: 設為其他方式，或向伺服器管理員查詢", "请将 auth: 设为其他方式，或向服务器管理员查询"},
	"advice_too_much":     {"regwatch retries automatically; if this continues, have the limit raised", "regwatch 會自動重試；如情況持續，請要求提高上限", "regwatch 会自动重试；如情况持续，请要求提高上限"},
	"advice_ask_operator": {"ask the administrator of the server what it means; messages are kept meanwhile", "請向伺服器管理員查詢原因；期間訊息會保留", "请向服务器管理员查询原因；期间消息会保留"},
}
