//! What a model says is released sentence by sentence: no claim of work that no call did, no figure from nowhere.

use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};

use super::handles::Handles;
use crate::planner::reading;

/// What was done, as participles; a claim is made with one of them.
const DONE: &str = "posted created drafted sent paid approved deleted archived recorded updated changed added cancelled \
    canceled reversed credited booked issued saved submitted set removed completed processed registered transferred renamed \
    made done entered executed performed applied allocated settled invoiced billed commented unarchived restored revoked \
    assigned scheduled finalized finalised emailed confirmed generated prepared";
/// The same in other languages that people write in; nobody claims with them what did not happen either.
const ELSEWHERE: &str = "erledigt gebucht angelegt erstellt versendet gesendet bezahlt gelöscht storniert archiviert gespeichert \
    hinzugefügt geändert créé créée enregistré enregistrée envoyé envoyée supprimé supprimée payé payée effectué creado creada \
    registrado registrada enviado enviada eliminado eliminada pagado pagada hecho creato creata registrato inviato";
/// Words before a participle that make it a claim.
const HAVE: &str = "have has had ve was were is are been being got been now just already successfully";
/// Words that turn a claim round.
const NOT: &str = "not nothing never no cannot can't couldn't haven't hasn't wasn't weren't isn't aren't didn't don't won't before until \
    once if when would could can will shall should may nicht keine kein nichts pas rien";

/// What may be said.
pub(crate) struct Truth {
    figures: BTreeSet<String>,
    lines: Vec<String>,
}

impl Truth {
    /// From everything that was said and shown.
    pub(crate) fn of<'a>(shown: impl Iterator<Item = &'a str>) -> Self {
        let mut truth = Self { figures: BTreeSet::new(), lines: Vec::new() };
        for text in shown {
            for line in text.lines() {
                for figure in figures(line) {
                    // a day may be said by its parts
                    if figure.len() == 10 && figure.parse::<chrono::NaiveDate>().is_ok() {
                        truth.figures.extend(figure.split('-').map(|part| part.trim_start_matches('0').to_owned()));
                    }
                    truth.figures.insert(figure);
                }
                truth.figures.extend(reading::numbers(line));
                truth.lines.push(line.to_lowercase());
            }
        }
        truth
    }

    /// A figure that we have counted or added up ourselves.
    pub(crate) fn also(&mut self, figure: String) {
        self.figures.insert(figure);
    }

    fn allows(&self, sentence: &str) -> Result<(), Why> {
        if claims(sentence) && !self.shows(sentence) {
            return Err(Why::Claim);
        }
        let marker = sentence.trim_start().split_once(['.', ')']).map_or("", |(first, _)| first);
        let listed = !marker.is_empty() && marker.len() <= 2 && marker.bytes().all(|b| b.is_ascii_digit());
        let body = if listed { sentence.trim_start().get(marker.len() + 1..).unwrap_or_default() } else { sentence };
        if figures(body).iter().any(|figure| !self.figures.contains(figure)) {
            return Err(Why::Figure);
        }
        Ok(())
    }

    /// Whether a line that was shown says the same of the same record.
    fn shows(&self, sentence: &str) -> bool {
        let words = reading::words(sentence);
        let names: Vec<&String> =
            words.iter().map(|(word, _)| word).filter(|w| w.bytes().any(|b| b.is_ascii_digit())).collect();
        let done = words.iter().map(|(word, _)| word).filter(|word| DONE.split_whitespace().any(|done| done == *word));
        let done: Vec<&String> = done.collect();
        let first_person = words.iter().take(3).any(|(word, _)| word == "i" || word == "we");
        !first_person
            && !done.is_empty()
            && !names.is_empty()
            && self
                .lines
                .iter()
                .any(|line| done.iter().all(|d| line.contains(*d)) && names.iter().all(|n| line.contains(*n)))
    }
}

/// Why a sentence is held back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Why {
    Claim,
    Figure,
}

