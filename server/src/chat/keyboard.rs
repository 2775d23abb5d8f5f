//! Lines from standard input, one at a time and only when asked for: what is not ours to read stays there.

use std::io::{BufRead as _, IsTerminal as _, stdin};
use std::sync::mpsc as blocking;
use std::thread;

use tokio::sync::mpsc;

/// Whoever types, or the program at the other end of the pipe.
pub(super) struct Keyboard {
    asked: blocking::Sender<()>,
    lines: mpsc::Receiver<Option<String>>,
}

impl Keyboard {
    /// On a thread of its own: a read cannot be interrupted, and must not keep the process from ending.
    pub(super) fn new() -> Self {
        let (asked, requests) = blocking::channel();
        let (to, lines) = mpsc::channel(1);
        thread::spawn(move || {
            for () in requests {
                if to.blocking_send(line()).is_err() {
                    return;
                }
            }
        });
        Self { asked, lines }
    }
    /// Whether a person sits there.
    pub(super) fn is_terminal() -> bool {
        stdin().is_terminal()
    }
    /// The next line; none at the end. Who asks waits for the answer: a line that was asked for is read.
    pub(super) async fn line(&mut self) -> Option<String> {
        self.asked.send(()).ok()?;
        self.lines.recv().await.flatten()
    }
}

fn line() -> Option<String> {
    let mut bytes = Vec::new();
    let read = stdin().lock().read_until(b'\n', &mut bytes).ok()?;
    (read > 0).then(|| String::from_utf8_lossy(&bytes).trim().to_owned())
}
