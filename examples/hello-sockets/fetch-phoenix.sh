#!/bin/sh
# Puts phoenix.js, the client library of Phoenix, where the page loads it from: TARGET/web/assets/phoenix.mjs; beside it marked, which
# shows the guides.
# Without Node.js the build goes on, and the page says what it misses.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
target=${1:-"$here/target"}
module="$target/web/assets/phoenix.mjs"

[ -f "$module" ] && [ -f "$target/web/assets/marked.mjs" ] && exit 0

if ! command -v node >/dev/null || ! command -v npm >/dev/null; then
    echo "phoenix.js is missing: Node.js was not found. Install Node.js and build again; until then, the page at / only says so."
    exit 0
fi

mkdir -p "$target/npm" "$(dirname "$module")"
cp "$here/package.json" "$here/package-lock.json" "$target/npm/"
if ! (cd "$target/npm" && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error >/dev/null); then
    echo "phoenix.js is missing: npm could not fetch it (see above). Build again once it can; until then, the page at / only says so."
    exit 0
fi

cp "$target/npm/node_modules/marked/lib/marked.esm.js" "$target/web/assets/marked.mjs"

# Moved into place last and in one step, so that an interrupted build leaves no half of a file.
cp "$target/npm/node_modules/phoenix/priv/static/phoenix.mjs" "$module.part"
mv "$module.part" "$module"