/// Whether a sentence claims that something was done.
pub(crate) fn claims(sentence: &str) -> bool {
    let low = sentence.to_lowercase();
    let trimmed = low.trim_start_matches(|c: char| !c.is_alphanumeric());
    if low.trim_end().ends_with('?') {
        return false;
    }
    let words: Vec<&str> =
        trimmed.split(|c: char| !(c.is_alphanumeric() || c == '\'' || c == '’')).filter(|w| !w.is_empty()).collect();
    let is = |list: &str, word: &str| list.split_whitespace().any(|known| known == word);
    if words.iter().any(|word| is(NOT, &word.replace('’', "'"))) {
        return false;
    }
    if trimmed.contains("successfully")
        || ["done", "all done", "all set", "completed", "success"].iter().any(|s| trimmed.starts_with(s))
    {
        return true;
    }
    if words.iter().any(|word| is(ELSEWHERE, word)) {
        return true;
    }
    words.iter().enumerate().any(|(at, word)| {
        if !is(DONE, word) {
            return false;
        }
        let before: Vec<&str> = words[at.saturating_sub(3)..at].to_vec();
        let auxiliary = before.iter().any(|b| is(HAVE, b) || b.ends_with("'ve") || b.ends_with("’ve"));
        let mine = before.iter().any(|b| ["i", "we", "i've", "i’ve", "we've", "i'm"].contains(b));
        at == 0 || auxiliary || mine
    })
}

/// The figures of a text in one form: decimals without useless zeros, codes and days in lower case.
pub(crate) fn figures(text: &str) -> BTreeSet<String> {
    let part = |c: char| c.is_whitespace() || "|;:!?()[]\"“”„'’*_`~=<>+…–—".contains(c);
    text.split(part)
        .map(|word| word.trim_matches(|c: char| ",.€$£%#/&".contains(c)))
        .filter(|word| word.bytes().any(|b| b.is_ascii_digit()))
        .map(|word| match reading::decimal(word) {
            Some(number) => number.trim_start_matches('-').to_owned(),
            None => ordinal(word).unwrap_or_else(|| word.to_lowercase()),
        })
        .collect()
}

/// `3rd` and `120EUR` by their number.
fn ordinal(word: &str) -> Option<String> {
    let end = word.find(|c: char| c.is_alphabetic())?;
    let (digits, tail) = word.split_at(end);
    let known = ["st", "nd", "rd", "th", "eur", "usd", "gbp", "chf", "k", "h"].contains(&tail.to_lowercase().as_str());
    known.then(|| reading::decimal(digits)).flatten()
}

/// A sentence that is no speech: a call written out, a block of code, a tag of the model's own.
fn machinery(sentence: &str) -> bool {
    let text = sentence.trim_start();
    text.starts_with(['{', '}', '<', '`'])
        || text.starts_with("[{")
        || text.contains("\"arguments\"")
        || text.contains("\"name\":")
}

/// The words of one reply on their way out.
pub(crate) struct Speech<'a> {
    truth: Truth,
    handles: &'a Handles,
    out: &'a (dyn Fn(&str) + Send + Sync),
    /// Words go out while they come.
    live: bool,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    held: String,
    released: String,
    claims: usize,
    figures: usize,
}

/// What became of the words of a reply.
pub(crate) struct Spoken {
    /// What was released.
    pub(crate) released: String,
    /// Sentences that claimed what was not done.
    pub(crate) claims: usize,
    /// Sentences with figures from nowhere.
    pub(crate) figures: usize,
}

impl<'a> Speech<'a> {
    pub(crate) fn new(truth: Truth, handles: &'a Handles, out: &'a (dyn Fn(&str) + Send + Sync), live: bool) -> Self {
        Self { truth, handles, out, live, state: Mutex::default() }
    }

    /// More words of the model.
    pub(crate) fn hear(&self, piece: &str) {
        if !self.live {
            return;
        }
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.held.push_str(piece);
        while let Some(end) = sentence_end(&state.held) {
            let sentence: String = state.held.drain(..end).collect();
            self.release(&mut state, &sentence);
        }
    }

    /// The reply has ended; these are all its words.
    pub(crate) fn end(self, text: &str) -> Spoken {
        let mut state = self.state.into_inner().unwrap_or_else(PoisonError::into_inner);
        let this =
            Self { truth: self.truth, handles: self.handles, out: self.out, live: self.live, state: Mutex::default() };
        if !this.live {
            state.held = text.to_owned();
        }
        while let Some(end) = sentence_end(&state.held) {
            let sentence: String = state.held.drain(..end).collect();
            this.release(&mut state, &sentence);
        }
        let rest = std::mem::take(&mut state.held);
        this.release(&mut state, &rest);
        Spoken { released: state.released, claims: state.claims, figures: state.figures }
    }

