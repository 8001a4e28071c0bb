package configs

import (
	"cmp"
	"net"
	"net/mail"
	"net/netip"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"regwatch/internal/diag"
	"regwatch/internal/yamlnode"
	"regwatch/models"
)

// terminal is the name of the channel that always exists, and of the recipient that
// exists if no other is configured.
const terminal = "terminal"

func slackKeys() []string {
	return []string{"kind", "token", "app_token", "actors", "members", "channel", "api"}
}

func slackWebhookKeys() []string {
	return []string{"kind", "url"}
}

func emailKeys() []string {
	return []string{"kind", "host", "port", "tls", "username", "password", "auth", "hello", "from", "insecure", "verify"}
}

// defaultLogin tries the best login mechanism that works.
const defaultLogin = "auto"

func mailLogins() []string {
	return []string{defaultLogin, "plain", "login", "scram-sha-256", "scram-sha-1"}
}

func webhookKeys() []string {
	return []string{"kind", "url", "secret"}
}

func teamsKeys() []string {
	return []string{"kind", "url"}
}

func telegramKeys() []string {
	return []string{"kind", "token", "chat", "api"}
}

func mattermostKeys() []string {
	return []string{"kind", "url"}
}

func pagerDutyKeys() []string {
	return []string{"kind", "routing_key", "api"}
}

func terminalKeys() []string {
	return []string{"kind"}
}

func (l *loader) channels(n yamlnode.Node) []Channel {
	var all []Channel
	if n.Exists() && !n.IsNull() {
		for _, p := range n.Pairs("channels") {
			if !validName(p, "a channel") {
				continue
			}
			ch, ok := l.channel(p)
			if !ok {
				// Keep the name, so that references to it are not reported as well.
				ch = Channel{Name: p.Name}
			}
			all = append(all, ch)
		}
	}
	if !slices.ContainsFunc(all, func(ch Channel) bool { return ch.Name == terminal }) {
		all = append(all, Channel{Name: terminal, Kind: KindTerminal})
	}
	return all
}

func (l *loader) channel(p yamlnode.Pair) (Channel, bool) {
	ch := Channel{Name: p.Name}
	kind, ok := channelKind(p)
	if !ok {
		return ch, false
	}
	ch.Kind = kind
	key := "channels." + p.Name
	switch kind {
	case KindSlack:
		ch.Slack = l.slack(p.Value.Map("a slack channel", slackKeys()...), key)
	case KindSlackWebhook:
		m := p.Value.Map("a slack-webhook channel", slackWebhookKeys()...)
		address := secretSetting(m.Required("url", "add the address from Slack, such as url: env:SLACK_WEBHOOK_URL"), l.dir, key+".url")
		address.format = slackWebhookFormat
		ch.SlackWebhook = &SlackWebhook{URL: address}
	case KindEmail:
		ch.Email = l.email(p.Value.Map("an email channel", emailKeys()...), key)
	case KindWebhook:
		m := p.Value.Map("a webhook channel", webhookKeys()...)
		ch.Webhook = &Webhook{
			URL:    secretSetting(m.Required("url", "add the address that receives the messages, such as url: env:WEBHOOK_URL"), l.dir, key+".url"),
			Secret: secretSetting(m.Required("secret", "add the key that signs the messages, such as secret: env:WEBHOOK_SECRET"), l.dir, key+".secret"),
		}
		ch.Webhook.URL.format, ch.Webhook.Secret.format = webhookFormat, signingKeysFormat
	case KindTeams:
		m := p.Value.Map("a teams channel", teamsKeys()...)
		ch.Teams = &Teams{URL: secretSetting(m.Required("url", "add the address of the workflow, such as url: env:TEAMS_WORKFLOW_URL"), l.dir, key+".url")}
		ch.Teams.URL.format = teamsFormat
	case KindTelegram:
		ch.Telegram = l.telegram(p.Value.Map("a telegram channel", telegramKeys()...), key)
	case KindMattermost:
		m := p.Value.Map("a mattermost channel", mattermostKeys()...)
		ch.Mattermost = &Mattermost{URL: secretSetting(m.Required("url", "add the address of the incoming webhook, such as url: env:MATTERMOST_WEBHOOK_URL"), l.dir, key+".url")}
		ch.Mattermost.URL.format = webhookFormat
	case KindPagerDuty:
		ch.PagerDuty = l.pagerDuty(p.Value.Map("a pagerduty channel", pagerDutyKeys()...), key)
	case KindTerminal:
		p.Value.Map("a terminal channel", terminalKeys()...)
	}
	if p.Name == terminal && kind != KindTerminal {
		p.Key.Report(diag.Textf("channel terminal has kind %s", kind), "give it another name; terminal is reserved for the terminal")
	}
	return ch, true
}

