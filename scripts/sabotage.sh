#!/usr/bin/env bash
# Shows that the nets hold: each tests/sabotage/NAME.sql breaks the database in one way (drops a constraint, corrupts a row),
# and the tests that its first line names (-- red: NAME …) must then fail.
#
# The integration tests apply the file named in STEWARD_SABOTAGE to their template database, after migrating and seeding; if
# they cannot, they say "sabotage could not be applied", which does not count as red.
# shellcheck source-path=SCRIPTDIR
source "$(dirname "${BASH_SOURCE[0]}")/env.sh"

export INSTA_UPDATE=no
LOG=$(mktemp)
trap 'rm -f "$LOG"' EXIT
BAD=0

run() { cargo test --workspace --locked --test it -- "$@" >"$LOG" 2>&1; }
row() { printf '%-36s %-44s %s\n' "$1" "$2" "$3"; }
named() { sed -n '1s/^-- red: *//p' "$1"; }

FILES=(tests/sabotage/*.sql)
[ -e "${FILES[0]}" ] || fail "There is nothing in tests/sabotage/."
scripts/setup.sh
cargo test --workspace --locked --test it --no-run || fail "The tests do not build."

ALL=()
for file in "${FILES[@]}"; do
    [ -n "$(named "$file")" ] || fail "$file: its first line must name the tests that go red: -- red: NAME"
    for test in $(named "$file"); do ALL+=("$test"); done
done
run "${ALL[@]}" || { cat "$LOG" >&2; fail "These tests are red without any sabotage."; }
for test in "${ALL[@]}"; do
    grep -q "^test .*$test.* ok" "$LOG" || fail "No test is called $test."
done

row SABOTAGE TEST "RED?"
for file in "${FILES[@]}"; do
    name=$(basename "$file" .sql)
    read -r -a tests <<<"$(named "$file")"
    STEWARD_SABOTAGE=$ROOT/$file run "${tests[@]}" && code=0 || code=$?
    if grep -q 'sabotage could not be applied' "$LOG"; then
        BAD=1
        row "$name" "${tests[*]}" "could not be applied"
        grep -m 3 'sabotage could not be applied' "$LOG" >&2
        continue
    fi
    for test in "${tests[@]}"; do
        if [ "$code" -ne 0 ] && grep -q "^test .*$test.* FAILED" "$LOG"; then
            row "$name" "$test" red
        else
            BAD=1
            row "$name" "$test" "NO: it stayed green"
        fi
    done
done
[ "$BAD" -eq 0 ] || fail "Some sabotage went unnoticed."
