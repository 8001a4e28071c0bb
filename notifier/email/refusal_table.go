package email

import (
	"regexp"
	"slices"
	"strings"

	"regwatch/internal/lazyregexp"
)

// A refusalRow is one kind of refusal. What is empty fits all.
type refusalRow struct {
	means    cause
	notAt    step
	codes    []int    // basic codes; 4 and 5 are all that begin so
	statuses []string // enhanced codes without their class; "7." is all that begin so
	text     *lazyregexp.Regexp
}

func (r refusalRow) fits(at step, code int, status, text string) bool {
	if r.notAt != "" && r.notAt == at {
		return false
	}
	if len(r.codes) > 0 && !slices.Contains(r.codes, code) && !slices.Contains(r.codes, code/100) {
		return false
	}
	if len(r.statuses) > 0 && !slices.ContainsFunc(r.statuses, func(s string) bool {
		return s == status || strings.HasSuffix(s, ".") && strings.HasPrefix(status, s)
	}) {
		return false
	}
	return r.text == nil || r.text.MatchString(text)
}

// saying matches any of the phrases, in lower case; * stands for a few words.
func saying(phrases ...string) *lazyregexp.Regexp {
	for i, p := range phrases {
		phrases[i] = strings.ReplaceAll(regexp.QuoteMeta(p), `\*`, `.{0,60}?`)
	}
	return lazyregexp.New(`(?:^|\W)(?:` + strings.Join(phrases, "|") + `)(?:\W|$)`)
}

// helloPattern finds an answer that is about the name in EHLO.
var helloPattern = lazyregexp.New(`(?i)\b(helo|ehlo)\b`)

