//! What is sold, and at which price when.

use chrono::{Datelike, NaiveDate};
use serde_json::{Value, json};

use super::dice::Dice;

/// What it is taxed and booked as.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Class {
    Goods,
    Food,
    Service,
}
use Class::{Food, Goods, Service};

/// Description, unit, price in cents at first, how many are usually taken, class.
pub(super) type Good = (&'static str, Option<&'static str>, i64, u64, Class);

pub(super) const GOODS: [Good; 60] = [
    ("Office chair Orbit", None, 24_900, 6, Goods),
    ("Sit-stand desk Atlas", None, 54_900, 4, Goods),
    ("Monitor 27 inch", None, 31_950, 5, Goods),
    ("Copy paper A4", Some("boxes"), 2_490, 40, Goods),
    ("Toner cartridge black", None, 8_990, 8, Goods),
    ("LED desk lamp", None, 4_990, 12, Goods),
    ("Filing cabinet steel", None, 18_900, 4, Goods),
    ("Whiteboard 180 x 120", None, 15_900, 3, Goods),
    ("Coffee beans", Some("kg"), 1_890, 25, Food),
    ("Headset Pro", None, 12_900, 7, Goods),
    ("Delivery and assembly", Some("hours"), 6_500, 5, Service),
    ("Consulting", Some("hours"), 12_000, 6, Service),
    ("Software licence", None, 4_990, 12, Service),
    ("Pallet of bottled water", Some("pallets"), 21_000, 2, Goods),
    ("Visitor chair Luna", None, 11_900, 8, Goods),
    ("Conference table oak", None, 89_000, 1, Goods),
    ("Meeting chair Forum", None, 14_500, 10, Goods),
    ("Shelf system Modul", None, 23_900, 4, Goods),
    ("Mobile pedestal", None, 16_900, 5, Goods),
    ("Room divider acoustic", None, 29_900, 3, Goods),
    ("Coat stand steel", None, 7_900, 3, Goods),
    ("Monitor arm double", None, 10_900, 6, Goods),
    ("Docking station USB-C", None, 17_900, 5, Goods),
    ("Keyboard and mouse set", None, 5_990, 10, Goods),
    ("Webcam 4K", None, 9_900, 5, Goods),
    ("Laser printer A4", None, 32_900, 2, Goods),
    ("Label printer", None, 14_900, 3, Goods),
    ("Document shredder P-4", None, 21_900, 2, Goods),
    ("Projector 4000 lumen", None, 69_900, 1, Goods),
    ("Toner cartridge colour set", None, 24_900, 4, Goods),
    ("Copy paper A3", Some("boxes"), 3_890, 10, Goods),
    ("Recycled paper A4", Some("boxes"), 2_690, 30, Goods),
    ("Envelopes C4", Some("boxes"), 3_250, 12, Goods),
    ("Ballpoint pens blue", Some("boxes"), 1_450, 15, Goods),
    ("Highlighters assorted", Some("boxes"), 1_290, 12, Goods),
    ("Notebooks A5 ruled", Some("boxes"), 3_990, 10, Goods),
    ("Ring binders", Some("boxes"), 4_450, 12, Goods),
    ("Sticky notes", Some("boxes"), 2_190, 14, Goods),
    ("Packing tape", Some("boxes"), 3_590, 8, Goods),
    ("Shipping cartons medium", Some("bundles"), 2_890, 20, Goods),
    ("Stretch film", Some("rolls"), 1_190, 24, Goods),
    ("Desk organiser bamboo", None, 2_990, 10, Goods),
    ("Wall clock", None, 3_490, 3, Goods),
    ("First-aid kit", None, 6_900, 3, Goods),
    ("Fire extinguisher 6 kg", None, 8_900, 3, Goods),
    ("Cleaning cloths", Some("boxes"), 2_390, 8, Goods),
    ("Hand soap refill", Some("canisters"), 2_150, 10, Goods),
    ("Paper towels", Some("boxes"), 3_150, 16, Goods),
    ("Waste bags 120 l", Some("rolls"), 890, 30, Goods),
    ("Coffee machine Barista", None, 79_900, 1, Goods),
    ("Espresso beans organic", Some("kg"), 2_490, 18, Food),
    ("Herbal tea", Some("boxes"), 1_290, 12, Food),
    ("Sugar sticks", Some("boxes"), 1_590, 6, Food),
    ("Biscuits assorted", Some("boxes"), 2_790, 8, Food),
    ("Orange juice", Some("crates"), 1_690, 10, Food),
    ("Fruit basket", None, 3_900, 5, Food),
    ("Maintenance visit", Some("hours"), 8_900, 4, Service),
    ("Ergonomics workshop", None, 69_000, 1, Service),
    ("Disposal of old furniture", Some("hours"), 5_500, 4, Service),
    ("Rental of event furniture", Some("days"), 18_000, 3, Service),
];

/// The price on a day: every January 3.5 % more, and paper and coffee 6 % more since a bad harvest.
pub(super) fn price(good: &Good, on: NaiveDate, start: NaiveDate) -> i64 {
    let (name, _, cents, _, class) = *good;
    let years = i64::from(on.year() - start.year()).clamp(0, 5);
    let mut price = cents + cents * 35 * years / 1000;
    let dear = name.contains("aper") || (class == Food && name.contains("beans"));
    if dear && (on - start).num_days() > 420 {
        price += price * 6 / 100;
    }
    // prices end in 0 or 5
    price / 5 * 5
}

/// What lines are made of beside goods: where a sale is taxed and booked.
#[derive(Clone)]
pub(super) struct Codes {
    pub(super) reduced: String,
    pub(super) zero: String,
    pub(super) services: String,
}

/// Who buys, as far as a line depends on it.
#[derive(Clone, Copy)]
pub(super) struct Terms {
    pub(super) domestic: bool,
    pub(super) discount: u8,
    /// How much is taken of the usual quantity, in percent.
    pub(super) volume: u64,
}

/// One line, at the price of the day.
pub(super) fn line(good: &Good, quantity: u64, on: (NaiveDate, NaiveDate), terms: Terms, codes: &Codes) -> Value {
    let (description, unit, _, _, class) = *good;
    let cents = price(good, on.0, on.1);
    let mut line = json!({
        "description": description, "quantity": quantity.to_string(), "unit_price": money(cents),
    });
    if let Some(unit) = unit {
        line["unit"] = json!(unit);
    }
    if terms.discount > 0 && class != Service {
        line["discount_percent"] = json!(terms.discount.to_string());
    }
    if !terms.domestic {
        line["tax_code"] = json!(codes.zero);
    } else if class == Food {
        line["tax_code"] = json!(codes.reduced);
    }
    if class == Service {
        line["account"] = json!(codes.services);
    }
    line
}

/// How many of a good somebody takes.
pub(super) fn quantity(good: &Good, dice: &mut Dice, volume: u64) -> u64 {
    let usual = good.3 * volume / 100;
    (usual / 2 + dice.below(usual.max(1) + 1)).max(1)
}

/// Cents as a decimal text.
pub(super) fn money(cents: i64) -> String {
    format!("{}.{:02}", cents / 100, cents % 100)
}

/// A decimal text as cents.
pub(super) fn cents(text: &str) -> Option<i64> {
    let (whole, part) = text.split_once('.').unwrap_or((text, "00"));
    Some(whole.parse::<i64>().ok()? * 100 + part.parse::<i64>().ok()?)
}
