//! Where the invented parties are, whom to speak to, how tax offices know them, and what else is kept of them.

use chrono::{Days, NaiveDate};
use serde_json::{Value, json};

use super::dice::Dice;
use super::places::{self, Place, place};

/// First and last names, put together in turns, and what people do.
const FIRST: [&str; 16] = [
    "Nina", "Paul", "Clara", "Jonas", "Irene", "Tomas", "Greta", "Emre", "Sofie", "Lukas", "Zoë", "Matthias", "Aiko",
    "Björn", "Élodie", "Károly",
];
const LAST: [&str; 17] = [
    "Hofmann",
    "Whitaker",
    "Moreau",
    "Keller",
    "Costa",
    "Lindholm",
    "Vogel",
    "Yılmaz",
    "Šimek",
    "Grünwald",
    "Ferrari",
    "Nagy",
    "Tanaka",
    "O’Brien",
    "Kowalska",
    "Sørensen",
    "Mayrhofer",
];
const POSITIONS: [&str; 5] = ["Accounts payable", "Purchasing", "Managing director", "Sales", "Office manager"];
const LIMITS: [i64; 5] = [5000, 10_000, 15_000, 25_000, 60_000];

/// What belongs to the `i`th party.
pub(super) fn of((name, kind, city): (&str, char, &str), i: usize) -> Value {
    let (place, mut dice) = (place(city), Dice::of(name, 2));
    let kinds = match kind {
        'c' => json!(["customer"]),
        'v' => json!(["vendor"]),
        _ => json!(["customer", "vendor"]),
    };
    let domain = domain(name);
    let mut party = json!({
        "name": name, "kinds": kinds, "email": format!("office@{domain}"), "addresses": addresses(place, &mut dice),
        "contacts": contacts(&domain, i, &mut dice),
    });
    if let Some(phone) = places::phone(place.country, i) {
        party["phone"] = json!(phone);
    }
    // one in ten has none, as small businesses do
    if let Some(value) = places::vat(place.country, i).filter(|_| i % 10 != 9) {
        party["tax_ids"] = json!([{"country": place.country, "value": value}]);
    }
    party
}

/// The credit limit of the `i`th party, in whole units of its currency: what it gets by its size, and never less than a
/// quarter more than it owes in cents. Every other customer has one.
pub(super) fn limit(name: &str, i: usize, owes: i64) -> Option<String> {
    let usual = Dice::of(name, 3).pick(&LIMITS).copied()?;
    (i.is_multiple_of(2)).then(|| usual.max((owes / 400_000 + 1) * 5000).to_string())
}

/// Values of the company's own fields: its part of the market, and since when it buys.
pub(super) fn custom((name, kind, city): (&str, char, &str), start: NaiveDate) -> Value {
    let mut custom = json!({"region": place(city).region});
    if kind != 'v' {
        custom["customer_since"] = json!(start - Days::new(Dice::of(name, 3).below(4000)));
    }
    custom
}

fn addresses(place: &Place, dice: &mut Dice) -> Vec<Value> {
    let house = 1 + dice.below(98);
    let address = |kind: &str, lines: Value| json!({"kind": kind, "lines": lines, "postal_code": place.code, "city": place.city, "country": place.country});
    let mut all = vec![address("billing", json!([format!("{} {house}", place.street)]))];
    if dice.percent(25) {
        all.push(address("shipping", json!(["Goods entrance", format!("{} {}", place.street, house + 2)])));
    }
    all
}

fn contacts(domain: &str, i: usize, dice: &mut Dice) -> Vec<Value> {
    let count = if dice.percent(30) { 2 } else { 1 };
    let contact = |n: usize| {
        let (first, last) = (FIRST[(i + 5 * n) % FIRST.len()], LAST[(i * 3 + 7 * n + 2) % LAST.len()]);
        let mut contact = json!({"name": format!("{first} {last}"), "position": POSITIONS[(i + n) % POSITIONS.len()]});
        if n == 0 {
            contact["email"] = json!(format!("{}@{domain}", plain(first)));
        }
        contact
    };
    (0..count).map(contact).collect()
}

/// A domain that nobody can have: its name in plain letters, under `.example`.
fn domain(name: &str) -> String {
    let letters: String = plain(name).chars().take(20).collect();
    format!("{letters}.example")
}

/// Small plain letters and figures.
fn plain(text: &str) -> String {
    text.to_lowercase()
        .chars()
        .map(|c| {
            match c {
                'ä' | 'á' | 'à' | 'ā' | 'å' | 'ã' => "a",
                'ö' | 'ó' | 'ø' | 'õ' | 'ő' => "o",
                'ü' | 'ú' | 'ů' => "u",
                'é' | 'è' | 'ë' | 'ė' | 'ē' | 'ę' => "e",
                'í' | 'ı' | 'ī' | 'ł' if c == 'ł' => "l",
                'í' | 'ı' | 'ī' => "i",
                'ß' | 'ş' | 'š' | 'ș' => "s",
                'č' | 'ç' | 'ć' => "c",
                'ř' => "r",
                'ž' | 'ż' | 'ź' => "z",
                'ğ' => "g",
                'ý' => "y",
                'ň' | 'ñ' | 'ń' => "n",
                _ => "",
            }
            .chars()
            .next()
            .unwrap_or(c)
        })
        .filter(char::is_ascii_alphanumeric)
        .collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::super::names::PARTIES;
    use super::*;

    #[test]
    fn every_party_can_be_reached_somewhere_that_is_nobodys() {
        let mut addresses = BTreeSet::new();
        for (i, party) in PARTIES.iter().enumerate() {
            let of = of(*party, i);
            let email = of["email"].as_str().unwrap();
            assert!(email.is_ascii() && email.ends_with(".example") && email.len() > 18, "{email}");
            assert_eq!(of["addresses"][0]["city"], party.2, "{}", party.0);
            addresses.insert(email.to_owned());
        }
        assert!(addresses.len() > 195, "{}", addresses.len());
    }
}
