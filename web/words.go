package web

import (
	"fmt"
	"strings"
)

// words are what our pages say in one language.
type words struct {
	Lang string

	Reaches            string // title, with the address
	ReachesLead        string
	AskLead            string // after ReachesLead, where one is required
	Gets, Unsubscribed string // states of a subscription
	Required           string
	ThisMail           string // the mail of the link came from it
	Unsubscribe        string // buttons
	Resubscribe        string
	UnsubscribeAll     string
	Ask                string
	HasUnsubscribed    string // what was done
	UnsubscribedAll    string
	HasResubscribed    string
	HasAsked           string

	Alerts, Digest, Health string // what a subscription is, with its name

	Assign, Dismiss, Mute, Merge, Apart eventWords
	Verify                              verifyWords // Title has the address

	Assigned   string // to whom
	Unassigned string
	Dismissed  string // by whom
	Read       string
	MayBelong  string // the title of the other event
	Merged     string // the title and by whom; so is the next
	KeptApart  string
	Decided    string // somebody else decided before

	Nothing notice
	Forged  notice
	Expired notice
	Failed  notice
	Gone    notice
}

// eventWords are what a page says that lets its reader do one thing about an event.
type eventWords struct{ Title, Lead, Button, Undo, Done, Undone string }

// verifyWords are what the page says that confirms an address.
type verifyWords struct{ Title, Lead, Button, Done string }

// A notice is a page that says one thing.
type notice struct{ Title, Text string }

// english is also what a page says before a link has told the reader's language.
var english = words{
	Lang:        "en",
	Reaches:     "Subscriptions of %s",
	ReachesLead: "You can unsubscribe from any of these, and subscribe again at any time. Other addresses are not affected.",
	AskLead:     " Your team requires some of them: you can ask to be unsubscribed, and your regwatch administrator decides.",
	Gets:        "subscribed", Unsubscribed: "unsubscribed", Required: "required", ThisMail: "this mail belongs to it",
	Unsubscribe: "Unsubscribe", Resubscribe: "Subscribe again", UnsubscribeAll: "Unsubscribe from all", Ask: "Ask to unsubscribe",
	HasUnsubscribed: "You are unsubscribed. This address no longer receives it.", HasResubscribed: "You are subscribed again.",
	UnsubscribedAll: "You are unsubscribed from everything except what your team requires.",
	HasAsked:        "Your team requires this. Your request was recorded and sent to your regwatch administrator. Until they decide, you still receive it.",
	Alerts:          "Alerts of %s", Digest: "Digest %s", Health: "Messages about failing sources and channels",
	Verify: verifyWords{
		Title: "Confirm the address %s", Button: "Confirm",
		Lead: "Confirm that you want messages from regwatch at this address. Messages that were held for it are then sent.",
		Done: "The address is confirmed.",
	},
	Assign: eventWords{
		Title: "Assign this event to yourself", Button: "Assign to me", Undo: "Unassign",
		Lead: "This tells your team that you work on the event and stops its escalation.",
		Done: "The event is assigned to you.", Undone: "The event is no longer assigned to you.",
	},
	Dismiss: eventWords{
		Title: "Mark this event as not relevant", Button: "Not relevant", Undo: "Undo",
		Lead: "This tells your team that the event was not worth an alert, and counts in the statistics of its rules. Updates are still sent.",
		Done: "You marked the event as not relevant.", Undone: "Your feedback is removed.",
	},
	Mute: eventWords{
		Title: "Mute this event", Button: "Mute 7 days", Undo: "Unmute",
		Lead: "For 7 days nobody is notified of updates to the event. Digests still list it.",
		Done: "The event is muted for 7 days.", Undone: "The event is no longer muted.",
	},
	Merge: eventWords{
		Title: "Merge this event into the one that it may belong to", Button: "Same event", Undo: "Undo the merge",
		Lead: "Both become one event. Later reports are updates of it, and the messages about both events say so.",
		Done: "The two events are one now.", Undone: "The two events are separate again.",
	},
	Apart: eventWords{
		Title: "Keep this event apart", Button: "Keep apart", Undo: "Undo",
		Lead: "The two events stay separate, however alike their reports are.",
		Done: "The two events are kept apart.", Undone: "The two events are no longer kept apart.",
	},
	MayBelong: "It may belong to “%t”.", Merged: "Merged into “%t” by %s.", KeptApart: "Kept apart from “%t” by %s.",
	Decided:  "Somebody has already decided this. Nothing was changed.",
	Assigned: "Assigned to %s", Unassigned: "Not assigned to anyone yet.", Dismissed: "Marked as not relevant by %s", Read: "Read the article",
	Nothing: notice{"There is nothing here", "Use the links in the mails from regwatch to open its pages."},
	Forged:  notice{"This link does not work", "It is incomplete or no longer valid. Use the link in the newest mail, or ask your regwatch administrator."},
	Expired: notice{"This link has expired", "Use the link in the newest mail, or ask your regwatch administrator."},
	Failed:  notice{"That did not work", "Nothing was changed. Try again in a minute; if it still fails, tell your regwatch administrator."},
	Gone:    notice{"This event is no longer stored", "It was deleted, so nothing can be changed."},
}

