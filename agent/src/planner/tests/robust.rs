//! No message makes the planner panic or hang.

use std::time::{Duration, Instant};

use super::fixture::{all, index};
use super::turn;
use crate::planner::{Decision, Pending};

const PIECES: &[&str] = &[
    "invoice",
    "Globex",
    "for",
    "3",
    "hours",
    "of",
    "at",
    "120",
    "and",
    "post",
    "it",
    "due",
    "in",
    "30",
    "days",
    "INV-2026-00042",
    "“",
    "”",
    "'",
    "\"",
    "€",
    "€5",
    "%",
    "12%",
    "--",
    "–",
    "next",
    "Friday",
    "end",
    "of",
    "month",
    "the",
    "31",
    "February",
    "99.99.9999",
    "2026-13-45",
    "Müller",
    "&",
    "Söhne",
    ",",
    ";",
    ":",
    "?",
    "🚀",
    "\u{200b}",
    "من",
    "日本",
    "+49",
    "a@b.c",
    "@",
    "no",
    "2",
    "first",
    "and",
    "credit",
    "because",
    "from",
    "to",
    "between",
    "5",
    "1.2.3,4,5",
    "9999999999999999999999",
    "last",
    "0",
    "days",
    "ago",
    "q9",
    "Q3",
    "'s",
    "x",
    "1/0",
    "/",
    "h/h",
    "unit",
    "lines",
    ".",
];

#[test]
fn any_words_in_any_order() {
    let index = index(&all());
    let mut seed: u64 = 42;
    let mut pending: Option<Pending> = None;
    for _ in 0..1500 {
        let mut text = String::new();
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        for _ in 0..=(seed >> 60) {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            text.push_str(PIECES[usize::try_from(seed >> 33).unwrap() % PIECES.len()]);
            text.push_str(if seed.is_multiple_of(5) { "" } else { " " });
        }
        if let Decision::Ask { pending: open, .. } = turn(&index, &text, pending.as_ref(), None) {
            pending = Some(open);
        }
    }
}

#[test]
fn a_very_long_message() {
    let index = index(&all());
    let started = Instant::now();
    for text in [
        "Invoice Globex for 3 hours at 120 and ".repeat(100),
        "a".repeat(20_000),
        "\" ' ".repeat(1000),
        "Big Name ".repeat(500),
    ] {
        turn(&index, &text, None, None);
    }
    assert!(started.elapsed() < Duration::from_secs(20), "{:?}", started.elapsed());
}
