package login

import (
	"net/http"

	"golang.org/x/text/language"
)

// words are what the pages say in one language.
type words struct {
	Lang          string
	LogIn         string
	NameLabel     string
	PasswordLabel string
	Or            string
	AtProvider    string
	LogInAgain    string
	Wrong         string
	TooMany       string // with the number of seconds

	NotServed notice // the console needs a login that is not configured
	NotKnown  notice // nobody who may enter
	NoRole    notice
	Taken     notice // the name belongs to another login
	Disabled  notice // an admin does not let the user in
	LoggedOut notice
	Expired   notice // the answer of the provider came too late or twice
	Refused   notice // by the provider
	Failed    notice
	WrongHost notice
}

// A notice is a page that says one thing.
type notice struct{ Title, Text string }

var english = words{
	Lang: "en", LogIn: "Log in", NameLabel: "Name", PasswordLabel: "Password", Or: "or", AtProvider: "Log in with your organisation", LogInAgain: "Log in",
	Wrong:   "Wrong name or password.",
	TooMany: "Too many attempts. Try again in %d seconds.",
	NotServed: notice{"The console is not available here", "Others can reach this address, and no login is set up. " +
		"An administrator can add web.login to regwatch.yaml and a user with: regwatch user add. Links in mails and feeds work without."},
	NotKnown:  notice{"You cannot enter here", "This server does not know who you are. Open the console at its own address, or ask your administrator."},
	NoRole:    notice{"You have no role", "You are logged in at your organisation, but nothing gives you a role here. An administrator can add one in web.login."},
	Taken:     notice{"This name belongs to somebody else", "A user of the same name logs in another way. An administrator can remove that user: regwatch user remove NAME."},
	Disabled:  notice{"You cannot log in", "An administrator has switched your user off, and can switch it on again: Users in the console, or regwatch user enable NAME."},
	LoggedOut: notice{"Logged out", "You are logged out of regwatch."},
	Expired:   notice{"The login has expired", "It took too long, or the page was opened twice. Log in again."},
	Refused:   notice{"The login was refused", "Your organisation did not confirm who you are. Log in again, or ask your administrator."},
	Failed:    notice{"Something went wrong", "Nothing was changed. Try again; the log of regwatch says what happened."},
	WrongHost: notice{"Unknown address", "regwatch does not answer under this name. Use its own address; web.public in regwatch.yaml sets it."},
}

var traditional = words{
	Lang: "zh-Hant", LogIn: "登入", NameLabel: "用戶名稱", PasswordLabel: "密碼", Or: "或", AtProvider: "以機構帳戶登入", LogInAgain: "登入",
	Wrong:     "用戶名稱或密碼不正確。",
	TooMany:   "嘗試次數過多，請於 %d 秒後再試。",
	NotServed: notice{"此處未提供控制台", "其他人可連接此位址，但尚未設定登入方式。管理員可在 regwatch.yaml 加入 web.login，並以 regwatch user add 新增用戶。郵件連結及訂閱源不受影響。"},
	NotKnown:  notice{"無法進入", "此伺服器無法確認你的身分。請以控制台本身的位址開啟，或聯絡管理員。"},
	NoRole:    notice{"你沒有角色", "你已登入機構帳戶，但未獲分配角色。管理員可在 web.login 加入。"},
	Taken:     notice{"此名稱屬於另一用戶", "同名用戶以其他方式登入。管理員可移除該用戶：regwatch user remove NAME。"},
	Disabled:  notice{"無法登入", "管理員已停用你的用戶，並可重新啟用：在控制台的「用戶」頁，或執行 regwatch user enable NAME。"},
	LoggedOut: notice{"已登出", "你已登出 regwatch。"},
	Expired:   notice{"登入已過期", "登入需時過長，或頁面曾開啟兩次。請重新登入。"},
	Refused:   notice{"登入被拒", "你的機構未能確認你的身分。請重新登入，或聯絡管理員。"},
	Failed:    notice{"發生錯誤", "沒有任何更改。請再試；詳情見 regwatch 的日誌。"},
	WrongHost: notice{"不明位址", "regwatch 不以此名稱提供服務。請使用其本身的位址，由 regwatch.yaml 的 web.public 設定。"},
}

var simplified = words{
	Lang: "zh-Hans", LogIn: "登录", NameLabel: "用户名", PasswordLabel: "密码", Or: "或", AtProvider: "使用机构账户登录", LogInAgain: "登录",
	Wrong:     "用户名或密码不正确。",
	TooMany:   "尝试次数过多，请在 %d 秒后重试。",
	NotServed: notice{"此处未提供控制台", "其他人可以访问此地址，但尚未设置登录方式。管理员可在 regwatch.yaml 中添加 web.login，并用 regwatch user add 添加用户。邮件链接和订阅源不受影响。"},
	NotKnown:  notice{"无法进入", "此服务器无法确认您的身份。请用控制台自己的地址打开，或联系管理员。"},
	NoRole:    notice{"您没有角色", "您已登录机构账户，但未分配角色。管理员可在 web.login 中添加。"},
	Taken:     notice{"此名称属于另一用户", "同名用户以其他方式登录。管理员可移除该用户：regwatch user remove NAME。"},
	Disabled:  notice{"无法登录", "管理员已停用您的用户，并可重新启用：在控制台的“用户”页，或执行 regwatch user enable NAME。"},
	LoggedOut: notice{"已退出登录", "您已退出 regwatch。"},
	Expired:   notice{"登录已过期", "登录时间过长，或页面打开了两次。请重新登录。"},
	Refused:   notice{"登录被拒绝", "您的机构未能确认您的身份。请重新登录，或联系管理员。"},
	Failed:    notice{"发生错误", "没有任何更改。请重试；详情见 regwatch 的日志。"},
	WrongHost: notice{"未知地址", "regwatch 不以此名称提供服务。请使用其自己的地址，由 regwatch.yaml 的 web.public 设置。"},
}

var languages = language.NewMatcher([]language.Tag{language.English, language.TraditionalChinese, language.SimplifiedChinese})

// wordsFor returns the words in the language that the browser asks for. Before a login nothing
// else says which.
func wordsFor(r *http.Request) words {
	_, i := language.MatchStrings(languages, r.Header.Get("Accept-Language"))
	return []words{english, traditional, simplified}[i]
}
