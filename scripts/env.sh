# shellcheck shell=bash
# Sourced by the scripts beside it: strict, at the root of the repository, and with an environment that does not depend on
# who calls. Only what the bash of macOS (3.2) knows.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
ROOT=$PWD

TARGET=${CARGO_TARGET_DIR:-$ROOT/target}
case $TARGET in /*) ;; *) TARGET=$ROOT/$TARGET ;; esac
export CARGO_TARGET_DIR=$TARGET

# Tests have a cluster of their own, and queries are checked against .sqlx/; whoever works on a server of theirs keeps it.
unset DATABASE_URL SQLX_OFFLINE_DIR
export SQLX_OFFLINE=true

# A caller's keys switch no language model on: nothing that is said in a test leaves the machine. Tests that need one name
# their own.
unset "${!OPENAI_@}" "${!ANTHROPIC_@}" "${!STEWARD_MODEL@}"

# Node, where setup.sh had to bring a newer one than the system's.
export PATH="$ROOT/.tools/node_modules/.bin:$PATH"

# Lints our crates while they are compiled: what cargo clippy does, but with code as its result, so that what is linted need
# not be compiled once more to be tested. Made anew when any source changed, since queries are only looked at then (sqlx.sh).
lint_while_building() {
    local sources separator=__CLIPPY_HACKERY__
    sources=$(find . \( -path "./${TARGET#"$ROOT"/}" -o -name node_modules -o -name .git \) -prune -o -type f \
        \( -name '*.rs' -o -name '*.sql' -o -name 'Cargo.*' -o -name clippy.toml \) -exec cksum {} + | LC_ALL=C sort | cksum)
    LINTED=${sources// /-}
    export LINTED RUSTC_WORKSPACE_WRAPPER=clippy-driver
    export CLIPPY_ARGS="-D${separator}warnings${separator}--cfg${separator}steward_checked=\"$LINTED\""
}

say() { printf '%s\n' "$*" >&2; }
fail() { say "$*"; exit 1; }
