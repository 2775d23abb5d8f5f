#!/usr/bin/env bash
# The campaigns at their full size: the same tests as in scripts/test.sh, one after the other, telling what they counted.
#   scripts/soak.sh [NAME…]     only those tests     STEWARD_SEED=7 scripts/soak.sh     other dice
# shellcheck source-path=SCRIPTDIR
source "$(dirname "${BASH_SOURCE[0]}")/env.sh"

export STEWARD_SOAK=1 INSTA_UPDATE=no
scripts/setup.sh
if [ $# -eq 0 ]; then set -- campaign::; fi
cargo test --workspace --locked --test it -- --nocapture --test-threads=1 "$@"
if [ "$*" = campaign:: ]; then scripts/schemathesis.sh --seconds 300 1 2 3; fi
