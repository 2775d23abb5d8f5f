//! Numbers as they are written, by their value.

/// A plain number in one form: `25.0` and `25` are one. Codes with leading zeros are no numbers.
pub(crate) fn plain(text: &str) -> Option<String> {
    let (sign, digits) = text.strip_prefix('-').map_or(("", text), |rest| ("-", rest));
    let (whole, part) = digits.split_once('.').map_or((digits, None), |(whole, part)| (whole, Some(part)));
    let all_digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let leading = whole.len() > 1 && whole.starts_with('0');
    if !all_digits(whole) || leading || part.is_some_and(|part| !all_digits(part)) {
        return None;
    }
    let part = part.unwrap_or_default().trim_end_matches('0');
    let sign = if whole == "0" && part.is_empty() { "" } else { sign };
    Some(if part.is_empty() { format!("{sign}{whole}") } else { format!("{sign}{whole}.{part}") })
}

/// A number as people write it, with separators: `1,234.50`, `1.234,50`, `1 234.5`.
pub(crate) fn written(text: &str) -> Option<String> {
    let text = text.trim_matches(|c: char| !(c.is_ascii_digit() || c == '-'));
    if !text.bytes().any(|b| b.is_ascii_digit()) {
        return None;
    }
    let text: String = text.chars().filter(|c| !['\'', '’', '\u{a0}', '\u{202f}', ' '].contains(c)).collect();
    let decimal = match (text.rfind(','), text.rfind('.')) {
        (Some(comma), Some(point)) => Some(if comma > point { ',' } else { '.' }),
        (Some(comma), None) if text.len() - comma == 4 || text.matches(',').count() > 1 => None,
        (Some(_), None) => Some(','),
        (None, Some(_)) if text.matches('.').count() > 1 => None,
        (None, Some(_)) => Some('.'),
        (None, None) => None,
    };
    let kept = text.chars().filter_map(|c| match c {
        c if Some(c) == decimal => Some('.'),
        ',' | '.' => None,
        c => Some(c),
    });
    let kept: String = kept.collect();
    let trimmed = kept.trim_start_matches('0');
    plain(if trimmed.is_empty() || trimmed.starts_with('.') { &kept } else { trimmed })
}

/// Every number of a text.
pub(crate) fn all(text: &str) -> Vec<String> {
    text.split(|c: char| c.is_whitespace() || "|;:()[]*_`".contains(c)).filter_map(written).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_one_by_value() {
        assert_eq!(plain("25.0"), plain("25"));
        assert_eq!(plain("0400"), None);
        assert_eq!(plain("-0.00").as_deref(), Some("0"));
        assert_eq!(plain("1.2.3"), None);
        for same in ["1,234.50", "1.234,50", "1234.5", "EUR 1'234.50", "1234.50."] {
            assert_eq!(written(same).as_deref(), Some("1234.5"), "{same}");
        }
        assert_eq!(written("1,234").as_deref(), Some("1234"));
        assert_eq!(all("They owe 1,234.50 EUR, since 3 weeks."), ["1234.5", "3"]);
    }
}
