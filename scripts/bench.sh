#!/usr/bin/env bash
# How fast it is, as a ratio to bare SQL that does the same on the same PostgreSQL in the same run (docs/performance.md).
#   scripts/bench.sh --quick            two minutes; without it ten       --only "create+post invoice,point read"
#   scripts/bench.sh --json bench.json  everything as JSON                --help says the rest
# shellcheck source-path=SCRIPTDIR
source "$(dirname "${BASH_SOURCE[0]}")/env.sh"

scripts/setup.sh
cargo build --release --locked --bin steward --bin steward-bench
exec "$TARGET/release/steward-bench" --data "$TARGET/bench" "$@"