// refusals are looked through in this order; the first row that fits decides. What is
// about the sender, the account or the rate comes before what is about the recipient,
// because many such answers have the code or the words of a refused recipient. The
// meanings of enhanced codes are those of RFC 3463 and of the registry of RFC 5248.
var refusals = []refusalRow{
	// RFC 4954, section 6 (530, 5.7.0), RFC 3207 (530) and RFC 2554 (538). Microsoft 365: 530 5.7.57 Client not authenticated to send mail.
	{means: noLogin, codes: []int{530, 538}},
	{means: noLogin, statuses: []string{"7.57"}},
	{means: noLogin, text: saying("authentication required", "authentication is required", "auth* first", "must authenticate", "not authenticated to send", "login first")},

	// Postfix: 504 5.5.2 <x>: Helo command rejected: need fully-qualified hostname; 450 4.7.1 <x>: Helo command rejected: Host not found.
	// "503 Error: send HELO/EHLO first" is about order.
	{means: wrongName, codes: []int{450, 451, 501, 504, 550, 553, 554}, text: helloPattern},

	// Gmail: 450 4.2.1 or 550 5.2.1, the user is receiving mail too quickly (support.google.com/a/answer/3726730).
	// Microsoft 365: 432 4.3.2 STOREDRV.Deliver; recipient thread limit exceeded. QQ's help: 550 Mailbox unavailable or access denied
	// also comes of too much mail to one address. Yandex: 451 4.5.1 The recipient has exceeded their message rate limit.
	{means: busyMailbox, notAt: atMail, text: saying("receiving mail too quickly", "receiving mail at a rate", "recipient thread limit*", "recipient * has exceeded*", "mailbox unavailable or access denied")},

	// RFC 3463: X.3.4 and X.2.3. RFC 1870: 552 message size exceeds fixed maximum message size. Aliyun: 510 the length of DATA exceeds the threshold.
	{means: tooLarge, notAt: atMail, statuses: []string{"3.4", "2.3"}},
	{means: tooLarge, notAt: atMail, codes: []int{5}, text: saying("message too large", "message too big", "message is too large", "too large", "message size exceeds", "message exceeds", "size limit", "length of data*threshold")},

	// The mailbox of the reader: RFC 3463, X.2.2. Aliyun: 552 mailbox is full. Here and not among our quotas, since both say "quota".
	{means: fullMailbox, notAt: atMail, statuses: []string{"2.2"}},
	{means: fullMailbox, notAt: atMail, text: saying("mailbox full", "mailbox is full", "mailbox* over quota", "user over quota", "user is over quota", "over quota", "mailbox quota exceeded", "exceeded * mailbox quota", "quota exceeded for user", "out of storage space", "inbox is full")},

	// Rates and quotas of ours. Gmail: 550 5.4.5 Daily user sending limit exceeded; 450 4.2.1 Peak SMTP relay limit exceeded for customer; 421 4.7.0 unusual rate.
	// Microsoft 365: 5.7.705 tenant has exceeded threshold; 432 4.3.2 concurrent connections limit exceeded (learn.microsoft.com, NDR error codes).
	// Amazon SES: 454 Throttling failure: Maximum sending rate exceeded, Daily message quota exceeded (docs.aws.amazon.com/ses, smtp-response-codes).
	// QQ's help: 550 Connection, Sender, Domain or Ip frequency limited. 163's help: 450 RP:DRC, MI:DMC, MI:CEL; 451 MI:SFQ; 421 HL:REP, HL:ICC, HL:IFC, HL:MEP.
	// Aliyun: 504 and 505 the number of RCPT attempts reached the maximum threshold. Postfix's anvil: 450 4.7.1 Error: too much mail from.
	// SendGrid: 451 Maximum credits exceeded. Microsoft 365: 451 4.7.500 Server busy, of the address that sends.
	{means: tooMuch, statuses: []string{"4.5", "7.28", "7.500", "7.705"}},
	{means: tooMuch, text: saying("frequency limit*", "rate limit*", "sending limit*", "sending rate*", "limit exceeded", "exceeded * limit", "exceeds * limit", "limit * exceeded", "limit reached", "daily * quota", "message quota", "quota exceeded", "throttl*",
		"too much mail", "too many *messages", "too many *mails", "too many *emails", "too many *connections", "too many concurrent*", "too many *recipients", "too many errors", "too many failures", "unusual rate", "reached the maximum*", "exceeded threshold", "credits exceeded",
		"hourly limit*", "daily limit*", "try again tomorrow", "mi:sfq", "mi:cel", "mi:dmc", "rp:drc", "rp:cel", "hl:icc", "hl:ifc", "hl:mep", "hl:rep", "频率*")},

	// The sender's address: RFC 3463, X.1.7 and X.1.8. Microsoft 365: 5.7.60 does not have permissions to send as this sender; 5.2.252 SendAsDenied.
	// Postfix: 553 5.7.1 Sender address rejected: not owned by user; 5.1.0 Sender address rejected: User unknown. Exim: Sender verify failed; Verification failed for <sender>.
	{means: badSender, statuses: []string{"1.7", "1.8", "7.60", "2.252"}},
	{means: badSender, text: saying("sendasdenied*", "send as", "sender address rejected", "sender verif*", "sender* rejected", "sender* denied", "sender* not allowed", "sender* not exist", "sender* unknown", "sender* invalid", "invalid sender", "unknown sender", "sender mismatch", "sending domain*", "verification failed for")},

	// The recipient. RFC 3463: X.1.1, X.1.2, X.1.3, X.1.6 and X.2.1. RFC 7505: X.1.10, a domain that takes no mail; Microsoft 365: recipient not found.
	// Before what is looked for by words alone: Postfix says "5.1.1 User unknown in relay recipient table".
	{means: badRecipient, notAt: atMail, codes: []int{5}, statuses: []string{"1.1", "1.2", "1.3", "1.6", "1.10", "2.1"}},

	// Amazon SES: 554 Message rejected: Email address is not verified. SendGrid: 550 The from address does not match a verified Sender Identity.
	// QQ: 501 mail from address must be same as authorization user. 163: 553 Mail from must equal authorized user.
	// Aliyun: 501 "MAIL FROM" is non-local account; 440 mail from account doesn't conform with authentication.
	{means: badSender, text: saying("not verified", "unverified", "not validated", "verified sender*", "sender identity", "from address*", "from header*", "mail from", "must equal authorized user", "not owned by", "non-local account", "conform with authentication")},

	// The account, or the address of this machine. Amazon SES: 554 Sending paused for this account. Mailgun: The domain is not allowed to send: Account Terminated;
	// Sandbox subdomains are for test purposes only; 421 domain is disabled (help.mailgun.com). SendGrid: 403 not authorized to send from that email address;
	// 550 temporarily blocked due to repeated bad requests. Microsoft 365: 5.7.501 to 503 spam from this account, 5.7.708 IP not accepted.
	// Aliyun: 541 This account isn't allowed to send email. Postfix: 450 4.7.25 Client host rejected: cannot find your hostname (RFC 7372: X.7.25, no reverse DNS).
	{means: badAccount, statuses: []string{"7.501", "7.502", "7.503", "7.506", "7.508", "7.511", "7.606", "7.708", "7.25"}},
	{means: badAccount, text: saying("sending paused", "account * paused", "not allowed to send*", "isn't allowed to send*", "not authorized to send*", "account terminated", "account * under review", "sandbox", "domain * disabled", "temporarily blocked", "credentials * revoked",
		"subscription * expired", "ip * blocked", "ip * blacklist*", "ip * block list*", "client host*blocked", "client host rejected", "cannot find your*", "reverse dns", "blocked using", "blacklisted", "your account*", "your domain*", "your ip*", "your host*", "unusual sending*", "not * activated")},

	// Postfix: 554 5.7.1 Relay access denied. Exim: 550 relay not permitted. Exchange: 550 5.7.54 Unable to relay recipient in non-accepted domain. Sendmail: 550 5.7.1 Relaying denied.
	// The server may still take mail for domains of its own.
	{means: noRelay, statuses: []string{"7.54", "7.64"}},
	{means: noRelay, codes: []int{5}, text: saying("relay", "relaying")},

	// RFC 3463, X.7: security or policy, which may be about this recipient (Microsoft 365: 5.7.703). 4.7.1 is mostly greylisting (RFC 6647), which passes;
	// RFC 7372, X.7.20 to 27: SPF, DKIM and DMARC, which do not.
	{means: policy, codes: []int{5}, statuses: []string{"7."}},
	{means: policy, statuses: []string{"7.20", "7.21", "7.22", "7.23", "7.24", "7.26", "7.27"}},

	// The server itself: RFC 3463, X.3 but X.3.4; RFC 5321: 421. Postfix: 452 4.3.1 Insufficient system storage. Exim: 451 Temporary local problem.
	// Amazon SES: 451 Temporary service failure; Access denied.
	{means: serverTrouble, codes: []int{421}},
	{means: serverTrouble, statuses: []string{"3."}},
	{means: serverTrouble, text: saying("insufficient system storage", "temporary local problem", "local error in processing", "temporary service failure", "service unavailable", "service not available", "service is unavailable", "server * unavailable", "server error", "internal error", "out of memory", "queue file write error", "lookup failure", "database error", "shutting down")},

	// The recipient without an enhanced code, or with one that says nothing. RFC 5321, 4.2.3: 550 mailbox unavailable; 551 user not local; 553 mailbox name not allowed.
	// Exim: 550 Unknown user; Unrouteable address. qmail: no mailbox here by that name. QQ: 550 Mailbox not found. 163: 550 User not found; RP:TRC.
	// Yahoo: 554 delivery error: This user doesn't have a yahoo.com account. Postmark: 406 inactive recipient.
	// Aliyun: 554 RCPT (account) dosn't exist; 542 isn't allowed to receive email; 553 "RCPT TO" mailbox unavailable.
	{means: badRecipient, notAt: atMail, codes: []int{5}, text: saying("no such user*", "no such recipient", "no such mailbox", "no such account", "no such address", "no such person", "user unknown", "unknown user", "recipient unknown", "unknown recipient", "unknown mailbox", "unknown account", "unknown address",
		"user not found", "user * not found", "recipient not found", "mailbox not found", "mailbox * not found", "address not found", "account not found", "does not exist", "doesn't exist", "dosn't exist", "not exist", "no mailbox here*", "no longer exists", "no longer * valid",
		"mailbox unavailable", "mailbox * unavailable", "mailbox is unavailable", "mailbox name not allowed", "invalid recipient", "invalid mailbox", "recipient invalid", "not a valid mailbox", "not a valid user", "unrouteable address", "unroutable address", "user not local", "not a local user", "not a local account",
		"mailbox * disabled", "mailbox disabled", "mailbox * inactive", "mailbox inactive", "account * disabled", "account disabled", "account * inactive", "account inactive", "inactive recipient", "recipient * inactive", "doesn't have a* account", "user * locked", "user * suspended", "user * disabled", "user disabled",
		"isn't allowed to receive*", "not allowed to receive*", "accepts no mail", "rp:trc", "用户不存在", "邮箱不存在", "收件人不存在")},
}
