package models

import (
	"fmt"
	"reflect"
	"strings"
)

// A FailureKind says how a channel or a source fails. The comment of each names its
// arguments. All may have Code, Status, Answer, Advice and MayHaveArrived.
type FailureKind string

// No connection to Peer, or no trusted one. Nothing was sent.
const (
	FailureNameUnknown    FailureKind = "name_unknown"    // DNS does not know Host
	FailureDNSSilent      FailureKind = "dns_silent"      // DNS does not answer for Host
	FailureNothingListens FailureKind = "nothing_listens" // at Host; ThroughProxy
	FailureNoAnswer       FailureKind = "no_answer"       // from Host in time; ThroughProxy
	FailureNoRoute        FailureKind = "no_route"        // to Host; ThroughProxy
	FailureNotReached     FailureKind = "not_reached"     // for another reason; Host, ThroughProxy
	FailureNoConnection   FailureKind = "no_connection"   // the proxy or the handshake failed
	FailureCertName       FailureKind = "cert_name"       // the certificate is not valid for Host
	FailureCertUntrusted  FailureKind = "cert_untrusted"
	FailureCertExpired    FailureKind = "cert_expired" // or not yet valid
	FailureCertInvalid    FailureKind = "cert_invalid"
	FailureCertUnverified FailureKind = "cert_unverified"
	FailureNoTLS          FailureKind = "no_tls"      // the port does not use TLS
	FailureTLSVersion     FailureKind = "tls_version" // no version or cipher in common
)

// How Peer responded to a request.
const (
	FailureTimedOut      FailureKind = "timed_out"
	FailureCut           FailureKind = "cut" // the connection ended before the response
	FailurePause         FailureKind = "pause"
	FailureFailed        FailureKind = "failed"
	FailureNotTaken      FailureKind = "not_taken" // Peer rejects this message
	FailureTooLarge      FailureKind = "too_large" // Peer rejects this message
	FailureRedirected    FailureKind = "redirected"
	FailureNotLetIn      FailureKind = "not_let_in"
	FailureNoReceiver    FailureKind = "no_receiver" // nothing accepts webhooks at the address
	FailureUnwanted      FailureKind = "unwanted"    // Peer no longer accepts messages
	FailureBehindGateway FailureKind = "behind_gateway"
)

// Faults on our side.
const (
	FailureBadAddress     FailureKind = "bad_address"      // the configured address of Peer is not valid
	FailureBadRecipient   FailureKind = "bad_recipient"    // Address is not an email address
	FailureNotWritten     FailureKind = "not_written"      // the message could not be rendered
	FailureLinks          FailureKind = "links"            // the links of a mail could not be created
	FailureTerminal       FailureKind = "terminal"         // writing to the terminal failed
	FailureNotOpened      FailureKind = "not_opened"       // the channel cannot be opened with its settings
	FailureCrashed        FailureKind = "crashed"          // a bug in regwatch
	FailureGaveUp         FailureKind = "gave_up"          // after Attempts; Cause is the last failure
	FailureChannelRemoved FailureKind = "channel_removed"  // Channel is no longer configured
	FailureNothingToAlter FailureKind = "nothing_to_alter" // the message to change is gone
)