var traditional = words{
	Lang:        "zh-Hant",
	Reaches:     "%s 的訂閱",
	ReachesLead: "你可退訂以下項目，亦可隨時恢復。其他地址不受影響。",
	AskLead:     "必須接收的項目須先提出申請，由 regwatch 管理人員決定。",
	Gets:        "已訂閱", Unsubscribed: "已退訂", Required: "必須接收", ThisMail: "本郵件所屬",
	Unsubscribe: "退訂", Resubscribe: "恢復訂閱", UnsubscribeAll: "全部退訂", Ask: "申請退訂",
	HasUnsubscribed: "已退訂，此地址不會再收到該項內容。", HasResubscribed: "已恢復訂閱。",
	UnsubscribedAll: "已退訂所有非必須接收的項目。",
	HasAsked:        "這是貴團隊必須接收的內容。你的要求已記錄，並已通知 regwatch 管理人員；在其決定之前仍會發送給你。",
	Alerts:          "%s 的通知", Digest: "摘要 %s", Health: "來源及渠道故障通知",
	Verify: verifyWords{
		Title: "確認地址 %s", Button: "確認",
		Lead: "請確認你要在此地址接收 regwatch 的訊息。確認後，暫存的訊息將會發送。",
		Done: "地址已確認。",
	},
	Assign: eventWords{
		Title: "由你跟進此事件", Button: "由我跟進", Undo: "取消跟進",
		Lead: "團隊會看到由你跟進；事件不會再上報。",
		Done: "此事件由你跟進。", Undone: "你已取消跟進。",
	},
	Dismiss: eventWords{
		Title: "標示此事件為無關", Button: "無關", Undo: "復原",
		Lead: "團隊會看到你認為此事件無須通知，並計入相關規則的統計。後續更新仍會發送。",
		Done: "你已將此事件標示為無關。", Undone: "你的標示已移除。",
	},
	Mute: eventWords{
		Title: "將此事件靜音", Button: "靜音 7 天", Undo: "取消靜音",
		Lead: "7 天內不會向任何人通知此事件的新進展，摘要仍會列出。",
		Done: "此事件已靜音 7 天。", Undone: "此事件已取消靜音。",
	},
	Merge: eventWords{
		Title: "將此事件併入可能相同的事件", Button: "同一事件", Undo: "取消合併",
		Lead: "兩者會成為同一事件，其後的報道屬於該事件的更新；兩個事件的訊息均會註明。",
		Done: "兩個事件已合併。", Undone: "兩個事件已重新分開。",
	},
	Apart: eventWords{
		Title: "將此事件分開處理", Button: "分開處理", Undo: "復原",
		Lead: "不論報道如何相似，兩個事件均會保持分開。",
		Done: "兩個事件會分開處理。", Undone: "兩個事件不再限定分開處理。",
	},
	MayBelong: "可能屬於「%t」。", Merged: "已由 %s 併入「%t」。", KeptApart: "已由 %s 與「%t」分開處理。",
	Decided:  "已有人作出決定，未作任何更改。",
	Assigned: "由 %s 跟進", Unassigned: "尚未有人跟進。", Dismissed: "%s 標示為無關", Read: "閱讀原文",
	Nothing: notice{"此處沒有內容", "請使用 regwatch 郵件內的連結開啟頁面。"},
	Forged:  notice{"此連結無效", "連結不完整或已失效。請使用最新郵件內的連結，或向 regwatch 管理人員查詢。"},
	Expired: notice{"此連結已過期", "請使用最新郵件內的連結，或向 regwatch 管理人員查詢。"},
	Failed:  notice{"未能完成", "未作任何更改。請稍後再試；如持續出現，請通知 regwatch 管理人員。"},
	Gone:    notice{"此事件已不再儲存", "事件已刪除，無法更改。"},
}

