#!/bin/sh
# After an installation or an upgrade, of Debian's and of Red Hat's package.
set -e

if ! getent passwd regwatch >/dev/null; then
	if command -v systemd-sysusers >/dev/null; then
		systemd-sysusers regwatch.conf
	else
		useradd --system --user-group --home-dir /var/lib/regwatch --no-create-home --shell /usr/sbin/nologin regwatch
	fi
fi

# The shipped sources and rules, at the first installation only. From then on they belong to the people
# who run regwatch; "regwatch rules update" brings newer ones after a review.
if [ ! -e /etc/regwatch/sources ] && [ ! -e /etc/regwatch/rules ]; then
	rm -rf /etc/regwatch/.new
	regwatch init /etc/regwatch/.new >/dev/null
	mv /etc/regwatch/.new/sources /etc/regwatch/.new/rules /etc/regwatch/
	rm -rf /etc/regwatch/.new
	# The console saves both.
	chown -R regwatch:regwatch /etc/regwatch/sources /etc/regwatch/rules
fi

if [ ! -e /var/lib/regwatch ]; then
	mkdir -m 700 /var/lib/regwatch
	chown regwatch:regwatch /var/lib/regwatch
fi

if [ -d /run/systemd/system ]; then
	systemctl daemon-reload
	# After an upgrade; it does nothing for a service that does not run.
	systemctl try-restart regwatch.service
fi
