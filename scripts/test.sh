#!/usr/bin/env bash
# Everything that must hold: format, lints, saved queries, tests, golden files. Stops at the first red stage, and says how
# long each took.
# shellcheck source-path=SCRIPTDIR
source "$(dirname "${BASH_SOURCE[0]}")/env.sh"

# A snapshot that differs is a failure, and stays as it is.
export INSTA_UPDATE=no
unset INSTA_FORCE_PASS

LOG=$(mktemp)
TIMES=
RED=
trap 'summary $?' EXIT

summary() {
    rm -f "$LOG" "$LOG".*
    if [ -n "$RED" ]; then
        printf '\nRED: %s.\n' "$RED"
    elif [ "$1" -ne 0 ]; then
        printf '\nRED: interrupted.\n'
    fi
    printf '%s\n' "stages:$TIMES total $SECONDS s"
}

# stage NAME COMMAND…
stage() {
    local name=$1 since=$SECONDS
    shift
    printf '\n== %s\n' "$name"
    RED=$name
    "$@"
    RED=
    TIMES="$TIMES $name $((SECONDS - since)) s,"
}

packages() {
    local locked folder
    find . -path "./${TARGET#"$ROOT"/}" -prune -o -name node_modules -prune -o -name package-lock.json -print | while read -r locked; do
        folder=$(dirname "$locked")
        if [ "$folder/node_modules/.package-lock.json" -nt "$locked" ]; then continue; fi
        (cd "$folder" && npm ci --ignore-scripts --no-audit --no-fund </dev/null)
    done
}

tests() {
    local code=0
    cargo test --workspace --locked --no-fail-fast 2>&1 | tee "$LOG" || code=$?
    awk '/^test result:/ { passed += $4; failed += $6; skipped += $8 }
        END { printf "\ntests: %d passed, %d failed, %d skipped\n", passed, failed, skipped }' "$LOG"
    return "$code"
}

# One line a file that is or could be committed; outside a checkout, nobody can tell which those are.
state() {
    git rev-parse --git-dir >/dev/null 2>&1 || return 0
    git ls-files -z --cached --others --exclude-standard | { xargs -0 cksum 2>/dev/null || true; } | sort -u -k 3
}

unchanged() {
    state >"$LOG.after"
    diff "$LOG.before" "$LOG.after" || fail "The tests changed these files: golden files must be renewed with make bless."
}

stage setup scripts/setup.sh
state >"$LOG.before"
stage packages packages
stage format cargo fmt --all --check
stage queries-and-lints scripts/sqlx.sh check
stage build cargo test --workspace --locked --no-run
stage tests tests
stage interface scripts/schemathesis.sh
stage golden-files unchanged
