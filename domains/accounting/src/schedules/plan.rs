//! When a schedule posts how much.

use chrono::{Days, Months, NaiveDate};

use super::ScheduleKind;

/// One posting of the plan; a negative amount gives back what the day before took.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Step {
    pub(crate) date: NaiveDate,
    pub(crate) amount: i64,
}

/// All postings, in order of their dates: the same each month, the last takes what rounding left.
pub(crate) fn plan(kind: ScheduleKind, amount: i64, months: i32, start: NaiveDate) -> Vec<Step> {
    let count = u32::try_from(months).unwrap_or(1).max(1);
    let each = amount / i64::from(count);
    let mut steps = Vec::new();
    for month in 0..count {
        let Some(next) = start.checked_add_months(Months::new(month + 1)) else { break };
        let share = if month + 1 == count { amount - each * i64::from(count - 1) } else { each };
        steps.extend(next.checked_sub_days(Days::new(1)).map(|date| Step { date, amount: share }));
        if kind.is_accrual() {
            steps.push(Step { date: next, amount: -share });
        }
    }
    steps
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_month_takes_what_rounding_left() {
        let start: NaiveDate = "2026-01-01".parse().unwrap();
        let told = |kind, amount, months| -> Vec<String> {
            plan(kind, amount, months, start).iter().map(|step| format!("{} {}", step.date, step.amount)).collect()
        };
        assert_eq!(
            told(ScheduleKind::PrepaidExpense, 10_000, 3),
            ["2026-01-31 3333", "2026-02-28 3333", "2026-03-31 3334"]
        );
        assert_eq!(told(ScheduleKind::AccruedIncome, 500, 1), ["2026-01-31 500", "2026-02-01 -500"]);
        for months in 1..=120 {
            let sum: i64 =
                plan(ScheduleKind::DeferredIncome, 99_991, months, start).iter().map(|step| step.amount).sum();
            assert_eq!(sum, 99_991);
        }
    }
}
