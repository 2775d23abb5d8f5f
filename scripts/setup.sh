#!/usr/bin/env bash
# Installs what a bare machine with Rust lacks: a C compiler, make, git, PostgreSQL's programs (no server is set up), Node
# and npm, Python; for the tests (--tests) also Chromium. Says nothing and takes no time when everything is there. Debian and
# Ubuntu; Homebrew is untried.
# shellcheck source-path=SCRIPTDIR
source "$(dirname "${BASH_SOURCE[0]}")/env.sh"

TESTS=
if [ "${1:-}" = --tests ]; then TESTS=1; fi

OLDEST_POSTGRES=15
OLDEST_NODE=20
BROUGHT_NODE=22

has() { command -v "$1" >/dev/null 2>&1; }

# Is $1 (1.95.0) at least $2 (1.95)?
at_least() {
    local have_major=${1%%.*} have_rest=${1#*.} want_major=${2%%.*} want_rest=${2#*.}
    [ "$have_major" -gt "$want_major" ] || { [ "$have_major" -eq "$want_major" ] && [ "${have_rest%%.*}" -ge "${want_rest%%.*}" ]; }
}

check_rust() {
    local want have
    want=$(sed -n 's/^rust-version = "\(.*\)"/\1/p' Cargo.toml)
    has cargo || fail "Rust is missing: install $want or newer from https://rustup.rs (or your system's packages), then run this again."
    have=$(cargo --version)
    have=${have#cargo }
    at_least "${have%% *}" "$want" || fail "cargo is ${have%% *}, and $want or newer is needed: rustup update stable"
}

has_postgres() {
    local program major
    for program in ${STEWARD_POSTGRES_BIN:+"$STEWARD_POSTGRES_BIN/postgres"} /usr/lib/postgresql/*/bin/postgres /usr/pgsql-*/bin/postgres \
        /opt/homebrew/opt/postgresql@*/bin/postgres /usr/local/opt/postgresql@*/bin/postgres "$(command -v postgres || true)"; do
        [ -x "$program" ] || continue
        major=$("$program" --version)
        major=${major#*) }
        [ "${major%%[!0-9]*}" -ge "$OLDEST_POSTGRES" ] && return 0
    done
    return 1
}

has_node() {
    local have
    has npm && has node && have=$(node --version) && have=${have#v} && [ "${have%%.*}" -ge "$OLDEST_NODE" ]
}

# For scripts/schemathesis.sh.
has_python() { python3 -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 10))' 2>/dev/null; }

# For scripts/web.sh; only the tests look at the web app themselves.
has_browser() { [ -z "$TESTS" ] || has chromium || has chromium-browser || has google-chrome; }

as_root() {
    if [ "$(id -u)" -eq 0 ]; then "$@"; elif has sudo; then sudo "$@"; else fail "Not root, and no sudo; as root, run: $*"; fi
}

apt() { as_root env DEBIAN_FRONTEND=noninteractive apt-get -q -y --no-install-recommends "$@"; }

# The packages for what is missing, one a line.
debian_packages() {
    has cc || printf '%s\n' gcc libc6-dev
    has make || echo make
    has git || echo git
    has curl || echo curl
    has pkg-config || echo pkg-config
    [ -e /etc/ssl/certs/ca-certificates.crt ] || echo ca-certificates
    has npm && has node || printf '%s\n' nodejs npm
    has_postgres || echo postgresql
    has_python || printf '%s\n' python3 python3-venv
    has_browser || printf '%s\n' chromium fonts-dejavu-core
}

install_debian() {
    local packages conf=/etc/postgresql-common/createcluster.d/steward-setup.conf
    packages=$(debian_packages)
    [ -n "$packages" ] || return 0
    say "Installing $(echo "$packages" | tr '\n' ' ')…"
    apt update
    if grep -qx postgresql <<<"$packages" && [ ! -e /etc/postgresql-common ]; then
        # Only the programs are wanted: while this file is there, the package sets up no server.
        as_root mkdir -p "${conf%/*}"
        echo 'create_main_cluster = false' | as_root tee "$conf" >/dev/null
    fi
    # shellcheck disable=SC2086 # one word a package
    apt install $packages
    if [ -e "$conf" ]; then as_root rm "$conf"; fi
    has_postgres || fail "This system's PostgreSQL is older than $OLDEST_POSTGRES: install a newer one (https://wiki.postgresql.org/wiki/Apt) or name its bin folder in STEWARD_POSTGRES_BIN."
}

install_homebrew() {
    has cc || fail "The compiler is missing: xcode-select --install"
    has_postgres || brew install postgresql@17
    has_node || brew install node
    has_python || brew install python@3
    has_browser || brew install --cask chromium
}

# A system's Node may be too old (Debian 12: 18); npm has newer ones as packages.
bring_node() {
    local system machine
    system=$(uname -s | tr '[:upper:]' '[:lower:]')
    machine=$(uname -m)
    case $machine in x86_64) machine=x64 ;; aarch64 | arm64) machine=arm64 ;; esac
    say "Node $OLDEST_NODE or newer is needed: installing $BROUGHT_NODE into .tools/…"
    mkdir -p .tools
    npm install --prefix .tools --no-save --no-audit --no-fund --loglevel=error "node-$system-$machine@$BROUGHT_NODE" npm@11
    hash -r
    has_node || fail "Node $OLDEST_NODE or newer is needed, and could not be installed."
}

has_all() { has cc && has make && has git && has curl && has pkg-config && has_postgres && has_node && has_python && has_browser; }

check_rust
if has_all; then exit 0; fi
if has apt-get; then
    install_debian
elif has brew; then
    install_homebrew
fi
has_postgres || fail "PostgreSQL $OLDEST_POSTGRES or newer is missing: install its server package, or name its bin folder in STEWARD_POSTGRES_BIN."
has_node || { has npm && bring_node; } || fail "Node $OLDEST_NODE or newer, with npm, is missing."
for tool in cc make git; do
    has "$tool" || fail "$tool is missing: install it and run this again."
done
