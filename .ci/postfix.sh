#!/bin/sh
# Starts a private postfix for the tests and prints where it listens and keeps
# its mail:
#
#     export REGWATCH_TEST_POSTFIX="$(.ci/postfix.sh start)"    # 127.0.0.1:PORT FOLDER
#     go test ./notifier/...
#     .ci/postfix.sh stop
#
# Mail to reader@example.net ends in FOLDER/Maildir; any other address is refused
# and nothing leaves the machine. FOLDER/cert.pem is the certificate that it
# shows. Its files lie in a temporary folder (REGWATCH_POSTFIX_DIR names another)
# that stop throws away. The system's own postfix is not touched. Postfix runs as
# root only, so this wants root or sudo.
set -eu

dir=${REGWATCH_POSTFIX_DIR:-${TMPDIR:-/tmp}/regwatch-postfix-$(id -u)}
PATH=$PATH:/usr/sbin:/sbin
run=
[ "$(id -u)" = 0 ] || run=sudo
# Root may not receive mail into a mailbox; someone else owns it then.
owner=$(id -u)
[ "$owner" != 0 ] || owner=65534

install_package() {
	export DEBIAN_FRONTEND=noninteractive
	$run apt-get update -q >&2
	# The package starts no server of its own: only ours is wanted.
	echo "postfix postfix/main_mailer_type select No configuration" | $run debconf-set-selections >&2 || true
	$run apt-get install -q -y --no-install-recommends postfix openssl >&2
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

start() {
	if ! { command -v postfix && command -v openssl; } >/dev/null; then
		install_package
		command -v postfix >/dev/null || { echo "postfix.sh: postfix is not to be found after installing it" >&2; exit 1; }
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
	chmod 600 "$dir/key.pem"
	$run chown root "$dir/spool" "$dir/conf" "$dir/key.pem"

	# Another program may take the port between asking and starting, so try a few.
	for try in 1 2 3 4 5; do
		port=$(( 20000 + $(od -An -N2 -tu2 /dev/urandom) % 20000 ))
		configure "$port"
		$run chown root "$dir/conf/main.cf" "$dir/conf/master.cf"
		if $run postfix -c "$dir/conf" start >"$dir/log/start" 2>&1 && listens "$port"; then
			echo "127.0.0.1:$port $dir" >"$dir/address"
			cat "$dir/address"
			return
		fi
		$run postfix -c "$dir/conf" stop >/dev/null 2>&1 || true
	done
	echo "postfix.sh: the server does not start:" >&2
	$run cat "$dir/log/start" "$dir/log/mail.log" >&2 || true
	exit 1
}

# listens waits until the server greets.
listens() {
	for wait in 1 2 3 4 5 6 7 8 9 10; do
		if timeout 5 bash -c "exec 3<>/dev/tcp/127.0.0.1/$1 && read -r line <&3 && [ \"\${line%% *}\" = 220 ]" 2>/dev/null; then
			return 0
		fi
		sleep 0.3
	done
	return 1
}

stop() {
	[ ! -d "$dir" ] || $run postfix -c "$dir/conf" stop >/dev/null 2>&1 || true
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
