//! Where the invented parties are, whom to speak to, how tax offices know them, and where vendors are paid.

use serde_json::{Value, json};

/// Endings of names, the country they stand for, a town there with its postal code and a street.
const PLACES: [(&[&str], &str, &str, &str, &str); 9] = [
    (&["Ltd", "plc", "LLP"], "GB", "Bristol", "BS1 4DJ", "Quay Street"),
    (&["BV"], "NL", "Utrecht", "3511 AB", "Oudegracht"),
    (&["SARL", "SAS"], "FR", "Lyon", "69002", "Rue Victor Hugo"),
    (&["SpA", "SRL"], "IT", "Torino", "10121", "Via Roma"),
    (&["SL"], "ES", "Valencia", "46002", "Calle Colón"),
    (&["OÜ"], "EE", "Tallinn", "10111", "Narva maantee"),
    (&["AS", "AB"], "NO", "Bergen", "5003", "Strandgaten"),
    (&["GmbH", "AG", "KG", "SE", "eV", "PartG"], "DE", "Hamburg", "20095", "Mönckebergstraße"),
    (&[], "DE", "Leipzig", "04109", "Petersstraße"),
];

/// First and last names, put together in turns, and what people do.
const PEOPLE: [(&str, &str); 7] = [
    ("Nina", "Hofmann"),
    ("Paul", "Whitaker"),
    ("Clara", "Moreau"),
    ("Jonas", "Keller"),
    ("Irene", "Costa"),
    ("Tomas", "Lindholm"),
    ("Greta", "Vogel"),
];
const POSITIONS: [&str; 4] = ["Accounts payable", "Purchasing", "Managing director", "Sales"];

/// What belongs to the party of this name, the `i`th of the list.
pub(super) fn of(name: &str, i: usize) -> Value {
    let ending = name.rsplit(' ').next().unwrap_or_default();
    let fits = |endings: &[&str]| endings.is_empty() || endings.contains(&ending);
    let Some((_, country, city, code, street)) = PLACES.iter().find(|(endings, ..)| fits(endings)) else {
        return json!({});
    };
    let house = 3 + (i * 7) % 90;
    let mut addresses = vec![json!({
        "kind": "billing", "lines": [format!("{street} {house}")], "postal_code": code, "city": city, "country": country,
    })];
    if i % 4 == 1 {
        addresses.push(json!({
            "kind": "shipping", "lines": ["Goods entrance", format!("{street} {}", house + 2)], "postal_code": code,
            "city": city, "country": country,
        }));
    }
    let (first, _) = PEOPLE[i % PEOPLE.len()];
    let (_, last) = PEOPLE[(i * 3 + 2) % PEOPLE.len()];
    let mut details = json!({
        "addresses": addresses,
        "contacts": [{"name": format!("{first} {last}"), "position": POSITIONS[i % POSITIONS.len()]}],
    });
    // one in ten has none, as small businesses do
    if i % 10 != 9 {
        details["tax_ids"] = json!([{"country": country, "value": vat(country, i)}]);
    }
    if i.is_multiple_of(3) {
        details["credit_limit"] = json!(["5000", "10000", "25000"][i / 3 % 3]);
    }
    details
}

/// A number of the country's form; nobody's.
fn vat(country: &str, i: usize) -> String {
    let n = i + 1;
    match country {
        "GB" => format!("GB9900{n:05}"),
        "NL" => format!("NL9900{n:05}B01"),
        "FR" => format!("FR00{n:09}"),
        "IT" => format!("IT{n:011}"),
        "ES" => format!("ESB99{n:06}"),
        "EE" => format!("EE9900{n:05}"),
        "NO" => format!("NO9900{n:05}MVA"),
        _ => format!("DE9900{n:05}"),
    }
}

/// A German account with valid check digits at a bank that does not exist.
pub(super) fn iban(i: usize) -> String {
    let account = format!("99999999{:010}", i + 1);
    // D and E are 13 and 14; the check digits make the whole 1 by 97
    let rest = format!("{account}131400").bytes().fold(0, |rest, c| (rest * 10 + u32::from(c - b'0')) % 97);
    format!("DE{:02}{account}", 98 - rest)
}
