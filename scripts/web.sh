#!/usr/bin/env bash
# The web app: scripts/web.sh build | check | browser [FILTER] | types | screens [FOLDER]
#   build    web/dist, where it is older than what it is made of; the server takes it in when it is compiled
#   check    types and tests without a browser
#   browser  the flows of tests/browser through the real server in Chromium; needs a built server
#   types    src/api/schema.d.ts from the description of the interface that make bless has written
#   screens  one sheet of every page in light, dark and on a phone (default target/screens)
# shellcheck source-path=SCRIPTDIR
source "$(dirname "${BASH_SOURCE[0]}")/env.sh"
cd web

packages() {
    if [ node_modules/.package-lock.json -nt package-lock.json ]; then return; fi
    say "Fetching what the web app is made of…"
    npm ci --ignore-scripts --no-audit --no-fund </dev/null
}

build() {
    packages
    local newer
    newer=$(find . -path ./node_modules -prune -o -path ./dist -prune -o -type f -newer dist/index.html -print 2>/dev/null | head -1) || true
    if [ -f dist/index.html ] && [ -z "$newer" ]; then return; fi
    say "Building the web app…"
    npm run --silent build -- --logLevel warn
}

check() {
    packages
    npm run --silent check
    npm test --silent
}

# Two servers for the command that follows, each with a company of its own: the real one in STEWARD_URL, and in
# STEWARD_NEW_URL one with an operation that the product does not have.
with_servers() {
    FOLDER=$(mktemp -d)
    trap stop EXIT
    STEWARD_DEMO_SIZE=${STEWARD_DEMO_SIZE:-sample} STEWARD_MODELS=none \
        "$TARGET/debug/steward" serve --demo --data "$FOLDER/data" --listen 127.0.0.1:0 >"$FOLDER/log" 2>&1 &
    SERVER=$!
    STEWARD_URL=$(address "$FOLDER/log" 's|.*\(http://127\.0\.0\.1:[0-9]*\)/openapi.json.*|\1|p' "$SERVER")
    mkfifo "$FOLDER/open"
    (cd .. && cargo test --workspace --locked --quiet --test it -- --ignored --exact --nocapture web::serve_with_a_new_operation) \
        <"$FOLDER/open" >"$FOLDER/new" 2>&1 &
    NEW=$!
    exec 8>"$FOLDER/open"
    STEWARD_NEW_URL=$(address "$FOLDER/new" 's|^serving \(.*\)|\1|p' "$NEW")
    export STEWARD_URL STEWARD_NEW_URL
    "$@"
}

SERVER=
NEW=
FOLDER=
stop() {
    exec 8>&-
    if [ -n "$SERVER" ]; then
        kill "$SERVER" 2>/dev/null || true
        wait "$SERVER" 2>/dev/null || true
    fi
    if [ -n "$NEW" ]; then wait "$NEW" 2>/dev/null || true; fi
    rm -rf "$FOLDER"
}

# What a server says in its log $1 of its address; $3 is the server.
address() {
    local said=
    for _ in $(seq 900); do
        said=$(sed -n "$2" "$1" 2>/dev/null | head -1)
        if [ -n "$said" ] || ! kill -0 "$3" 2>/dev/null; then break; fi
        sleep 0.1
    done
    [ -n "$said" ] || { cat "$1" >&2; fail "A server did not start."; }
    echo "$said"
}

has_chromium() { CHROMIUM=$(command -v chromium || command -v chromium-browser || command -v google-chrome) && export CHROMIUM; }

browser() {
    packages
    has_chromium || fail "Chromium is missing: scripts/setup.sh --tests installs it."
    "$TARGET/debug/steward" openapi >"$TARGET/openapi.json"
    node scripts/types.mjs "$TARGET/openapi.json" --check
    with_servers npx vitest run --config vitest.browser.config.ts "$@"
}

screens() {
    packages
    has_chromium || fail "Chromium is missing: scripts/setup.sh --tests installs it."
    STEWARD_DEMO_SIZE=${STEWARD_DEMO_SIZE:-full} with_servers node scripts/screens.mjs "${1:-$TARGET/screens}"
}

types() {
    packages
    node scripts/types.mjs "$TARGET/openapi.json"
}

command=${1:?build, check, browser, types or screens}
shift
"$command" "$@"
