#!/bin/sh
# Makes a virtual environment: make_venv.sh PYTHON FOLDER
#
# Debian ships Python without what venv needs to install pip; it is in a package of its own, which
# is installed here as root or through a sudo that asks for no password.
set -eu

python=$1
folder=$2

if "$python" -c 'import ensurepip, venv' 2>/dev/null; then
    exec "$python" -m venv "$folder"
fi
if [ "$(id -u)" = 0 ]; then
    sudo=
elif sudo -n true 2>/dev/null; then
    sudo="sudo -n"
else
    echo "$python cannot make virtual environments: have python3-venv installed, or name another" \
        "Python: make PYTHON=/path/to/python3" >&2
    exit 1
fi
version=$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
$sudo apt-get -qq update
$sudo env DEBIAN_FRONTEND=noninteractive apt-get -qq install -y "python$version-venv" >&2
exec "$python" -m venv "$folder"
