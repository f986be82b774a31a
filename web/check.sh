#!/bin/sh
# All that must hold of web/src, with node and npm on PATH; installs what package-lock.json names.
set -eu
cd "$(dirname "$0")"

npm ci --no-audit --no-fund
npm run --silent lint
npm run --silent types
npm run --silent test

built=$(mktemp -d)
trap 'rm -rf "$built"' EXIT
npm run --silent build -- "$built"
status=0
for bundle in "$built"/*; do
    name=$(basename "$bundle")
    if ! cmp "$bundle" "../artifact_stream/web/assets/$name"; then
        echo "artifact_stream/web/assets/$name is not what web/src makes: run make web" >&2
        status=1
    fi
done
exit "$status"
