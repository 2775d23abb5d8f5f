//! Who buys how much, when, and how they pay. Some have a story (`docs/demo.md` tells them).

use chrono::{Datelike, Days, Months, NaiveDate};

use super::calendar::next_workday;
use super::dice::Dice;
use super::goods::{GOODS, Good, Terms};
use super::places::{self, HOME, place};

/// How a customer pays.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Habit {
    /// Some days around the due date.
    Prompt,
    /// On the tenth and the twenty-fifth, everything that is due by then.
    Runs,
    /// Some weeks late, and never in the holidays.
    Late,
    /// Only after reminders.
    VeryLate,
    /// In two parts.
    Parts,
    /// By direct debit on the due date; now and then it comes back.
    Debit,
    /// Later every quarter.
    Slower,
    /// Insolvent: nothing of what was bought in the last nine months.
    Insolvent,
}

/// One customer.
pub(super) struct Profile {
    pub(super) name: &'static str,
    pub(super) habit: Habit,
    /// Days until it is due.
    pub(super) days: u64,
    /// How often it buys, beside others.
    weight: u64,
    pub(super) terms: Terms,
    /// What it likes to buy.
    pub(super) goods: Vec<&'static Good>,
    /// What it is invoiced in and pays in, where it is not the company's currency.
    pub(super) currency: Option<&'static str>,
    /// The day of the month on which the same is delivered again.
    pub(super) standing: Option<u32>,
    dice: Dice,
}

/// A story: habit, days until due, weight, day of the standing order.
fn story(name: &str) -> Option<(Habit, u64, u64, Option<u32>)> {
    Some(match name {
        "Brightline Supplies Ltd" => (Habit::Prompt, 30, 12, Some(5)),
        "Nordwind Handels GmbH" => (Habit::Runs, 30, 30, None),
        "Globex Industries SE" => (Habit::Prompt, 45, 34, None),
        "Bank Street Books" => (Habit::Late, 30, 26, None),
        "Hotel Seeblick GmbH" => (Habit::Debit, 14, 8, Some(2)),
        "Riverside Dental Practice" => (Habit::Debit, 14, 10, Some(12)),
        "Lakeside Primary School" | "Aurora Kindergarten eV" | "Unity Care Homes Ltd" => (Habit::Late, 30, 8, Some(20)),
        "Quarry Lane Builders Ltd" => (Habit::Slower, 14, 6, Some(8)),
        "Harbour View Restaurants Ltd" => (Habit::Insolvent, 14, 10, None),
        "Driftwood Furniture Co" => (Habit::Prompt, 30, 10, Some(10)),
        "Vega Robotics GmbH" => (Habit::Prompt, 30, 6, None),
        "Castle Rock Hotels plc" => (Habit::Runs, 30, 10, None),
        // they appear by what is told of them only
        "Blue Whale Apps GmbH" | "Cobalt Mining Services" | "HELIOS Office-Systems AG" => (Habit::Prompt, 30, 0, None),
        _ => return None,
    })
}

impl Profile {
    /// The profile of the party of this name in this town, of a company that trades in foreign currency or does not.
    pub(super) fn of(name: &'static str, city: &str, foreign: bool) -> Self {
        const HABITS: [Habit; 12] = [
            Habit::Prompt,
            Habit::Prompt,
            Habit::Prompt,
            Habit::Prompt,
            Habit::Prompt,
            Habit::Runs,
            Habit::Runs,
            Habit::Debit,
            Habit::Late,
            Habit::Late,
            Habit::Parts,
            Habit::VeryLate,
        ];
        let mut dice = Dice::of(name, 1);
        let habit = dice.pick(&HABITS).copied().unwrap_or(Habit::Prompt);
        let days = dice.pick(&[14, 30, 30, 30, 45, 60]).copied().unwrap_or(30);
        let weight = dice.pick(&[1, 1, 2, 2, 3, 4, 6, 10, 16]).copied().unwrap_or(1);
        let discount = dice.pick(&[0, 0, 0, 0, 2, 3, 5, 7, 10]).copied().unwrap_or(0);
        let volume = 90 + dice.below(130);
        let goods = (0..7).filter_map(|_| dice.pick(&GOODS)).collect();
        let (habit, days, weight, standing) = story(name).unwrap_or((habit, days, weight, None));
        // what is delivered every month is for daily use
        let volume = if standing.is_some() { volume * 2 / 5 } else { volume };
        let terms = Terms { domestic: place(city).country == HOME, discount, volume };
        let currency = places::currency(place(city).country).filter(|_| foreign);
        Self { name, habit, days, weight, terms, goods, currency, standing, dice }
    }

