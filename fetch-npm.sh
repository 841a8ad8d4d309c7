#!/bin/sh
# fetch-npm.sh FOLDER TARGET FILE=PLACE...: what a page needs of other people's. Installs the packages of FOLDER/package-lock.json in
# TARGET/npm, and puts each FILE of them in its PLACE below TARGET. Without Node.js the build goes on, and the page says what it misses;
# where CI=true, the build fails.
set -eu

folder=$1
target=$2
shift 2

missing() {
    echo "phoenix.js is missing: $1 Build again once it can be had; until then, the page only says so."
    [ "${CI:-}" != true ] || exit 1
    exit 0
}

# in_place FILE=PLACE...: whether all is there already, and of these versions
in_place() {
    cmp -s "$folder/package-lock.json" "$target/npm/in-place.json" || return 1
    for pair in "$@"; do
        [ -f "$target/${pair#*=}" ] || return 1
    done
}

in_place "$@" && exit 0
command -v node >/dev/null && command -v npm >/dev/null || missing "Node.js was not found."

mkdir -p "$target/npm"
cp "$folder/package.json" "$folder/package-lock.json" "$target/npm/"
(cd "$target/npm" && npm ci --prefer-offline --ignore-scripts --no-audit --no-fund --loglevel=error >/dev/null) ||
    missing "npm could not fetch it (see above)."

for pair in "$@"; do
    place="$target/${pair#*=}"
    mkdir -p "$(dirname "$place")"
    cp "$target/npm/node_modules/${pair%%=*}" "$place"
done

# Written last, so that an interrupted build does not count as done.
cp "$folder/package-lock.json" "$target/npm/in-place.json"
