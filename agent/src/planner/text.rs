//! Text into tokens: what was typed, where it stands, and what kind of thing it looks like.

use super::lexicon::{self, Use, WORDS};
use super::numbers::{self, Number};
pub(crate) use super::stem::stem;

/// What a token looks like before anybody knows what it means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Word,
    Number(Number),
    /// A number of a document, a code, an id: letters and digits together.
    Code,
    Email,
    /// Between quotes; taken literally.
    Quoted,
    /// Punctuation.
    Mark,
    /// Digits with date separators, read later.
    Date,
}

/// A token and what the word list knows of it (looked up once).
#[derive(Clone, Debug)]
pub(crate) struct Token {
    pub(crate) kind: Kind,
    pub(crate) low: String,
    pub(crate) stem: String,
    pub(crate) start: usize,
    pub(crate) end: usize,
    pub(crate) capital: bool,
    /// A capital stands inside (`eV`): part of a name where one has begun.
    pub(crate) mixed: bool,
    /// It ended in `'s`: the word is `low`, its owner mark is not.
    pub(crate) possessive: bool,
    uses: u32,
}

impl Token {
    fn new(kind: Kind, raw: &str, start: usize) -> Self {
        let mut low = raw.to_lowercase();
        let mut end = start + raw.len();
        let mut possessive = false;
        if kind == Kind::Word {
            for mark in ["'d", "’d", "'ll", "’ll", "'ve", "’ve", "'re", "’re", "'m", "’m"] {
                if let Some(bare) = low.strip_suffix(mark).map(str::to_owned) {
                    low = bare;
                }
            }
            for mark in ["'s", "’s"] {
                if let Some(bare) = low.strip_suffix(mark).map(str::to_owned) {
                    low = bare;
                    end -= mark.len();
                    possessive = true;
                }
            }
        }
        let stem = stem(&low);
        let uses = WORDS.iter().enumerate().fold(0, |bits, (_, (used, words))| {
            if words.split_ascii_whitespace().any(|w| w == low) { bits | 1 << (*used as u32) } else { bits }
        });
        let capital = raw.chars().next().is_some_and(char::is_uppercase)
            || (raw.chars().next().is_some_and(|c| c.is_ascii_digit()) && raw.chars().any(char::is_uppercase));
        let mixed = kind == Kind::Word && raw.chars().skip(1).any(char::is_uppercase);
        Self { kind, low, stem, start, end, capital, mixed, possessive, uses }
    }

    /// The same token as if it had been spelt this way.
    pub(crate) fn respelt(&self, low: &str) -> Self {
        Self { start: self.start, end: self.end, capital: self.capital, ..Self::new(Kind::Word, low, self.start) }
    }

    /// Whether the word list gives the word this use.
    pub(crate) fn is(&self, used: Use) -> bool {
        matches!(self.kind, Kind::Word | Kind::Mark) && self.uses & 1 << (used as u32) != 0
    }

    /// Whether it is one of these words.
    pub(crate) fn any(&self, words: &[&str]) -> bool {
        words.contains(&self.low.as_str())
    }
}

/// Cuts the text into tokens.
pub(crate) fn tokens(text: &str) -> Vec<Token> {
    let mut out = Vec::new();
    let mut at = 0;
    while let Some(first) = text[at..].chars().next() {
        if first.is_whitespace() {
            at += first.len_utf8();
        } else if let Some((inner, next)) = quoted(text, at) {
            out.push(Token::new(Kind::Quoted, &text[inner.0..inner.1], inner.0));
            at = next;
        } else {
            let end = text[at..].find(char::is_whitespace).map_or(text.len(), |n| at + n);
            piece(text, at, end, &mut out);
            at = end;
        }
    }
    join_numbers(text, out)
}

