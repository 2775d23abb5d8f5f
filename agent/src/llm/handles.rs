//! Short names for records that a model was shown: it reads and writes `#3`, and never an id.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Records that are remembered; the oldest go first, and no number is given twice.
const MOST: usize = 400;

/// The records that a conversation has shown its model.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Handles {
    first: usize,
    rows: Vec<Handle>,
}

/// A record that was shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Handle {
    /// Its id.
    pub(crate) id: Uuid,
    /// Number and name.
    pub(crate) label: String,
    /// Everything that it is known by: its own names and those of whom it belongs to.
    #[serde(default)]
    pub(crate) known_by: String,
}

impl Handles {
    /// The handle of a record, `#N`; a new one where it was never shown.
    pub(crate) fn of(&mut self, id: Uuid, label: &str) -> String {
        self.with(id, label, label)
    }

    /// The same for one that is known by more than its label.
    pub(crate) fn with(&mut self, id: Uuid, label: &str, known_by: &str) -> String {
        let at = self.rows.iter().position(|row| row.id == id).unwrap_or_else(|| {
            self.rows.push(Handle { id, label: String::new(), known_by: String::new() });
            self.rows.len() - 1
        });
        let row = &mut self.rows[at];
        if row.label.is_empty() {
            row.label = label.to_owned();
        }
        if known_by.len() > row.known_by.len() {
            row.known_by = known_by.to_owned();
        }
        let number = self.first + at + 1;
        if self.rows.len() > MOST {
            self.rows.remove(0);
            self.first += 1;
        }
        format!("#{number}")
    }

    /// The record that a text like `#3` stands for; nothing where it is no handle, an error where it is one of nothing.
    pub(crate) fn read(&self, text: &str) -> Option<Result<&Handle, String>> {
        let digits = text.trim().strip_prefix('#')?;
        if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
            return None;
        }
        let number: usize = digits.parse().unwrap_or(usize::MAX);
        let row = number.checked_sub(self.first + 1).and_then(|at| self.rows.get(at));
        let last = self.first + self.rows.len();
        Some(row.ok_or_else(|| match last {
            0 => format!("unknown_handle: there is no #{digits}; nothing was shown yet. Use the name or number."),
            _ => format!("unknown_handle: there is no #{digits}; the last one is #{last}. Use the name or number."),
        }))
    }

    /// Every record that is remembered.
    pub(crate) fn all(&self) -> impl Iterator<Item = &Handle> {
        self.rows.iter()
    }

    /// The text with every id replaced by a handle.
    pub(crate) fn veil(&mut self, text: &str) -> String {
        let mut out = String::with_capacity(text.len());
        let mut rest = text;
        while let Some((at, id)) = next_id(rest) {
            out.push_str(&rest[..at]);
            out.push_str(&self.of(id, ""));
            rest = &rest[at + 36..];
        }
        out + rest
    }

    /// The text with every handle replaced by what people call the record.
    pub(crate) fn spoken(&self, text: &str) -> String {
        let mut out = String::with_capacity(text.len());
        let mut rest = text;
        while let Some(at) = rest.find('#') {
            let digits = rest[at + 1..].bytes().take_while(u8::is_ascii_digit).count();
            let (handle, after) = rest[at..].split_at(1 + digits);
            out.push_str(&rest[..at]);
            match self.read(handle) {
                Some(Ok(row)) if !row.label.is_empty() => out.push_str(&row.label),
                _ => out.push_str(handle),
            }
            rest = after;
        }
        out + rest
    }
}

/// Where the next id begins.
fn next_id(text: &str) -> Option<(usize, Uuid)> {
    let bytes = text.as_bytes();
    let dashed = |at: usize| [8, 13, 18, 23].iter().all(|n| bytes.get(at + n) == Some(&b'-'));
    (0..bytes.len().saturating_sub(35))
        .filter(|at| dashed(*at) && text.is_char_boundary(*at) && text.is_char_boundary(at + 36))
        .find_map(|at| Some((at, Uuid::parse_str(&text[at..at + 36]).ok()?)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records_have_one_handle_each_and_ids_are_never_shown() {
        let mut handles = Handles::default();
        let (a, b) = (Uuid::from_u128(1), Uuid::from_u128(2));
        assert_eq!(handles.of(a, "INV-1 Globex"), "#1");
        assert_eq!(handles.of(b, "INV-2"), "#2");
        assert_eq!(handles.of(a, "again"), "#1");
        assert_eq!(handles.veil(&format!("see {b}, and {}.", Uuid::from_u128(3))), "see #2, and #3.");
        assert_eq!(handles.spoken("post #1 and #9 (#)"), "post INV-1 Globex and #9 (#)");
        assert_eq!(handles.read("#2").unwrap().unwrap().id, b);
        assert!(handles.read("#0").unwrap().is_err());
        assert!(handles.read("#77777777777777777777777").unwrap().is_err());
        assert!(handles.read("PO-1").is_none() && handles.read("#").is_none());
    }

    #[test]
    fn the_oldest_are_forgotten_and_no_number_is_given_twice() {
        let mut handles = Handles::default();
        for n in 0..(MOST as u128 + 5) {
            assert_eq!(handles.of(Uuid::from_u128(n + 1), "x"), format!("#{}", n + 1));
        }
        assert!(handles.read("#5").unwrap().is_err());
        assert_eq!(handles.read("#6").unwrap().unwrap().id, Uuid::from_u128(6));
    }
}
