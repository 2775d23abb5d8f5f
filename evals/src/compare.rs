//! Two runs side by side, by the tests that both ran.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::record::{Record, Verdict};
use crate::stats::{difference, mcnemar, share};
use crate::summary::shown;

/// What two runs have in common, and where they differ.
#[derive(Debug, Clone, Default)]
pub struct Comparison {
    /// Tests that both passed.
    pub both: usize,
    /// Tests that neither passed.
    pub neither: usize,
    /// Tests that only the first passed.
    pub only_first: Vec<String>,
    /// Tests that only the second passed.
    pub only_second: Vec<String>,
    /// Tests that one of them did not run, or that could not be judged.
    pub apart: usize,
}

/// Pairs two runs by suite (of the same version), test and repeat.
#[must_use]
pub fn compare(first: &[Record], second: &[Record]) -> Comparison {
    let key = |record: &Record| (record.suite_hash.clone(), record.test.clone(), record.repeat);
    let judged = |records: &[Record]| -> BTreeMap<_, _> {
        let judged = records.iter().filter(|record| record.verdict != Verdict::Error);
        judged.map(|record| (key(record), (record.suite.clone(), record.verdict == Verdict::Passed))).collect()
    };
    let (one, other) = (judged(first), judged(second));
    let mut found =
        Comparison { apart: other.keys().filter(|key| !one.contains_key(*key)).count(), ..Comparison::default() };
    for (key, (suite, passed)) in &one {
        let label = || format!("{suite}: {}{}", key.1, if key.2 > 1 { format!(" #{}", key.2) } else { String::new() });
        match (passed, other.get(key).map(|(_, passed)| *passed)) {
            (_, None) => found.apart += 1,
            (true, Some(true)) => found.both += 1,
            (false, Some(false)) => found.neither += 1,
            (true, Some(false)) => found.only_first.push(label()),
            (false, Some(true)) => found.only_second.push(label()),
        }
    }
    found
}

impl Comparison {
    /// Tests that both ran.
    #[must_use]
    pub fn paired(&self) -> usize {
        self.both + self.neither + self.only_first.len() + self.only_second.len()
    }
    /// How likely runs that are alike differ at least so much.
    #[must_use]
    pub fn p(&self) -> f64 {
        mcnemar(self.only_first.len(), self.only_second.len())
    }
    /// In words.
    #[must_use]
    pub fn told(&self, first: &str, second: &str) -> String {
        let (a, b, n) = (self.only_first.len(), self.only_second.len(), self.paired());
        let mut text = format!("{n} tests were run by both.\n");
        let _ = writeln!(text, "{first}: {}", shown(share(self.both + a, n)));
        let _ = writeln!(text, "{second}: {}", shown(share(self.both + b, n)));
        if let Some((points, low, high)) = difference(a, b, n) {
            let _ = writeln!(
                text,
                "Difference: {points:+.1} points (95 %: {low:+.1} to {high:+.1}); McNemar exact p = {:.4}.",
                self.p()
            );
        }
        if self.apart > 0 {
            let _ = writeln!(text, "{} were run, or could be judged, in one of them only.", self.apart);
        }
        for (who, tests) in [(first, &self.only_first), (second, &self.only_second)] {
            if !tests.is_empty() {
                let _ = writeln!(text, "\nPassed by {who} only:");
                tests.iter().for_each(|test| {
                    let _ = writeln!(text, "  {test}");
                });
            }
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stage::{About, Usage};

    fn record(test: &str, verdict: Verdict) -> Record {
        Record {
            suite: "s".into(),
            suite_hash: "h".into(),
            test: test.into(),
            repeat: 1,
            about: About::default(),
            verdict,
            problems: vec![],
            turns: vec![],
            usage: Usage::default(),
            ms: 0,
        }
    }

    #[test]
    fn only_what_both_ran_is_compared() {
        use Verdict::{Error, Failed, Passed};
        let first = [record("a", Passed), record("b", Failed), record("c", Error), record("d", Passed)];
        let second = [record("a", Passed), record("b", Passed), record("c", Passed)];
        let found = compare(&first, &second);
        assert_eq!((found.both, found.neither, found.paired(), found.apart), (1, 0, 2, 2));
        assert_eq!(found.only_second, ["s: b"]);
        assert!(found.told("A", "B").contains("+50.0 points"));
    }
}
