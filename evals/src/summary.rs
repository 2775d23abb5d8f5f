//! Records in numbers, one row a suite and model.

use std::collections::BTreeMap;

use comfy_table::{Table, presets};

use crate::record::{Record, TurnRecord, Verdict};
use crate::stats::{Share, middle_and_high, share};

/// A suite with a model, in numbers.
#[derive(Debug, Clone)]
pub struct Summary {
    /// The suite.
    pub suite: String,
    /// The model.
    pub model: String,
    /// Tests that passed.
    pub passed: usize,
    /// Tests that did not.
    pub failed: usize,
    /// Tests that could not be judged.
    pub errors: usize,
    /// Of judged tests those that passed.
    pub rate: Option<Share>,
    /// Of tests those that passed each time, where they were run several times.
    pub always: Option<(u32, Share)>,
    /// Of turns that wanted calls: the right operation.
    pub operation: Option<Share>,
    /// Of turns that wanted calls: the right outcome, with all its arguments.
    pub outcome: Option<Share>,
    /// Of turns that had to ask or were not right: those that prepared nothing.
    pub careful: Option<Share>,
    /// Of turns that wanted no call: those without.
    pub quiet: Option<Share>,
    /// Previews of changes that nobody had asked for so.
    pub wrong_previews: usize,
    /// Milliseconds of a turn: the middle one, and the one that 95 of 100 do not exceed.
    pub ms: Option<(u64, u64)>,
    /// Tokens in all.
    pub tokens: u64,
    /// Requests to models in all.
    pub model_calls: u64,
}

/// By suite and model, in order of their names.
#[must_use]
pub fn of(records: &[Record]) -> Vec<Summary> {
    let mut groups: BTreeMap<(&str, &str), Vec<&Record>> = BTreeMap::new();
    for record in records {
        groups.entry((&record.suite, &record.about.model)).or_default().push(record);
    }
    groups.into_iter().map(|((suite, model), records)| one(suite, model, &records)).collect()
}

fn one(suite: &str, model: &str, records: &[&Record]) -> Summary {
    let count = |verdict| records.iter().filter(|record| record.verdict == verdict).count();
    let (passed, failed) = (count(Verdict::Passed), count(Verdict::Failed));
    let judged = || records.iter().filter(|record| record.verdict != Verdict::Error);
    let turns: Vec<&TurnRecord> =
        judged().flat_map(|record| &record.turns).filter(|t| !t.expected.is_empty()).collect();
    let right = |of: fn(&TurnRecord) -> Option<bool>| {
        let told: Vec<bool> = turns.iter().filter_map(|turn| of(turn)).collect();
        share(told.iter().filter(|right| **right).count(), told.len())
    };
    let among = |all: &dyn Fn(&TurnRecord) -> bool, of: &dyn Fn(&TurnRecord) -> bool| {
        let all: Vec<_> = turns.iter().filter(|turn| all(turn)).collect();
        share(all.iter().filter(|turn| of(turn)).count(), all.len())
    };
    Summary {
        suite: suite.to_owned(),
        model: model.to_owned(),
        passed,
        failed,
        errors: count(Verdict::Error),
        rate: share(passed, passed + failed),
        always: always(records),
        operation: right(|turn| turn.operation),
        outcome: right(|turn| turn.outcome),
        careful: among(&|turn| turn.expected == "asks" || !turn.passed, &|turn| !turn.prepared),
        quiet: among(&|turn| turn.expected == "nothing", &|turn| !turn.prepared && turn.called.is_empty()),
        wrong_previews: turns.iter().filter(|turn| turn.prepared && !turn.passed).count(),
        ms: middle_and_high(judged().flat_map(|record| &record.turns).map(|turn| turn.ms).collect()),
        tokens: records.iter().map(|record| record.usage.tokens).sum(),
        model_calls: records.iter().map(|record| record.usage.calls).sum(),
    }
}

/// Tests that passed all their times (pass^k).
fn always(records: &[&Record]) -> Option<(u32, Share)> {
    let times = records.iter().map(|record| record.repeat).max().filter(|times| *times > 1)?;
    let mut tests: BTreeMap<&str, (u32, bool)> = BTreeMap::new();
    for record in records.iter().filter(|record| record.verdict != Verdict::Error) {
        let (count, all) = tests.entry(&record.test).or_insert((0, true));
        *count += 1;
        *all &= record.verdict == Verdict::Passed;
    }
    tests.retain(|_, (count, _)| *count == times);
    Some((times, share(tests.values().filter(|(_, all)| *all).count(), tests.len())?))
}

/// A share, or a dash where there is nothing to count.
#[must_use]
pub fn shown(share: Option<Share>) -> String {
    share.map_or_else(|| "–".to_owned(), |share| share.to_string())
}

/// The columns of every report.
#[must_use]
pub fn columns(summary: &Summary) -> Vec<(&'static str, String)> {
    let percent = |share: Option<Share>| {
        share.map_or_else(|| "–".to_owned(), |s| format!("{:.0} % ({}/{})", s.percent, s.of, s.all))
    };
    vec![
        ("suite", summary.suite.clone()),
        ("model", summary.model.clone()),
        ("passed", shown(summary.rate)),
        ("errors", summary.errors.to_string()),
        ("each time", summary.always.map_or_else(|| "–".to_owned(), |(k, share)| format!("{share} of {k}"))),
        ("right operation", percent(summary.operation)),
        ("all arguments", percent(summary.outcome)),
        ("asks, not guesses", percent(summary.careful)),
        ("no needless call", percent(summary.quiet)),
        ("wrong previews", summary.wrong_previews.to_string()),
        ("ms a turn (95 %)", summary.ms.map_or_else(|| "–".to_owned(), |(middle, high)| format!("{middle} ({high})"))),
        ("tokens", summary.tokens.to_string()),
        ("requests", summary.model_calls.to_string()),
    ]
}

/// Columns of one table in the terminal.
const ABREAST: usize = 4;

/// The tables for the terminal: a column a suite and model.
#[must_use]
pub fn tables(summaries: &[Summary]) -> String {
    let each = summaries.chunks(ABREAST).map(|some| {
        let mut table = Table::new();
        table.load_preset(presets::UTF8_BORDERS_ONLY);
        let all: Vec<_> = some.iter().map(columns).collect();
        let names = all.first().map_or(0, Vec::len);
        for at in 0..names {
            let name = all.first().and_then(|columns| columns.get(at)).map_or("", |(name, _)| name).to_owned();
            let values = all.iter().filter_map(|columns| Some(columns.get(at)?.1.clone()));
            let row: Vec<String> = std::iter::once(name).chain(values).collect();
            if at == 0 {
                table.set_header(row)
            } else {
                table.add_row(row)
            };
        }
        table.to_string()
    });
    each.collect::<Vec<_>>().join("\n")
}
