//! The charts of accounts that a company can begin with. Each is a file beside the code, one account a line, headings before
//! what stands under them.

use std::str::FromStr;

use serde::Deserialize;
use steward_tools::{Error, Refusal, Result};

/// A ready chart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Chart {
    /// In the words of IFRS.
    #[default]
    Ifrs,
    /// As companies of the United States name their accounts.
    Us,
}

/// An account of a ready chart.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct ChartAccount {
    /// Its code.
    pub code: String,
    /// The code of the heading it stands under.
    pub parent: Option<String>,
    heading: Option<String>,
    /// asset, liability, equity, income or expense.
    pub r#type: String,
    /// What postings use it for.
    pub purpose: Option<String>,
    /// Its name.
    pub name: String,
}

impl ChartAccount {
    /// Whether it gathers others and is not posted to.
    #[must_use]
    pub const fn is_heading(&self) -> bool {
        self.heading.is_some()
    }
}

impl Chart {
    /// All there are, with what people call them.
    pub const ALL: [(Self, &'static str); 2] = [(Self::Ifrs, "ifrs"), (Self::Us, "us")];

    const fn file(self) -> &'static str {
        match self {
            Self::Ifrs => include_str!("../../charts/ifrs.csv"),
            Self::Us => include_str!("../../charts/us.csv"),
        }
    }

    /// Its accounts, headings first.
    pub fn accounts(self) -> Result<Vec<ChartAccount>> {
        let mut reader = csv::Reader::from_reader(self.file().as_bytes());
        let rows: Result<Vec<ChartAccount>, csv::Error> = reader.deserialize().collect();
        rows.map_err(|error| Error::internal(format!("a chart of accounts: {error}")))
    }
}

impl FromStr for Chart {
    type Err = Refusal;

    fn from_str(text: &str) -> Result<Self, Refusal> {
        let known = Self::ALL.iter().find(|(_, name)| text.eq_ignore_ascii_case(name));
        known.map(|(chart, _)| *chart).ok_or_else(|| {
            Refusal::invalid("unknown_chart", "/chart", format!("There is no chart of accounts called \"{text}\"."))
                .fix("Choose ifrs or us.")
        })
    }
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use super::*;
    use crate::accounts::Purpose;

    #[test]
    fn every_chart_is_a_tree_that_serves_every_purpose_once() {
        let file = include_str!("../../../../migrations/0026_terms.sql");
        let known = file.split("account_purpose_known check (purpose in (").nth(1).unwrap().split(')').next().unwrap();
        let known: BTreeSet<&str> = known.split(',').map(|word| word.trim().trim_matches('\'')).collect();
        for (chart, name) in Chart::ALL {
            assert_eq!(Chart::from_str(name), Ok(chart));
            let mut above: BTreeMap<String, String> = BTreeMap::new();
            let mut codes = BTreeSet::new();
            let mut purposes = BTreeSet::new();
            for account in chart.accounts().unwrap() {
                assert!(codes.insert(account.code.clone()), "{name} {}", account.code);
                if let Some(parent) = &account.parent {
                    assert_eq!(above.get(parent), Some(&account.r#type), "{name} {}", account.code);
                }
                if account.is_heading() {
                    assert_eq!(account.purpose, None);
                    above.insert(account.code.clone(), account.r#type.clone());
                }
                if let Some(purpose) = account.purpose {
                    let read: Purpose = serde_json::from_value(serde_json::json!(purpose)).unwrap();
                    read.fits(&account.r#type).unwrap();
                    assert!(purposes.insert(purpose));
                }
            }
            let missing: Vec<&str> = known.iter().copied().filter(|purpose| !purposes.contains(*purpose)).collect();
            assert_eq!(missing, Vec::<&str>::new(), "{name}");
        }
        assert_eq!(Chart::from_str("skr03").unwrap_err().code, "unknown_chart");
    }
}
