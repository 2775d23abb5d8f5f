//! How well everyday requests are understood over the operations the product has, and that it gets no worse.

use std::sync::LazyLock;

use steward_tools::{Catalogue, Entry};

use super::{same, short, turn};
use crate::planner::Index;

/// The catalogue of the product.
pub(super) fn catalogue() -> &'static Catalogue {
    static CATALOGUE: LazyLock<Catalogue> = LazyLock::new(|| {
        Catalogue::new(&[&steward_directory::DOMAIN, &steward_accounting::DOMAIN, &steward_audit::DOMAIN]).unwrap()
    });
    &CATALOGUE
}

/// Everything the product can do, as the planner reads it: without what takes a secret, as in conversations.
pub(super) fn real() -> Index {
    of(|_| true)
}

/// What somebody may do who may do only this.
pub(super) fn of(keep: impl Fn(&Entry) -> bool) -> Index {
    let tools: Vec<_> =
        catalogue().iter().filter(|entry| entry.sayable() && keep(entry)).map(crate::builtin::tool).collect();
    Index::new(&tools)
}

/// Whether what a request became is one of the readings that are right.
fn fits(got: &str, want: &str) -> bool {
    want.split(" || ").any(|one| match one.strip_suffix('…') {
        Some(start) => got.starts_with(start),
        None => same(got, one),
    })
}

/// The operations of a plan, or what else was decided.
fn head(line: &str) -> Vec<&str> {
    line.split(" + ").map(|call| call.split(' ').next().unwrap_or_default().trim_end_matches('…')).collect()
}

/// Runs a list of requests: how many there are, how many met the right operation, how many met it with all arguments.
fn tally(requests: &str) -> (usize, usize, usize) {
    let index = real();
    let lines: Vec<&str> = requests.lines().filter(|l| !l.starts_with('#') && !l.is_empty()).collect();
    let (mut operation, mut whole, mut all) = (0, 0, 0);
    for pair in lines.chunks(2) {
        let [text, want] = pair else { panic!("{pair:?}") };
        let (want, got) = (want.trim(), short(&turn(&index, text, None, None)));
        let right = fits(&got, want);
        all += 1;
        whole += usize::from(right);
        operation += usize::from(right || want.split(" || ").any(|one| head(one) == head(&got)));
        if !right {
            println!("{text}\n   got  {got}\n   want {want}");
        }
    }
    println!("{operation} operations and {whole} whole of {all}");
    (all, operation, whole)
}

/// Written before the planner was tried on them. Then 136 operations and 123 whole of 164 were right; the mechanisms
/// they called for brought both to 160. What is left wrong is asked about or declined, but for one other report.
#[test]
fn everyday_requests_over_the_real_catalogue() {
    let (all, operation, whole) = tally(include_str!("battery.txt"));
    assert!(all >= 120 && operation >= 160 && whole >= 160);
}

/// Written after those mechanisms (all but the last three) and tried once before anything was mended for them: 52 operations
/// and 49 whole of 59. That is the honest rate for words the planner never met; the rates below are not.
#[test]
fn requests_the_mechanisms_were_not_made_for() {
    let (_, operation, whole) = tally(include_str!("unseen.txt"));
    assert!(operation >= 58 && whole >= 58);
}
