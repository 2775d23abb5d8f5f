#!/usr/bin/env bash
# Everything that must hold: format, lints, saved queries, tests, golden files. Stops at the first red stage, and says how
# long each took. What needs little of the machine runs beside what needs much, and says what it has to say when it is
# awaited.
# shellcheck source-path=SCRIPTDIR
source "$(dirname "${BASH_SOURCE[0]}")/env.sh"

# A snapshot that differs is a failure, and stays as it is.
export INSTA_UPDATE=no
unset INSTA_FORCE_PASS

LOG=$(mktemp)
TIMES=
RED=
BESIDE=
trap 'summary $?' EXIT

summary() {
    if [ -n "$BESIDE" ]; then kill -- "-$BESIDE" 2>/dev/null || true; fi
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

# beside COMMAND…: begins it; awaited tells what it said, and is red where it was.
beside() {
    set -m # a group of its own, so that all of it can be ended
    "$@" </dev/null >"$LOG.beside" 2>&1 &
    BESIDE=$!
    set +m
}

awaited() {
    local code=0
    wait "$BESIDE" || code=$?
    BESIDE=
    cat "$LOG.beside"
    return "$code"
}

# What the tests of the protocol are held against.
packages() {
    cd server/tests/agui
    if [ node_modules/.package-lock.json -nt package-lock.json ]; then return; fi
    npm ci --ignore-scripts --no-audit --no-fund </dev/null
}

# Another folder is left with the command.
in_folder() { ("$@"); }

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

# Needs the web app's packages, which its build brings, and is not what anything else waits for.
web_check_and_schemathesis() {
    scripts/web.sh check
    scripts/schemathesis.sh install
}

# What is built to be linted is what is tested.
lint_while_building

stage setup scripts/setup.sh --tests
state >"$LOG.before"
stage format cargo fmt --all --check
stage web-build scripts/web.sh build
beside web_check_and_schemathesis
stage packages in_folder packages
stage lints-queries-build scripts/sqlx.sh check
stage web-check awaited
stage tests tests
stage browser scripts/web.sh browser
stage interface scripts/schemathesis.sh
stage golden-files unchanged
