//! Settings: `steward.toml`, then the environment, then the command line; later ones win.

use std::collections::BTreeMap;
use std::env;
use std::fmt;
use std::fs;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};

use chrono::NaiveDate;
use figment::Figment;
use figment::providers::{Format as _, Serialized, Toml};
use serde::de::Error as _;
use serde::{Deserialize, Deserializer};

use crate::demo::Size;
use crate::{Failure, Result};

const FILE: &str = "steward.toml";
/// Settings and their environment variables. Any may be `…_FILE`, which names a file that holds the value.
pub const SETTINGS: &[(&str, &str)] = &[
    ("database_url", "DATABASE_URL"),
    ("app_database_url", "STEWARD_APP_DATABASE_URL"),
    ("data", "STEWARD_DATA"),
    ("listen", "STEWARD_LISTEN"),
    ("url", "STEWARD_URL"),
    ("trusted_proxies", "STEWARD_TRUSTED_PROXIES"),
    ("today", "STEWARD_TODAY"),
    ("demo_size", "STEWARD_DEMO_SIZE"),
    ("s3_url", "S3_URL"),
    ("file_limit", "STEWARD_FILE_LIMIT"),
    ("log_format", "STEWARD_LOG_FORMAT"),
    ("metrics_token", "STEWARD_METRICS_TOKEN"),
    ("models", "STEWARD_MODELS"),
    ("model_timeout", "STEWARD_MODEL_TIMEOUT"),
    ("model_tools", "STEWARD_MODEL_TOOLS"),
    ("openai_api_key", "OPENAI_API_KEY"),
    ("openai_base_url", "OPENAI_BASE_URL"),
    ("anthropic_api_key", "ANTHROPIC_API_KEY"),
    ("anthropic_base_url", "ANTHROPIC_BASE_URL"),
];

/// A value that is never shown.
#[derive(Clone, Deserialize)]
#[serde(transparent)]
pub struct Secret(String);

impl Secret {
    /// A secret with this value.
    #[must_use]
    pub fn new(value: impl Into<String>) -> Self {
        Self(value.into())
    }
    /// The value itself.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("•••")
    }
}

/// How logs are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// Lines for people.
    #[default]
    Plain,
    /// One JSON object a line.
    Json,
}

/// What holds for this process.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// Where everything is kept that is not in a database of yours.
    #[serde(default = "default_data")]
    pub data: PathBuf,
    /// Where the server listens.
    #[serde(default = "default_listen")]
    pub listen: SocketAddr,
    /// Where people reach it, if not where it listens: links that are handed out begin with it.
    #[serde(default)]
    pub url: Option<String>,
    /// Addresses of reverse proxies, with commas between them, whose X-Forwarded-For is believed.
    #[serde(default)]
    pub trusted_proxies: Option<String>,
    /// The database as its owner; without any, a private one in the data folder.
    #[serde(default)]
    pub database_url: Option<Secret>,
    /// The database as the application role.
    #[serde(default)]
    pub app_database_url: Option<Secret>,
    /// The business day, honoured with the demo only.
    #[serde(default)]
    pub today: Option<NaiveDate>,
    /// How much of the demo companies is seeded: full, sample or small.
    #[serde(default)]
    pub demo_size: Size,
    /// The bucket where files are kept (`s3://BUCKET/PREFIX`); without any, a folder of the data folder.
    #[serde(default)]
    pub s3_url: Option<Secret>,
    /// The most bytes that one file may have.
    #[serde(default = "default_file_limit", deserialize_with = "number")]
    pub file_limit: usize,
    /// How logs are written.
    #[serde(default)]
    pub log_format: LogFormat,
    /// What `/metrics` asks for as a bearer token; without any, only this machine itself may read them.
    #[serde(default)]
    pub metrics_token: Option<Secret>,
    /// The language models in the order in which they are asked: `openai:NAME,anthropic:NAME`, or `none`. Without it
    /// every provider whose key or address is set, with its usual model.
    #[serde(default)]
    pub models: Option<String>,
    /// For so many seconds a language model may say nothing: before its first word and between words.
    #[serde(default = "default_model_timeout", deserialize_with = "number")]
    pub model_timeout: usize,
    /// About so many tokens of tools a language model is shown at once: 6000 unless told, 800 for one at an address of
    /// your own, which may be small.
    #[serde(default, deserialize_with = "maybe_number")]
    pub model_tools: Option<usize>,
    /// The key for OpenAI, or for the server at `openai_base_url` if it needs one.
    #[serde(default)]
    pub openai_api_key: Option<Secret>,
    /// A server that is compatible with OpenAI, instead of OpenAI.
    #[serde(default)]
    pub openai_base_url: Option<String>,
    /// The key for Anthropic, or for the server at `anthropic_base_url` if it needs one.
    #[serde(default)]
    pub anthropic_api_key: Option<Secret>,
    /// A server that speaks Anthropic's Messages, instead of Anthropic.
    #[serde(default)]
    pub anthropic_base_url: Option<String>,
}

fn default_data() -> PathBuf {
    PathBuf::from(".steward")
}

fn default_listen() -> SocketAddr {
    SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 8080)
}

/// 10 MB.
const fn default_file_limit() -> usize {
    10_000_000
}

