//! Towns, and what a number of their country's tax office, phone and bank looks like. All numbers are nobody's.

/// A town with its country, its part of the market, a postal code and a street.
pub(super) struct Place {
    pub(super) city: &'static str,
    pub(super) country: &'static str,
    pub(super) region: &'static str,
    pub(super) code: &'static str,
    pub(super) street: &'static str,
}

const fn at(
    city: &'static str,
    country: &'static str,
    region: &'static str,
    code: &'static str,
    street: &'static str,
) -> Place {
    Place { city, country, region, code, street }
}

/// Where the company itself is: what goes elsewhere is not taxed here.
pub(super) const HOME: &str = "AT";

/// What the market is divided into.
pub(super) const REGIONS: [&str; 5] =
    ["Austria East", "Austria West", "Germany and Switzerland", "Rest of Europe", "Overseas"];
const EAST: &str = REGIONS[0];
const WEST: &str = REGIONS[1];
const NEAR: &str = REGIONS[2];
const EUROPE: &str = REGIONS[3];
const OVERSEAS: &str = REGIONS[4];

const PLACES: [Place; 41] = [
    at("Wien", "AT", EAST, "1070", "Burggasse"),
    at("Graz", "AT", EAST, "8010", "Sackstraße"),
    at("Linz", "AT", EAST, "4020", "Landstraße"),
    at("St. Pölten", "AT", EAST, "3100", "Kremser Gasse"),
    at("Klagenfurt", "AT", WEST, "9020", "Bahnhofstraße"),
    at("Salzburg", "AT", WEST, "5020", "Linzer Gasse"),
    at("Innsbruck", "AT", WEST, "6020", "Museumstraße"),
    at("Bregenz", "AT", WEST, "6900", "Kornmarktstraße"),
    at("Hamburg", "DE", NEAR, "20095", "Mönckebergstraße"),
    at("München", "DE", NEAR, "80331", "Sendlinger Straße"),
    at("Nürnberg", "DE", NEAR, "90402", "Königstraße"),
    at("Zürich", "CH", NEAR, "8001", "Löwenstrasse"),
    at("Bristol", "GB", EUROPE, "BS1 4DJ", "Quay Street"),
    at("Leeds", "GB", EUROPE, "LS1 6DG", "Park Row"),
    at("Cork", "IE", EUROPE, "T12 W8KP", "Patrick Street"),
    at("Utrecht", "NL", EUROPE, "3511 AB", "Oudegracht"),
    at("Gent", "BE", EUROPE, "9000", "Veldstraat"),
    at("Lyon", "FR", EUROPE, "69002", "Rue Victor Hugo"),
    at("Strasbourg", "FR", EUROPE, "67000", "Rue des Juifs"),
    at("Torino", "IT", EUROPE, "10121", "Via Roma"),
    at("Bolzano", "IT", EUROPE, "39100", "Via dei Portici"),
    at("Trieste", "IT", EUROPE, "34121", "Via Carducci"),
    at("Valencia", "ES", EUROPE, "46002", "Calle Colón"),
    at("Porto", "PT", EUROPE, "4000-322", "Rua de Santa Catarina"),
    at("Aarhus", "DK", EUROPE, "8000", "Søndergade"),
    at("Göteborg", "SE", EUROPE, "411 07", "Östra Hamngatan"),
    at("Bergen", "NO", EUROPE, "5003", "Strandgaten"),
    at("Turku", "FI", EUROPE, "20100", "Yliopistonkatu"),
    at("Tallinn", "EE", EUROPE, "10111", "Narva maantee"),
    at("Rīga", "LV", EUROPE, "LV-1010", "Elizabetes iela"),
    at("Kaunas", "LT", EUROPE, "44280", "Laisvės alėja"),
    at("Kraków", "PL", EUROPE, "31-042", "Floriańska"),
    at("Brno", "CZ", EUROPE, "602 00", "Masarykova"),
    at("Košice", "SK", EUROPE, "040 01", "Hlavná"),
    at("Győr", "HU", EUROPE, "9021", "Baross Gábor út"),
    at("Maribor", "SI", EUROPE, "2000", "Gosposka ulica"),
    at("Rijeka", "HR", EUROPE, "51000", "Korzo"),
    at("Cluj-Napoca", "RO", EUROPE, "400006", "Strada Memorandumului"),
    at("Thessaloniki", "GR", EUROPE, "546 24", "Tsimiski"),
    at("İzmir", "TR", OVERSEAS, "35210", "Cumhuriyet Bulvarı"),
    at("Osaka", "JP", OVERSEAS, "530-0001", "Umeda"),
];
const PORTLAND: Place = at("Portland", "US", OVERSEAS, "OR 97205", "SW Morrison Street");

