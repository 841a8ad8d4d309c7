#!/bin/sh
# Installs the client libraries that the tests talk to, in TARGET/clients. Where CI=true, what is missing fails the build; elsewhere the
# build goes on, and the tests of these clients are skipped, with the reason.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
js="$here/src/test/js"
clients="${1:-"$here/target"}/clients"

cmp -s "$js/package-lock.json" "$clients/installed.json" && exit 0

missing() {
    echo "The client libraries of the tests are missing: $1" >&2
    [ "${CI:-}" = true ] && exit 1
    echo "Until they can be had, at the next build, the tests of these clients are skipped." >&2
    exit 0
}

command -v node >/dev/null || missing "Node.js (node) was not found: install it first."
command -v npm >/dev/null || missing "npm was not found: install it first."

rm -f "$clients/installed.json"
mkdir -p "$clients"
cp "$js/package.json" "$js/package-lock.json" "$clients/"
(cd "$clients" && npm ci --prefer-offline --ignore-scripts --no-audit --no-fund --loglevel=error >/dev/null) ||
    missing "npm could not fetch them (see above)."

# Written last, so that an interrupted build does not count as done.
cp "$js/package-lock.json" "$clients/installed.json"
