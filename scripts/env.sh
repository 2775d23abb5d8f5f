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

say() { printf '%s\n' "$*" >&2; }
fail() { say "$*"; exit 1; }