var simplified = words{
	Lang:        "zh-Hans",
	Reaches:     "%s 的订阅",
	ReachesLead: "您可退订以下项目，也可随时恢复。其他地址不受影响。",
	AskLead:     "必须接收的项目需先提出申请，由 regwatch 管理人员决定。",
	Gets:        "已订阅", Unsubscribed: "已退订", Required: "必须接收", ThisMail: "本邮件所属",
	Unsubscribe: "退订", Resubscribe: "恢复订阅", UnsubscribeAll: "全部退订", Ask: "申请退订",
	HasUnsubscribed: "已退订，此地址不会再收到该项内容。", HasResubscribed: "已恢复订阅。",
	UnsubscribedAll: "已退订所有非必须接收的项目。",
	HasAsked:        "这是您的团队必须接收的内容。您的要求已记录，并已通知 regwatch 管理人员；在其决定之前仍会发送给您。",
	Alerts:          "%s 的通知", Digest: "摘要 %s", Health: "来源及渠道故障通知",
	Verify: verifyWords{
		Title: "确认地址 %s", Button: "确认",
		Lead: "请确认您要在此地址接收 regwatch 的消息。确认后，暂存的消息将会发送。",
		Done: "地址已确认。",
	},
	Assign: eventWords{
		Title: "由您跟进此事件", Button: "由我跟进", Undo: "取消跟进",
		Lead: "团队会看到由您跟进；事件不会再上报。",
		Done: "此事件由您跟进。", Undone: "您已取消跟进。",
	},
	Dismiss: eventWords{
		Title: "将此事件标记为无关", Button: "无关", Undo: "撤销",
		Lead: "团队会看到您认为此事件无需通知，并计入相关规则的统计。后续更新仍会发送。",
		Done: "您已将此事件标记为无关。", Undone: "您的标记已移除。",
	},
	Mute: eventWords{
		Title: "将此事件静音", Button: "静音 7 天", Undo: "取消静音",
		Lead: "7 天内不会向任何人通知此事件的新进展，摘要仍会列出。",
		Done: "此事件已静音 7 天。", Undone: "此事件已取消静音。",
	},
	Merge: eventWords{
		Title: "将此事件并入可能相同的事件", Button: "同一事件", Undo: "取消合并",
		Lead: "两者会成为同一事件，其后的报道属于该事件的更新；两个事件的消息均会注明。",
		Done: "两个事件已合并。", Undone: "两个事件已重新分开。",
	},
	Apart: eventWords{
		Title: "将此事件分开处理", Button: "分开处理", Undo: "撤销",
		Lead: "无论报道如何相似，两个事件均会保持分开。",
		Done: "两个事件会分开处理。", Undone: "两个事件不再限定分开处理。",
	},
	MayBelong: "可能属于“%t”。", Merged: "已由 %s 并入“%t”。", KeptApart: "已由 %s 与“%t”分开处理。",
	Decided:  "已有人作出决定，未作任何更改。",
	Assigned: "由 %s 跟进", Unassigned: "尚无人跟进。", Dismissed: "%s 标记为无关", Read: "阅读原文",
	Nothing: notice{"此处没有内容", "请使用 regwatch 邮件中的链接打开页面。"},
	Forged:  notice{"此链接无效", "链接不完整或已失效。请使用最新邮件中的链接，或向 regwatch 管理人员查询。"},
	Expired: notice{"此链接已过期", "请使用最新邮件中的链接，或向 regwatch 管理人员查询。"},
	Failed:  notice{"未能完成", "未作任何更改。请稍后再试；如持续出现，请通知 regwatch 管理人员。"},
	Gone:    notice{"此事件已不再存储", "事件已删除，无法更改。"},
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