/// A small local model reads a long prompt for minutes.
const fn default_model_timeout() -> usize {
    300
}

/// A number, or a text that is one: the environment says it so.
fn number<'de, D: Deserializer<'de>>(deserializer: D) -> std::result::Result<usize, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Said {
        Number(usize),
        Text(String),
    }
    match Said::deserialize(deserializer)? {
        Said::Number(number) => Ok(number),
        Said::Text(text) => text.trim().parse().map_err(|_| D::Error::custom(format!("{text} is not a number"))),
    }
}

/// A number that may be left out.
fn maybe_number<'de, D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Option<usize>, D::Error> {
    number(deserializer).map(Some)
}

impl Config {
    /// The private database of a data folder, and nothing from outside.
    #[must_use]
    pub fn private(data: &Path) -> Self {
        Self {
            data: data.to_owned(),
            listen: default_listen(),
            url: None,
            trusted_proxies: None,
            database_url: None,
            app_database_url: None,
            today: None,
            demo_size: Size::Full,
            s3_url: None,
            file_limit: default_file_limit(),
            log_format: LogFormat::Plain,
            metrics_token: None,
            models: None,
            model_timeout: default_model_timeout(),
            model_tools: None,
            openai_api_key: None,
            openai_base_url: None,
            anthropic_api_key: None,
            anthropic_base_url: None,
        }
    }
    /// The proxies that are believed.
    pub fn trusted_proxies(&self) -> Result<Vec<IpAddr>> {
        let all = self.trusted_proxies.as_deref().unwrap_or_default().split(',').map(str::trim);
        let parsed = all.filter(|text| !text.is_empty()).map(|text| {
            text.parse().map_err(|_| {
                Failure::new(format!("STEWARD_TRUSTED_PROXIES names {text}, which is no address."))
                    .fix("Write the addresses of your reverse proxies with commas between them: 10.0.0.1,10.0.0.2.")
            })
        });
        parsed.collect()
    }
    /// Where people reach this installation.
    #[must_use]
    pub fn base_url(&self) -> String {
        self.url.clone().unwrap_or_else(|| format!("http://{}", self.listen))
    }
    /// Whether the database is the private one.
    #[must_use]
    pub const fn is_private(&self) -> bool {
        self.database_url.is_none() && self.app_database_url.is_none()
    }
}

/// The settings, and where each came from.
#[derive(Debug, Clone)]
pub struct Settings {
    /// What holds.
    pub config: Config,
    /// Where a setting came from; those that are absent here are at their default.
    pub origins: BTreeMap<&'static str, String>,
}

impl Settings {
    /// Reads `steward.toml` and the environment.
    pub fn read(data: Option<&Path>) -> Result<Self> {
        let mut from_file = Figment::from(Toml::file(FILE));
        let mut origins = BTreeMap::new();
        for &(key, name) in SETTINGS {
            if from_file.contains(key) {
                origins.insert(key, FILE.to_owned());
            }
            if let Some((value, origin)) = from_environment(name)? {
                from_file = from_file.merge(Serialized::default(key, value));
                origins.insert(key, origin);
            }
        }
        if let Some(data) = data {
            from_file = from_file.merge(Serialized::default("data", data));
            origins.insert("data", "--data".to_owned());
        }
        let config = from_file.extract().map_err(|e| {
            let names = SETTINGS.iter().map(|(key, _)| *key).collect::<Vec<_>>().join(", ");
            Failure::new(format!("The settings do not fit: {e}."))
                .fix(format!("{FILE} and the environment may say: {names}."))
        })?;
        Ok(Self { config, origins })
    }
}

/// `NAME`, or the content of the file that `NAME_FILE` names. Empty is absent.
fn from_environment(name: &str) -> Result<Option<(String, String)>> {
    let file = format!("{name}_FILE");
    let path = env::var(&file).ok().filter(|path| !path.is_empty());
    match (env::var(name).ok().filter(|value| !value.is_empty()), path) {
        (Some(_), Some(_)) => Err(Failure::new(format!("Both {name} and {file} are set.")).fix("Unset one of them.")),
        (Some(value), None) => Ok(Some((value, name.to_owned()))),
        (None, Some(path)) => {
            let read = fs::read_to_string(&path)
                .map_err(|e| Failure::new(format!("{file} names {path}, which cannot be read: {e}.")))?;
            Ok(Some((read.trim().to_owned(), format!("{file} ({path})"))))
        }
        (None, None) => Ok(None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_never_shown() {
        let mut config = Config::private(Path::new("x"));
        config.database_url = Some(Secret::new("postgres://owner:hunter2@db/steward"));
        assert!(!format!("{config:?}").contains("hunter2"));
    }

    #[test]
    fn defaults_are_private_and_local() {
        let config: Config = Figment::new().extract().unwrap();
        assert!(config.is_private());
        assert!(config.listen.ip().is_loopback());
        assert_eq!(config.data, Path::new(".steward"));
    }

    #[test]
    fn misspelt_settings_are_refused() {
        let read = Figment::from(Toml::string("databse_url = 'x'")).extract::<Config>();
        assert!(read.unwrap_err().to_string().contains("databse_url"));
    }
}
