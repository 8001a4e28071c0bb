package i18n

// sourceFailurePhrases say why a source cannot be read. English messages show the detail
// instead; Chinese ones quote the detail, which is in English, after the phrase.
var sourceFailurePhrases = map[string]Phrase{
	"failure_source_bad_address":       {"its address cannot be requested", "網址無效", "网址无效"},
	"failure_source_no_such_host":      {"the host name does not resolve", "網站域名無法解析", "网站域名无法解析"},
	"failure_source_unreachable":       {"no connection", "無法連線至網站", "无法连接到网站"},
	"failure_source_timed_out":         {"no answer in time", "網站未有及時回應", "网站未及时响应"},
	"failure_source_insecure":          {"the certificate is not valid", "網站的證書無效", "网站的证书无效"},
	"failure_source_private_address":   {"an address of a private network", "網址屬於內部網絡，不獲准存取", "网址属于内部网络，未允许访问"},
	"failure_source_bad_redirect":      {"a redirect that leads nowhere", "網站的轉址無效", "网站的重定向无效"},
	"failure_source_robots":            {"forbidden by robots.txt", "網站的 robots.txt 禁止讀取", "网站的 robots.txt 禁止读取"},
	"failure_source_not_found":         {"not found", "網頁已不存在", "网页已不存在"},
	"failure_source_refused":           {"access refused", "網站拒絕存取", "网站拒绝访问"},
	"failure_source_too_many_requests": {"too many requests", "請求過於頻密，被網站拒絕", "请求过于频繁，被网站拒绝"},
	"failure_source_server_fault":      {"the server failed", "網站伺服器發生錯誤", "网站服务器发生错误"},
	"failure_source_too_large":         {"too large", "內容超出大小上限", "内容超出大小上限"},
	"failure_source_empty":             {"an empty answer", "網站沒有回傳內容", "网站没有返回内容"},
	"failure_source_not_a_feed":        {"not a feed", "回傳的內容並非訂閱源", "返回的内容不是订阅源"},
	"failure_source_another_kind":      {"an answer of another kind", "回傳的內容類型與設定不符", "返回的内容类型与配置不符"},
	"failure_source_damaged":           {"a damaged feed", "訂閱源損壞，無法讀取", "订阅源损坏，无法读取"},
	"failure_source_shape_changed":     {"the page has changed its shape", "網頁結構已改變，找不到文章", "网页结构已改变，找不到文章"},
	"failure_source_no_text":           {"no readable text", "網頁沒有可讀取的文字", "网页没有可读取的文字"},
}
