//! What is shown: to a person in colour, to a pipe plainly, to a program as events.

use std::io::{IsTerminal as _, Write as _, stderr, stdout};

use console::Term;

use super::keyboard::Keyboard;
use super::table;
use crate::out;

const BOLD: &str = "\x1b[1m";
const DIM: &str = "\x1b[2m";
const RESET: &str = "\x1b[0m";

/// Where a conversation is shown.
pub(super) struct Screen {
    /// Events only.
    json: bool,
    styled: bool,
    terminal: bool,
    /// A person types: the terminal shows what, so that we need not.
    typed: bool,
    /// A line has been begun.
    begun: bool,
    /// The lines of a table, until it is whole.
    table: String,
}

impl Screen {
    pub(super) fn new(json: bool) -> Self {
        let terminal = stdout().is_terminal();
        let plain = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty())
            || std::env::var_os("TERM").is_some_and(|term| term == "dumb");
        Self {
            json,
            terminal,
            styled: terminal && !plain,
            typed: Keyboard::is_terminal(),
            begun: false,
            table: String::new(),
        }
    }

    /// An event as it came.
    pub(super) fn event(&self, frame: &str) {
        if self.json {
            out::line(frame);
        }
    }

    /// More of the assistant's message.
    pub(super) fn text(&mut self, delta: &str) {
        if self.json || delta.is_empty() {
            return;
        }
        for piece in plain(delta).split_inclusive('\n') {
            let in_row = !self.table.is_empty() && !self.table.ends_with('\n');
            if self.terminal && (in_row || (!self.begun && piece.starts_with('|'))) {
                self.table.push_str(piece);
            } else {
                self.whole_table();
                let _ = write!(stdout(), "{piece}");
                self.begun = !piece.ends_with('\n');
            }
        }
        let _ = stdout().flush();
    }

    fn whole_table(&mut self) {
        let text = std::mem::take(&mut self.table);
        if !text.is_empty() {
            let (_, width) = Term::stdout().size();
            out::line(table::markdown(&text, width).as_deref().unwrap_or(text.trim_end()));
        }
    }

    /// The line that was begun is at its end.
    pub(super) fn end(&mut self) {
        self.whole_table();
        if std::mem::take(&mut self.begun) {
            out::line("");
        }
    }

    /// Lines for everybody.
    pub(super) fn lines(&mut self, text: &str) {
        self.end();
        if !self.json {
            out::line(&plain(text));
        }
    }

    /// A line beside the conversation, for a person at a terminal.
    pub(super) fn aside(&mut self, text: &str) {
        self.end();
        if self.terminal && !self.json {
            out::line(&self.style(DIM, &plain(text)));
        }
    }

    /// What went wrong.
    pub(super) fn error(&mut self, text: &str) {
        self.end();
        if !self.json {
            out::error(&plain(text));
        }
    }

    /// Asks a person for a line.
    pub(super) fn prompt(&mut self, prompt: &str) {
        self.end();
        if !self.typed {
            return;
        }
        // standard output may be a file, or events: the person is elsewhere then
        let _ = if self.terminal && !self.json {
            let prompt = self.style(BOLD, prompt);
            write!(stdout(), "{prompt} ").and_then(|()| stdout().flush())
        } else {
            write!(stderr(), "{prompt} ").and_then(|()| stderr().flush())
        };
    }

    /// What was answered to a prompt, where no terminal has shown it.
    pub(super) fn answered(&mut self, prompt: &str, line: Option<&str>) {
        match line {
            Some(line) if !self.typed => self.lines(&format!("{prompt} {line}")),
            // Ctrl-D leaves the cursor behind the prompt
            None if self.typed => {
                let _ = writeln!(stderr());
            }
            Some(_) | None => {}
        }
    }

    fn style(&self, style: &str, text: &str) -> String {
        if self.styled { format!("{style}{text}{RESET}") } else { text.to_owned() }
    }
}

/// Text without what a terminal would obey: a name may hold anything.
fn plain(text: &str) -> String {
    text.chars().map(|c| if c.is_control() && !matches!(c, '\n' | '\t') { '\u{fffd}' } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_cannot_steer_the_terminal() {
        assert_eq!(plain("Acme\x1b[2J\r Ltd\n\tYours"), "Acme\u{fffd}[2J\u{fffd} Ltd\n\tYours");
    }
}