// channelKind reads the kind, on which the allowed keys depend.
func channelKind(p yamlnode.Pair) (ChannelKind, bool) {
	kinds := []string{string(KindSlack), string(KindSlackWebhook), string(KindEmail), string(KindWebhook), string(KindTeams), string(KindTelegram), string(KindMattermost), string(KindPagerDuty), string(KindTerminal)}
	if !p.Value.IsMap() {
		p.Key.Report(diag.Textf("channel %s has no settings", p.Name), "add kind: and the keys of that kind, such as {kind: terminal}")
		return "", false
	}
	for _, q := range p.Value.Pairs("a channel") {
		if q.Name == "kind" && !q.Value.IsNull() {
			kind := q.Value.OneOf("channel kind", kinds...)
			return ChannelKind(kind), kind != ""
		}
	}
	p.Value.Report(diag.Textf("channel %s has no kind", p.Name), diag.Textf("add kind: %s", yamlnode.Or(kinds)))
	return "", false
}

func (l *loader) slack(m yamlnode.Map, key string) *Slack {
	s := &Slack{
		Token:    secretSetting(m.Required("token", "add the bot token, such as token: env:SLACK_BOT_TOKEN"), l.dir, key+".token"),
		AppToken: secretSetting(m.Get("app_token"), l.dir, key+".app_token"),
		Actors:   readActors(m.Get("actors"), key+".actors"),
		Members:  readMembers(m.Get("members"), key+".members"),
		Channel:  m.Required("channel", `add the channel to post to, such as channel: "#reg-alerts"; a # needs quotes`).String(key + ".channel"),
	}
	s.Token.format, s.AppToken.format = slackBotFormat, slackAppFormat
	if m.Get("actors").Exists() && !m.Get("app_token").Exists() {
		m.Key("actors").Report(diag.Textf("%s has actors but no app_token", diag.Text(key)), "add app_token, which buttons need, or remove actors")
	}
	if m.Get("members").Exists() && !m.Get("app_token").Exists() {
		m.Key("members").Report(diag.Textf("%s has members but no app_token", diag.Text(key)), "add app_token, which the command needs, or remove members")
	}
	if s.Channel != "" && !validSlackChannel(s.Channel) {
		m.Get("channel").Report(diag.Textf("%s.channel is %q, which is not a Slack channel", key, s.Channel), wantSlackChannel(s.Channel))
	}
	var clear string
	if s.API, clear = serverAddress(m.Get("api"), key, "use the address of a Slack-compatible server, such as http://127.0.0.1:8090/api/"); clear != "" {
		m.Get("api").Report(diag.Textf("%s sends the bot token unencrypted to %s", key, clear), wantEncryption)
	}
	return s
}

// serverAddress reads the key api of a channel: a server to which a secret is sent. clear is its host if
// the secret would be sent there unencrypted.
func serverAddress(n yamlnode.Node, key string, want diag.Text) (address, clear string) {
	address = n.String(key + ".api")
	if address != "" && !isWebAddress(address) {
		n.Report(diag.Textf("%s.api is %q, which is not a web address", key, address), want)
	} else if u, err := url.Parse(address); err == nil && u.Scheme == "http" && !isLoopback(u.Hostname()) {
		clear = u.Host
	}
	return address, clear
}

// wantEncryption says how to keep a secret from being read on the way.
const wantEncryption diag.Text = "use an https address; http is only for this machine"