// Refusals of Slack. Code is Slack's own.
const (
	FailureSlackToken        FailureKind = "slack_token"
	FailureSlackNoToken      FailureKind = "slack_no_token"
	FailureSlackTokenRevoked FailureKind = "slack_token_revoked"
	FailureSlackTokenExpired FailureKind = "slack_token_expired"
	FailureSlackBotRemoved   FailureKind = "slack_bot_removed"
	FailureSlackScope        FailureKind = "slack_scope" // Scope is missing
	FailureSlackNotBot       FailureKind = "slack_not_bot"
	FailureSlackNotApp       FailureKind = "slack_not_app"
	FailureSlackOrganisation FailureKind = "slack_organisation"
	FailureSlackMoving       FailureKind = "slack_moving"
	FailureSlackSuspended    FailureKind = "slack_suspended"
	FailureSlackNotApproved  FailureKind = "slack_not_approved"
	FailureSlackDenied       FailureKind = "slack_denied"
	FailureSlackMayNotPost   FailureKind = "slack_may_not_post"
	FailureSlackTwoFactor    FailureKind = "slack_two_factor"
	FailureSlackNetwork      FailureKind = "slack_network"
	FailureSlackOutdated     FailureKind = "slack_outdated"
	FailureSlackCall         FailureKind = "slack_call"
	FailureSlackUnknownCode  FailureKind = "slack_unknown_code"
	FailureSlackNotSlack     FailureKind = "slack_not_slack"
	FailureSlackNoJSON       FailureKind = "slack_no_json"
	FailureSlackNotOK        FailureKind = "slack_not_ok"
	FailureSlackUnnamed      FailureKind = "slack_unnamed"
	FailureSlackEmptyLookup  FailureKind = "slack_empty_lookup"
	FailureSlackNoChannel    FailureKind = "slack_no_channel" // Channel has none
	FailureSlackHookAddress  FailureKind = "slack_hook_address"
	FailureSlackHookInactive FailureKind = "slack_hook_inactive"
	FailureSlackHookRemoved  FailureKind = "slack_hook_removed"
	FailureSlackHookPartial  FailureKind = "slack_hook_partial"
	FailureSlackHookNoTeam   FailureKind = "slack_hook_no_team"
	FailureSlackHookTeam     FailureKind = "slack_hook_team"
	FailureSlackUnknown      FailureKind = "slack_channel_unknown" // Address; also in those below
	FailureSlackNoTeam       FailureKind = "slack_no_team"
	FailureSlackNotInvited   FailureKind = "slack_not_invited"
	FailureSlackArchived     FailureKind = "slack_archived"
	FailureSlackFrozen       FailureKind = "slack_frozen"
	FailureSlackRestricted   FailureKind = "slack_restricted"
	FailureSlackSharedMoving FailureKind = "slack_shared_moving"
	FailureSlackNoReplies    FailureKind = "slack_no_replies"
	FailureSlackReadOnly     FailureKind = "slack_read_only"
	FailureSlackRepliesOnly  FailureKind = "slack_replies_only"
	FailureSlackForbidden    FailureKind = "slack_forbidden"
	FailureSlackGeneral      FailureKind = "slack_general"
	FailureSlackMessagesTab  FailureKind = "slack_messages_tab"
	FailureSlackUserUnknown  FailureKind = "slack_user_unknown"
	FailureSlackUserHidden   FailureKind = "slack_user_hidden"
	FailureSlackUserDisabled FailureKind = "slack_user_disabled"
	FailureSlackBot          FailureKind = "slack_bot"
	FailureSlackForeigner    FailureKind = "slack_foreigner"
	FailureSlackNotOne       FailureKind = "slack_not_one" // neither one person nor one channel
)

// Refusals of Telegram, PagerDuty, Microsoft Teams and Mattermost.
const (
	FailureTelegramToken     FailureKind = "telegram_token"
	FailureTelegramChat      FailureKind = "telegram_chat"      // Address is unknown
	FailureTelegramForbidden FailureKind = "telegram_forbidden" // the bot may not write to Address
	FailureTelegramMoved     FailureKind = "telegram_moved"     // Address has the new ID Host
	FailurePagerDutyKey      FailureKind = "pagerduty_key"
	FailureTeamsOff          FailureKind = "teams_off"
	FailureMattermostOff     FailureKind = "mattermost_off"
)