    /// How often it buys around this day. The one that grows does so fourfold; the lost and the insolvent buy no more.
    pub(super) fn weight(&self, day: NaiveDate, today: NaiveDate) -> u64 {
        let ago = (today - day).num_days();
        match self.name {
            "Vega Robotics GmbH" => self.weight + u64::try_from((730 - ago).clamp(0, 730) / 20).unwrap_or_default(),
            "Driftwood Furniture Co" if ago < 270 => 0,
            "Harbour View Restaurants Ltd" if ago < 150 => 0,
            _ => self.weight,
        }
    }

    /// Whether the standing order is delivered on this day.
    pub(super) fn stands(&self, day: NaiveDate, today: NaiveDate) -> bool {
        let on = self.standing.and_then(|on| day.with_day(on));
        self.weight(day, today) > 0 && on.is_some_and(|on| next_workday(on) == day)
    }

    /// The terms on a day: the one that grows buys more each time too.
    pub(super) fn terms_on(&self, day: NaiveDate, today: NaiveDate) -> Terms {
        let ago = u64::try_from((today - day).num_days()).unwrap_or_default();
        match self.name {
            "Vega Robotics GmbH" => Terms { volume: 90 + (730_u64.saturating_sub(ago)) / 4, ..self.terms },
            _ => self.terms,
        }
    }

    /// When an invoice is paid, and how much of it in percent each time. Nothing where it is not.
    pub(super) fn pays(&mut self, due: NaiveDate, today: NaiveDate) -> Vec<(NaiveDate, u8)> {
        let late = |days: u64| due + Days::new(days);
        let whole = |on: NaiveDate| vec![(next_workday(on), 100)];
        // one in sixty is forgotten until somebody asks
        if self.dice.below(60) == 0 && self.habit != Habit::Insolvent {
            return whole(late(70 + self.dice.below(60)));
        }
        match self.habit {
            Habit::Prompt => whole(due - Days::new(4) + Days::new(self.dice.below(8))),
            Habit::Debit => whole(due),
            Habit::Runs => whole(next_run(due)),
            Habit::Late => whole(after_holidays(late(5 + self.dice.below(24)))),
            Habit::VeryLate => whole(after_holidays(late(35 + self.dice.below(30)))),
            Habit::Parts if self.dice.percent(35) => {
                vec![(next_workday(late(2)), 60), (next_workday(late(30 + self.dice.below(12))), 100)]
            }
            Habit::Parts => whole(late(self.dice.below(10))),
            Habit::Slower => {
                let quarters = u64::try_from((730 - (today - due).num_days()).max(0) / 91).unwrap_or_default();
                whole(late(2 + quarters * 8 + self.dice.below(3)))
            }
            Habit::Insolvent if due + Months::new(9) > today => Vec::new(),
            Habit::Insolvent => whole(late(15 + self.dice.below(15))),
        }
    }

    /// Whether a direct debit comes back.
    pub(super) fn bounces(&mut self) -> bool {
        self.habit == Habit::Debit && self.dice.below(9) == 0
    }
}

/// The tenth or twenty-fifth that follows.
fn next_run(due: NaiveDate) -> NaiveDate {
    let on = |day: u32| due.with_day(day).unwrap_or(due);
    match due.day() {
        ..=10 => on(10),
        11..=25 => on(25),
        _ => on(10) + Months::new(1),
    }
}

/// Whoever is late anyway pays nothing between the middle of December and Epiphany, or in August.
fn after_holidays(on: NaiveDate) -> NaiveDate {
    let into = |days: u64| on + Days::new(days);
    match (on.month(), on.day()) {
        (12, 12..) => into(u64::from(31 - on.day()) + 9 + u64::from(on.day() % 7)),
        (1, ..=8) => into(u64::from(10 - on.day())),
        (8, ..=24) => into(u64::from(27 - on.day())),
        _ => on,
    }
}