    fn release(&self, state: &mut State, sentence: &str) {
        if sentence.trim().is_empty() {
            // an empty line is worth nothing at the beginning
            if !state.released.is_empty() && !state.released.ends_with("\n\n") {
                self.give(state, sentence);
            }
            return;
        }
        if machinery(sentence) {
            return;
        }
        let sentence = self.handles.spoken(sentence);
        match self.truth.allows(&sentence) {
            Ok(()) => self.give(state, &sentence),
            Err(Why::Claim) => state.claims += 1,
            Err(Why::Figure) => state.figures += 1,
        }
    }

    fn give(&self, state: &mut State, text: &str) {
        state.released.push_str(text);
        (self.out)(text);
    }
}

/// Where the first sentence ends: after a mark and a space, or at the end of a line.
fn sentence_end(text: &str) -> Option<usize> {
    let mut chars = text.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        if c == '\n' {
            return Some(at + 1);
        }
        let next = chars.peek().map(|(_, next)| *next);
        if ['.', '!', '?'].contains(&c) && next.is_some_and(char::is_whitespace) && !abbreviated(&text[..at]) {
            return Some(at + 1 + next.filter(|c| *c != '\n').map_or(0, char::len_utf8));
        }
    }
    None
}

/// "1." at the beginning, or "e.g.", is no sentence.
fn abbreviated(before: &str) -> bool {
    let word = before.rsplit(char::is_whitespace).next().unwrap_or_default();
    (word.len() <= 2 && word.bytes().all(|b| b.is_ascii_digit()) && before.trim_start().len() == word.len())
        || ["e.g", "i.e", "no", "inc", "ltd", "co", "approx"].contains(&word.to_lowercase().as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(text: &str, shown: &[&str]) -> Spoken {
        let handles = Handles::default();
        let truth = Truth::of(shown.iter().copied());
        Speech::new(truth, &handles, &|_| {}, false).end(text)
    }

    #[test]
    fn claims_of_work_are_known_by_their_words() {
        for claim in [
            "I have posted the invoice.",
            "I've created it.",
            "I posted INV-1.",
            "Done!",
            "The invoice was created.",
            "The invoice has been successfully drafted.",
            "Posted the invoice for you.",
            "Your payment is recorded.",
            "Ich habe die Rechnung erstellt.",
            "All set, the customer is added.",
        ] {
            assert!(claims(claim), "{claim}");
        }
        for fair in [
            "Shall I post it?",
            "I can create an invoice for you.",
            "Nothing was done.",
            "The invoice was not posted.",
            "It will be posted once you say yes.",
            "Globex owes 551.76.",
            "Which customer was billed?",
            "Here are the drafts.",
        ] {
            assert!(!claims(fair), "{fair}");
        }
    }

    #[test]
    fn what_a_row_says_may_be_said() {
        let rows = ["#|number|status\n#1|INV-2026-00042|posted|551.76"];
        assert_eq!(said("INV-2026-00042 was posted.", &rows).claims, 0);
        assert_eq!(said("INV-2026-00043 was posted.", &rows).claims, 1);
        assert_eq!(said("I have posted INV-2026-00042.", &rows).claims, 1);
    }

    #[test]
    fn figures_from_nowhere_are_dropped_with_their_sentence() {
        let rows = ["INV-1|551.76 EUR|2026-05-03", "as of 1,240"];
        let told =
            said("Globex owes 551.76 EUR. It was due on 3 May 2026. Acme owes 9,999.00.\n1. INV-1 is open.", &rows);
        assert_eq!(told.released, "Globex owes 551.76 EUR. It was due on 3 May 2026. \n1. INV-1 is open.");
        assert_eq!(told.figures, 1);
        assert_eq!(said("There are 1240 rows.", &rows).figures, 0);
        assert_eq!(said("It is €551.76, 20% of that.", &rows).figures, 1);
    }

    #[test]
    fn words_go_out_while_they_come_and_only_whole_sentences() {
        let handles = Handles::default();
        let heard = Mutex::new(Vec::new());
        let out = |text: &str| heard.lock().unwrap().push(text.to_owned());
        let speech = Speech::new(Truth::of(["12"].into_iter()), &handles, &out, true);
        let text = "There are 12 of them. I have sent all. It is 77. Bye";
        for piece in text.split_inclusive(' ') {
            speech.hear(piece);
        }
        assert_eq!(*heard.lock().unwrap(), ["There are 12 of them. "]);
        let told = speech.end(text);
        assert_eq!(told.released, "There are 12 of them. Bye");
        assert_eq!((told.claims, told.figures), (1, 1));
    }
}
