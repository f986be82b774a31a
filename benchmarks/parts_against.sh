#!/bin/sh
# Speed of the parts now and at another commit, in one go: parts_against.sh PYTHON REVISION
#
# Fails where a part's median has become slower by more than a fifth.
set -eu

python=$(cd "$(dirname "$1")" && pwd)/$(basename "$1")
revision=$2
here=$(cd "$(dirname "$0")/.." && pwd)
base=$here/.cache/base
results=$here/.cache/parts

rm -rf "$results"
git -C "$here" worktree remove --force "$base" 2>/dev/null || true
git -C "$here" worktree add --quiet --detach "$base" "$revision"
trap 'git -C "$here" worktree remove --force "$base"' EXIT

measure() { # measure TREE OPTIONS...
    tree=$1
    shift
    # From outside both trees, with the tree's package first on the path.  Each has its own
    # measurements, which know where its modules are; they are compared by name.
    (cd "$results" && PYTHONPATH=$tree "$python" -m pytest -q -p no:cacheprovider \
        --rootdir "$tree/benchmarks/parts" --benchmark-storage "file://$results" \
        --benchmark-columns median,iqr,ops "$@" "$tree/benchmarks/parts")
}
mkdir -p "$results"
measure "$base" --benchmark-save base
measure "$here" --benchmark-compare '*base' --benchmark-compare-fail median:20%