// Responses of the mail server Peer.
const (
	FailureMailRefused         FailureKind = "mail_refused"        // mail to Address
	FailureMailSenderRefused   FailureKind = "mail_sender_refused" // Address
	FailureMailWantsLogin      FailureKind = "mail_wants_login"    // or TLS
	FailureMailNotNow          FailureKind = "mail_not_now"        // mail to Address
	FailureMailUnconfirmed     FailureKind = "mail_unconfirmed"    // the connection ended before the mail to Address was confirmed
	FailureMailCut             FailureKind = "mail_cut"            // the connection ended before the mail to Address was accepted
	FailureMailCutAtSender     FailureKind = "mail_cut_at_sender"  // the connection ended before the sender was accepted
	FailureMailRules           FailureKind = "mail_rules"          // the response to Command violates SMTP
	FailureMailNoStartTLS      FailureKind = "mail_no_starttls"
	FailureMailHello           FailureKind = "mail_hello"            // EHLO with the name Address is refused
	FailureMailNoConnections   FailureKind = "mail_no_connections"   // it accepts no connections
	FailureMailNoTalk          FailureKind = "mail_no_talk"          // it refuses EHLO, for a reason other than the name
	FailureMailBusy            FailureKind = "mail_busy"             // it accepts no connections now
	FailureMailSilent          FailureKind = "mail_silent"           // it sends no greeting
	FailureMailSilentPort      FailureKind = "mail_silent_port"      // it sends no greeting: it may expect TLS
	FailureMailNoEncryption    FailureKind = "mail_no_encryption"    // it refuses to start TLS
	FailureMailCutAtTLS        FailureKind = "mail_cut_at_tls"       // the connection ended before TLS started
	FailureMailCutAtLogin      FailureKind = "mail_cut_at_login"     // with Mechanisms
	FailureMailLoginLater      FailureKind = "mail_login_later"      // it cannot check the login now
	FailureMailNoLogin         FailureKind = "mail_no_login"         // it offers none
	FailureMailOtherLogins     FailureKind = "mail_other_logins"     // it offers Offered, and none of the allowed Mechanisms
	FailureMailNoLoginWorks    FailureKind = "mail_no_login_works"   // none of the offered methods works for Address
	FailureMailPassword        FailureKind = "mail_password"         // it rejects the user name or password of Address
	FailureMailSenderNotASCII  FailureKind = "mail_sender_script"    // no SMTPUTF8, which the sender Address needs
	FailureMailAddressNotASCII FailureKind = "mail_recipient_script" // no SMTPUTF8, which the recipient Address needs
)

// Why a source cannot be read: the reasons of package sources. Text is the detail in
// English.
const (
	FailureSourceBadAddress      FailureKind = "source_bad_address"
	FailureSourceNoSuchHost      FailureKind = "source_no_such_host"
	FailureSourceUnreachable     FailureKind = "source_unreachable"
	FailureSourceTimedOut        FailureKind = "source_timed_out"
	FailureSourceInsecure        FailureKind = "source_insecure"
	FailureSourcePrivateAddress  FailureKind = "source_private_address"
	FailureSourceBadRedirect     FailureKind = "source_bad_redirect"
	FailureSourceRobots          FailureKind = "source_robots"
	FailureSourceNotFound        FailureKind = "source_not_found"
	FailureSourceRefused         FailureKind = "source_refused"
	FailureSourceTooManyRequests FailureKind = "source_too_many_requests"
	FailureSourceServerFault     FailureKind = "source_server_fault"
	FailureSourceTooLarge        FailureKind = "source_too_large"
	FailureSourceEmpty           FailureKind = "source_empty"
	FailureSourceNotAFeed        FailureKind = "source_not_a_feed"
	FailureSourceOtherKind       FailureKind = "source_another_kind"
	FailureSourceDamaged         FailureKind = "source_damaged"
	FailureSourceShapeChanged    FailureKind = "source_shape_changed"
	FailureSourceNoText          FailureKind = "source_no_text"
)

// FailureText is an English sentence, Text, without a kind.
const FailureText FailureKind = "text"

// An Advice is what a person can do about refused mail.
type Advice string

// The kinds of advice.
const (
	AdviceHello       Advice = "hello"        // set hello:
	AdviceMailbox     Advice = "mailbox"      // free some space
	AdviceRelay       Advice = "relay"        // use the server of the account
	AdvicePolicy      Advice = "policy"       // ask the server to accept mail from Sender; set up SPF, DKIM and DMARC for its domain
	AdviceSender      Advice = "sender"       // configure or verify Sender
	AdviceAccount     Advice = "account"      // check the account
	AdviceLogin       Advice = "login"        // set username and password
	AdvicePassword    Advice = "password"     // correct the user name and password
	AdviceOtherLogin  Advice = "other_login"  // set auth:
	AdviceTooMuch     Advice = "too_much"     // wait, or have the limit raised
	AdviceAskOperator Advice = "ask_operator" // ask the administrator of the server
)

