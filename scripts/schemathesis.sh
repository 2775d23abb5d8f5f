#!/usr/bin/env bash
# Tries the interface against its own description, GET /openapi.json, with Schemathesis (https://schemathesis.io): all of its
# checks, on a real server with the demo company in a folder of its own. Needs python3 with venv; without, says so and is
# content. Prints the most memory that the server took, and fails where it is more than MOST_MEMORY.
#
# scripts/schemathesis.sh [--seconds N] [SEED…]   N: how long each seed is tried (default 20; make soak says more)
# scripts/schemathesis.sh install                 only brings Schemathesis into the target folder
# shellcheck source-path=SCRIPTDIR
source "$(dirname "${BASH_SOURCE[0]}")/env.sh"

SECONDS_EACH=20
MOST_MEMORY=$((512 * 1024)) # KiB
if [ "${1:-}" = --seconds ]; then SECONDS_EACH=$2 && shift 2; fi
if [ $# -eq 0 ]; then set -- 1; fi

VENV=$TARGET/schemathesis-venv
WANTED=scripts/requirements-schemathesis.txt
FOLDER=$(mktemp -d)
SERVER=

stop() {
    if [ -n "$SERVER" ]; then
        kill "$SERVER" 2>/dev/null || true
        wait "$SERVER" 2>/dev/null || true
    fi
    rm -rf "$FOLDER"
}
trap stop EXIT

if ! python3 -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 10))' 2>/dev/null; then
    say "Skipped: python3 (3.10 or newer) with venv is missing; scripts/setup.sh installs it."
    exit 0
fi
if ! cmp -s "$WANTED" "$VENV/installed.txt"; then
    say "Installing Schemathesis into ${VENV#"$ROOT"/}…"
    python3 -m venv --clear "$VENV"
    "$VENV/bin/pip" install --quiet --disable-pip-version-check -r "$WANTED"
    cp "$WANTED" "$VENV/installed.txt"
fi

if [ "${1:-}" = install ]; then exit 0; fi

# All targets, though only one is run: dependencies have other features without the tests', and would be compiled again.
cargo build --workspace --locked --quiet --all-targets
STEWARD_DEMO_SIZE=small "$TARGET/debug/steward" serve --demo --data "$FOLDER/data" --listen 127.0.0.1:0 >"$FOLDER/log" 2>&1 &
SERVER=$!
for _ in $(seq 600); do
    URL=$(sed -n 's|.*\(http://127\.0\.0\.1:[0-9]*\)/openapi.json.*|\1|p' "$FOLDER/log" | head -1)
    if [ -n "$URL" ] || ! kill -0 "$SERVER" 2>/dev/null; then break; fi
    sleep 0.1
done
[ -n "$URL" ] || { cat "$FOLDER/log" >&2; fail "The server did not start."; }

ask() {
    "$VENV/bin/python" - "$URL" "$@" <<'PYTHON'
import json, sys, urllib.request
url, token = sys.argv[1], sys.argv[2:]
who = {"organization": "demo", "email": "admin@demo.example", "password": "demo"}
request = urllib.request.Request(url + "/api/v1/auth/me", headers={"authorization": "Bearer " + token[0]}) if token else \
    urllib.request.Request(url + "/api/v1/auth/token", json.dumps(who).encode(), {"content-type": "application/json"})
answer = json.load(urllib.request.urlopen(request))
print(answer.get("access_token") or answer["email"])
PYTHON
}
TOKEN=$(ask)

RED=0
for seed in "$@"; do
    say "Schemathesis, seed $seed, ${SECONDS_EACH} s…"
    (cd "$FOLDER" && "$VENV/bin/st" --config-file "$ROOT/scripts/schemathesis.toml" run "$URL/openapi.json" \
        --header "Authorization: Bearer $TOKEN" --seed "$seed" --checks all --mode all --max-time "$SECONDS_EACH" \
        --request-timeout 30 --max-response-time 10 --warnings off --generation-database none --no-color) >"$FOLDER/seed" 2>&1 || RED=1
    if [ "$RED" -ne 0 ]; then
        cut -c1-600 "$FOLDER/seed"
        break
    fi
    tail -n 4 "$FOLDER/seed"
done
ask "$TOKEN" >/dev/null || { RED=1 && say "Whoever tried can no longer sign in: the run has locked itself out."; }
if [ -r "/proc/$SERVER/status" ]; then
    MEMORY=$(sed -n 's/^VmHWM:[^0-9]*\([0-9]*\) kB/\1/p' "/proc/$SERVER/status")
    say "The server took $((MEMORY / 1024)) MiB at most."
    [ "$MEMORY" -le "$MOST_MEMORY" ] || { RED=1 && say "That is too much."; }
fi
if grep -q 'panicked' "$FOLDER/log"; then RED=1 && grep -m 5 'panicked' "$FOLDER/log" >&2; fi
[ "$RED" -eq 0 ] || fail "The interface does not keep to its description."
