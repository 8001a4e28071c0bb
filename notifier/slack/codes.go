package slack

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
// for incoming webhooks. The sentence says what a person can do; one about an
// address has %s in its place.
type code struct {
	scope    scope
	sentence string
}

const (
	callSentence  = "Slack does not understand how regwatch calls it; update regwatch, and look for a proxy that changes what it sends"
	moveSentence  = "the Slack workspace is being moved to an organisation; wait until that is done"
	oldSentence   = "Slack no longer answers what this version of regwatch asks; update regwatch"
	botSentence   = "%s is a bot, and Slack lets no bot write to a bot; check the address"
	userSentence  = "Slack knows no user behind %s; check the address"
	hookSentence  = "Slack has no active incoming webhook at the configured address; make a new one and give regwatch its address"
	groupSentence = "%s is not one person or channel that the Slack bot can write to; check the address"
)

// codes are from https://docs.slack.dev/reference/methods: auth.test,
// chat.postMessage, chat.update, chat.postEphemeral, conversations.history,
// conversations.list, conversations.open, conversations.replies and users.info; and
// from https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks.
// [explainCode] decides about a code that is not among them.
var codes = map[string]code{
	// The token.
	"invalid_auth":     {wholeChannel, "Slack does not accept the bot token; put a valid one where the configuration points to"},
	"not_authed":       {wholeChannel, "Slack received no bot token; put one where the configuration points to"},
	"token_revoked":    {wholeChannel, "the Slack bot token was revoked; install the app again and give regwatch the new token"},
	"token_expired":    {wholeChannel, "the Slack bot token has expired; give regwatch a new one"},
	"account_inactive": {wholeChannel, "the Slack bot was removed from the workspace; install the app again and give regwatch the new token"},
	"missing_scope":    {wholeChannel, "the Slack bot lacks a permission; add the scope chat:write to the app and install it again"},
	"not_allowed_token_type": {
		wholeChannel, "the Slack token is not one of a bot; give regwatch the bot token, which starts with xoxb-",
	},
	"metadata_must_be_sent_from_app": {
		wholeChannel, "the Slack token is not one of an app; give regwatch the bot token, which starts with xoxb-",
	},
	"enterprise_is_restricted": {
		wholeChannel, "the Slack token is one of an organisation, which cannot post; install the app in a workspace and give regwatch that bot token",
	},

	// The workspace.
	"org_login_required":      {wholeChannel, moveSentence},
	"team_added_to_org":       {wholeChannel, moveSentence},
	"ekm_access_denied":       {wholeChannel, "an administrator of the Slack workspace has suspended posting; ask them"},
	"team_access_not_granted": {wholeChannel, "the Slack app may not act in this workspace; ask an administrator to approve it"},
	"access_denied":           {wholeChannel, "Slack denies access; ask an administrator of the workspace to approve the app"},
	"no_permission":           {wholeChannel, "the Slack bot may not post; ask an administrator of the workspace"},
	"two_factor_setup_required": {
		wholeChannel, "the Slack workspace wants two-factor authentication set up first; ask its administrator",
	},
	"accesslimited": {
		wholeChannel, "the Slack workspace does not take requests from this network; ask its administrator to allow this machine's address",
	},

	// How regwatch calls Slack.
	"deprecated_endpoint":   {wholeChannel, oldSentence},
	"method_deprecated":     {wholeChannel, oldSentence},
	"unknown_method":        {wholeChannel, oldSentence},
	"as_user_not_supported": {wholeChannel, callSentence},
	"invalid_arg_name":      {wholeChannel, callSentence},
	"invalid_array_arg":     {wholeChannel, callSentence},
	"invalid_charset":       {wholeChannel, callSentence},
	"invalid_form_data":     {wholeChannel, callSentence},
	"invalid_post_type":     {wholeChannel, callSentence},
	"missing_post_type":     {wholeChannel, callSentence},
	"missing_charset":       {wholeChannel, callSentence},
	"superfluous_charset":   {wholeChannel, callSentence},
	"not_enough_users":      {wholeChannel, callSentence},
	"too_many_users":        {wholeChannel, callSentence},
	"users_list_not_supplied": {
		wholeChannel, callSentence,
	},

	// An address.
	"channel_not_found":   {oneAddress, "Slack knows no channel %s that the bot may see; check it, and invite the bot there with /invite"},
	"team_not_found":      {oneAddress, "Slack finds no workspace for the channel %s; check it"},
	"not_in_channel":      {oneAddress, "the Slack bot is not in %s; invite it there with /invite"},
	"is_archived":         {oneAddress, "the Slack channel %s is archived; restore it, or configure another"},
	"channel_is_archived": {oneAddress, "the Slack channel %s is archived; restore it, or configure another"},
	"is_inactive":         {oneAddress, "the Slack channel %s is frozen; ask an administrator"},
	"restricted_action":   {oneAddress, "a setting of the workspace keeps the Slack bot from posting to %s; ask an administrator"},
	"external_channel_migrating": {
		oneAddress, "the shared Slack channel %s is being moved; wait until that is done, or configure another",
	},
	"restricted_action_non_threadable_channel": {oneAddress, "the Slack channel %s takes no replies; configure another"},
	"restricted_action_read_only_channel":      {oneAddress, "the Slack channel %s is read-only for the bot; ask an administrator"},
	"restricted_action_thread_only_channel":    {oneAddress, "the Slack channel %s takes replies only; configure another"},
	"action_prohibited":                        {oneAddress, "an administrator has forbidden posting to %s with this webhook; ask them"},
	"posting_to_general_channel_denied": {
		oneAddress, "an administrator has forbidden posting to the workspace's general channel %s; configure another",
	},
	"messages_tab_disabled":                 {oneAddress, "Slack shows %s no messages of the app; switch on its messages tab"},
	"user_not_found":                        {oneAddress, userSentence},
	"user_not_visible":                      {oneAddress, "the Slack bot may not see the user %s; ask an administrator"},
	"user_disabled":                         {oneAddress, "the Slack user %s is deactivated; configure another"},
	"user_is_bot":                           {oneAddress, botSentence},
	"cannot_dm_bot":                         {oneAddress, botSentence},
	"invalid_user_combination":              {oneAddress, "the Slack user %s is of another organisation, with which no channel is shared; check the address"},
	"method_not_supported_for_channel_type": {oneAddress, groupSentence},

	// An incoming webhook.
	"no_active_hooks": {wholeChannel, hookSentence},
	"no_service":      {wholeChannel, "the incoming webhook was removed or disabled; make a new one and give regwatch its address"},
	"no_service_id":   {wholeChannel, "the incoming webhook's address is incomplete; copy it again from Slack"},
	"no_team":         {wholeChannel, "the incoming webhook's address names no workspace; copy it again from Slack"},
	"team_disabled":   {wholeChannel, "the Slack workspace of the incoming webhook is disabled; ask its owner"},
	"invalid_token":   {wholeChannel, "the incoming webhook's address is not valid; copy it again from Slack"},

	// This message, or how regwatch makes all of them.
	"invalid_arguments":       {unclear, callSentence},
	"invalid_metadata_format": {unclear, callSentence},
	"invalid_metadata_schema": {unclear, callSentence},
	"markdown_text_conflict":  {unclear, callSentence},

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
	"not_allowed_token_type": "app_token points to a token of another type; want the app-level one, which starts with xapp-",
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
