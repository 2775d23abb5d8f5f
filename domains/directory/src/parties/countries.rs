//! Countries (ISO 3166-1 alpha-2) and currencies (ISO 4217).

use iso_currency::Currency;
use steward_tools::{Refusal, Result};

/// Every officially assigned code, and `XI` (Northern Ireland in EU VAT numbers) and `XK` (Kosovo in IBANs), which
/// are user-assigned there.
const CODES: &str = "AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ \
    CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR \
    GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP \
    KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT \
    MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW \
    SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ \
    UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS XI XK YE YT ZA ZM ZW";

/// The code in capitals; refuses what is no country.
pub(super) fn country(code: &str, pointer: &str) -> Result<String> {
    let code = code.trim().to_ascii_uppercase();
    if CODES.split_whitespace().any(|known| known == code) {
        return Ok(code);
    }
    Err(Refusal::invalid("unknown_country", pointer, format!("\"{code}\" is not a country code."))
        .fix("Use the two letters of ISO 3166-1, such as DE or FR.")
        .into())
}

/// The code in capitals; refuses what is no currency.
pub(super) fn currency(code: &str, pointer: &str) -> Result<String> {
    let code = code.trim().to_ascii_uppercase();
    if Currency::from_code(&code).is_some() {
        return Ok(code);
    }
    Err(Refusal::invalid("unknown_currency", pointer, format!("\"{code}\" is not a currency code."))
        .fix("Use the three letters of ISO 4217, such as EUR or USD.")
        .into())
}

#[cfg(test)]
mod tests {
    #[test]
    fn there_are_as_many_countries_as_iso_lists() {
        assert_eq!(super::CODES.split_whitespace().count(), 249 + 2);
        assert_eq!(super::country(" de ", "").ok().as_deref(), Some("DE"));
        assert!(super::country("UK", "").is_err() && super::country("", "").is_err());
    }
}