func (l *loader) telegram(m yamlnode.Map, key string) *Telegram {
	t := &Telegram{
		Token: secretSetting(m.Required("token", "add the bot token, such as token: env:TELEGRAM_BOT_TOKEN"), l.dir, key+".token"),
		Chat:  m.Required("chat", `add the chat to write to, such as chat: "-1001234567890" or "@name"`).String(key + ".chat"),
	}
	t.Token.format = telegramFormat
	if t.Chat != "" && !telegramChat.MatchString(t.Chat) {
		m.Get("chat").Report(diag.Textf("%s.chat is %q, which is not a Telegram chat", key, t.Chat), `use "@name" in quotes, or an ID such as -1001234567890`)
	}
	var clear string
	if t.API, clear = serverAddress(m.Get("api"), key, "use the address of a server of the Bot API, such as http://127.0.0.1:8081"); clear != "" {
		m.Get("api").Report(diag.Textf("%s sends the bot token unencrypted to %s", key, clear), wantEncryption)
	}
	return t
}

func (l *loader) pagerDuty(m yamlnode.Map, key string) *PagerDuty {
	p := &PagerDuty{RoutingKey: secretSetting(m.Required("routing_key", "add the integration key, such as routing_key: env:PAGERDUTY_ROUTING_KEY"), l.dir, key+".routing_key")}
	p.RoutingKey.format = routingKeyFormat
	var clear string
	if p.API, clear = serverAddress(m.Get("api"), key, "use the address of your service region, such as https://events.eu.pagerduty.com"); clear != "" {
		m.Get("api").Report(diag.Textf("%s sends the routing key unencrypted to %s", key, clear), wantEncryption)
	}
	return p
}

// telegramChat matches the ID of a chat, or the name of a channel or public group, which has 5
// to 32 characters and begins with a letter.
var telegramChat = regexp.MustCompile(`^(-?[1-9][0-9]{0,18}|@[A-Za-z][A-Za-z0-9_]{3,31})$`)

// readActors reads a list of Slack IDs. Their first letter tells the type.
func readActors(n yamlnode.Node, key string) Actors {
	var a Actors
	for _, item := range n.Items() {
		id := item.String(key)
		switch {
		case item.IsMap() || item.IsList(): // already reported
		case !validSlackID(id, "TEUW"):
			item.Report(diag.Textf("%s has %q, which is not a Slack ID", key, id), "use the ID of a workspace (T0123456789), an organization (E0123456789) or a person (U0123456789)")
		case id[0] == 'T' || id[0] == 'E':
			a.Teams = append(a.Teams, id)
		default:
			a.Users = append(a.Users, id)
		}
	}
	return a
}

// readMembers reads which user of regwatch a person in Slack is.
func readMembers(n yamlnode.Node, key string) map[string]string {
	if !n.Exists() {
		return nil
	}
	members := make(map[string]string)
	for _, p := range n.Pairs(key) {
		if !validSlackID(p.Name, "UW") {
			p.Key.Report(diag.Textf("%s has %q, which is not the Slack ID of a person", key, p.Name), "use the ID of a person, such as U0123456789: ana; in Slack, a profile has it under Copy member ID")
			continue
		}
		if name := strings.TrimSpace(p.Value.String(key + "." + p.Name)); name != "" {
			members[p.Name] = name
		} else if !p.Value.IsMap() && !p.Value.IsList() {
			p.Value.Report(diag.Textf("%s.%s has no name", key, p.Name), "add the name of a user of regwatch, such as U0123456789: ana")
		}
	}
	return members
}