// A PeerKind is the kind of server behind a channel.
type PeerKind string

// The kinds of servers.
const (
	PeerSlack   PeerKind = "slack"
	PeerMail    PeerKind = "mail" // with its host and port as Address
	PeerWebhook PeerKind = "webhook"
	PeerMonitor PeerKind = "monitor"

	PeerTeams      PeerKind = "teams"
	PeerTelegram   PeerKind = "telegram"
	PeerMattermost PeerKind = "mattermost"
	PeerPagerDuty  PeerKind = "pagerduty"
)

// A Peer is the server behind a channel. It does not include the address of a webhook,
// which is a secret.
type Peer struct {
	Kind    PeerKind `json:"kind"`
	Address string   `json:"address,omitempty"`
}

// A Failure is why something failed, as data. Package render turns it into text in the
// reader's language. It never holds a secret.
type Failure struct {
	Kind FailureKind `json:"kind"`
	Args FailureArgs `json:"args,omitzero"`
}

// FailureArgs are the arguments of a [Failure]. Its kind decides which are set.
type FailureArgs struct {
	Peer           Peer     `json:"peer,omitzero"`
	Address        string   `json:"address,omitempty"` // the recipient, sender or channel concerned
	Host           string   `json:"host,omitempty"`
	ThroughProxy   bool     `json:"through_proxy,omitempty"`
	Channel        string   `json:"channel,omitempty"` // its name in the configuration
	Scope          string   `json:"scope,omitempty"`
	Mechanisms     []string `json:"mechanisms,omitempty"`
	Offered        string   `json:"offered,omitempty"`
	Command        string   `json:"command,omitempty"` // SMTP command
	Sender         string   `json:"sender,omitempty"`
	Code           string   `json:"code,omitempty"`   // error code of Peer
	Status         int      `json:"status,omitempty"` // HTTP status
	Answer         string   `json:"answer,omitempty"` // the response of Peer or the error of a library, verbatim
	Advice         Advice   `json:"advice,omitempty"`
	Attempts       int      `json:"attempts,omitempty"`
	Cause          *Failure `json:"cause,omitempty"`
	MayHaveArrived bool     `json:"may_have_arrived,omitempty"` // the failed message may have arrived
	Text           string   `json:"text,omitempty"`
}

// Map returns a copy of the failure with change applied to each text.
func (f Failure) Map(change func(string) string) Failure {
	a := &f.Args
	for _, text := range []*string{&a.Peer.Address, &a.Address, &a.Host, &a.Channel, &a.Scope, &a.Offered, &a.Command, &a.Sender, &a.Code, &a.Answer, &a.Text} {
		if *text != "" {
			*text = change(*text)
		}
	}
	if a.Mechanisms != nil {
		changed := make([]string, len(a.Mechanisms))
		for i, m := range a.Mechanisms {
			changed[i] = change(m)
		}
		a.Mechanisms = changed
	}
	if a.Cause != nil {
		cause := a.Cause.Map(change)
		a.Cause = &cause
	}
	return f
}

// String returns the kind and the arguments, for people who read the database. Package
// render writes the text that readers of notices see.
func (f Failure) String() string {
	if f.Kind == FailureText {
		return f.Args.Text
	}
	var b strings.Builder
	b.WriteString(strings.ReplaceAll(string(f.Kind), "_", " "))
	args := reflect.ValueOf(f.Args)
	for i := range args.NumField() {
		if v := args.Field(i); !v.IsZero() {
			name, _, _ := strings.Cut(args.Type().Field(i).Tag.Get("json"), ",")
			fmt.Fprintf(&b, ", %s %v", strings.ReplaceAll(name, "_", " "), v)
		}
	}
	return b.String()
}

// String returns the kind and the address.
func (p Peer) String() string { return strings.TrimSpace(string(p.Kind) + " " + p.Address) }
