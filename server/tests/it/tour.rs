//! The README's tour, with the real binary: a fresh folder, its own PostgreSQL, a pipe instead of a terminal.

use std::io::Write as _;
use std::path::PathBuf;
use std::process::{Child, Command, Output, Stdio};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use serde_json::Value;

struct Tour {
    folder: PathBuf,
    server: Child,
}

impl Tour {
    fn start() -> Self {
        let folder = std::env::temp_dir().join(format!("steward-it-{}-tour", std::process::id()));
        let mut server = steward(&folder)
            .args(["serve", "--demo", "--json", "--listen", "127.0.0.1:0"])
            .env("STEWARD_TODAY", "2026-03-16")
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let said = serde_json::Deserializer::from_reader(server.stdout.take().unwrap());
        let announced = said.into_iter::<Value>().next().unwrap().unwrap();
        assert!(announced["address"].as_str().unwrap().starts_with("http://127.0.0.1:"));
        Self { folder, server }
    }

    fn run(&self, arguments: &[&str], input: &str) -> Output {
        let mut child = steward(&self.folder)
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
        child.wait_with_output().unwrap()
    }

    fn says(&self, arguments: &[&str], input: &str) -> String {
        let output = self.run(arguments, input);
        let text = String::from_utf8(output.stdout).unwrap();
        assert!(output.status.success(), "{arguments:?}: {text}{}", String::from_utf8_lossy(&output.stderr));
        text
    }

    /// Ctrl-C: everything stops cleanly, the private PostgreSQL too.
    fn stop(mut self) {
        kill(Pid::from_raw(i32::try_from(self.server.id()).unwrap()), Signal::SIGINT).unwrap();
        assert!(self.server.wait().unwrap().success());
        assert!(!self.folder.join("postgres/cluster/postmaster.pid").exists());
        std::fs::remove_dir_all(&self.folder).unwrap();
    }
}

impl Drop for Tour {
    /// A tour that fails leaves nothing running.
    fn drop(&mut self) {
        let _ = self.server.kill();
    }
}

fn steward(folder: &PathBuf) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_steward"));
    command.env_clear().env("PATH", std::env::var_os("PATH").unwrap()).env("HOME", folder).env("RUST_LOG", "warn");
    command.env("STEWARD_DATA", folder).env("STEWARD_TODAY", "2026-03-16").env("STEWARD_DEMO_SIZE", "small");
    command
}

#[track_caller]
fn has(text: &str, all: &[&str]) {
    for part in all {
        assert!(text.contains(part), "no “{part}” in:\n{text}");
    }
}

#[test]
fn the_readmes_tour_works_from_a_pipe() {
    let tour = Tour::start();
    let chat = |said: &str, input: &str| tour.says(&["chat", "--as", "accountant@demo.example", said], input);
    has(&chat("Who owes us the most money?", ""), &["Globex Industries SE", "13569.35"]);
    let said = "Invoice Nordwind Handels GmbH for 3 hours of consulting at 120 and 2 licences at 49.90, due in 30 days, and post it";
    has(&chat(said, "yes\n"), &["459.80", "551.76", "INV-2026-00047", "1100", "2200", "Done."]);
    has(&chat("undo that", "yes\n"), &["CN-2026-00001", "551.76", "Done."]);
    has(&chat("Invoice Akme for 2 desks at 549", ""), &["Acme Trading GmbH", "Acme Logistics GmbH"]);

    let plan = r#"{"calls":[{"name":"accounting.invoices.create","arguments":{"customer":"Globex Industries SE","lines":[{"description":"Desk","quantity":"2","unit_price":"549"}]}},{"name":"accounting.invoices.post","arguments":{"id":{"$result":[0,"/id"]}}}]}"#;
    has(&tour.says(&["call", "--plan", "-", "--as", "accountant@demo.example"], plan), &["1317.60", "INV-2026-00048"]);
    has(&tour.says(&["tools", "--as", "vendor@demo.example"], ""), &["directory.parties.get"]);
    has(&tour.says(&["doctor", "--books"], ""), &["receivables and payables equal their accounts"]);

    let refused = tour.run(&["call", "accounting.invoices.post", r#"{"id":"x"}"#, "--as", "staff@demo.example"], "");
    assert_eq!(refused.status.code(), Some(1));
    has(&String::from_utf8_lossy(&refused.stderr), &["accounting.invoices.post"]);
    assert_eq!(tour.run(&["frobnicate"], "").status.code(), Some(2));
    let second = tour.run(&["serve", "--listen", "127.0.0.1:0"], "");
    assert_eq!(second.status.code(), Some(1), "one folder has one server");
    let reset = tour.run(&["seed", "demo", "--reset"], "");
    assert_eq!(reset.status.code(), Some(1), "nothing is taken away from under a server");
    has(&String::from_utf8_lossy(&reset.stderr), &["is using this database", "Stop it first"]);
    tour.stop();
}
