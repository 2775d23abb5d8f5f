//! `steward`: the server and its command line.

use std::process::ExitCode;

fn main() -> ExitCode {
    steward_server::main()
}
