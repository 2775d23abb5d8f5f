//! What the README and the guides tell people to type is typed here, in order, at a demo server of its own: blocks of `sh`
//! succeed, and what a block of `console` shows is what comes (`…` stands for anything, a line of its own for any lines).

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use serde_json::Value;

const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/..");
/// Stands before what each step says.
const MARK: &str = "@@step";
/// The address that the guides speak of.
const SPOKEN_OF: [&str; 2] = ["localhost:8080", "127.0.0.1:8080"];

/// Something to type, and what comes of it.
struct Step {
    at: String,
    command: String,
    /// Lines to expect; without, it has to succeed.
    shows: Option<Vec<String>>,
}

/// The README and every guide, by name.
pub fn guides() -> Vec<(String, String)> {
    let mut paths: Vec<PathBuf> =
        std::fs::read_dir(Path::new(ROOT).join("docs")).unwrap().map(|e| e.unwrap().path()).collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "md"));
    paths.push(Path::new(ROOT).join("README.md"));
    paths.sort();
    let named = |path: PathBuf| {
        let text = std::fs::read_to_string(&path).unwrap();
        (path.file_name().unwrap().to_string_lossy().into_owned(), text)
    };
    paths.into_iter().map(named).collect()
}

/// Fenced blocks: the line where each begins, what stands behind the fence, and its lines.
fn blocks(text: &str) -> Vec<(usize, &str, Vec<&str>)> {
    let mut blocks: Vec<(usize, &str, Vec<&str>)> = Vec::new();
    let mut open = false;
    for (at, line) in text.lines().enumerate() {
        match (line.strip_prefix("```"), open) {
            (Some(info), false) => {
                blocks.push((at + 1, info.trim(), Vec::new()));
                open = true;
            }
            (Some(_), true) => open = false,
            (None, true) => blocks.last_mut().unwrap().2.push(line),
            (None, false) => {}
        }
    }
    assert!(!open, "a block does not end");
    blocks
}

fn steps(name: &str, text: &str) -> Vec<Step> {
    let mut steps = Vec::new();
    for (line, info, lines) in blocks(text) {
        let at = format!("{name}:{line}");
        match info {
            "sh" => steps.push(Step { at, command: lines.join("\n"), shows: None }),
            "console" => steps.extend(shown(&at, &lines)),
            other if other.starts_with("sh") || other.starts_with("console") || other.starts_with("bash") => {
                let why = other.strip_prefix("sh no-run: ").unwrap_or_default();
                assert!(why.len() > 5, "{at}: `{other}` is neither run nor says why not (sh no-run: …)");
            }
            _ => {}
        }
    }
    steps
}

/// `$ ` begins a command; a command that ends with `\` goes on.
fn shown(at: &str, lines: &[&str]) -> Vec<Step> {
    let mut steps: Vec<Step> = Vec::new();
    for line in lines {
        if let Some(command) = line.strip_prefix("$ ") {
            steps.push(Step { at: at.to_owned(), command: command.to_owned(), shows: Some(Vec::new()) });
            continue;
        }
        let step = steps.last_mut().unwrap_or_else(|| panic!("{at} shows something before a command"));
        let shows = step.shows.as_mut().unwrap();
        if shows.is_empty() && step.command.ends_with('\\') {
            let _ = write!(step.command, "\n{line}");
        } else {
            shows.push((*line).to_owned());
        }
    }
    steps
}

/// Whether these lines fit: `…` in a line is any text, `…` alone any lines.
fn fits(wanted: &[String], came: &[&str]) -> bool {
    match wanted.split_first() {
        None => came.is_empty(),
        Some((line, rest)) if line == "…" => (0..=came.len()).any(|skipped| fits(rest, &came[skipped..])),
        Some((line, rest)) => came.split_first().is_some_and(|(first, more)| like(line, first) && fits(rest, more)),
    }
}

fn like(wanted: &str, came: &str) -> bool {
    let mut parts = wanted.trim_end().split('…');
    let first = parts.next().unwrap_or_default();
    let Some(mut left) = came.trim_end().strip_prefix(first) else { return false };
    let mut parts: Vec<&str> = parts.collect();
    let Some(last) = parts.pop() else { return left.is_empty() };
    for part in parts {
        let Some(at) = left.find(part) else { return false };
        left = &left[at + part.len()..];
    }
    left.ends_with(last)
}

/// A demo server in a folder of its own, with `steward` in the path of whoever types.
struct Demo {
    folder: PathBuf,
    address: String,
    server: Child,
}

