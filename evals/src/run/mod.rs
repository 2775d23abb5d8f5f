//! Runs tests, several at once, within what they may cost.

mod conversation;
mod test;

use std::sync::Mutex;
use std::sync::PoisonError;
use std::time::{Duration, Instant};

use futures::StreamExt as _;

use crate::record::{Done, Record, Verdict};
use crate::stage::{About, Stage};
use crate::suite::{Suite, Test};

/// What is to be run, and how.
#[derive(Debug, Clone)]
pub struct Plan {
    /// The suites.
    pub suites: Vec<Suite>,
    /// How often each test is run.
    pub repeat: u32,
    /// How many are run at once.
    pub jobs: usize,
    /// How long a turn may take.
    pub turn: Duration,
    /// No test is begun once so many tokens were used.
    pub max_tokens: Option<u64>,
    /// No test is begun after so long.
    pub max_time: Option<Duration>,
    /// What was done before.
    pub done: Done,
    /// Only tests whose name holds this.
    pub only: Option<String>,
}

impl Plan {
    /// Everything there is, once, one after the other.
    #[must_use]
    pub fn of(suites: Vec<Suite>) -> Self {
        let turn = Duration::from_secs(300);
        Self { suites, repeat: 1, jobs: 1, turn, max_tokens: None, max_time: None, done: Done::new(), only: None }
    }

    fn all(&self) -> Vec<(&Suite, &Test, u32)> {
        let wanted = |test: &&Test| self.only.as_ref().is_none_or(|part| test.description.contains(part.as_str()));
        let each = |suite| (1..=self.repeat).map(move |n| (suite, n));
        let tests = self.suites.iter().flat_map(each);
        tests.flat_map(|(suite, n)| suite.tests.iter().filter(wanted).map(move |test| (suite, test, n))).collect()
    }

    /// How many tests there are, repeats and what was done before included.
    #[must_use]
    pub fn len(&self) -> usize {
        self.all().len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.all().is_empty()
    }
}

/// Told of each test once it is over.
pub type Progress<'a> = &'a (dyn Fn(&Record) + Send + Sync);

/// What came of a run.
#[derive(Debug, Default)]
pub struct Ran {
    /// Of each test that was run, in the order in which they ended.
    pub records: Vec<Record>,
    /// How many were skipped, since they were done before.
    pub skipped: usize,
    /// How many were not begun, since the budget was used up.
    pub left: usize,
}

/// Runs all of it. Errors of single tests are in their records.
pub async fn run(stage: &dyn Stage, about: &About, plan: &Plan, progress: Progress<'_>) -> Ran {
    let began = Instant::now();
    let spent = Mutex::new(0_u64);
    let over = || {
        plan.max_time.is_some_and(|most| began.elapsed() >= most)
            || plan.max_tokens.is_some_and(|most| *spent.lock().unwrap_or_else(PoisonError::into_inner) >= most)
    };
    let over = &over;
    let one = async |(suite, test, repeat): (&Suite, &Test, u32)| {
        if over() {
            return None;
        }
        let record = self::test::run(stage, about, (suite, test, repeat), plan.turn).await;
        *spent.lock().unwrap_or_else(PoisonError::into_inner) += record.usage.tokens;
        progress(&record);
        Some(record)
    };
    let all = plan.all();
    let total = all.len();
    let begun = |(suite, test, repeat): &(&Suite, &Test, u32)| {
        let key = (suite.hash.clone(), about.prompt.clone(), about.model.clone(), test.description.clone(), *repeat);
        !plan.done.contains(&key)
    };
    let todo: Vec<_> = all.into_iter().filter(begun).collect();
    let skipped = total - todo.len();
    let ended: Vec<Option<Record>> =
        futures::stream::iter(todo.into_iter().map(one)).buffer_unordered(plan.jobs.max(1)).collect().await;
    let left = ended.iter().filter(|record| record.is_none()).count();
    Ran { records: ended.into_iter().flatten().collect(), skipped, left }
}

/// The worst of it, as an exit code says it: 1 for errors, 100 where too few passed, else 0.
#[must_use]
pub fn exit_code(records: &[Record], pass_rate: u8) -> u8 {
    let count = |verdict| records.iter().filter(|record| record.verdict == verdict).count();
    let (passed, failed) = (count(Verdict::Passed), count(Verdict::Failed));
    if count(Verdict::Error) > 0 {
        return 1;
    }
    if passed * 100 < usize::from(pass_rate) * (passed + failed) { 100 } else { 0 }
}
