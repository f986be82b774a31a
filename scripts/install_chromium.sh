#!/bin/sh
# Makes a Chromium available for the browser tests; the last line of stdout is its path.
#
# Taken in this order: $CHROMIUM; one on PATH; one that an earlier run unpacked; a Debian package,
# installed as root or through a sudo that asks for no password; the same package and whatever it
# lacks on this machine, unpacked into .cache/chromium.  With --private only the last two count.
set -eu

repository=$(cd "$(dirname "$0")/.." && pwd)
private="$repository/.cache/chromium"
wrapper="$private/chromium"
packages="chromium chromium-common fonts-dejavu-core"

runs() {
    "$1" --version >/dev/null 2>&1
}

# Runs a command quietly, and shows what it said only if it failed.
quietly() {
    "$@" >>"$private/install.log" 2>&1 || {
        status=$?
        tail -n 20 "$private/install.log" >&2
        echo "install_chromium.sh: '$*' failed; all of its output is in $private/install.log." >&2
        exit "$status"
    }
}

find_on_path() {
    for name in chromium chromium-browser google-chrome; do
        path=$(command -v "$name" || true)
        if [ -n "$path" ] && runs "$path"; then
            echo "$path"
            return
        fi
    done
}

# With $1 empty as root, with $1=sudo otherwise.
install_system_wide() {
    quietly $1 env DEBIAN_FRONTEND=noninteractive apt-get update
    # shellcheck disable=SC2086  # a list of names
    quietly $1 env DEBIAN_FRONTEND=noninteractive \
        apt-get install -y --no-install-recommends $packages
}

# apt as an ordinary user: the machine's sources and keys, but lists and archives of our own.
private_apt() {
    quietly apt-get \
        -o Dir::State::lists="$private/lists" \
        -o Dir::Cache="$private/cache" \
        -o Dir::Cache::archives="$private/archives" \
        -o Debug::NoLocking=1 \
        "$@"
}

unpack_privately() {
    mkdir -p "$private/lists/partial" "$private/cache" "$private/archives/partial"
    private_apt update
    # --reinstall: what dpkg calls installed may be what this run was told not to use.
    # shellcheck disable=SC2086  # a list of names
    private_apt install -y --no-install-recommends --reinstall --download-only $packages
    rm -rf "$private/root"
    mkdir "$private/root"
    for archive in "$private/archives"/*.deb; do
        case ${archive##*/} in
            libc6_*) ;; # A C library works only with the dynamic loader it was built with.
            *) quietly dpkg-deb -x "$archive" "$private/root" ;;
        esac
    done
    write_fonts_conf
    write_wrapper
    rm -rf "$private/lists" "$private/cache" "$private/archives"
}

write_fonts_conf() {
    cat >"$private/fonts.conf" <<END
<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <include ignore_missing="yes">/etc/fonts/fonts.conf</include>
  <dir>$private/root/usr/share/fonts</dir>
  <cachedir>$private/fonts-cache</cachedir>
</fontconfig>
END
}

# The package's own launcher expects its files below /usr, so the program is started directly.
write_wrapper() {
    libraries=$(find "$private/root" -name '*.so*' -printf '%h\n' | sort -u | paste -s -d :)
    cat >"$wrapper" <<END
#!/bin/sh
export LD_LIBRARY_PATH="$libraries\${LD_LIBRARY_PATH:+:\$LD_LIBRARY_PATH}"
export FONTCONFIG_FILE="$private/fonts.conf"
exec "$private/root/usr/lib/chromium/chromium" "\$@"
END
    chmod +x "$wrapper"
}

use_private() {
    if ! runs "$wrapper"; then
        unpack_privately
        quietly "$wrapper" --version
    fi
    echo "$wrapper"
}

case ${1-} in
    "") ;;
    --private)
        mkdir -p "$private"
        use_private
        exit
        ;;
    *)
        echo "usage: $0 [--private]" >&2
        exit 2
        ;;
esac

if [ -n "${CHROMIUM-}" ]; then
    if ! runs "$CHROMIUM"; then
        echo "install_chromium.sh: CHROMIUM=$CHROMIUM does not run; correct or unset it." >&2
        exit 1
    fi
    echo "$CHROMIUM"
    exit
fi

found=$(find_on_path)
if [ -z "$found" ] && ! runs "$wrapper"; then
    mkdir -p "$private"
    if [ "$(id -u)" -eq 0 ]; then
        install_system_wide ""
    elif sudo -n true 2>/dev/null; then
        install_system_wide sudo
    fi
    found=$(find_on_path)
fi
if [ -n "$found" ]; then
    echo "$found"
else
    mkdir -p "$private"
    use_private
fi
