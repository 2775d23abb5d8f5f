//! VAT identification numbers of the European Union: how each country writes them.

use steward_tools::{Refusal, Result};

/// Prefix, country, and what follows the prefix: `d` is a digit, `l` a letter, `c` either (and `+ *` in old Irish
/// numbers); capitals and figures stand for themselves. Source: European Commission, VIES, "VAT number structure"
/// (<https://ec.europa.eu/taxation_customs/vies/#/faq>, question 11). Check digits are not proved: VIES knows who exists.
const FORMS: [(&str, &str, &[&str]); 28] = [
    ("AT", "AT", &["Udddddddd"]),
    ("BE", "BE", &["0ddddddddd", "1ddddddddd"]),
    ("BG", "BG", &["ddddddddd", "dddddddddd"]),
    ("CY", "CY", &["ddddddddl"]),
    ("CZ", "CZ", &["dddddddd", "ddddddddd", "dddddddddd"]),
    ("DE", "DE", &["ddddddddd"]),
    ("DK", "DK", &["dddddddd"]),
    ("EE", "EE", &["ddddddddd"]),
    ("EL", "GR", &["ddddddddd"]),
    ("ES", "ES", &["ldddddddd", "ddddddddl", "ldddddddl"]),
    ("FI", "FI", &["dddddddd"]),
    ("FR", "FR", &["ccddddddddd"]),
    ("HR", "HR", &["ddddddddddd"]),
    ("HU", "HU", &["dddddddd"]),
    ("IE", "IE", &["dcdddddl", "dddddddll"]),
    ("IT", "IT", &["ddddddddddd"]),
    ("LT", "LT", &["ddddddddd", "dddddddddddd"]),
    ("LU", "LU", &["dddddddd"]),
    ("LV", "LV", &["ddddddddddd"]),
    ("MT", "MT", &["dddddddd"]),
    ("NL", "NL", &["dddddddddBdd"]),
    ("PL", "PL", &["dddddddddd"]),
    ("PT", "PT", &["ddddddddd"]),
    ("RO", "RO", &["dd", "ddd", "dddd", "ddddd", "dddddd", "ddddddd", "dddddddd", "ddddddddd", "dddddddddd"]),
    ("SE", "SE", &["dddddddddddd"]),
    ("SI", "SI", &["dddddddd"]),
    ("SK", "SK", &["dddddddddd"]),
    ("XI", "XI", &["ddddddddd", "dddddddddddd", "GDddd", "HAddd"]),
];

/// Capitals without the spaces, points, dashes and slashes that people write.
fn bare(value: &str) -> String {
    value
        .chars()
        .filter(|c| !c.is_whitespace() && !matches!(c, '.' | '-' | '/' | ','))
        .collect::<String>()
        .to_uppercase()
}

fn fits(value: &str, form: &str) -> bool {
    value.len() == form.len()
        && value.bytes().zip(form.bytes()).all(|(c, wanted)| match wanted {
            b'd' => c.is_ascii_digit(),
            b'l' => c.is_ascii_uppercase(),
            b'c' => c.is_ascii_uppercase() || c.is_ascii_digit() || matches!(c, b'+' | b'*'),
            _ => c == wanted,
        })
}

/// The number as it is stored, with its prefix. Refuses what its country does not write so.
pub(super) fn checked(country: &str, value: &str, pointer: &str) -> Result<String> {
    let value = bare(value);
    let Some((prefix, _, forms)) = FORMS.iter().find(|(_, of, _)| *of == country) else {
        let plain = value.bytes().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit());
        return if plain && (2..=30).contains(&value.len()) {
            Ok(value)
        } else {
            Err(refused(country, &value, pointer, None))
        };
    };
    let rest = value.strip_prefix(prefix).unwrap_or(&value);
    if forms.iter().any(|form| fits(rest, form)) {
        return Ok(format!("{prefix}{rest}"));
    }
    let example = forms.first().map(|form| format!("{prefix}{}", example(form)));
    Err(refused(country, &value, pointer, example))
}

/// The country and number, where a text says by its prefix that it is a VAT number of the Union.
pub(super) fn recognised(text: &str) -> Option<(&'static str, String)> {
    let value = bare(text);
    let (prefix, country, forms) = FORMS.iter().find(|(prefix, ..)| value.starts_with(prefix))?;
    let rest = value.strip_prefix(prefix)?;
    forms.iter().any(|form| fits(rest, form)).then(|| (*country, value.clone()))
}

fn example(form: &str) -> String {
    let digits = "1234567890";
    let mut next = digits.chars().cycle();
    form.chars()
        .map(|c| match c {
            'd' | 'c' => next.next().unwrap_or('1'),
            'l' => 'A',
            other => other,
        })
        .collect()
}

fn refused(country: &str, value: &str, pointer: &str, example: Option<String>) -> steward_tools::Error {
    let refusal =
        Refusal::invalid("invalid_vat_id", pointer, format!("\"{value}\" is not a VAT number as {country} writes it."));
    refusal
        .fix(match example {
            Some(example) => {
                format!("It looks like {example}. Another number for the tax office is of kind \"other\".")
            }
            None => "It has 2 to 30 letters and digits.".to_owned(),
        })
        .into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_known_by_their_form() {
        for (country, written, stored) in [
            ("DE", "de 123.456.789", "DE123456789"),
            ("DE", "123456789", "DE123456789"),
            ("GR", "EL123456789", "EL123456789"),
            ("AT", "ATU12345678", "ATU12345678"),
            ("BE", "BE 0123.456.749", "BE0123456749"),
            ("FR", "FRXX999999999", "FRXX999999999"),
            ("ES", "ESB12345678", "ESB12345678"),
            ("NL", "NL123456789B01", "NL123456789B01"),
            ("IE", "IE1234567WA", "IE1234567WA"),
            ("XI", "XIGD123", "XIGD123"),
            ("CH", "CHE-123.456.789 MWST", "CHE123456789MWST"),
        ] {
            assert_eq!(checked(country, written, "").ok().as_deref(), Some(stored), "{written}");
        }
        for (country, wrong) in
            [("DE", "12345678"), ("DE", "FR12345678901"), ("ES", "123456789"), ("AT", "12345678"), ("GB", "§")]
        {
            assert!(checked(country, wrong, "").is_err(), "{wrong}");
        }
        assert_eq!(recognised("el 123456789").map(|(country, _)| country), Some("GR"));
        assert_eq!(recognised("12/345/67890"), None);
    }

    #[test]
    fn every_form_accepts_its_own_example() {
        for (_, country, forms) in FORMS {
            for form in forms {
                assert!(checked(country, &example(form), "").is_ok(), "{country} {form}");
            }
        }
    }
}
