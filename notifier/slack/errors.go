package slack

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/slack-go/slack"

	"regwatch/internal/sanitize"
	"regwatch/notifier/delivery"
	"regwatch/notifier/render"
)

// slackBlocked says, for each refusal that a person must put right, what to do.
// The verb is filled with the channel.
var slackBlocked = map[string]struct {
	sentence string
	channel  bool // it concerns one Slack channel and not the token
}{
	"invalid_auth":     {"Slack does not accept the bot token; put a valid one where the configuration points to", false},
	"not_authed":       {"Slack received no bot token; put one where the configuration points to", false},
	"token_revoked":    {"the Slack bot token was revoked; install the app again and give regwatch the new token", false},
	"token_expired":    {"the Slack bot token has expired; give regwatch a new one", false},
	"account_inactive": {"the Slack bot was removed from the workspace; install the app again and give regwatch the new token", false},
	"missing_scope":    {"the Slack bot lacks a permission; add the scope chat:write to the app and install it again", false},
	"not_allowed_token_type": {
		"the Slack token is not one of a bot; give regwatch the bot token, which starts with xoxb-", false,
	},
	"org_login_required":      {"the Slack workspace is being moved to an organisation; try again when that is done", false},
	"ekm_access_denied":       {"an administrator of the Slack workspace has suspended posting; ask them", false},
	"team_access_not_granted": {"the Slack app may not act in this workspace; ask an administrator to approve it", false},
	"access_denied":           {"Slack denies access; ask an administrator of the workspace to approve the app", false},
	"no_permission":           {"the Slack bot may not post; ask an administrator of the workspace", false},
	"enterprise_is_restricted": {
		"the Slack token is one of an organisation, which cannot post; install the app in a workspace and give regwatch that bot token", false,
	},
	"two_factor_setup_required": {"the Slack workspace wants two-factor authentication set up first; ask its administrator", false},
	"accesslimited":             {"the Slack workspace does not take requests from this network; ask its administrator to allow this machine's address", false},
	"team_added_to_org":         {"the Slack workspace is being moved to an organisation; try again when that is done", false},
	"deprecated_endpoint":       {"Slack no longer answers what this version of regwatch asks; update regwatch", false},
	"method_deprecated":         {"Slack no longer answers what this version of regwatch asks; update regwatch", false},
	"team_not_found":            {"Slack finds no workspace for the channel %s; check it", true},
	"external_channel_migrating": {
		"the shared Slack channel %s is being moved; wait until that is done, or configure another", true,
	},
	"restricted_action_non_threadable_channel": {
		"the Slack channel %s takes no replies; configure another", true,
	},
	"channel_not_found":   {"Slack knows no channel %s that the bot may see; check it, and invite the bot there with /invite", true},
	"not_in_channel":      {"the Slack bot is not in %s; invite it there with /invite", true},
	"is_archived":         {"the Slack channel %s is archived; restore it, or configure another", true},
	"channel_is_archived": {"the Slack channel %s is archived; restore it, or configure another", true},
	"restricted_action":   {"a setting of the workspace keeps the Slack bot from posting to %s; ask an administrator", true},
	"restricted_action_read_only_channel": {
		"the Slack channel %s is read-only for the bot; ask an administrator", true,
	},
	"restricted_action_thread_only_channel": {
		"the Slack channel %s takes replies only; configure another", true,
	},
	"action_prohibited": {"an administrator has forbidden posting to %s with this webhook; ask them", true},
	"posting_to_general_channel_denied": {
		"an administrator has forbidden posting to the workspace's general channel %s; configure another", true,
	},
	"no_service":     {"the incoming webhook for %s was removed or disabled; make a new one and give regwatch its address", true},
	"no_service_id":  {"the incoming webhook's address for %s is incomplete; copy it again from Slack", true},
	"no_team":        {"the incoming webhook's address for %s names no workspace; copy it again from Slack", true},
	"team_disabled":  {"the Slack workspace of %s is disabled; ask its owner", true},
	"invalid_token":  {"the incoming webhook's address for %s is not valid; copy it again from Slack", true},
	"user_not_found": {"Slack knows no user behind %s; check the address", true},
	"user_is_bot":    {"%s is a bot, and Slack lets no bot write to a bot; check the address", true},
	"cannot_dm_bot":  {"%s is a bot, and Slack lets no bot write to a bot; check the address", true},
	"is_inactive":    {"the Slack channel %s is frozen; ask an administrator", true},
	"messages_tab_disabled": {
		"Slack shows %s no messages of the app; switch on its messages tab", true,
	},
}

