#!/bin/sh
# Starts a private PostgreSQL for the tests and prints its DSN:
#
#     export REGWATCH_TEST_POSTGRES="$(.ci/postgres.sh start)"
#     go test ./store/...
#     .ci/postgres.sh stop
#
# Its data lies in a temporary folder (REGWATCH_POSTGRES_DIR names another) and
# is thrown away by stop. It listens on loopback alone. What is lost in a power
# cut is of no concern to it, which makes it fast and unfit for anything else.
set -eu

dir=${REGWATCH_POSTGRES_DIR:-${TMPDIR:-/tmp}/regwatch-postgres-$(id -u)}

# PostgreSQL refuses to run as root.
as_owner() {
	if [ "$(id -u)" = 0 ]; then
		runuser -u postgres -- "$@"
	else
		"$@"
	fi
}

find_programs() {
	for d in "$(dirname "$(command -v initdb || echo /none/initdb)")" /usr/lib/postgresql/*/bin; do
		if [ -x "$d/initdb" ] && [ -x "$d/pg_ctl" ]; then
			bin=$d
			return 0
		fi
	done
	return 1
}

install_package() {
	export DEBIAN_FRONTEND=noninteractive
	run=
	[ "$(id -u)" = 0 ] || run=sudo
	$run apt-get update -q >&2
	# No cluster of the package's own: the tests bring theirs.
	$run mkdir -p /etc/postgresql-common
	if [ ! -e /etc/postgresql-common/createcluster.conf ]; then
		echo "create_main_cluster = false" | $run tee /etc/postgresql-common/createcluster.conf >/dev/null
	fi
	$run apt-get install -q -y --no-install-recommends postgresql >&2
}

start() {
	if ! find_programs; then
		install_package
		find_programs || { echo "postgres.sh: initdb is not to be found after installing postgresql" >&2; exit 1; }
	fi
	if [ -e "$dir/dsn" ] && as_owner "$bin/pg_ctl" -D "$dir/data" status >/dev/null 2>&1; then
		cat "$dir/dsn"
		return
	fi
	rm -rf "$dir"
	mkdir -p "$dir"
	password=$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')
	(umask 077 && printf '%s\n' "$password" >"$dir/password")
	[ "$(id -u)" != 0 ] || chown -R postgres "$dir"
	as_owner "$bin/initdb" -D "$dir/data" -U regwatch -E UTF8 --locale=C.UTF-8 \
		--auth=scram-sha-256 --pwfile="$dir/password" --no-sync >"$dir.log" 2>&1 || { cat "$dir.log" >&2; exit 1; }

	# Another program may take the port between asking and starting, so try a few.
	for try in 1 2 3 4 5; do
		port=$(( 20000 + $(od -An -N2 -tu2 /dev/urandom) % 20000 ))
		if as_owner "$bin/pg_ctl" -D "$dir/data" -l "$dir/data/server.log" -w -t 30 \
			-o "-p $port -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c fsync=off -c synchronous_commit=off -c full_page_writes=off -c max_connections=200" \
			start >>"$dir.log" 2>&1; then
			dsn="postgres://regwatch:$password@127.0.0.1:$port/postgres?sslmode=disable"
			(umask 077 && echo "$dsn" >"$dir/dsn")
			echo "$dsn"
			return
		fi
	done
	echo "postgres.sh: the server does not start:" >&2
	cat "$dir/data/server.log" "$dir.log" >&2
	exit 1
}

stop() {
	find_programs || return 0
	[ ! -d "$dir/data" ] || as_owner "$bin/pg_ctl" -D "$dir/data" -m immediate -w stop >/dev/null 2>&1 || true
	rm -rf "$dir" "$dir.log"
}

case ${1:-} in
start) start ;;
stop) stop ;;
*)
	echo "usage: $0 start|stop" >&2
	exit 2
	;;
esac
