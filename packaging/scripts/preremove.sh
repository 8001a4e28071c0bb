#!/bin/sh
# Before a removal. Debian calls it with "remove" or "upgrade", Red Hat with the number of versions that stay.
set -e

case ${1:-} in
remove | 0)
	if [ -d /run/systemd/system ]; then
		systemctl disable --now regwatch.service
	fi
	;;
esac
