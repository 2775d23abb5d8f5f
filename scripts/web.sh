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

# A server with the demo company of its own for the command that follows; its address is in STEWARD_URL.
with_server() {
    local folder server=
    folder=$(mktemp -d)
    # shellcheck disable=SC2064 # the folder is this one
    trap "kill \$server 2>/dev/null; wait \$server 2>/dev/null; rm -rf '$folder'" EXIT
    STEWARD_DEMO_SIZE=${STEWARD_DEMO_SIZE:-sample} STEWARD_MODELS=none \
        "$TARGET/debug/steward" serve --demo --data "$folder/data" --listen 127.0.0.1:0 >"$folder/log" 2>&1 &
    server=$!
    STEWARD_URL=
    for _ in $(seq 900); do
        STEWARD_URL=$(sed -n 's|.*\(http://127\.0\.0\.1:[0-9]*\)/openapi.json.*|\1|p' "$folder/log" | head -1)
        if [ -n "$STEWARD_URL" ] || ! kill -0 "$server" 2>/dev/null; then break; fi
        sleep 0.1
    done
    [ -n "$STEWARD_URL" ] || { cat "$folder/log" >&2; fail "The server did not start."; }
    export STEWARD_URL
    "$@"
}

has_chromium() { CHROMIUM=$(command -v chromium || command -v chromium-browser || command -v google-chrome) && export CHROMIUM; }

browser() {
    packages
    has_chromium || fail "Chromium is missing: scripts/setup.sh --tests installs it."
    "$TARGET/debug/steward" openapi >"$TARGET/openapi.json"
    node scripts/types.mjs "$TARGET/openapi.json" --check
    with_server npx vitest run --config vitest.browser.config.ts "$@"
}

screens() {
    packages
    has_chromium || fail "Chromium is missing: scripts/setup.sh --tests installs it."
    STEWARD_DEMO_SIZE=${STEWARD_DEMO_SIZE:-full} with_server node scripts/screens.mjs "${1:-$TARGET/screens}"
}

types() {
    packages
    node scripts/types.mjs "$TARGET/openapi.json"
}

command=${1:?build, check, browser, types or screens}
shift
"$command" "$@"
