package slack

import (
	"net/http"
	"strings"
	"testing"

	"github.com/slack-go/slack"

	"regwatch/internal/slackfake"
	"regwatch/notifier/delivery"
)

// What Slack documents: https://docs.slack.dev/reference/methods.
const (
	everyMethod = `access_denied accesslimited account_inactive deprecated_endpoint ekm_access_denied enterprise_is_restricted
		fatal_error internal_error invalid_arg_name invalid_arguments invalid_array_arg invalid_auth invalid_charset
		invalid_form_data invalid_post_type method_deprecated missing_post_type missing_scope no_permission
		not_allowed_token_type not_authed org_login_required ratelimited request_timeout service_unavailable
		team_access_not_granted team_added_to_org token_expired token_revoked two_factor_setup_required`
	postMessage = `as_user_not_supported attachment_payload_limit_exceeded channel_not_found invalid_attachments invalid_blocks
		invalid_blocks_format invalid_metadata_format invalid_metadata_schema is_archived markdown_text_conflict
		message_limit_exceeded messages_tab_disabled metadata_must_be_sent_from_app metadata_too_large msg_blocks_too_long
		msg_too_long no_text not_in_channel rate_limited restricted_action restricted_action_non_threadable_channel
		restricted_action_read_only_channel restricted_action_thread_only_channel slack_connect_canvas_sharing_blocked
		slack_connect_clip_sharing_blocked slack_connect_file_link_sharing_blocked team_not_found too_many_attachments`
	update = `as_user_not_supported block_mismatch cant_update_message channel_not_found edit_window_closed
		external_channel_migrating invalid_attachments invalid_blocks invalid_blocks_format invalid_metadata_format
		invalid_metadata_schema is_inactive markdown_text_conflict message_not_found metadata_must_be_sent_from_app
		metadata_too_large msg_too_long no_text slack_connect_file_link_sharing_blocked team_not_found
		too_many_attachments update_failed`
	openConversation = `channel_not_found cannot_dm_bot invalid_user_combination method_not_supported_for_channel_type
		not_enough_users too_many_users user_disabled user_not_found user_not_visible users_list_not_supplied`
	lookup = `channel_not_found invalid_cursor invalid_ts_latest invalid_ts_oldest not_in_channel pagination_not_available
		thread_not_found method_not_supported_for_channel_type`
)

func TestDocumentedCodesOfPosting(t *testing.T) {
	fromMessage := `attachment_payload_limit_exceeded invalid_attachments invalid_blocks invalid_blocks_format metadata_too_large
		msg_blocks_too_long msg_too_long no_text slack_connect_canvas_sharing_blocked slack_connect_clip_sharing_blocked
		slack_connect_file_link_sharing_blocked too_many_attachments`
	fromAddress := `cannot_dm_bot channel_not_found invalid_user_combination is_archived is_inactive messages_tab_disabled
		method_not_supported_for_channel_type not_in_channel restricted_action restricted_action_non_threadable_channel
		restricted_action_read_only_channel restricted_action_thread_only_channel team_not_found user_disabled
		user_not_found user_not_visible`
	unsure := `invalid_arguments invalid_metadata_format invalid_metadata_schema markdown_text_conflict`
	waits := `message_limit_exceeded rate_limited ratelimited`
	perhaps := `fatal_error internal_error request_timeout service_unavailable`
	has := func(list, code string) bool {
		for word := range strings.FieldsSeq(list) {
			if word == code {
				return true
			}
		}
		return false
	}
	for code := range strings.FieldsSeq(everyMethod + " " + postMessage + " " + openConversation) {
		want := delivery.Error{Reason: delivery.Blocked}
		switch {
		case has(fromMessage, code):
			want.Reason = delivery.Permanent
		case has(fromAddress, code):
			want.OneAddress = true
		case has(unsure, code):
			want.OneMessage = true
		case has(waits, code):
			want.Reason = delivery.RateLimited
		case has(perhaps, code):
			want.Reason = delivery.Ambiguous
		}
		got := explain("C0123456789", slack.SlackErrorResponse{Err: code}, nil)
		if got.Reason != want.Reason || got.OneAddress != want.OneAddress || got.OneMessage != want.OneMessage || got.MayHaveArrived {
			t.Errorf("%s: %+v, want %+v", code, got, want)
		}
	}
}

func TestDocumentedCodesOfChanging(t *testing.T) {
	s := slackTo(t, fakeSlack(t, slackfake.Options{}), "C0123456789")
	for code := range strings.FieldsSeq(everyMethod + " " + update) {
		got := delivery.ErrorOf(s.explainAmend("C0123456789", slack.SlackErrorResponse{Err: code}))
		// A change that can never be made is dropped; it makes no dead letter, and holds up
		// no alert to the channel.
		if got.Reason == delivery.Permanent || got.OneAddress || got.OneMessage {
			t.Errorf("%s: %+v", code, got)
		}
	}
	if got := delivery.ErrorOf(s.explainAmend("C0123456789", slack.SlackErrorResponse{Err: "never_heard_of"})); got.Reason != delivery.Ambiguous {
		t.Errorf("an unknown code: %+v, want it tried again", got)
	}
}