impl Demo {
    fn start() -> Self {
        let folder = std::env::temp_dir().join(format!("steward-it-{}-guides", std::process::id()));
        for part in ["bin", "home", "work"] {
            std::fs::create_dir_all(folder.join(part)).unwrap();
        }
        std::os::unix::fs::symlink(env!("CARGO_BIN_EXE_steward"), folder.join("bin/steward")).unwrap();
        let mut server = Self::command(&folder, "steward")
            .args(["serve", "--demo", "--json", "--listen", "127.0.0.1:0"])
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let said = serde_json::Deserializer::from_reader(server.stdout.take().unwrap());
        let announced = said.into_iter::<Value>().next().unwrap().unwrap();
        let address = announced["address"].as_str().unwrap().trim_start_matches("http://").to_owned();
        Self { folder, address, server }
    }

    fn command(folder: &Path, program: &str) -> Command {
        let path = format!("{}:{}", folder.join("bin").display(), std::env::var("PATH").unwrap());
        let mut command = Command::new(if program == "steward" { env!("CARGO_BIN_EXE_steward") } else { program });
        command.env_clear().env("PATH", path).env("HOME", folder.join("home")).env("RUST_LOG", "warn");
        command.env("STEWARD_DATA", folder.join("data")).env("STEWARD_TODAY", "2026-03-16").env("COLUMNS", "160");
        command.current_dir(folder.join("work"));
        command
    }

    /// Types all steps of a guide into one shell, and says what is not as it is told.
    fn types(&self, steps: &[Step]) -> Vec<String> {
        let mut script = "set -uo pipefail\nexec 2>&1\n".to_owned();
        for (at, step) in steps.iter().enumerate() {
            let command = self.here(&step.command);
            // a block succeeds as a whole: each of its commands does
            let strict = if step.shows.is_none() { ("set -e", "set +e") } else { ("", "") };
            let _ = writeln!(script, "echo '{MARK} {at}'\n{}\n{command}\n{}", strict.0, strict.1);
        }
        let _ = writeln!(script, "echo '{MARK} end'");
        let output = Self::command(&self.folder, "bash").arg("-c").arg(&script).stdin(Stdio::null()).output().unwrap();
        let said = String::from_utf8(output.stdout).unwrap();
        let mut wrong = Vec::new();
        for (at, step) in steps.iter().enumerate() {
            let Some((_, rest)) = said.split_once(&format!("{MARK} {at}\n")) else { continue };
            let (came, went_on) = rest.split_once(&format!("{MARK} ")).map_or((rest, false), |(came, _)| (came, true));
            let told = || format!("{}:\n{}\n--- came:\n{came}", step.at, step.command);
            match &step.shows {
                None if !went_on => wrong.push(format!("failed at {}", told())),
                Some(shows) => {
                    let wanted: Vec<String> = shows.iter().map(|line| self.here(line)).collect();
                    let came: Vec<&str> = came.lines().collect();
                    if !fits(&wanted, &came) {
                        wrong.push(format!("{}\n--- but it is told:\n{}", told(), wanted.join("\n")));
                    }
                }
                None => {}
            }
        }
        wrong
    }

    fn here(&self, text: &str) -> String {
        SPOKEN_OF.iter().fold(text.to_owned(), |text, address| text.replace(address, &self.address))
    }
}

impl Drop for Demo {
    fn drop(&mut self) {
        let _ = kill(Pid::from_raw(i32::try_from(self.server.id()).unwrap()), Signal::SIGINT);
        let _ = self.server.wait();
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

#[test]
fn what_the_guides_say_to_type_works() {
    let demo = Demo::start();
    let mut wrong = Vec::new();
    let mut typed = 0;
    for (name, text) in guides() {
        let steps = steps(&name, &text);
        typed += steps.len();
        wrong.extend(demo.types(&steps));
    }
    assert!(typed > 15, "only {typed} steps were found");
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

#[test]
fn what_is_shown_is_compared_with_what_comes() {
    let fit = |wanted: &[&str], came: &[&str]| fits(&wanted.iter().map(|w| (*w).to_owned()).collect::<Vec<_>>(), came);
    assert!(fit(&["a … c", "…", "end"], &["a b c", "x", "y", "end"]));
    assert!(fit(&["…"], &[]) && fit(&["a"], &["a  "]));
    assert!(!fit(&["a"], &["a", "b"]) && !fit(&["a … c"], &["a b d"]) && !fit(&[], &["x"]));
    let steps = shown("x:1", &["$ echo a \\", "  b", "a b", "$ true"]);
    assert_eq!((steps.len(), steps[0].command.as_str()), (2, "echo a \\\n  b"));
    assert_eq!(steps[0].shows.as_deref(), Some(["a b".to_owned()].as_slice()));
}
