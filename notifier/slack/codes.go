package slack

import "regwatch/models"

// A scope is what a refusal concerns, and so what becomes of the notice.
type scope int

const (
	// wholeChannel: the token, the workspace, or how regwatch calls Slack. No
	// message passes until a person acts; every notice is kept.
	wholeChannel scope = iota
	// oneAddress: a Slack channel or a person. What goes there waits until a person
	// acts; every notice is kept.
	oneAddress
	// unclear: this message or all of them. The notice is kept, and others are tried
	// before it.
	unclear
	// oneMessage: this message alone. No later try can succeed.
	oneMessage
	// needsPause: Slack wants fewer messages.
	needsPause
	// mayHavePassed: Slack failed, perhaps after it took the message.
	mayHavePassed
)

// A code is an error code that Slack documents for a method that regwatch calls, or
// for incoming webhooks. The kind says what a person can do; it is empty where nobody
// need do anything.
type code struct {
	scope scope
	kind  models.FailureKind
}

// codes are from https://docs.slack.dev/reference/methods: auth.test,
// chat.postMessage, chat.update, chat.postEphemeral, conversations.history,
// conversations.list, conversations.open, conversations.replies and users.info; and
// from https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks.
// [explainCode] decides about a code that is not among them.
var codes = map[string]code{
	// The token.
	"invalid_auth":                   {wholeChannel, models.FailureSlackToken},
	"not_authed":                     {wholeChannel, models.FailureSlackNoToken},
	"token_revoked":                  {wholeChannel, models.FailureSlackTokenRevoked},
	"token_expired":                  {wholeChannel, models.FailureSlackTokenExpired},
	"account_inactive":               {wholeChannel, models.FailureSlackBotRemoved},
	"missing_scope":                  {wholeChannel, models.FailureSlackScope},
	"not_allowed_token_type":         {wholeChannel, models.FailureSlackNotBot},
	"metadata_must_be_sent_from_app": {wholeChannel, models.FailureSlackNotApp},
	"enterprise_is_restricted":       {wholeChannel, models.FailureSlackOrganisation},

	// The workspace.
	"org_login_required":        {wholeChannel, models.FailureSlackMoving},
	"team_added_to_org":         {wholeChannel, models.FailureSlackMoving},
	"ekm_access_denied":         {wholeChannel, models.FailureSlackSuspended},
	"team_access_not_granted":   {wholeChannel, models.FailureSlackNotApproved},
	"access_denied":             {wholeChannel, models.FailureSlackDenied},
	"no_permission":             {wholeChannel, models.FailureSlackMayNotPost},
	"two_factor_setup_required": {wholeChannel, models.FailureSlackTwoFactor},
	"accesslimited":             {wholeChannel, models.FailureSlackNetwork},

	// How regwatch calls Slack.
	"deprecated_endpoint":     {wholeChannel, models.FailureSlackOutdated},
	"method_deprecated":       {wholeChannel, models.FailureSlackOutdated},
	"unknown_method":          {wholeChannel, models.FailureSlackOutdated},
	"as_user_not_supported":   {wholeChannel, models.FailureSlackCall},
	"invalid_arg_name":        {wholeChannel, models.FailureSlackCall},
	"invalid_array_arg":       {wholeChannel, models.FailureSlackCall},
	"invalid_charset":         {wholeChannel, models.FailureSlackCall},
	"invalid_form_data":       {wholeChannel, models.FailureSlackCall},
	"invalid_post_type":       {wholeChannel, models.FailureSlackCall},
	"missing_post_type":       {wholeChannel, models.FailureSlackCall},
	"missing_charset":         {wholeChannel, models.FailureSlackCall},
	"superfluous_charset":     {wholeChannel, models.FailureSlackCall},
	"not_enough_users":        {wholeChannel, models.FailureSlackCall},
	"too_many_users":          {wholeChannel, models.FailureSlackCall},
	"users_list_not_supplied": {wholeChannel, models.FailureSlackCall},

	// An address.
	"channel_not_found":                        {oneAddress, models.FailureSlackUnknown},
	"team_not_found":                           {oneAddress, models.FailureSlackNoTeam},
	"not_in_channel":                           {oneAddress, models.FailureSlackNotInvited},
	"is_archived":                              {oneAddress, models.FailureSlackArchived},
	"channel_is_archived":                      {oneAddress, models.FailureSlackArchived},
	"is_inactive":                              {oneAddress, models.FailureSlackFrozen},
	"restricted_action":                        {oneAddress, models.FailureSlackRestricted},
	"external_channel_migrating":               {oneAddress, models.FailureSlackSharedMoving},
	"restricted_action_non_threadable_channel": {oneAddress, models.FailureSlackNoReplies},
	"restricted_action_read_only_channel":      {oneAddress, models.FailureSlackReadOnly},
	"restricted_action_thread_only_channel":    {oneAddress, models.FailureSlackRepliesOnly},
	"action_prohibited":                        {oneAddress, models.FailureSlackForbidden},
	"posting_to_general_channel_denied":        {oneAddress, models.FailureSlackGeneral},
	"messages_tab_disabled":                    {oneAddress, models.FailureSlackMessagesTab},
	"user_not_found":                           {oneAddress, models.FailureSlackUserUnknown},
	"user_not_visible":                         {oneAddress, models.FailureSlackUserHidden},
	"user_disabled":                            {oneAddress, models.FailureSlackUserDisabled},
	"user_is_bot":                              {oneAddress, models.FailureSlackBot},
	"cannot_dm_bot":                            {oneAddress, models.FailureSlackBot},
	"invalid_user_combination":                 {oneAddress, models.FailureSlackForeigner},
	"method_not_supported_for_channel_type":    {oneAddress, models.FailureSlackNotOne},

	// An incoming webhook.
	"no_active_hooks": {wholeChannel, models.FailureSlackHookInactive},
	"no_service":      {wholeChannel, models.FailureSlackHookRemoved},
	"no_service_id":   {wholeChannel, models.FailureSlackHookPartial},
	"no_team":         {wholeChannel, models.FailureSlackHookNoTeam},
	"team_disabled":   {wholeChannel, models.FailureSlackHookTeam},
	"invalid_token":   {wholeChannel, models.FailureSlackHookAddress},

	// This message, or how regwatch makes all of them.
	"invalid_arguments":       {unclear, models.FailureSlackCall},
	"invalid_metadata_format": {unclear, models.FailureSlackCall},
	"invalid_metadata_schema": {unclear, models.FailureSlackCall},
	"markdown_text_conflict":  {unclear, models.FailureSlackCall},

	// This message.
	"msg_too_long":       {scope: oneMessage},
	"no_text":            {scope: oneMessage},
	"metadata_too_large": {scope: oneMessage},
	"invalid_payload":    {scope: oneMessage},
	"missing_text_or_fallback_or_attachments": {scope: oneMessage},
	"too_many_attachments":                    {scope: oneMessage},
	"invalid_attachments":                     {scope: oneMessage},
	"attachment_payload_limit_exceeded":       {scope: oneMessage},
	"invalid_blocks":                          {scope: oneMessage},
	"invalid_blocks_format":                   {scope: oneMessage},
	"msg_blocks_too_long":                     {scope: oneMessage},
	"block_mismatch":                          {scope: oneMessage},
	"slack_connect_file_link_sharing_blocked": {scope: oneMessage},
	"slack_connect_canvas_sharing_blocked":    {scope: oneMessage},
	"slack_connect_clip_sharing_blocked":      {scope: oneMessage},

	"ratelimited":            {scope: needsPause},
	"rate_limited":           {scope: needsPause},
	"message_limit_exceeded": {scope: needsPause},

	"fatal_error":         {scope: mayHavePassed},
	"internal_error":      {scope: mayHavePassed},
	"service_unavailable": {scope: mayHavePassed},
	"request_timeout":     {scope: mayHavePassed},
	"update_failed":       {scope: mayHavePassed},
	"rollup_error":        {scope: mayHavePassed},
}

