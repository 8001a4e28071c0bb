package telegram

import (
	"encoding/json"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"regwatch/models"
	"regwatch/notifier/delivery"
)

// A response is what the Bot API answers
// (https://core.telegram.org/bots/api#making-requests, #responseparameters).
type response struct {
	OK          bool   `json:"ok"`
	Description string `json:"description"`
	Parameters  struct {
		RetryAfter int64 `json:"retry_after"` // in seconds
		MigrateTo  int64 `json:"migrate_to_chat_id"`
	} `json:"parameters"`
	Result struct {
		MessageID int64 `json:"message_id"`
	} `json:"result"`
}

// read returns the ID of the message, or what the answer to a request means. Telegram has no
// codes of its own: descriptions in English tell refusals apart.
func read(a delivery.Answer, r request, now time.Time) (int64, *delivery.Error) {
	var said response
	isJSON := json.Unmarshal(a.Body, &said) == nil
	switch {
	case a.Status == http.StatusOK && said.OK && said.Result.MessageID > 0:
		return said.Result.MessageID, nil
	case a.Status >= 200 && a.Status < 300:
		return 0, delivery.Fail(delivery.Ambiguous, models.FailureFailed, models.FailureArgs{Peer: peer, Status: a.Status})
	case a.Status == http.StatusTooManyRequests && said.Parameters.RetryAfter > 0:
		f := delivery.Fail(delivery.RateLimited, models.FailurePause, models.FailureArgs{Peer: peer, Status: a.Status})
		f.RetryAfter = min(time.Duration(min(said.Parameters.RetryAfter, 1<<20))*time.Second, delivery.MaxRetryAfter)
		return 0, f
	case isJSON && (a.Status == http.StatusUnauthorized || a.Status == http.StatusNotFound):
		// A token of the wrong form is no path that the server knows.
		return 0, delivery.Fail(delivery.Blocked, models.FailureTelegramToken, models.FailureArgs{Status: a.Status})
	case isJSON && (a.Status == http.StatusBadRequest || a.Status == http.StatusForbidden):
		return refused(a.Status, said, r)
	}
	return 0, delivery.StatusError(peer, a, now)
}

// refused returns what the description of a status 400 or 403 means.
func refused(status int, said response, r request) (int64, *delivery.Error) {
	says := func(some ...string) bool {
		text := strings.ToLower(said.Description)
		return slices.ContainsFunc(some, func(s string) bool { return strings.Contains(text, s) })
	}
	fail := func(reason delivery.Reason, kind models.FailureKind) (int64, *delivery.Error) {
		f := delivery.Fail(reason, kind, models.FailureArgs{Peer: peer, Address: r.Chat, Status: status, Answer: said.Description})
		f.OneAddress = reason == delivery.Blocked
		return 0, f
	}
	switch {
	case said.Parameters.MigrateTo != 0:
		_, f := fail(delivery.Blocked, models.FailureTelegramMoved)
		f.Failure.Args.Host, f.Failure.Args.Answer = strconv.FormatInt(said.Parameters.MigrateTo, 10), ""
		return 0, f
	case r.Message != 0 && says("message is not modified"):
		return r.Message, nil // it says already what it should
	case r.Message != 0 && says("message can't be edited"):
		return 0, delivery.Errorf(delivery.Moot, "Telegram lets the message that it would change no longer be edited")
	case r.Message != 0 && says("message to edit not found", "message_id_invalid"),
		r.Reply != nil && says("message to be replied not found", "reply message not found", "replied message not found"):
		return 0, delivery.Errorf(delivery.ThreadGone, "the message that it follows up or changes was deleted")
	case status == http.StatusForbidden,
		says("not enough rights", "have no rights", "need administrator rights", "chat_write_forbidden", "chat_admin_required", "chat_restricted", "user_banned_in_channel", "chat_send_", "chat is deactivated", "topic_closed"):
		return fail(delivery.Blocked, models.FailureTelegramForbidden)
	case says("chat not found", "chat_id is empty", "peer_id_invalid", "user not found"):
		return fail(delivery.Blocked, models.FailureTelegramChat)
	case says("message is too long", "entities_too_long"):
		return fail(delivery.Permanent, models.FailureTooLarge)
	case says("can't parse entities", "can't parse message text"):
		return fail(delivery.Permanent, models.FailureNotTaken) // the same text is refused each time
	}
	return fail(delivery.Temporary, models.FailureNotTaken)
}
