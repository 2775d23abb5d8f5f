//! A light stemmer: the endings of number, tense and person, nothing more.

/// Strips the endings of number, tense and person, so that `invoices`, `invoiced` and `invoicing` meet.
pub(crate) fn stem(word: &str) -> String {
    let mut s = word.to_owned();
    if !s.is_ascii() || s.len() < 4 || !s.bytes().all(|b| b.is_ascii_alphabetic()) {
        return s;
    }
    if let Some(bare) = s.strip_suffix("ies").filter(|b| b.len() > 1) {
        s = format!("{bare}y");
    } else if ["xes", "ches", "shes", "sses", "zes"].iter().any(|end| s.ends_with(end)) {
        s.truncate(s.len() - 2);
    } else if s.ends_with('s') && !["ss", "us", "is"].iter().any(|end| s.ends_with(end)) {
        s.truncate(s.len() - 1);
    }
    if let Some(bare) = s.strip_suffix("ied").filter(|b| b.len() > 1) {
        s = format!("{bare}y");
    } else if s.ends_with("ed") && s.len() >= 5 && has_vowel(&s[..s.len() - 2]) {
        s.truncate(s.len() - 2);
        undouble(&mut s);
    } else if s == "owed" || s == "aged" {
        s.truncate(3);
    } else if s.ends_with("ing") && s.len() >= 6 && has_vowel(&s[..s.len() - 3]) {
        s.truncate(s.len() - 3);
        undouble(&mut s);
    }
    if s.ends_with('e') && s.len() > 3 {
        s.truncate(s.len() - 1);
    }
    s
}

fn has_vowel(s: &str) -> bool {
    s.contains(['a', 'e', 'i', 'o', 'u', 'y'])
}

/// `tagg` was `tag`; `bill` stays.
fn undouble(s: &mut String) {
    let bytes = s.as_bytes();
    let n = bytes.len();
    if n > 3 && bytes[n - 1] == bytes[n - 2] && !b"lsz".contains(&bytes[n - 1]) {
        s.truncate(n - 1);
    }
}

#[cfg(test)]
mod tests {
    use super::stem;

    #[test]
    fn endings_meet() {
        for (a, b) in [
            ("invoices", "invoicing"),
            ("parties", "party"),
            ("tagged", "tag"),
            ("posted", "post"),
            ("billed", "bill"),
            ("received", "receive"),
            ("entries", "entry"),
            ("owes", "owe"),
            ("dated", "date"),
        ] {
            assert_eq!(stem(a), stem(b));
        }
    }
}