/// A quoted passage that starts here: its inside, and where the text goes on.
fn quoted(text: &str, at: usize) -> Option<((usize, usize), usize)> {
    let open = text[at..].chars().next()?;
    let closers: &[char] = match open {
        '"' | '“' | '„' => &['"', '”', '“'],
        '«' => &['»'],
        '\'' | '‘' => &['\'', '’'],
        '`' => &['`'],
        _ => return None,
    };
    let inside = at + open.len_utf8();
    let mut from = inside;
    loop {
        let close = from + text[from..].find(closers)?;
        let after = close + text[close..].chars().next().map_or(1, char::len_utf8);
        let boundary = text[after..].chars().next().is_none_or(|c| !c.is_alphanumeric());
        if boundary && close > inside {
            return Some(((inside, close), after));
        }
        from = after;
    }
}

/// One run without spaces: peels punctuation from both ends and splits what people glue together.
fn piece(text: &str, start: usize, end: usize, out: &mut Vec<Token>) {
    let mut from = start;
    let mut to = end;
    while let Some(c) = text[from..to].chars().next().filter(|c| "([{<-–—,;:!?@#=".contains(*c)) {
        let number_follows = matches!(c, '-') && text[from + 1..to].starts_with(|d: char| d.is_ascii_digit());
        if number_follows {
            break;
        }
        out.push(Token::new(Kind::Mark, &text[from..from + c.len_utf8()], from));
        from += c.len_utf8();
    }
    let mut tail = Vec::new();
    while let Some(c) = text[from..to].chars().next_back().filter(|c| ")]}>,;:!?.…\"".contains(*c)) {
        to -= c.len_utf8();
        tail.push(Token::new(Kind::Mark, &text[to..to + c.len_utf8()], to));
    }
    if from < to {
        word(text, from, to, out);
    }
    out.extend(tail.into_iter().rev());
}

/// A run of letters and digits: one token, or a number and the unit behind it.
fn word(text: &str, from: usize, to: usize, out: &mut Vec<Token>) {
    let raw = &text[from..to];
    let has_digit = raw.bytes().any(|b| b.is_ascii_digit());
    if raw.split_once('@').is_some_and(|(user, host)| !user.is_empty() && host.contains('.')) {
        return out.push(Token::new(Kind::Email, raw, from));
    }
    if !has_digit {
        let kind = if raw.chars().any(char::is_alphanumeric) || raw == "&" { Kind::Word } else { Kind::Mark };
        return out.push(Token::new(kind, raw, from));
    }
    let is_date = raw.bytes().all(|b| b.is_ascii_digit() || b"-./".contains(&b))
        && raw.len() >= 5
        && raw.bytes().filter(|b| b"-./".contains(b)).count() == 2
        && numbers::read(raw).is_none();
    if is_date {
        return out.push(Token::new(Kind::Date, raw, from));
    }
    if let Some(cut) = raw.find('/').filter(|cut| {
        numbers::read(&raw[..*cut]).is_some() && !raw[cut + 1..].starts_with(|c: char| c.is_ascii_digit())
    }) {
        word(text, from, from + cut, out);
        out.push(Token { end: from + cut + 1, ..Token::new(Kind::Word, "per", from + cut) });
        return word(text, from + cut + 1, to, out);
    }
    match numbers::read(raw) {
        Some((number, None)) => out.push(Token::new(Kind::Number(number), raw, from)),
        Some((number, Some(unit))) if unit != "M" && lexicon::is(&stem_unit(unit), Use::Unit) => {
            let cut = raw.len() - unit.len();
            out.push(Token::new(Kind::Number(number), &raw[..cut], from));
            out.push(Token::new(Kind::Word, unit, from + cut));
        }
        _ => out.push(Token::new(code_or_word(raw), raw, from)),
    }
}

/// Whether the word is a unit, in the singular or plural.
pub(crate) fn is_unit(low: &str) -> bool {
    lexicon::is(low, Use::Unit)
        || ["s", "es"].iter().any(|end| low.strip_suffix(end).is_some_and(|one| lexicon::is(one, Use::Unit)))
}

/// The unit as the word list has it: lower case, without the plural.
fn stem_unit(unit: &str) -> String {
    let low = unit.to_lowercase();
    match low.strip_suffix('s') {
        Some(one) if one.len() > 1 && low != "pcs" => one.to_owned(),
        _ => low,
    }
}

