#!/bin/sh
# After a removal. The configuration and the data stay, unless a person asks Debian to purge them. The account
# stays too, so that no other one gets its number and with it these files.
set -e

if [ -d /run/systemd/system ]; then
	systemctl daemon-reload
fi
if [ "${1:-}" = purge ]; then
	rm -rf /etc/regwatch /var/lib/regwatch /var/cache/regwatch
fi
