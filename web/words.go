package web

import (
	"fmt"
	"strings"
)

// words are what our pages say in one language.
type words struct {
	Lang string

	Reaches     string // title, with the address
	ReachesLead string
	AskLead     string // after ReachesLead, where one is required
	Gets, Left  string // states of a subscription
	Required    string
	Leave       string // buttons
	Return      string
	LeaveAll    string
	Ask         string
	HasLeft     string // what was done
	HasReturned string
	HasAsked    string
	Nowhere     string // the address has left all

	Alerts, Digest, Health string // what a subscription is, with its name

	Event     string // title
	Taken     string // by whom
	NotTaken  string
	Take      string
	Untake    string
	TakeLead  string
	HasTaken  string
	HasUntook string
	Read      string

	Nothing notice
	Forged  notice
	Expired notice
	Failed  notice
}

// A notice is a page that says one thing.
type notice struct{ Title, Text string }

// english is also what a page says before a link has told the reader's language.
var english = words{
	Lang:        "en",
	Reaches:     "What reaches %s",
	ReachesLead: "You may leave these, and return at any time. Other addresses are not touched.",
	AskLead:     " What your team requires you leave by asking: whoever runs regwatch decides.",
	Gets:        "reaches you", Left: "you have left", Required: "required",
	Leave: "Leave", Return: "Return", LeaveAll: "Leave all of these", Ask: "Ask to leave",
	HasLeft: "You have left. Nothing more of it is sent to this address.", HasReturned: "You are back.",
	HasAsked: "Your team requires this. Your wish was recorded, and whoever runs regwatch was told; until they decide it still reaches you.",
	Alerts:   "Alerts of %s", Digest: "Digest %s", Health: "Messages about sources and channels that fail",
	Event: "Take this event", Taken: "Taken by %s", NotTaken: "Nobody has taken it yet.",
	Take: "I take it", Untake: "Give it back", TakeLead: "Whoever takes an event works on it; it goes no further, and the others see it.",
	HasTaken: "You have taken it.", HasUntook: "You have given it back.", Read: "Read the article",
	Nothing: notice{"There is nothing here", "The pages of regwatch are reached by the links in its mails."},
	Forged:  notice{"This link does not work", "It was cut short on its way, or is no longer valid. Use the link in the newest mail, or ask whoever runs regwatch for you."},
	Expired: notice{"This link has expired", "Use the link in the newest mail, or ask whoever runs regwatch for you."},
	Failed:  notice{"That did not work", "Nothing was changed. Try again in a minute; if it stays so, tell whoever runs regwatch for you."},
}

var traditional = words{
	Lang:        "zh-Hant",
	Reaches:     "%s 所接收的內容",
	ReachesLead: "你可退訂以下項目，亦可隨時恢復。其他地址不受影響。",
	AskLead:     "必須接收的項目須先提出申請，由 regwatch 管理人員決定。",
	Gets:        "接收中", Left: "已退訂", Required: "必須接收",
	Leave: "退訂", Return: "恢復", LeaveAll: "全部退訂", Ask: "申請退訂",
	HasLeft: "已退訂，此地址不會再收到該項內容。", HasReturned: "已恢復接收。",
	HasAsked: "這是貴團隊必須接收的內容。你的要求已記錄，並已通知 regwatch 管理人員；在其決定之前仍會發送給你。",
	Alerts:   "%s 的通知", Digest: "摘要 %s", Health: "來源及渠道故障通知",
	Event: "跟進此事件", Taken: "由 %s 跟進", NotTaken: "尚未有人跟進。",
	Take: "由我跟進", Untake: "取消跟進", TakeLead: "跟進事件即表示由你處理；事件不會再上報，其他人亦會看到。",
	HasTaken: "你已跟進此事件。", HasUntook: "你已取消跟進。", Read: "閱讀原文",
	Nothing: notice{"此處沒有內容", "請使用 regwatch 郵件內的連結開啟頁面。"},
	Forged:  notice{"此連結無效", "連結不完整或已失效。請使用最新郵件內的連結，或向 regwatch 管理人員查詢。"},
	Expired: notice{"此連結已過期", "請使用最新郵件內的連結，或向 regwatch 管理人員查詢。"},
	Failed:  notice{"未能完成", "未作任何更改。請稍後再試；如持續出現，請通知 regwatch 管理人員。"},
}

var simplified = words{
	Lang:        "zh-Hans",
	Reaches:     "%s 接收的内容",
	ReachesLead: "您可退订以下项目，也可随时恢复。其他地址不受影响。",
	AskLead:     "必须接收的项目需先提出申请，由 regwatch 管理人员决定。",
	Gets:        "接收中", Left: "已退订", Required: "必须接收",
	Leave: "退订", Return: "恢复", LeaveAll: "全部退订", Ask: "申请退订",
	HasLeft: "已退订，此地址不会再收到该项内容。", HasReturned: "已恢复接收。",
	HasAsked: "这是您的团队必须接收的内容。您的要求已记录，并已通知 regwatch 管理人员；在其决定之前仍会发送给您。",
	Alerts:   "%s 的通知", Digest: "摘要 %s", Health: "来源及渠道故障通知",
	Event: "跟进此事件", Taken: "由 %s 跟进", NotTaken: "尚无人跟进。",
	Take: "由我跟进", Untake: "取消跟进", TakeLead: "跟进事件即表示由您处理；事件不会再上报，其他人也会看到。",
	HasTaken: "您已跟进此事件。", HasUntook: "您已取消跟进。", Read: "阅读原文",
	Nothing: notice{"此处没有内容", "请使用 regwatch 邮件中的链接打开页面。"},
	Forged:  notice{"此链接无效", "链接不完整或已失效。请使用最新邮件中的链接，或向 regwatch 管理人员查询。"},
	Expired: notice{"此链接已过期", "请使用最新邮件中的链接，或向 regwatch 管理人员查询。"},
	Failed:  notice{"未能完成", "未作任何更改。请稍后再试；如持续出现，请通知 regwatch 管理人员。"},
}

// wordsIn returns the words of a language, English for one that is unknown.
func wordsIn(language string) words {
	switch language {
	case traditional.Lang:
		return traditional
	case simplified.Lang:
		return simplified
	}
	return english
}

// name says what a subscription is: ROUTE/RECIPIENT, health/RECIPIENT or a digest.
func (w words) name(subscription string) string {
	end := strings.LastIndexByte(subscription, '/')
	switch {
	case end < 0:
		return fmt.Sprintf(w.Digest, subscription)
	case subscription[:end] == "health":
		return w.Health
	}
	return fmt.Sprintf(w.Alerts, subscription[:end])
}