// validSlackID reports whether a text has the form of a Slack ID that starts with one
// of the letters.
func validSlackID(id, letters string) bool {
	return len(id) >= 9 && len(id) <= 32 && strings.IndexByte(letters, id[0]) >= 0 && strings.Trim(id, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789") == ""
}

// validSlackChannel reports whether a text is the name of a channel, or the ID of a
// channel or person.
func validSlackChannel(s string) bool {
	if name, ok := strings.CutPrefix(s, "#"); ok {
		return name != "" && !strings.ContainsAny(name, " \t#@,")
	}
	return validSlackID(s, "CGDUW")
}

// wantSlackChannel suggests the name as Slack writes it: in lower case, with hyphens.
func wantSlackChannel(s string) diag.Text {
	if name, ok := strings.CutPrefix(s, "#"); ok && len(strings.Fields(name)) > 1 {
		return diag.Textf(`channel names have no spaces; use a name such as "#%s", or an ID such as C0123456789`, strings.ToLower(strings.Join(strings.Fields(name), "-")))
	}
	return `use "#name" in quotes, or an ID such as C0123456789`
}

// hasMailHost reports whether the host of an email address can receive mail: it has a
// top-level domain, or is this machine.
func hasMailHost(address string) bool {
	host := address[strings.LastIndexByte(address, '@')+1:]
	return strings.Contains(strings.Trim(host, "."), ".") || isLoopback(host)
}

// bareAddress returns an email address in its simplest form: without a name, and with
// quotes only if the local part needs them.
func bareAddress(a *mail.Address) string {
	written := (&mail.Address{Address: a.Address}).String()
	return strings.TrimSuffix(strings.TrimPrefix(written, "<"), ">")
}

// isHelloName reports whether EHLO accepts a name (RFC 5321, 4.1.1.1): a host name, or
// an address in brackets.
func isHelloName(s string) bool {
	if inner, ok := strings.CutPrefix(s, "["); ok {
		inner, closed := strings.CutSuffix(inner, "]")
		v6, isV6 := strings.CutPrefix(inner, "IPv6:")
		ip, err := netip.ParseAddr(v6)
		return closed && err == nil && ip.Zone() == "" && ip.Is6() == isV6
	}
	if len(s) > 253 {
		return false
	}
	for label := range strings.SplitSeq(s, ".") {
		if !helloLabel.MatchString(label) {
			return false
		}
	}
	return true
}

var helloLabel = regexp.MustCompile(`^[0-9A-Za-z]([0-9A-Za-z-]{0,61}[0-9A-Za-z])?$`)

func (l *loader) email(m yamlnode.Map, key string) *Email {
	e := &Email{
		Host:     m.Required("host", "add the mail server, such as host: smtp.example.com").String(key + ".host"),
		TLS:      TLSMode(m.Get("tls").OneOf(key+".tls", string(StartTLS), string(ImplicitTLS), string(NoTLS))),
		Username: m.Get("username").String(key + ".username"),
		Password: secretSetting(m.Get("password"), l.dir, key+".password"),
		Auth:     m.Get("auth").OneOf(key+".auth", mailLogins()...),
		Hello:    m.Get("hello").String(key + ".hello"),
		From:     m.Required("from", `add the sender, such as from: "regwatch <regwatch@example.com>"`).String(key + ".from"),
		Insecure: m.Get("insecure").Bool(key + ".insecure"),
		Verify:   m.Get("verify").Bool(key + ".verify"),
	}
	e.TLS, e.Auth = cmp.Or(e.TLS, StartTLS), cmp.Or(e.Auth, defaultLogin)
	e.Port = intOr(m.Get("port"), key+".port", 1, 65535, map[TLSMode]int{StartTLS: 587, ImplicitTLS: 465, NoTLS: 25}[e.TLS])

	if strings.ContainsAny(e.Host, "/: ") && net.ParseIP(e.Host) == nil {
		m.Get("host").Report(diag.Textf("%s.host is %q, which is not a host name", key, e.Host), "use only the name of the server; the port has its own key")
	}
	if e.TLS == NoTLS && e.Host != "" && !isLoopback(e.Host) && !e.Insecure {
		m.Get("tls").Report(diag.Textf("%s sends mail and password unencrypted to %s", key, e.Host), "use tls: starttls or implicit; on a trusted network, add insecure: true")
	}
	if m.Get("username").Exists() != m.Get("password").Exists() {
		at, other := m.Key("username"), "password"
		if !at.Exists() {
			at, other = m.Key("password"), "username"
		}
		at.Report(diag.Textf("%s has no %s", key, other), "add both username and password, or neither")
	}
	if e.Auth != defaultLogin && !m.Get("username").Exists() {
		m.Key("auth").Report(diag.Textf("%s.auth needs a username", diag.Text(key)), "add username and password")
	}
	if e.Hello != "" && !isHelloName(e.Hello) {
		m.Get("hello").Report(diag.Textf("%s.hello is %q, which is not a host name", key, e.Hello), "use a host name in ASCII such as regwatch.example.com, or an address such as [192.0.2.1]")
	}
	if e.From != "" {
		if a, err := mail.ParseAddress(e.From); err != nil || !hasMailHost(a.Address) {
			m.Get("from").Report(diag.Textf("%s.from is %q, which is not an email address", key, e.From), `use an address such as "regwatch <regwatch@example.com>"`)
		}
	}
	return e
}

// isLoopback reports whether a host is this machine.
func isLoopback(host string) bool {
	if host == "localhost" {
		return true
	}
	ip := net.ParseIP(host)
	return ip != nil && ip.IsLoopback()
}

func isWebAddress(s string) bool {
	u, err := url.Parse(s)
	return err == nil && (u.Scheme == "http" || u.Scheme == "https") && u.Host != ""
}

// readDestination reads channel or channel:address.
func readDestination(n yamlnode.Node, what string) (models.Destination, bool) {
	if n.IsMap() {
		n.Report(diag.Textf("%s contains a mapping", diag.Text(what)), `write channel:address without a space, such as "mail:team@example.com"`)
		return models.Destination{}, false
	}
	text := n.String(what)
	if text == "" {
		n.Report(diag.Textf("%s has an empty destination", diag.Text(what)), "use a channel, or channel:address")
		return models.Destination{}, false
	}
	channel, address, _ := strings.Cut(text, ":")
	return models.Destination{Channel: strings.TrimSpace(channel), Address: strings.TrimSpace(address)}, true
}

// checkReferences reports references to names that do not exist. It runs once all
// names are known.
func (l *loader) checkReferences() {
	var channels, recipients []string
	for _, ch := range l.cfg.Channels {
		channels = append(channels, ch.Name)
	}
	for _, r := range l.cfg.Recipients {
		recipients = append(recipients, r.Name)
	}
	for _, use := range l.recipientRefs {
		if !slices.Contains(recipients, use.name) {
			use.at.Report(diag.Textf("%s: recipient %q does not exist", use.what, use.name), suggest(use.name, "recipient", recipients))
		}
	}
	for _, use := range l.destinationRefs {
		ch, ok := l.cfg.Channel(use.dest.Channel)
		if !ok {
			if use.recipientAllowed && use.dest.Address == "" {
				use.at.Report(diag.Textf("channel or recipient %q does not exist", use.dest.Channel), suggest(use.dest.Channel, "channel or recipient", unique(append(recipients, channels...))))
				continue
			}
			want := suggest(use.dest.Channel, "channel", channels)
			if slices.Contains(recipients, use.dest.Channel) {
				want = diag.Textf("this is a recipient; %s", want)
			}
			use.at.Report(diag.Textf("channel %q does not exist", use.dest.Channel), want)
			continue
		}
		checkDestinationAddress(use, ch)
	}
}

func checkDestinationAddress(use destinationRef, ch Channel) {
	address := use.dest.Address
	switch ch.Kind {
	case KindEmail:
		if address == "" {
			use.at.Report(diag.Textf("channel %s needs an address", ch.Name), diag.Textf("use an address such as \"%s:team@example.com\"", ch.Name))
			return
		}
		parsed, err := mail.ParseAddress(address)
		if err == nil && parsed.Name == "" && bareAddress(parsed) != address && strings.HasPrefix(address, `"`) {
			use.at.Report(diag.Textf("%q has unnecessary quotes", address), diag.Textf("use \"%s:%s\"", ch.Name, bareAddress(parsed)))
			return
		}
		if err != nil || bareAddress(parsed) != address || !hasMailHost(address) {
			use.at.Report(diag.Textf("%q is not an email address", address), diag.Textf("use an address such as \"%s:team@example.com\"", ch.Name))
		}
	case KindSlack:
		if address != "" && !validSlackChannel(address) {
			use.at.Report(diag.Textf("%q is not a Slack channel", address), diag.Textf("use \"%s:#name\" in quotes, or an ID such as C0123456789", ch.Name))
		}
	case KindTelegram:
		if address != "" && !telegramChat.MatchString(address) {
			use.at.Report(diag.Textf("%q is not a Telegram chat", address), diag.Textf("use \"%s:@name\" in quotes, or an ID such as \"%s:-1001234567890\"", ch.Name, ch.Name))
		}
	case KindSlackWebhook, KindWebhook, KindTeams, KindMattermost, KindPagerDuty, KindTerminal:
		if address != "" {
			use.at.Report(diag.Textf("channel %s takes no address, but has %q", ch.Name, address), diag.Textf("use only %s", ch.Name))
		}
	}
}
