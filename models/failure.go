package models

import (
	"fmt"
	"reflect"
	"strings"
)

// A FailureKind names one of the ways in which a channel or a source fails. The comment
// says which arguments it has. All may have Code, Status, Answer, Advice and MayHaveArrived.
type FailureKind string

// No connection to Peer, or none that can be trusted. Nothing was sent.
const (
	FailureNameUnknown    FailureKind = "name_unknown"    // DNS does not know Host
	FailureDNSSilent      FailureKind = "dns_silent"      // DNS does not answer for Host
	FailureNothingListens FailureKind = "nothing_listens" // at Host; ThroughProxy
	FailureNoAnswer       FailureKind = "no_answer"       // from Host in time; ThroughProxy
	FailureNoRoute        FailureKind = "no_route"        // to Host; ThroughProxy
	FailureNotReached     FailureKind = "not_reached"     // for another reason; Host, ThroughProxy
	FailureNoConnection   FailureKind = "no_connection"   // the proxy or the handshake failed
	FailureCertName       FailureKind = "cert_name"       // the certificate is for another name than Host
	FailureCertUntrusted  FailureKind = "cert_untrusted"
	FailureCertExpired    FailureKind = "cert_expired" // or not yet valid
	FailureCertInvalid    FailureKind = "cert_invalid"
	FailureCertUnverified FailureKind = "cert_unverified"
	FailureNoTLS          FailureKind = "no_tls"      // the port does not speak TLS
	FailureTLSVersion     FailureKind = "tls_version" // no version or cipher in common
)

// What Peer did with a request.
const (
	FailureTimedOut      FailureKind = "timed_out"
	FailureCut           FailureKind = "cut" // the connection ended before an answer
	FailurePause         FailureKind = "pause"
	FailureFailed        FailureKind = "failed"
	FailureNotTaken      FailureKind = "not_taken" // this message
	FailureTooLarge      FailureKind = "too_large" // this message
	FailureRedirected    FailureKind = "redirected"
	FailureNotLetIn      FailureKind = "not_let_in"
	FailureNoReceiver    FailureKind = "no_receiver" // nothing takes webhooks at the address
	FailureUnwanted      FailureKind = "unwanted"    // it wants no more messages
	FailureBehindGateway FailureKind = "behind_gateway"
)

// What is wrong on our side.
const (
	FailureBadAddress     FailureKind = "bad_address"      // the configured address of Peer is not valid
	FailureBadRecipient   FailureKind = "bad_recipient"    // Address is no email address
	FailureNotWritten     FailureKind = "not_written"      // the message could not be made
	FailureLinks          FailureKind = "links"            // the links of a mail could not be made
	FailureTerminal       FailureKind = "terminal"         // writing to it failed
	FailureNotOpened      FailureKind = "not_opened"       // the channel, with its settings as they are
	FailureCrashed        FailureKind = "crashed"          // a bug of ours
	FailureGaveUp         FailureKind = "gave_up"          // after Attempts; Cause is the last failure
	FailureChannelRemoved FailureKind = "channel_removed"  // Channel is not configured any more
	FailureNothingToAlter FailureKind = "nothing_to_alter" // there is no message that it could change
)

