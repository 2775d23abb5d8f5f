//! Account numbers: IBAN (ISO 13616) and BIC (ISO 9362).

use steward_tools::{Refusal, Result};

/// How long an IBAN of each country is (SWIFT IBAN registry). Of other countries only the check digits are proved.
const LENGTHS: &str = "AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DK18 DO28 EE20 EG29 \
    ES24 FI18 FO18 FR27 GB22 GE22 GI23 GL18 GR27 GT28 HR21 HU28 IE22 IL23 IQ23 IS26 IT27 JO30 KW30 KZ20 LB28 LC32 LI21 LT20 \
    LU20 LV21 LY25 MC27 MD24 ME22 MK19 MR27 MT31 MU30 NL18 NO15 PK24 PL28 PS29 PT25 QA29 RO24 RS22 SA24 SC31 SD18 SE24 SI19 \
    SK24 SM27 ST25 SV28 TL23 TN24 TR26 UA29 VA22 VG24 XK20";

/// The IBAN in capitals without spaces; refuses one whose check digits or length are wrong.
pub(super) fn iban(text: &str, pointer: &str) -> Result<String> {
    let bare: String =
        text.chars().filter(|c| !c.is_whitespace() && *c != '-').collect::<String>().to_ascii_uppercase();
    if holds(&bare) {
        return Ok(bare);
    }
    Err(Refusal::invalid("invalid_iban", pointer, "This IBAN does not hold: its check digits or length are wrong.")
        .fix("Compare it with the bank's letter, digit by digit.")
        .into())
}

fn holds(iban: &str) -> bool {
    let bytes = iban.as_bytes();
    let formed = (15..=34).contains(&bytes.len())
        && bytes[..2].iter().all(u8::is_ascii_uppercase)
        && bytes[2..4].iter().all(u8::is_ascii_digit)
        && bytes[4..].iter().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit());
    if !formed {
        return false;
    }
    let length = LENGTHS.split_whitespace().find_map(|of| of.strip_prefix(&iban[..2])).and_then(|n| n.parse().ok());
    length.is_none_or(|length: usize| length == bytes.len()) && remainder(bytes) == 1
}

/// The number by 97, the first four characters at the end, letters as 10 to 35.
fn remainder(iban: &[u8]) -> u32 {
    iban[4..].iter().chain(&iban[..4]).fold(0, |rest, c| match c {
        b'0'..=b'9' => (rest * 10 + u32::from(c - b'0')) % 97,
        _ => (rest * 100 + u32::from(c - b'A') + 10) % 97,
    })
}

/// The BIC in capitals; refuses what is not formed like one.
pub(super) fn bic(text: &str, pointer: &str) -> Result<String> {
    let bic: String = text.chars().filter(|c| !c.is_whitespace()).collect::<String>().to_ascii_uppercase();
    let formed = matches!(bic.len(), 8 | 11)
        && bic.bytes().enumerate().all(|(i, c)| c.is_ascii_uppercase() || (i >= 6 && c.is_ascii_digit()));
    if formed {
        return Ok(bic);
    }
    Err(Refusal::invalid("invalid_bic", pointer, format!("\"{bic}\" is not a BIC."))
        .fix("It has 8 or 11 characters, such as DEUTDEFF.")
        .into())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn known_numbers_hold() {
        for good in
            ["DE89 3704 0044 0532 0130 00", "gb29nwbk60161331926819", "FR1420041010050500013M02606", "NO9386011117947"]
        {
            assert!(iban(good, "").is_ok(), "{good}");
        }
        for bad in ["DE89 3704 0044 0532 0130 01", "DE8937040044053201300", "XX", "", "DE89 3704 0044 0532 0130 0ö"] {
            assert!(iban(bad, "").is_err(), "{bad}");
        }
        assert!(bic("deutdeff", "").is_ok() && bic("DEUTDEFF500", "").is_ok());
        assert!(bic("DEUTDEFF5", "").is_err() && bic("D3UTDEFF", "").is_err());
    }

    /// A German IBAN of any account.
    fn any_iban() -> impl Strategy<Value = String> {
        "[0-9]{18}".prop_map(|account| {
            let check = 98 - remainder(format!("DE00{account}").as_bytes());
            format!("DE{check:02}{account}")
        })
    }

    proptest! {
        #[test]
        fn spaces_and_case_do_not_matter(given in any_iban(), cuts in proptest::collection::vec(0_usize..22, 0..6), lower: bool) {
            let mut written = if lower { given.to_lowercase() } else { given.clone() };
            for cut in cuts {
                written.insert(cut, ' ');
            }
            let once = iban(&written, "").map_err(|e| TestCaseError::fail(e.to_string()))?;
            prop_assert_eq!(&once, &given);
            prop_assert_eq!(iban(&once, "").ok(), Some(once));
        }

        #[test]
        fn one_wrong_digit_is_noticed(given in any_iban(), at in 2_usize..22, by in 1_u8..10) {
            let mut wrong = given.into_bytes();
            wrong[at] = b'0' + (wrong[at] - b'0' + by) % 10;
            prop_assert!(!holds(&String::from_utf8_lossy(&wrong)));
        }
    }
}
