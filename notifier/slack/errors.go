package slack

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"github.com/slack-go/slack"

	"regwatch/internal/redact"
	"regwatch/internal/sanitize"
	"regwatch/models"
	"regwatch/notifier/delivery"
)

// peer is the far side.
var peer = models.Peer{Kind: models.PeerSlack}

// explain returns what an error of the library means for a message to a channel. No
// secret is in it: what Slack answers may repeat the token.
func explain(channel string, err error, hide *redact.Secrets) *delivery.Error {
	return explainAnswer(channel, err, hide).Scrubbed(hide)
}

func explainAnswer(channel string, err error, hide *redact.Secrets) *delivery.Error {
	if known, ok := errors.AsType[*delivery.Error](err); ok {
		return known
	}
	if limited, ok := errors.AsType[*slack.RateLimitedError](err); ok {
		return pause(limited.RetryAfter)
	}
	if _, ok := errors.AsType[*strconv.NumError](err); ok {
		return pause(0) // the library reads Retry-After as seconds, and it was something else
	}
	if refused, ok := errors.AsType[slack.SlackErrorResponse](err); ok {
		e := explainCode(refused.Err, channel)
		if refused.Err == "missing_scope" && refused.Needed != "" {
			e.Failure.Args.Scope = refused.Needed
		}
		if len(refused.ResponseMetadata.Messages) > 0 {
			e.Failure.Args.Answer = refused.ResponseMetadata.Messages[0]
		}
		return e
	}
	if status, ok := errors.AsType[slack.StatusCodeError](err); ok {
		return explainStatus(status.Code)
	}
	if _, ok := errors.AsType[*json.SyntaxError](err); ok {
		e := delivery.Fail(delivery.Blocked, models.FailureSlackNoJSON, models.FailureArgs{})
		e.OneMessage, e.MayHaveArrived = true, true
		return e
	}
	return delivery.NetworkError(peer, err, hide)
}

// explainCode returns what an error code means. A code that Slack does not document
// loses no notice: it is kept, others are tried before it, and before the next try
// Slack is asked whether it has it.
func explainCode(word, channel string) *delivery.Error {
	c, known := codes[word]
	args := models.FailureArgs{Code: word}
	switch {
	case !known:
		e := delivery.Fail(delivery.Blocked, models.FailureSlackUnknownCode, args)
		e.OneMessage, e.MayHaveArrived = true, true
		return e
	case c.scope == oneMessage:
		args.Peer = peer
		return delivery.Fail(delivery.Permanent, models.FailureNotTaken, args)
	case c.scope == needsPause:
		args.Peer = peer
		return delivery.Fail(delivery.RateLimited, models.FailurePause, args)
	case c.scope == mayHavePassed:
		args.Peer = peer
		return delivery.Fail(delivery.Ambiguous, models.FailureFailed, args)
	case c.kind == models.FailureSlackScope:
		args.Scope = "chat:write"
	}
	if c.scope == oneAddress {
		args.Address = channel
	}
	e := delivery.Fail(delivery.Blocked, c.kind, args)
	e.OneAddress, e.OneMessage = c.scope == oneAddress, c.scope == unclear
	return e
}

// explainAppToken is [explain] for opening a connection of Socket Mode.
func explainAppToken(err error, hide *redact.Secrets) *delivery.Error {
	word := codeOf(err)
	if sentence, known := appTokenSentences[word]; known {
		return delivery.Errorf(delivery.Blocked, "%s (%s)", sentence, word)
	}
	return explain("", err, hide)
}

// explainLookup is [explain] for a lookup. A refusal that stays must not hold the
// message back for ever: it is sent, perhaps for the second time.
func (s *Channel) explainLookup(channel string, err error) error {
	refused, is := errors.AsType[slack.SlackErrorResponse](err)
	if !is {
		return explain(channel, err, s.hide)
	}
	c, known := codes[refused.Err]
	switch {
	case refused.Err == "missing_scope":
		return fmt.Errorf("%w: the Slack bot lacks the scope %s", delivery.ErrCannotLookUp, delivery.Scrub(s.hide, refused.Needed))
	case known && c.scope != oneAddress && c.scope != unclear && refused.Err != "not_allowed_token_type":
		return explain(channel, err, s.hide)
	}
	return fmt.Errorf("%w: Slack does not show the bot the history of %s (%s)", delivery.ErrCannotLookUp, sanitize.Line(channel), delivery.Scrub(s.hide, refused.Err))
}

// explainAmend is [explain] for a change of a message. A refusal of one change
// blocks nothing: the messages to come may well pass.
func (s *Channel) explainAmend(channel string, err error) error {
	word := codeOf(err)
	c, known := codes[word]
	switch {
	case word == "":
	case word == "message_not_found":
		return delivery.Errorf(delivery.ThreadGone, "the message that it would change was deleted (%s)", word)
	case word == "cant_update_message":
		return delivery.Errorf(delivery.Moot, "the message that it would change is not one of this bot (%s)", word)
	case word == "edit_window_closed":
		return delivery.Errorf(delivery.Moot, "the workspace's settings let no message be changed that is as old as this (%s)", word)
	case !known:
		return delivery.Fail(delivery.Ambiguous, models.FailureFailed, models.FailureArgs{Peer: peer, Code: word}).Scrubbed(s.hide)
	case c.scope == oneAddress, c.scope == oneMessage, c.scope == unclear:
		return delivery.Errorf(delivery.Moot, "the message cannot be changed: %w", explain(channel, err, s.hide))
	}
	return explain(channel, err, s.hide)
}

// codeOf returns the error code with which Slack refused, or "".
func codeOf(err error) string {
	refused, _ := errors.AsType[slack.SlackErrorResponse](err)
	return refused.Err
}

// pause is a pause that Slack, or a proxy on the way, asks for; 0 or less is one of
// unknown length.
func pause(wait time.Duration) *delivery.Error {
	e := delivery.Fail(delivery.RateLimited, models.FailurePause, models.FailureArgs{Peer: peer, Status: http.StatusTooManyRequests})
	e.RetryAfter = min(max(wait, 0), delivery.MaxRetryAfter)
	return e
}

// explainStatus returns what an HTTP status means that comes without an error code.
func explainStatus(status int) *delivery.Error {
	switch {
	case status == http.StatusTooManyRequests:
		return pause(0)
	case status >= 300 && status < 400:
		return delivery.Fail(delivery.Blocked, models.FailureRedirected, models.FailureArgs{Peer: peer, Status: status})
	case status >= 400 && status < 500:
		// Perhaps a filter on the way that objects to this message alone.
		e := delivery.Fail(delivery.Blocked, models.FailureSlackNotSlack, models.FailureArgs{Status: status})
		e.OneMessage = true
		return e
	}
	return delivery.Fail(delivery.Ambiguous, models.FailureFailed, models.FailureArgs{Peer: peer, Status: status})
}
