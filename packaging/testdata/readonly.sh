# Runs the image as clusters do: its root read-only, without /tmp, as an account with any number. Run in a mount
# namespace of its own, as root:
#
#     unshare --mount bash -eux readonly.sh ROOT SITE ENVIRONMENT...
#
# ROOT has the files of the image and a configuration in etc/regwatch, which reads SITE.
root=$1 site=$2
shift 2

# As the runtime of a container does.
mkdir "$root/dev" "$root/proc"
: >"$root/dev/null"
mount --bind "$root" "$root"
mount -t proc proc "$root/proc"
mount --bind /dev/null "$root/dev/null"
mount -t tmpfs -o mode=1777 tmpfs "$root/var/lib/regwatch"
mount -o remount,bind,ro "$root"
if touch "$root/x" 2>&1; then exit 1; fi
test ! -e "$root/tmp"

regwatch() { env -i "PATH=$PATH" "${environment[@]}" chroot --userspec=12345:0 "$root" /usr/bin/regwatch "$@"; }
environment=("$@")

regwatch check
regwatch scan
regwatch articles --json | grep '"title"'
regwatch articles show "$site/notice.pdf" | tee /dev/stderr | grep -q 'stablecoin licensing regime'
test -n "$(find "$root/var/lib/regwatch/cache" -type f)" # PDFium, compiled
echo '{"title": "An archived circular", "published": "2026-01-05", "text": "A stablecoin."}' | regwatch import - --any-source --source archive
regwatch database compact
regwatch audit verify

# It runs, answers, and stops when it is asked to.
env -i "PATH=$PATH" "${environment[@]}" chroot --userspec=12345:0 "$root" /usr/bin/regwatch run 2>"$root/var/lib/regwatch/log" &
running=$!
for _ in $(seq 100); do
	if grep -q 'console is at' "$root/var/lib/regwatch/log"; then break; fi
	sleep 0.1
done
address=$(sed -n 's/.*console is at http:\/\/\([0-9.:]*\)\..*/\1/p' "$root/var/lib/regwatch/log")
exec 3<>"/dev/tcp/${address%:*}/${address#*:}"
printf 'GET /healthz HTTP/1.0\r\n\r\n' >&3
grep -q '200 OK' <&3
kill "$running"
wait "$running"
grep -q stopped "$root/var/lib/regwatch/log"
