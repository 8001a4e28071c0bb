# Installs a package into a copy of this machine that is thrown away, runs the program as its account, upgrades
# and removes it. Run in a mount namespace of its own, as root:
#
#     unshare --mount sh -eux install.sh deb|rpm FOLDER OLD NEW
#
# FOLDER is empty and not on an overlay itself.
kind=$1 folder=$2 old=$3 new=$4

mkdir "$folder/changes" "$folder/work" "$folder/root"
mount -t overlay overlay -o "lowerdir=/,upperdir=$folder/changes,workdir=$folder/work" "$folder/root"
root=$folder/root
rm -rf "$root/etc/regwatch" "$root/var/lib/regwatch" "$root/var/cache/regwatch"
mount -t proc proc "$root/proc"
mkdir -p "$root/run" "$root/tmp"
mount -t tmpfs tmpfs "$root/run"

install() {
	case $kind in
	deb) DEBIAN_FRONTEND=noninteractive dpkg --root="$root" --force-confold --install "$1" ;;
	rpm) rpm --root "$root" --nodeps --upgrade "$1" ;;
	esac
}
as_user() { chroot "$root" setpriv --reuid=regwatch --regid=regwatch --clear-groups --no-new-privs env -i REGWATCH_DIR=/etc/regwatch "$@"; }

install "$old"
grep '^regwatch:' "$root/etc/passwd"
test "$(stat -c %a "$root/etc/regwatch/environment")" = 600
test "$(chroot "$root" stat -c %U:%a /var/lib/regwatch)" = regwatch:700
test "$(chroot "$root" stat -c %U /etc/regwatch/rules/stablecoin-ordinance.yaml)" = regwatch
test "$(chroot "$root" stat -c %U /etc/regwatch/regwatch.yaml)" = root
test ! -e "$root/etc/regwatch/.new"
as_user /usr/bin/regwatch check

# What people change, and the data.
echo '# our comment' >>"$root/etc/regwatch/regwatch.yaml"
echo '# our comment' >>"$root/etc/regwatch/rules/stablecoin-ordinance.yaml"
rm "$root/etc/regwatch/rules/crypto-ban.yaml"
as_user /usr/bin/regwatch audit
test -s "$root/var/lib/regwatch/regwatch.db"

install "$new"
grep -q '# our comment' "$root/etc/regwatch/regwatch.yaml"
grep -q '# our comment' "$root/etc/regwatch/rules/stablecoin-ordinance.yaml"
test ! -e "$root/etc/regwatch/rules/crypto-ban.yaml"
test -s "$root/var/lib/regwatch/regwatch.db"
as_user /usr/bin/regwatch check

case $kind in
deb) dpkg --root="$root" --remove regwatch ;;
rpm) rpm --root "$root" --nodeps --erase regwatch ;;
esac
test ! -e "$root/usr/bin/regwatch"
test ! -e "$root/usr/lib/systemd/system/regwatch.service"
test -s "$root/var/lib/regwatch/regwatch.db"
test -e "$root/etc/regwatch/rules/stablecoin-ordinance.yaml"
case $kind in
deb) grep -q '# our comment' "$root/etc/regwatch/regwatch.yaml" ;;
rpm) grep -q '# our comment' "$root/etc/regwatch/regwatch.yaml.rpmsave" ;; # as Red Hat keeps changed files
esac

if [ "$kind" = deb ]; then
	dpkg --root="$root" --purge regwatch
	test ! -e "$root/etc/regwatch"
	test ! -e "$root/var/lib/regwatch"
fi