// slackPermanent are refusals of the message itself.
var slackPermanent = []string{
	"msg_too_long", "no_text", "metadata_too_large", "invalid_metadata_format", "invalid_metadata_schema",
	"metadata_must_be_sent_from_app", "invalid_payload", "too_many_attachments", "as_user_not_supported", "invalid_arguments",
	"invalid_attachments", "attachment_payload_limit_exceeded", "markdown_text_conflict", "invalid_arg_name", "invalid_array_arg",
	"invalid_charset", "invalid_form_data", "invalid_post_type", "missing_post_type",
}

// refusedBlocks reports whether Slack might take the message as plain text.
func refusedBlocks(code string) bool {
	return slices.Contains([]string{"invalid_blocks", "invalid_blocks_format", "msg_blocks_too_long", "block_mismatch"}, code)
}

// explain turns what the library says into a reason and a sentence.
func (s *Channel) explain(channel string, err error) error {
	return explainSlack(channel, err, s.hide)
}

func explainSlack(channel string, err error, hide delivery.Secrets) error {
	if told, ok := errors.AsType[*delivery.Error](err); ok {
		return told
	}
	if limited, ok := errors.AsType[*slack.RateLimitedError](err); ok {
		return slackPause(limited.RetryAfter)
	}
	if _, ok := errors.AsType[*strconv.NumError](err); ok {
		return slackPause(0) // the library reads a pause in seconds, and what stood there was none
	}
	if refused, ok := errors.AsType[slack.SlackErrorResponse](err); ok {
		f := slackRefusal(refused.Err, sanitize.Line(channel))
		if refused.Err == "missing_scope" && refused.Needed != "" {
			f.Err = fmt.Errorf("the Slack bot lacks the scope %s (missing_scope); add it to the app and install it again", hide.Scrub(refused.Needed))
		}
		if len(refused.ResponseMetadata.Messages) > 0 {
			f.Err = fmt.Errorf("%w: %s", f.Err, hide.Scrub(refused.ResponseMetadata.Messages[0]))
		}
		return f
	}
	if status, ok := errors.AsType[slack.StatusCodeError](err); ok {
		return slackStatus(status.Code)
	}
	return delivery.NetworkError("Slack", err, hide)
}

// appTokenRefused are the refusals of the app-level token, which opens the
// connection for button presses.
var appTokenRefused = map[string]string{
	"invalid_auth":           "Slack does not accept the app-level token; make one with the scope connections:write in the app's settings, and put it where app_token points to",
	"not_authed":             "Slack received no app-level token; put one where app_token points to",
	"token_revoked":          "the Slack app-level token was revoked; make a new one with the scope connections:write in the app's settings, and put it where app_token points to",
	"token_expired":          "the Slack app-level token has expired; make a new one with the scope connections:write, and put it where app_token points to",
	"account_inactive":       "the Slack app was removed from the workspace; install it again",
	"missing_scope":          "the Slack app-level token lacks the scope connections:write; make one that has it, and put it where app_token points to",
	"not_allowed_token_type": "app_token points to a token of another type; want the app-level one, which starts with xapp-",
	"no_permission":          "the Slack app may not use Socket Mode; ask an administrator of the workspace",
	"missing_args":           "Slack received no app-level token; put one where app_token points to",
	"forbidden_team":         "this Slack workspace may not use Socket Mode; ask its administrator",
}

