//! Errors as they may stand in a log: the chain of causes, without what people sent or stored.

use std::error::Error as _;
use std::fmt;

use crate::Error;

/// An error for the log. Refusals are named by their code: their sentences are for the person who is refused.
#[derive(Debug, Clone, Copy)]
pub struct Logged<'a>(pub &'a Error);

impl fmt::Display for Logged<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Error::Refused(refusal) => f.write_str(&refusal.code),
            Error::Database(error) => write!(f, "database: {}", LoggedSql(error)),
            Error::StaleRights => f.write_str("the rights of this person changed"),
            Error::Internal(what) => f.write_str(&without_values(what)),
        }
    }
}

/// An error of the database for the log.
#[derive(Debug, Clone, Copy)]
pub struct LoggedSql<'a>(pub &'a sqlx::Error);

impl fmt::Display for LoggedSql<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let sqlx::Error::Database(error) = self.0 {
            let names = [("table", error.table()), ("constraint", error.constraint())];
            write!(f, "{} ({}", without_values(error.message()), error.code().unwrap_or_default())?;
            for (what, name) in names {
                name.map_or(Ok(()), |name| write!(f, ", {what} {name}"))?;
            }
            return f.write_str(")");
        }
        let mut told = without_values(&self.0.to_string());
        let mut cause = self.0.source();
        while let Some(error) = cause {
            let more = without_values(&error.to_string());
            if !told.contains(&more) {
                told = format!("{told}: {more}");
            }
            cause = error.source();
        }
        f.write_str(&told)
    }
}

/// A text of ours or of a library without what it quotes, and without numbers: those are values that somebody sent or
/// stored. The name of a missing field stays.
#[must_use]
pub fn without_values(text: &str) -> String {
    let mut told = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(['"', '`', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9']) {
        let (before, from) = rest.split_at(at);
        told.push_str(before);
        let first = from.chars().next().unwrap_or_default();
        rest = if first.is_ascii_digit() {
            let after = from.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.' || c == ',');
            let (number, after) = from.split_at(from.len() - after.len());
            let part_of_a_word = told.ends_with(|c: char| c.is_alphanumeric() || c == '_');
            told.push_str(if part_of_a_word { number } else { "#" });
            after
        } else {
            // an unclosed quotation goes to the end
            let inner = &from[first.len_utf8()..];
            let (quoted, after) = inner.split_once(first).unwrap_or((inner, ""));
            told.push(first);
            told.push_str(if told.ends_with("missing field `") { quoted } else { "…" });
            told.push(first);
            after
        };
    }
    told + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_stay_out_and_names_stay_in() {
        let told = [
            (r#"invalid input syntax for type uuid: "hunter2""#, r#"invalid input syntax for type uuid: "…""#),
            ("json: missing field `calls` at line 1 column 512", "json: missing field `calls` at line # column #"),
            ("unknown variant `ada@x.example`, expected one of `a`", "unknown variant `…`, expected one of `…`"),
            (r#"invalid type: string "never closed"#, r#"invalid type: string "…""#),
            ("the balance is 1,234.56 now", "the balance is # now"),
            ("the sha256 of utf8 is odd", "the sha256 of utf8 is odd"),
            ("Grüße, plain", "Grüße, plain"),
        ];
        for (text, expected) in told {
            assert_eq!(without_values(text), expected);
        }
    }

    #[test]
    fn a_refusal_is_named_by_its_code() {
        let refusal = crate::Refusal::invalid("invalid_input", "/email", "ada@x.example is taken");
        assert_eq!(Logged(&refusal.into()).to_string(), "invalid_input");
    }
}
