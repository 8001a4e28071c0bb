#!/bin/sh
# Starts a private postfix and dovecot for the tests, and prints where the one
# takes mail, where the other has it read over IMAP, and their folder:
#
#     export REGWATCH_TEST_MAIL="$(.ci/mail.sh start)"    # 127.0.0.1:SMTP 127.0.0.1:IMAPS FOLDER
#     go test ./notifier/...
#     .ci/mail.sh stop
#
# Mail to reader@example.net is read by the user reader with the password in
# FOLDER/password; any other address is refused and nothing leaves the machine.
# FOLDER/cert.pem is the certificate that both show. The files lie in a temporary
# folder (REGWATCH_MAIL_DIR names another) that stop throws away. The system's own
# servers are not touched. Postfix refuses what RFC 5321 forbids, so that mail which
# it takes is fit for a strict server. It runs as root only, so this wants root or sudo.
set -eu

dir=${REGWATCH_MAIL_DIR:-${TMPDIR:-/tmp}/regwatch-mail-$(id -u)}
PATH=$PATH:/usr/sbin:/sbin
run=
[ "$(id -u)" = 0 ] || run=sudo
# Root may not receive mail into a mailbox; someone else owns it then.
owner=$(id -u)
[ "$owner" != 0 ] || owner=65534

install_packages() {
	export DEBIAN_FRONTEND=noninteractive
	$run apt-get update -q >&2
	# Debian's postfix starts no server without a configuration: only ours is wanted.
	echo "postfix postfix/main_mailer_type select No configuration" | $run debconf-set-selections >&2 || true
	$run apt-get install -q -y --no-install-recommends postfix dovecot-imapd openssl >&2
}

configure() {
	port=$1
	cat >"$dir/conf/main.cf" <<-CONF
		compatibility_level = 3.6
		queue_directory = $dir/spool
		data_directory = $dir/data
		mail_owner = postfix
		setgid_group = postdrop
		maillog_file = $dir/log/mail.log
		maillog_file_prefixes = $dir/log
		myhostname = mail.example.org
		mydestination =
		mynetworks = 127.0.0.0/8
		inet_interfaces = loopback-only
		inet_protocols = ipv4
		smtpd_tls_security_level = may
		smtpd_tls_chain_files = $dir/key.pem, $dir/cert.pem
		smtpd_relay_restrictions = reject_unauth_destination
		strict_rfc821_envelopes = yes
		strict_mime_encoding_domain = yes
		strict_8bitmime_body = yes
		strict_smtputf8 = yes
		disable_vrfy_command = yes
		smtpd_helo_required = yes
		smtpd_delay_reject = no
		smtpd_helo_restrictions = reject_invalid_helo_hostname, reject_non_fqdn_helo_hostname
		smtpd_sender_restrictions = reject_non_fqdn_sender
		smtpd_recipient_restrictions = reject_non_fqdn_recipient, reject_unauth_pipelining
		smtpd_data_restrictions = reject_unauth_pipelining
		smtpd_forbid_unauth_pipelining = yes
		smtpd_forbid_bare_newline = reject
		smtpd_forbid_bare_newline_exclusions =
		message_size_limit = 10485760
		smtpd_peername_lookup = no
		default_transport = error:no mail leaves this server
		virtual_mailbox_domains = example.net
		virtual_mailbox_base = $dir
		virtual_mailbox_maps = inline:{ reader@example.net=Maildir/ }
		virtual_uid_maps = static:$owner
		virtual_gid_maps = static:$owner
		virtual_minimum_uid = 100
		alias_maps =
		biff = no
	CONF
	cat >"$dir/conf/master.cf" <<-CONF
		127.0.0.1:$port inet n - n - - smtpd
		pickup    unix n - n 60 1 pickup
		cleanup   unix n - n - 0 cleanup
		qmgr      unix n - n 300 1 qmgr
		tlsmgr    unix - - n 1000? 1 tlsmgr
		rewrite   unix - - n - - trivial-rewrite
		bounce    unix - - n - 0 bounce
		defer     unix - - n - 0 bounce
		trace     unix - - n - 0 bounce
		verify    unix - - n - 1 verify
		flush     unix n - n 1000? 0 flush
		proxymap  unix - - n - - proxymap
		smtp      unix - - n - - smtp
		relay     unix - - n - - smtp
		showq     unix n - n - - showq
		error     unix - - n - - error
		retry     unix - - n - - error
		discard   unix - - n - - discard
		local     unix - n n - - local
		virtual   unix - n n - - virtual
		lmtp      unix - - n - - lmtp
		anvil     unix - - n - 1 anvil
		scache    unix - - n - 1 scache
		postlog   unix-dgram n - n - 1 postlogd
	CONF
}