/// Whether letters and digits together are a code (`INV-2026-00042`) or part of a name (`3M`, `4th`).
fn code_or_word(raw: &str) -> Kind {
    let letters = raw.chars().filter(|c| c.is_alphabetic()).count();
    let digits = raw.chars().filter(char::is_ascii_digit).count();
    let dashed = raw.contains(['-', '_', '/']);
    let loud = raw.chars().all(|c| c.is_ascii_digit() || !c.is_lowercase());
    let ends_in_digit = raw.ends_with(|c: char| c.is_ascii_digit());
    let uuid = raw.len() == 36 && raw.bytes().all(|b| b.is_ascii_hexdigit() || b == b'-');
    if uuid || (dashed && digits >= 1 && (ends_in_digit || loud)) || (loud && letters >= 1 && digits >= 3) {
        Kind::Code
    } else {
        Kind::Word
    }
}

/// Joins what belongs to one number: `1 200`, `49.90 EUR`, `EUR 500`.
fn join_numbers(text: &str, tokens: Vec<Token>) -> Vec<Token> {
    let mut out: Vec<Token> = Vec::with_capacity(tokens.len());
    for token in tokens {
        let Some(last) = out.last_mut() else {
            out.push(token);
            continue;
        };
        let before = if last.is(Use::Currency) { Some(currency(&last.low)) } else { None };
        let adjacent = text.get(last.end..token.start).is_some_and(|gap| gap.len() <= 1 || gap == "\u{a0}");
        let money = token.is(Use::Currency) || singular_currency(&token);
        match (&mut last.kind, &token.kind) {
            (Kind::Number(a), Kind::Number(b))
                if adjacent
                    && a.plain
                    && b.plain
                    && a.value.len() <= 3
                    && token.end - token.start == 3
                    && a.currency.is_none() =>
            {
                a.value.push_str(&text[token.start..token.end]);
                last.end = token.end;
            }
            (Kind::Number(a), Kind::Word | Kind::Mark) if money && a.currency.is_none() => {
                a.currency = Some(currency(&token.low));
                a.plain = false;
                last.end = token.end;
            }
            (Kind::Number(a), Kind::Word) if token.low == "percent" => {
                a.percent = true;
                last.end = token.end;
            }
            (Kind::Word | Kind::Mark, Kind::Number(b)) if before.is_some() => {
                let mut b = b.clone();
                let (start, end) = (last.start, token.end);
                b.currency = before;
                b.plain = false;
                *last = Token { kind: Kind::Number(b), start, end, ..token };
            }
            _ => out.push(token),
        }
    }
    out
}

fn singular_currency(token: &Token) -> bool {
    token.low.strip_suffix('s').is_some_and(|one| lexicon::is(one, Use::Currency))
}

/// One code for a currency however it was written.
fn currency(word: &str) -> String {
    match word.trim_end_matches('s') {
        "€" | "euro" => "eur",
        "$" | "dollar" => "usd",
        "£" | "pound" => "gbp",
        "¥" | "yen" => "jpy",
        "franc" => "chf",
        other => other,
    }
    .to_owned()
}

#[cfg(test)]
mod tests {
    use super::{Kind, tokens};

    #[test]
    fn kinds_are_told_apart() {
        let kinds = |text: &str| tokens(text).into_iter().map(|t| (t.low, t.kind)).collect::<Vec<_>>();
        assert!(kinds("INV-2026-00042").iter().all(|(_, k)| *k == Kind::Code));
        assert_eq!(kinds("info@helios.example,")[0].1, Kind::Email);
        assert_eq!(kinds("“Smith, and Sons”").len(), 1);
        assert_eq!(kinds("3M")[0].1, Kind::Word);
        assert_eq!(kinds("2026-09-30")[0].1, Kind::Date);
        assert_eq!(tokens("1 200 for 49.90 EUR").len(), 3);
        assert_eq!(tokens("120/h").len(), 3);
        assert_eq!(tokens("what's Globex's phone?").len(), 4);
    }
}
