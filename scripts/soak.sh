#!/usr/bin/env bash
# The campaigns at their full size: the same tests as in scripts/test.sh, one after the other, telling what they counted; then
# the whole demo company with its books proved, the interface against its description, and every sabotage seen red.
#   scripts/soak.sh [NAME…]     only those tests     STEWARD_SEED=7 scripts/soak.sh     other dice
# shellcheck source-path=SCRIPTDIR
source "$(dirname "${BASH_SOURCE[0]}")/env.sh"

export STEWARD_SOAK=1 INSTA_UPDATE=no
scripts/setup.sh

# The tests know a smaller one.
demo() {
    local data
    data=$(mktemp -d)
    chmod 711 "$data" # as root, the database runs as another user, who must get through
    # shellcheck disable=SC2064 # this folder, whatever is called so later
    trap "rm -rf '$data'" EXIT
    cargo build --workspace --locked --bin steward
    "$TARGET/debug/steward" --data "$data/demo" seed demo
    "$TARGET/debug/steward" --data "$data/demo" doctor --books
}

if [ $# -gt 0 ]; then
    exec cargo test --workspace --locked --test it -- --nocapture --test-threads=1 "$@"
fi
cargo test --workspace --locked --test it -- --nocapture --test-threads=1 campaign::
demo
scripts/schemathesis.sh --seconds 300 1 2 3
env -u STEWARD_SOAK scripts/sabotage.sh