// What Slack refuses. Code is Slack's own.
const (
	FailureSlackToken        FailureKind = "slack_token"
	FailureSlackNoToken      FailureKind = "slack_no_token"
	FailureSlackTokenRevoked FailureKind = "slack_token_revoked"
	FailureSlackTokenExpired FailureKind = "slack_token_expired"
	FailureSlackBotRemoved   FailureKind = "slack_bot_removed"
	FailureSlackScope        FailureKind = "slack_scope" // Scope is the one that is missing
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
	FailureSlackUnknown      FailureKind = "slack_channel_unknown" // Address, and so below
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

// What the mail server Peer does.
const (
	FailureMailRefused         FailureKind = "mail_refused"        // mail to Address
	FailureMailSenderRefused   FailureKind = "mail_sender_refused" // Address
	FailureMailWantsLogin      FailureKind = "mail_wants_login"    // or TLS
	FailureMailNotNow          FailureKind = "mail_not_now"        // mail to Address
	FailureMailUnconfirmed     FailureKind = "mail_unconfirmed"    // the connection ended before the mail to Address was confirmed
	FailureMailCut             FailureKind = "mail_cut"            // the connection ended before the mail to Address was taken
	FailureMailCutAtSender     FailureKind = "mail_cut_at_sender"  // the connection ended before the sender was taken
	FailureMailRules           FailureKind = "mail_rules"          // the answer to Command is against SMTP
	FailureMailNoStartTLS      FailureKind = "mail_no_starttls"
	FailureMailHello           FailureKind = "mail_hello"            // the name Address in EHLO is refused
	FailureMailNoConnections   FailureKind = "mail_no_connections"   // it takes none
	FailureMailNoTalk          FailureKind = "mail_no_talk"          // it refuses EHLO, and not because of the name
	FailureMailBusy            FailureKind = "mail_busy"             // it takes no connection now
	FailureMailSilent          FailureKind = "mail_silent"           // it does not greet
	FailureMailSilentPort      FailureKind = "mail_silent_port"      // it does not greet: perhaps it waits for TLS
	FailureMailNoEncryption    FailureKind = "mail_no_encryption"    // it refuses to encrypt
	FailureMailCutAtTLS        FailureKind = "mail_cut_at_tls"       // the connection ended before it was encrypted
	FailureMailCutAtLogin      FailureKind = "mail_cut_at_login"     // by Mechanisms
	FailureMailLoginLater      FailureKind = "mail_login_later"      // it cannot check the login now
	FailureMailNoLogin         FailureKind = "mail_no_login"         // it offers none
	FailureMailOtherLogins     FailureKind = "mail_other_logins"     // it offers Offered, and none of Mechanisms, which are allowed
	FailureMailNoLoginWorks    FailureKind = "mail_no_login_works"   // it accepts none of what it offers for Address
	FailureMailPassword        FailureKind = "mail_password"         // it does not accept user and password of Address
	FailureMailSenderNotASCII  FailureKind = "mail_sender_script"    // no SMTPUTF8, which the sender Address needs
	FailureMailAddressNotASCII FailureKind = "mail_recipient_script" // no SMTPUTF8, which the recipient Address needs
)

// Why a source could not be read: the reasons of package sources. Text is the detail in English.
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

// FailureText is an English sentence, Text, that has no kind.
const FailureText FailureKind = "text"

// An Advice is what a person can do about a refusal of mail.
type Advice string

// The advices.
const (
	AdviceHello       Advice = "hello"        // set hello:
	AdviceMailbox     Advice = "mailbox"      // make room
	AdviceRelay       Advice = "relay"        // use the server of the account
	AdvicePolicy      Advice = "policy"       // ask to let mail of Sender pass; SPF, DKIM and DMARC of its domain
	AdviceSender      Advice = "sender"       // configure or verify Sender
	AdviceAccount     Advice = "account"      // look at the account
	AdviceLogin       Advice = "login"        // set username and password
	AdvicePassword    Advice = "password"     // put the user name and password right
	AdviceOtherLogin  Advice = "other_login"  // set auth:
	AdviceTooMuch     Advice = "too_much"     // wait, or have the limit raised
	AdviceAskOperator Advice = "ask_operator" // ask who runs the server
)

// A PeerKind says what the far side of a channel is.
type PeerKind string

// The far sides.
const (
	PeerSlack   PeerKind = "slack"
	PeerMail    PeerKind = "mail" // with its host and port as Address
	PeerWebhook PeerKind = "webhook"
	PeerMonitor PeerKind = "monitor"
)

// A Peer is the far side of a channel. The address of a webhook is a secret and no part of it.
type Peer struct {
	Kind    PeerKind `json:"kind"`
	Address string   `json:"address,omitempty"`
}

// A Failure is why something failed, as data. Package render turns it into words in the
// reader's language. It never holds a secret.
type Failure struct {
	Kind FailureKind `json:"kind"`
	Args FailureArgs `json:"args,omitzero"`
}

// FailureArgs are the arguments of a [Failure]. Which of them are set depends on its kind.
type FailureArgs struct {
	Peer           Peer     `json:"peer,omitzero"`
	Address        string   `json:"address,omitempty"` // whom or what it concerns
	Host           string   `json:"host,omitempty"`
	ThroughProxy   bool     `json:"through_proxy,omitempty"`
	Channel        string   `json:"channel,omitempty"` // its name in the configuration
	Scope          string   `json:"scope,omitempty"`
	Mechanisms     []string `json:"mechanisms,omitempty"`
	Offered        string   `json:"offered,omitempty"`
	Command        string   `json:"command,omitempty"` // of SMTP
	Sender         string   `json:"sender,omitempty"`
	Code           string   `json:"code,omitempty"`   // an error code of Peer
	Status         int      `json:"status,omitempty"` // of HTTP
	Answer         string   `json:"answer,omitempty"` // the words of Peer or of a library, as they are
	Advice         Advice   `json:"advice,omitempty"`
	Attempts       int      `json:"attempts,omitempty"`
	Cause          *Failure `json:"cause,omitempty"`
	MayHaveArrived bool     `json:"may_have_arrived,omitempty"` // the message that failed
	Text           string   `json:"text,omitempty"`
}

// Map returns a copy of a failure in which each text is what change makes of it.
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

// String names the kind and the arguments, for people who read the database. What a
// reader of notices sees is written by package render.
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

// String names a far side.
func (p Peer) String() string { return strings.TrimSpace(string(p.Kind) + " " + p.Address) }