// A lookup that is refused for good must not keep the message from being sent.
func TestDocumentedCodesOfLookups(t *testing.T) {
	s := slackTo(t, fakeSlack(t, slackfake.Options{}), "C0123456789")
	retried := `access_denied accesslimited account_inactive deprecated_endpoint ekm_access_denied enterprise_is_restricted
		fatal_error internal_error invalid_arg_name invalid_array_arg invalid_auth invalid_charset invalid_form_data
		invalid_post_type method_deprecated missing_post_type no_permission not_authed org_login_required ratelimited
		request_timeout service_unavailable team_access_not_granted team_added_to_org token_expired token_revoked
		two_factor_setup_required`
	for code := range strings.FieldsSeq(everyMethod + " " + lookup + " never_heard_of") {
		err := s.explainLookup("C0123456789", slack.SlackErrorResponse{Err: code})
		want := strings.Contains(" "+strings.Join(strings.Fields(retried), " ")+" ", " "+code+" ")
		if got := !strings.Contains(err.Error(), delivery.ErrCannotLookUp.Error()); got != want {
			t.Errorf("%s: %v; want that the lookup is tried again: %v", code, err, want)
		}
		if reason := delivery.ErrorOf(err).Reason; want && reason == delivery.Permanent {
			t.Errorf("%s: a refused lookup gives the message up", code)
		}
	}
}

func TestUnknownCodeLosesNoNotice(t *testing.T) {
	fake := fakeSlack(t, slackfake.Options{})
	ch := slackTo(t, fake, "C0123456789")
	fake.Inject(slackfake.Fault{Kind: slackfake.Refused, Code: "never_heard_of"})
	_, err := ch.Send(t.Context(), slackDelivery("x"))
	got := delivery.ErrorOf(err)
	if got.Reason != delivery.Blocked || !got.OneMessage || !got.MayHaveArrived || !strings.Contains(err.Error(), "never_heard_of") {
		t.Errorf("Send = %+v (%v); want it kept, others before it, and looked up first", got, err)
	}
}

func TestIncomingWebhookRefusals(t *testing.T) {
	const page = "<html><body>Not here</body></html>"
	tests := []struct {
		status     int
		body       string
		want       delivery.Reason
		oneMessage bool
	}{
		{404, "no_active_hooks", delivery.Blocked, false},
		{404, "no_service", delivery.Blocked, false},
		{404, "no_service_id", delivery.Blocked, false},
		{404, "no_team", delivery.Blocked, false},
		{404, "channel_not_found", delivery.Blocked, false},
		{403, "invalid_token", delivery.Blocked, false},
		{403, "team_disabled", delivery.Blocked, false},
		{403, "action_prohibited", delivery.Blocked, false},
		{403, "posting_to_general_channel_denied", delivery.Blocked, false},
		{410, "channel_is_archived", delivery.Blocked, false},
		{400, "user_not_found", delivery.Blocked, false},
		{400, "never_heard_of", delivery.Blocked, true},
		{404, "never_heard_of", delivery.Blocked, true},
		{418, "never_heard_of", delivery.Blocked, true},
		{400, page, delivery.Blocked, true},
		{403, page, delivery.Blocked, true},
		{404, "", delivery.Blocked, true},
		{413, page, delivery.Blocked, true},
		{451, "", delivery.Blocked, true},
		{400, "invalid_payload", delivery.Permanent, false},
		{400, "invalid_blocks", delivery.Permanent, false},
		{400, "invalid_blocks_format", delivery.Permanent, false},
		{400, "msg_too_long", delivery.Permanent, false},
		{400, "no_text", delivery.Permanent, false},
		{400, "too_many_attachments", delivery.Permanent, false},
		{429, "rate_limited", delivery.RateLimited, false},
		{429, page, delivery.RateLimited, false},
		{500, "rollup_error", delivery.Ambiguous, false},
		{500, "fatal_error", delivery.Ambiguous, false},
		{500, "never_heard_of", delivery.Ambiguous, false},
		{502, page, delivery.Ambiguous, false},
		{200, "never_heard_of", delivery.Ambiguous, false},
		{301, "", delivery.Blocked, false},
	}
	for _, tt := range tests {
		fake := fakeSlack(t, slackfake.Options{})
		fake.Inject(slackfake.Fault{Kind: slackfake.Page, Status: tt.status, Text: tt.body, Times: -1})
		_, err := mustHook(t, fake.WebhookURL()).Send(t.Context(), slackDelivery("x"))
		got := delivery.ErrorOf(err)
		if err == nil || got.Reason != tt.want || got.OneMessage != tt.oneMessage || got.OneAddress || got.MayHaveArrived {
			t.Errorf("%d %q: %+v (%v), want %s, for one message alone: %v", tt.status, tt.body, got, err, tt.want, tt.oneMessage)
		}
	}
}

// A filter on the way may object to one message; a login page may stand in place of
// Slack. Neither loses a notice.
func TestAnswersThatAreNotSlacks(t *testing.T) {
	for _, status := range []int{http.StatusOK, http.StatusForbidden, http.StatusNotFound, http.StatusRequestEntityTooLarge} {
		fake := fakeSlack(t, slackfake.Options{})
		fake.Inject(slackfake.Fault{Kind: slackfake.Page, Status: status, Text: "<html>please log in</html>"})
		_, err := slackTo(t, fake, "C0123456789").Send(t.Context(), slackDelivery("x"))
		got := delivery.ErrorOf(err)
		if got.Reason != delivery.Blocked || !got.OneMessage || got.MayHaveArrived != (status == http.StatusOK) {
			t.Errorf("a page with status %d: %+v (%v), want it kept", status, got, err)
		}
	}
}