// explainAppToken is explain for the opening of the connection.
func explainAppToken(err error, hide delivery.Secrets) error {
	code := refusalOf(err)
	if sentence, known := appTokenRefused[code]; known {
		return delivery.Errorf(delivery.Blocked, "%s (%s)", sentence, code)
	}
	return explainSlack("", err, hide)
}

// explainLookup is explain for a lookup. One that is not permitted must not hold
// the message back for ever.
func (s *Channel) explainLookup(channel string, err error) error {
	if refused, ok := errors.AsType[slack.SlackErrorResponse](err); ok {
		switch refused.Err {
		case "missing_scope":
			return fmt.Errorf("%w: the Slack bot lacks the scope %s", delivery.ErrCannotLookUp, s.hide.Scrub(refused.Needed))
		case "channel_not_found", "not_in_channel", "not_allowed_token_type", "method_not_supported_for_channel_type":
			return fmt.Errorf("%w: Slack does not show the bot the history of %s (%s)", delivery.ErrCannotLookUp, sanitize.Line(channel), refused.Err)
		}
	}
	return s.explain(channel, err)
}

// explainAmend is explain for a change of a message. What keeps the message from
// being changed says nothing of those to come, and holds none of them up.
func (s *Channel) explainAmend(channel string, err error) error {
	switch code := refusalOf(err); {
	case code == "":
	case code == "message_not_found":
		return delivery.Errorf(delivery.Moot, "the message that it would change was deleted (%s)", code)
	case code == "cant_update_message":
		return delivery.Errorf(delivery.Moot, "the message that it would change is not one of this bot (%s)", code)
	case code == "edit_window_closed":
		return delivery.Errorf(delivery.Moot, "the workspace's settings let no message be changed that is as old as this (%s)", code)
	case slackBlocked[code].channel || slices.Contains(slackPermanent, code) || refusedBlocks(code):
		return delivery.Errorf(delivery.Moot, "the message cannot be changed: %w", s.explain(channel, err))
	}
	return s.explain(channel, err)
}

// slackRefusal says what an error code of Slack means. One that is not listed
// here may have come after the message was taken.
func slackRefusal(code, channel string) *delivery.Error {
	if b, known := slackBlocked[code]; known {
		sentence := b.sentence
		if b.channel {
			sentence = fmt.Sprintf(sentence, channel)
		}
		f := delivery.Errorf(delivery.Blocked, "%s (%s)", sentence, code)
		f.OneAddress = b.channel
		return f
	}
	code = sanitize.Truncate(sanitize.Line(code), render.MaxNameRunes)
	switch {
	case slices.Contains([]string{"ratelimited", "rate_limited", "message_limit_exceeded"}, code):
		return delivery.Errorf(delivery.RateLimited, "Slack asks for a pause (%s)", code)
	case slices.Contains(slackPermanent, code) || refusedBlocks(code):
		return delivery.Errorf(delivery.Permanent, "Slack does not take this message (%s)", code)
	}
	return delivery.Errorf(delivery.Ambiguous, "Slack failed (%s)", code)
}

// slackPause is the pause that Slack asks for, or a proxy on the way; 0 or less is
// one of unknown length.
func slackPause(wait time.Duration) *delivery.Error {
	f := delivery.Errorf(delivery.RateLimited, "Slack asks for a pause (429)")
	f.RetryAfter = min(max(wait, 0), delivery.MaxRetryAfter)
	return f
}

func slackStatus(code int) *delivery.Error {
	switch {
	case code == http.StatusTooManyRequests:
		return slackPause(0)
	case code >= 300 && code < 400:
		return delivery.Errorf(delivery.Blocked, "the configured Slack address leads elsewhere (status %d); configure the address it leads to", code)
	case code >= 400 && code < 500:
		return delivery.Errorf(delivery.Blocked, "what answers at the configured Slack address is not Slack (status %d); check the address", code)
	}
	return delivery.Errorf(delivery.Ambiguous, "Slack failed with status %d", code)
}
