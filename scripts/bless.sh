#!/usr/bin/env bash
# Renews what is derived: .sqlx/ from queries and migrations, golden files from what the code says today. Look at the
# difference before you commit it: it is the review.
# shellcheck source-path=SCRIPTDIR
source "$(dirname "${BASH_SOURCE[0]}")/env.sh"

scripts/setup.sh
scripts/sqlx.sh bless

cargo build --locked --quiet --bin steward
"$TARGET/debug/steward" openapi >"$TARGET/openapi.json"
scripts/web.sh types

FAILED=
# Forced to pass, so that a test renews all its snapshots and not only the first.
INSTA_UPDATE=always INSTA_FORCE_PASS=1 cargo test --workspace --locked --no-fail-fast || FAILED=1

# Snapshots inside the code take a tool that edits code.
if [ -n "$(find . -path "./${TARGET#"$ROOT"/}" -prune -o -name '*.pending-snap' -print)" ]; then
    if cargo insta --version >/dev/null 2>&1; then
        cargo insta accept
    else
        FAILED=1
        say "Inline snapshots changed: cargo install --locked cargo-insta, then cargo insta review."
    fi
fi

printf '\nChanged:\n'
git status --short
[ -z "$FAILED" ] || fail "Not everything could be renewed; see above."
