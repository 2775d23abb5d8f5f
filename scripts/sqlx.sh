#!/usr/bin/env bash
# Lints everything against a freshly migrated database, which also shows whether .sqlx/ says what the database says.
#   check: warnings are errors, and a stale .sqlx/ is red; what is linted is also built, to be tested (lint_while_building)
#   bless: .sqlx/ is renewed
# shellcheck source-path=SCRIPTDIR
source "$(dirname "${BASH_SOURCE[0]}")/env.sh"

MODE=${1:-}
case $MODE in check | bless) ;; *) fail "usage: scripts/sqlx.sh check|bless" ;; esac
if [ "$MODE" = check ]; then lint_while_building; fi

WORK=$(mktemp -d)
chmod 711 "$WORK" # as root, the database runs as another user, who must get through
FRESH=$WORK/sqlx
SCRATCH=

finish() {
    exec 3>&- || true # the scratch database ends with its standard input
    if [ -n "$SCRATCH" ]; then wait "$SCRATCH" || true; fi
    rm -rf "$WORK"
}
trap finish EXIT

# Built as part of the workspace, so that dependencies have the features they have everywhere else, and are compiled once.
cargo build --workspace --locked --example scratch_database
if [ "$MODE" = check ]; then
    # What crates have said stays true until a source changes, and they say it only when they are compiled.
    FRESH=$TARGET/sqlx/$LINTED
    if [ ! -d "$FRESH" ]; then rm -rf "$TARGET/sqlx"; fi
fi
mkdir -p "$FRESH"
mkfifo "$WORK/hold"
"$TARGET/debug/examples/scratch_database" "$WORK/data" migrations <"$WORK/hold" >"$WORK/url" &
SCRATCH=$!
exec 3>"$WORK/hold"
until [ -s "$WORK/url" ]; do
    kill -0 "$SCRATCH" 2>/dev/null || fail "The migrations could not be applied to an empty database (see above)."
    sleep 0.05
done
URL=$(cat "$WORK/url")

# sqlx's macros write what the database says about each query into SQLX_OFFLINE_DIR, but only when they run: a setting that
# is new makes our crates, and nothing else, be looked at again.
export DATABASE_URL=$URL SQLX_OFFLINE=false SQLX_OFFLINE_DIR=$FRESH
if [ "$MODE" = check ]; then
    cargo build --workspace --all-targets --locked 3>&-
else
    cargo clippy --workspace --all-targets --locked -- --cfg "steward_checked=\"$(date +%s).$$\"" 3>&-
fi

SAVED=.sqlx
if [ ! -d .sqlx ]; then SAVED=$WORK/none && mkdir "$SAVED"; fi
if diff -r -q "$SAVED" "$FRESH" >"$WORK/differences"; then
    say "The saved queries are fresh."
elif [ "$MODE" = check ]; then
    sed "s|$FRESH|the fresh ones|; s|$SAVED|.sqlx|" "$WORK/differences" >&2
    fail "The saved queries in .sqlx/ are not those of the code and the migrations: run make bless, and commit .sqlx/."
else
    rm -rf .sqlx
    cp -R "$FRESH" .sqlx
    # What was compiled with the old ones does not know that they changed.
    find . -path "./${TARGET#"$ROOT"/}" -prune -o -name node_modules -prune -o \
        \( -name lib.rs -o -name main.rs \) -exec touch {} +
    say "Renewed .sqlx/ ($(find .sqlx -name '*.json' | wc -l | tr -d ' ') queries)."
fi