// appTokenSentences say what to do about refusals of the app-level token, which
// opens the connection over which interactions come.
var appTokenSentences = map[string]string{
	"invalid_auth":           "Slack does not accept the app-level token; make one with the scope connections:write in the app's settings, and put it where app_token points to",
	"not_authed":             "Slack received no app-level token; put one where app_token points to",
	"token_revoked":          "the Slack app-level token was revoked; make a new one with the scope connections:write in the app's settings, and put it where app_token points to",
	"token_expired":          "the Slack app-level token has expired; make a new one with the scope connections:write, and put it where app_token points to",
	"account_inactive":       "the Slack app was removed from the workspace; install it again",
	"missing_scope":          "the Slack app-level token lacks the scope connections:write; make one that has it, and put it where app_token points to",
	"not_allowed_token_type": "app_token is a token of another type; use the app-level token, which starts with xapp-",
	"no_permission":          "the Slack app may not use Socket Mode; ask an administrator of the workspace",
	"missing_args":           "Slack received no app-level token; put one where app_token points to",
	"forbidden_team":         "this Slack workspace may not use Socket Mode; ask its administrator",
}

// plainTextMayPass reports whether Slack might take the message as plain text.
func plainTextMayPass(code string) bool {
	switch code {
	case "invalid_blocks", "invalid_blocks_format", "msg_blocks_too_long", "block_mismatch", "invalid_arguments":
		return true
	}
	return false
}
