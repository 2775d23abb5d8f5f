//! `steward org add NAME --admin EMAIL`

use std::process::ExitCode;

use chrono::Utc;
use clap::{Args as ClapArgs, Subcommand};
use serde_json::json;
use steward_accounting::accounts::charts::Chart;
use steward_tools::identity::ADMIN;
use steward_tools::identity::links::{self, Link, Purpose};
use steward_tools::{Kind, Refusal, name_key};

use super::Asked;
use super::operator::Operator;
use super::user::REDEEM;
use crate::config::Config;
use crate::founding::{self, Company};
use crate::{Result, out};

#[derive(Debug, ClapArgs)]
pub(crate) struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Found an organisation: its chart of accounts, its tax codes, and a first administrator
    Add(Add),
}

#[derive(Debug, ClapArgs)]
#[command(after_help = REDEEM)]
struct Add {
    /// Its name
    name: String,
    /// The first administrator's e-mail
    #[arg(long, value_name = "EMAIL")]
    admin: String,
    /// The administrator's name [default: what stands before the @]
    #[arg(long, value_name = "NAME")]
    admin_name: Option<String>,
    /// The short code by which people sign in [default: from the name]
    #[arg(long, value_name = "CODE")]
    code: Option<String>,
    /// The currency in which its books are kept; it never changes
    #[arg(long, value_name = "CURRENCY", default_value = "EUR")]
    currency: String,
    /// The time zone in which its business days begin
    #[arg(long, value_name = "ZONE", default_value = "Europe/Berlin")]
    zone: String,
    /// The month in which its fiscal years begin: 1 is January
    #[arg(long, value_name = "MONTH", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=12))]
    fiscal_year_start: u32,
    /// The accounts it begins with: ifrs or us
    #[arg(long, value_name = "CHART", default_value = "ifrs")]
    chart: String,
}

pub(crate) async fn run(asked: Asked, args: Args) -> Result<ExitCode> {
    let What::Add(add) = args.what;
    let config = &asked.settings.config;
    let founded = Checked::of(add)?;
    make_room(config)?;
    let operator = Operator::open(config).await?;
    let done = found(&operator, &founded).await;
    operator.close().await?;
    let link = done?;
    if asked.json {
        out::json(&json!({
            "organization": founded.code, "name": founded.name, "admin": founded.admin, "setup_link": link.url, "link_expires_at": link.expires_at,
        }));
    } else {
        out::line(&format!("{} is founded; its code is {}.", founded.name, founded.code));
        super::user::show_link(&founded.admin, &link.url, &link.expires_at.format("%Y-%m-%d %H:%M UTC").to_string());
    }
    Ok(ExitCode::SUCCESS)
}

/// The first organisation of a new folder needs no server to have run there before.
fn make_room(config: &Config) -> Result<()> {
    if config.is_private() && !config.data.exists() {
        std::fs::create_dir_all(&config.data)
            .map_err(|e| crate::Failure::new(format!("{} cannot be made: {e}.", config.data.display())))?;
    }
    Ok(())
}

/// What was asked for, as far as it can be checked without looking.
struct Checked {
    name: String,
    code: String,
    admin: String,
    admin_name: String,
    currency: String,
    zone: String,
    fiscal_year_start: u32,
    chart: Chart,
}

impl Checked {
    fn of(add: Add) -> Result<Self> {
        let refuse = |code: &str, detail: String, fix: &str| Refusal::new(Kind::Invalid, code, detail).fix(fix);
        let name = add.name.split_whitespace().collect::<Vec<_>>().join(" ");
        let key = name_key(&name);
        if key.is_empty() || name.chars().count() > 200 {
            return Err(refused(refuse(
                "invalid_name",
                "A name has letters or digits, and at most 200.".into(),
                "Write it in quotes.",
            )));
        }
        let code = add.code.unwrap_or_else(|| code_of(&key));
        let fits = |c: u8| c.is_ascii_lowercase() || c.is_ascii_digit() || c == b'-';
        if code.is_empty() || code.len() > 63 || code.starts_with('-') || !code.bytes().all(fits) {
            let detail = format!("\"{code}\" is no code: it has small letters, digits and hyphens, at most 63.");
            return Err(refused(refuse("invalid_code", detail, "Choose one with --code.")));
        }
        let admin = add.admin.trim().to_lowercase();
        let (user, host) = admin.split_once('@').unwrap_or_default();
        if user.is_empty() || !host.contains('.') || host.contains('@') || admin.contains(char::is_whitespace) {
            let detail = format!("\"{admin}\" is not an e-mail address.");
            return Err(refused(refuse("invalid_email", detail, "Write it as name@company.example.")));
        }
        let currency = add.currency.to_uppercase();
        if !steward_common::is_currency(&currency) {
            let detail = format!("There is no currency called \"{currency}\".");
            return Err(refused(refuse("unknown_currency", detail, "Use its ISO 4217 code, as EUR.")));
        }
        let zone = add.zone.parse::<chrono_tz::Tz>().map_err(|_| {
            let detail = format!("There is no time zone called \"{}\".", add.zone);
            refused(refuse("unknown_zone", detail, "Write it as Europe/Berlin."))
        })?;
        let chart = add.chart.parse::<Chart>().map_err(refused)?;
        let admin_name = add.admin_name.unwrap_or_else(|| user.to_owned());
        let (zone, fiscal_year_start) = (zone.name().to_owned(), add.fiscal_year_start);
        Ok(Self { name, code, admin_name, admin, currency, zone, fiscal_year_start, chart })
    }
}