configure_imap() {
	cat >"$dir/conf/dovecot.conf" <<-CONF
		protocols = imap
		base_dir = $dir/dovecot
		log_path = $dir/log/dovecot.log
		listen = 127.0.0.1
		ssl = required
		ssl_cert = <$dir/cert.pem
		ssl_key = <$dir/key.pem
		passdb {
		  driver = static
		  args = user=reader password=$(cat "$dir/password")
		}
		userdb {
		  driver = static
		  args = uid=$owner gid=$owner home=$dir/Maildir
		}
		first_valid_uid = 1
		first_valid_gid = 1
		mail_location = maildir:$dir/Maildir
		service imap-login {
		  inet_listener imap {
		    port = 0
		  }
		  inet_listener imaps {
		    port = $1
		  }
		}
	CONF
}

start() {
	if ! { command -v postfix && command -v dovecot && command -v openssl; } >/dev/null; then
		install_packages
		for program in postfix dovecot; do
			command -v $program >/dev/null || { echo "mail.sh: $program is not to be found after installing it" >&2; exit 1; }
		done
	fi
	if [ -e "$dir/address" ] && $run postfix -c "$dir/conf" status >/dev/null 2>&1; then
		cat "$dir/address"
		return
	fi
	$run rm -rf "$dir"
	mkdir -p "$dir/conf" "$dir/spool" "$dir/data" "$dir/log" "$dir/Maildir/new" "$dir/Maildir/cur" "$dir/Maildir/tmp"
	$run chown -R "$owner:$owner" "$dir/Maildir"
	$run chown -R postfix "$dir/data"
	openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj "/CN=mail.example.org" -addext "subjectAltName=IP:127.0.0.1,DNS:localhost" \
		-keyout "$dir/key.pem" -out "$dir/cert.pem" >"$dir/log/openssl" 2>&1 || { cat "$dir/log/openssl" >&2; exit 1; }
	openssl rand -hex 16 >"$dir/password"
	chmod 600 "$dir/key.pem"
	$run chown root "$dir/spool" "$dir/conf" "$dir/key.pem"

	# Another program may take the port between asking and starting, so try a few.
	for try in 1 2 3 4 5; do
		port=$(( 20000 + $(od -An -N2 -tu2 /dev/urandom) % 20000 ))
		imap=$(( port + 20000 ))
		configure "$port"
		configure_imap "$imap"
		$run chown root "$dir/conf/main.cf" "$dir/conf/master.cf"
		if $run postfix -c "$dir/conf" start >"$dir/log/start" 2>&1 &&
			$run dovecot -c "$dir/conf/dovecot.conf" >>"$dir/log/start" 2>&1 &&
			greets "$port" "" && greets "$imap" tls; then
			echo "127.0.0.1:$port 127.0.0.1:$imap $dir" >"$dir/address"
			cat "$dir/address"
			return
		fi
		end
	done
	echo "mail.sh: the servers do not start:" >&2
	$run cat "$dir/log/start" "$dir/log/mail.log" "$dir/log/dovecot.log" >&2 || true
	exit 1
}

# greets waits until a server says its first line.
greets() {
	for wait in 1 2 3 4 5 6 7 8 9 10; do
		if [ -n "$2" ]; then
			timeout 5 openssl s_client -quiet -connect "127.0.0.1:$1" </dev/null 2>/dev/null | head -n 1 | grep -q '^\* OK' && return 0
		elif timeout 5 bash -c "exec 3<>/dev/tcp/127.0.0.1/$1 && read -r line <&3 && [ \"\${line%% *}\" = 220 ]" 2>/dev/null; then
			return 0
		fi
		sleep 0.3
	done
	return 1
}

end() {
	$run postfix -c "$dir/conf" stop >/dev/null 2>&1 || true
	[ ! -e "$dir/conf/dovecot.conf" ] || $run doveadm -c "$dir/conf/dovecot.conf" stop >/dev/null 2>&1 || true
}

stop() {
	[ ! -d "$dir" ] || end
	$run rm -rf "$dir"
}

case ${1:-} in
start) start ;;
stop) stop ;;
*)
	echo "usage: $0 start|stop" >&2
	exit 2
	;;
esac
