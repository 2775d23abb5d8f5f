//! The last net under the log: what looks like an e-mail address, an access token or a key does not get into it, and of
//! statements only what is no literal.

use std::borrow::Cow;
use std::io::{self, Write};

use steward_tools::identity::api_keys;
use tracing::Metadata;
use tracing_subscriber::fmt::MakeWriter;

const HIDDEN: &str = "•••";
/// How JSON Web Tokens begin.
const TOKEN: &str = "eyJ";
/// Shorter words that begin so are words.
const SHORTEST_SECRET: usize = 20;

/// The fields in which the database driver tells a statement: all of it, and how it begins.
const STATEMENTS: [&str; 2] = ["db.statement", "summary"];

/// What a field says, as it may be logged.
pub(super) fn told(field: &str, value: String) -> String {
    if STATEMENTS.contains(&field) { without_literals(&value) } else { value }
}

/// A statement without what stands between its quotes. One that ends within them was cut off there.
fn without_literals(statement: &str) -> String {
    let mut told = String::with_capacity(statement.len());
    let mut letters = statement.chars().peekable();
    let mut before = ' ';
    while let Some(letter) = letters.next() {
        told.push(letter);
        if letter == '\'' {
            // e'…' has backslashes that escape
            let escapes = matches!(before, 'e' | 'E');
            told.push('…');
            while let Some(inner) = letters.next() {
                match inner {
                    '\\' if escapes => drop(letters.next()),
                    '\'' if letters.peek() == Some(&'\'') => drop(letters.next()),
                    '\'' => {
                        told.push('\'');
                        break;
                    }
                    _ => {}
                }
            }
        }
        before = letter;
    }
    told
}

/// A place to write to that gets scrubbed lines.
pub(super) struct Scrubbed<W>(pub(super) W);

/// Scrubs what it is given at once: a line.
pub(super) struct Scrubbing<W>(W);

impl<'w, W: MakeWriter<'w>> MakeWriter<'w> for Scrubbed<W> {
    type Writer = Scrubbing<W::Writer>;
    fn make_writer(&'w self) -> Self::Writer {
        Scrubbing(self.0.make_writer())
    }
    fn make_writer_for(&'w self, metadata: &Metadata<'_>) -> Self::Writer {
        Scrubbing(self.0.make_writer_for(metadata))
    }
}

impl<W: Write> Write for Scrubbing<W> {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        match std::str::from_utf8(line) {
            Ok(text) => self.0.write_all(scrubbed(text).as_bytes())?,
            Err(_) => self.0.write_all(line)?,
        }
        Ok(line.len())
    }
    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

fn scrubbed(line: &str) -> Cow<'_, str> {
    if ![TOKEN, api_keys::PREFIX, "@"].into_iter().any(|sign| line.contains(sign)) {
        return Cow::Borrowed(line);
    }
    let mut clean = String::with_capacity(line.len());
    let mut rest = line;
    while !rest.is_empty() {
        let word = rest.find(|c| !in_word(c)).unwrap_or(rest.len());
        let (word, after) = rest.split_at(word);
        clean.push_str(if secret(word) { HIDDEN } else { word });
        let between = after.find(in_word).unwrap_or(after.len());
        let (between, after) = after.split_at(between);
        clean.push_str(between);
        rest = after;
    }
    Cow::Owned(clean)
}

/// What addresses and tokens are made of.
fn in_word(c: char) -> bool {
    c.is_alphanumeric() || "@._-+%".contains(c)
}

fn secret(word: &str) -> bool {
    let address = word.split_once('@').is_some_and(|(name, place)| !name.is_empty() && !place.is_empty());
    let token = word.starts_with(TOKEN) || word.starts_with(api_keys::PREFIX);
    address || (token && word.len() >= SHORTEST_SECRET)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_statements_only_the_code_is_told() {
        let statements = [
            ("select a from b where c = $1", "select a from b where c = $1"),
            ("select f('it''s', 3, '')", "select f('…', 3, '…')"),
            (r"select f('a\\', 'secret')", "select f('…', '…')"),
            (r"select f(e'a\\', e'\\''; secret', null)", "select f(e'…', e'…', null)"),
            ("select record('{\"secret\": …", "select record('…"),
        ];
        for (statement, code) in statements {
            assert_eq!(told("db.statement", statement.to_owned()), code);
        }
        assert_eq!(told("message", "it's so".to_owned()), "it's so");
    }

    #[test]
    fn addresses_tokens_and_keys_are_taken_out() {
        let key = format!("{}0123456789abcdef0123", api_keys::PREFIX);
        let lines = [
            ("plain words, and eyJ too", "plain words, and eyJ too"),
            (r#"{"to":"ada.l+x@books.example","n":1}"#, r#"{"to":"•••","n":1}"#),
            ("postgres://owner:pw@10.0.0.1/db", "postgres://owner:•••/db"),
            ("Bearer eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIx.c2ln!", "Bearer •••!"),
            ("at @ 12:00, Grüße", "at @ 12:00, Grüße"),
            (key.as_str(), "•••"),
        ];
        for (line, clean) in lines {
            assert_eq!(scrubbed(line), clean);
        }
    }
}