fn refused(refusal: Refusal) -> crate::Failure {
    crate::Failure::Refused(Box::new(refusal))
}

/// "Müller & Söhne" is muller-sohne: letters that a keyboard abroad has.
fn code_of(key: &str) -> String {
    use unicode_normalization::UnicodeNormalization as _;
    let plain: String = key.nfkd().filter(|c| c.is_ascii_alphanumeric() || *c == ' ').collect();
    let words: Vec<&str> = plain.split_whitespace().collect();
    words.join("-").chars().take(40).collect::<String>().trim_end_matches('-').to_owned()
}

async fn found(operator: &Operator, wanted: &Checked) -> Result<Link> {
    let owner = operator.owner()?;
    if founding::exists(owner, &wanted.code).await? {
        let detail = format!("There is an organisation called {} already.", wanted.code);
        return Err(refused(Refusal::conflict("code_taken", detail).fix("Choose another code with --code.")));
    }
    let people = [(wanted.admin.as_str(), wanted.admin_name.as_str(), ADMIN)];
    let company = Company {
        code: &wanted.code,
        name: &wanted.name,
        currency: &wanted.currency,
        zone: &wanted.zone,
        people: &people,
        admin: &wanted.admin,
        hash: None,
        today: Utc::now().date_naive(),
        fiscal_year_start: wanted.fiscal_year_start,
        chart: wanted.chart,
    };
    let mut tx = owner.begin().await?;
    let org = founding::found(&mut tx, &company).await?;
    let user = sqlx::query_scalar!("select id from users where org_id = $1 and email = $2", org, wanted.admin)
        .fetch_one(&mut *tx)
        .await?;
    let link = links::create(&mut tx, org, user, Purpose::Setup).await?;
    tx.commit().await?;
    Ok(link)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(name: &str, code: Option<&str>, admin: &str, currency: &str, zone: &str) -> Result<String, String> {
        let add = Add {
            name: name.into(),
            admin: admin.into(),
            admin_name: None,
            code: code.map(str::to_owned),
            currency: currency.into(),
            zone: zone.into(),
            fiscal_year_start: 1,
            chart: "us".into(),
        };
        Checked::of(add).map(|checked| checked.code).map_err(|failure| match failure {
            crate::Failure::Refused(refusal) => refusal.code,
            other => other.to_string(),
        })
    }

    #[test]
    fn what_cannot_be_founded_is_refused_by_name() {
        let good = |name| code(name, None, "boss@acme.example", "eur", "Europe/Berlin");
        assert_eq!(good("Acme Trading GmbH").unwrap(), "acme-trading-gmbh");
        assert_eq!(good("Müller & Söhne").unwrap(), "muller-sohne");
        assert_eq!(good("  ").unwrap_err(), "invalid_name");
        assert_eq!(good("株式会社").unwrap_err(), "invalid_code", "such names need a code");
        let of = |org_code, admin, currency, zone| code("Acme", org_code, admin, currency, zone).unwrap_err();
        assert_eq!(of(Some("Acme!"), "boss@acme.example", "EUR", "UTC"), "invalid_code");
        assert_eq!(of(None, "boss", "EUR", "UTC"), "invalid_email");
        assert_eq!(of(None, "boss@acme.example", "XYQ", "UTC"), "unknown_currency");
        assert_eq!(of(None, "boss@acme.example", "EUR", "Mars/Base"), "unknown_zone");
    }
}