/// The town of this name; the last one stands for any other.
pub(super) fn place(city: &str) -> &'static Place {
    PLACES.iter().find(|place| place.city == city).unwrap_or(&PORTLAND)
}

/// What those of a country are invoiced in, where it is not the company's own currency.
pub(super) fn currency(country: &str) -> Option<&'static str> {
    match country {
        "GB" => Some("GBP"),
        "US" => Some("USD"),
        _ => None,
    }
}

/// How a country writes its VAT numbers: `d` is a figure.
const VAT: [(&str, &str); 26] = [
    ("AT", "ATUdddddddd"),
    ("BE", "BE0ddddddddd"),
    ("CH", "CHEdddddddddMWST"),
    ("CZ", "CZdddddddd"),
    ("DE", "DEddddddddd"),
    ("DK", "DKdddddddd"),
    ("EE", "EEddddddddd"),
    ("ES", "ESBdddddddd"),
    ("FI", "FIdddddddd"),
    ("FR", "FRddddddddddd"),
    ("GB", "GBddddddddd"),
    ("GR", "ELddddddddd"),
    ("HR", "HRddddddddddd"),
    ("HU", "HUdddddddd"),
    ("IE", "IEdddddddXA"),
    ("IT", "ITddddddddddd"),
    ("LT", "LTddddddddd"),
    ("LV", "LVddddddddddd"),
    ("NL", "NLdddddddddB01"),
    ("NO", "NOdddddddddMVA"),
    ("PL", "PLdddddddddd"),
    ("PT", "PTddddddddd"),
    ("RO", "ROdddddddd"),
    ("SE", "SEdddddddddddd"),
    ("SI", "SIdddddddd"),
    ("SK", "SKdddddddddd"),
];

/// The `i`th number of the country's form, where it has one.
pub(super) fn vat(country: &str, i: usize) -> Option<String> {
    let (_, form) = VAT.iter().find(|(of, _)| *of == country)?;
    let width = form.bytes().filter(|c| *c == b'd').count();
    let number = format!("99{:0width$}", i + 1, width = width.saturating_sub(2));
    let mut figures = number.chars();
    Some(form.chars().map(|c| if c == 'd' { figures.next().unwrap_or('0') } else { c }).collect())
}

/// A number that the country keeps for films and books; most keep none.
pub(super) fn phone(country: &str, i: usize) -> Option<String> {
    Some(match country {
        "DE" => format!("+49 30 23125 {:03}", i % 1000),
        "FR" => format!("+33 1 99 00 {:02} {:02}", i / 100, i % 100),
        "GB" => format!("+44 1632 960{:03}", i % 1000),
        "SE" => format!("+46 31 390 06 {:02}", i % 50),
        "US" => format!("+1 503 555 01{:02}", i % 100),
        _ => return None,
    })
}

/// An account with valid check digits at a bank that does not exist, German or Austrian.
pub(super) fn iban(country: &str, i: usize) -> String {
    let (land, letters, account) = match country {
        // letters count from A = 10
        "AT" => ("AT", "1029", format!("99999{:011}", i + 1)),
        _ => ("DE", "1314", format!("99999999{:010}", i + 1)),
    };
    let rest = format!("{account}{letters}00").bytes().fold(0, |rest, c| (rest * 10 + u32::from(c - b'0')) % 97);
    format!("{land}{:02}{account}", 98 - rest)
}
