#!/bin/sh
# Installs what the tests of the console in a browser and of a generated client of the API
# need, and prints the path of the browser:
#
#     export REGWATCH_TEST_BROWSER="$(.ci/browser.sh start)"
#     go test ./web/console ./web/api
#
# The browser is Debian's Chromium. Playwright and axe come from the npm registry, in the
# versions of web/console/browser/package-lock.json, and the generator of the client in
# those of web/api/client/package-lock.json; they need Node.js 20 or later. "stop"
# is there because .ci/run stops every server; it does nothing.
set -eu
cd "$(dirname "$0")/.."

run=
[ "$(id -u)" = 0 ] || run=sudo

case ${1:-} in
start) ;;
stop) exit 0 ;;
*)
	echo "usage: $0 start|stop" >&2
	exit 2
	;;
esac

install_packages() {
	export DEBIAN_FRONTEND=noninteractive
	$run apt-get update -q >&2
	$run apt-get install -q -y --no-install-recommends "$@" >&2
}

# The browser, and a font for Chinese.
command -v chromium >/dev/null || install_packages chromium fonts-noto-cjk
command -v npm >/dev/null || install_packages nodejs npm

major=$(node --version | sed 's/^v\([0-9]*\).*/\1/')
if [ "$major" -lt 20 ]; then
	echo "Node.js $(node --version) is too old for playwright-core; install 20 or later" >&2
	exit 1
fi
[ -d web/console/browser/node_modules/playwright-core ] ||
	npm --prefix web/console/browser ci --no-audit --no-fund --loglevel=error >&2
[ -d web/api/client/node_modules/openapi-typescript ] ||
	npm --prefix web/api/client ci --no-audit --no-fund --loglevel=error >&2
command -v chromium
