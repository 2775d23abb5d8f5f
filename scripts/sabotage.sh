#!/usr/bin/env bash
# Shows that the nets hold: each tests/sabotage/NAME.sql breaks the database in one way (drops a constraint, corrupts a row),
# each tests/sabotage/gate/NAME.patch leaves out one step of the gate, and the tests that its first line names
# (-- red: NAME …, # red: NAME …) must then fail.
#   scripts/sabotage.sh [PART]     only those with PART in their file's name
#
# The integration tests apply the file named in STEWARD_SABOTAGE to their template database, after migrating and seeding; if
# they cannot, they say "sabotage could not be applied", which does not count as red. Patches are applied to a worktree of
# their own, which is thrown away; your files stay as they are (what git does not know yet is not in it).
# shellcheck source-path=SCRIPTDIR
source "$(dirname "${BASH_SOURCE[0]}")/env.sh"

export INSTA_UPDATE=no
ONLY=${1:-}
LOG=$(mktemp)
TREE=$TARGET/sabotage
trap finish EXIT
BAD=0

finish() {
    rm -f "$LOG"
    if [ -e "$TREE" ]; then
        git worktree remove --force "$TREE"
        # What was built without a step of the gate must not pass for a build of your files.
        find . -path "./${TARGET#"$ROOT"/}" -prune -o -name node_modules -prune -o \
            \( -name lib.rs -o -name main.rs \) -exec touch {} +
        cargo build --workspace --locked --quiet --bin steward
    fi
}

run() { cargo test --workspace --locked --test it -- "$@" >"$LOG" 2>&1; }
row() { printf '%-36s %-44s %s\n' "$1" "$2" "$3"; }
named() { sed -n '1s/^\(--\|#\) red: *//p' "$1"; }

FILES=()
for file in tests/sabotage/*.sql tests/sabotage/gate/*.patch; do
    case $file in *"$ONLY"*) FILES+=("$file") ;; esac
done
[ ${#FILES[@]} -gt 0 ] || fail "There is nothing in tests/sabotage/ that is called $ONLY."
scripts/setup.sh
cargo test --workspace --locked --test it --no-run || fail "The tests do not build."

ALL=()
for file in "${FILES[@]}"; do
    [ -n "$(named "$file")" ] || fail "$file: its first line must name the tests that go red: -- red: NAME (# red: NAME)"
    for test in $(named "$file"); do ALL+=("$test"); done
done
run "${ALL[@]}" || { cat "$LOG" >&2; fail "These tests are red without any sabotage."; }
for test in "${ALL[@]}"; do
    grep -q "^test .*$test.* ok" "$LOG" || fail "No test is called $test."
done

# Whether the tests that a sabotage names went red, when the tests ended with this code.
judge() {
    local name=$1 code=$2
    shift 2
    for test in "$@"; do
        if [ "$code" -ne 0 ] && grep -q "^test .*$test.* FAILED" "$LOG"; then
            row "$name" "$test" red
        else
            BAD=1
            row "$name" "$test" "NO: it stayed green"
        fi
    done
}

# A step of the gate is left out: built in a worktree, where only our own crates are compiled anew.
without_step() {
    local file=$1 name=$2 code=0
    shift 2
    if [ ! -e "$TREE" ]; then
        local commit
        commit=$(git stash create)
        git worktree add --quiet --force --detach "$TREE" "${commit:-HEAD}"
    fi
    git -C "$TREE" checkout --quiet --force .
    if ! git -C "$TREE" apply "$ROOT/$file"; then
        BAD=1
        row "$name" "$*" "could not be applied"
        return
    fi
    (cd "$TREE" && cargo test --workspace --locked --test it --no-run) >"$LOG" 2>&1 || code=$?
    if [ "$code" -ne 0 ]; then
        BAD=1
        row "$name" "$*" "does not compile"
        grep -m 3 '^error' "$LOG" >&2
        return
    fi
    (cd "$TREE" && run "$@") || code=$?
    judge "$name" "$code" "$@"
}

row SABOTAGE TEST "RED?"
for file in "${FILES[@]}"; do
    read -r -a tests <<<"$(named "$file")"
    case $file in
    *.patch)
        without_step "$file" "$(basename "$file" .patch)" "${tests[@]}"
        continue
        ;;
    esac
    name=$(basename "$file" .sql)
    STEWARD_SABOTAGE=$ROOT/$file run "${tests[@]}" && code=0 || code=$?
    if grep -q 'sabotage could not be applied' "$LOG"; then
        BAD=1
        row "$name" "${tests[*]}" "could not be applied"
        grep -m 3 'sabotage could not be applied' "$LOG" >&2
        continue
    fi
    judge "$name" "$code" "${tests[@]}"
done
[ "$BAD" -eq 0 ] || fail "Some sabotage went unnoticed."
