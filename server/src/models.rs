//! The language models that the settings name.

use std::sync::Arc;
use std::time::Duration;

use steward_agent::llm;
use steward_models::{Anthropic, Chain, Endpoint, LanguageModel, ModelError, OpenAi};

use crate::config::{Config, Secret};
use crate::{Failure, Result};

const HOW: &str = "Write openai:NAME or anthropic:NAME, several with commas between them, or none. \
    Any server that is compatible with OpenAI is named by OPENAI_BASE_URL.";

/// A model that is configured.
#[derive(Clone)]
pub enum Configured {
    /// By chat completions.
    OpenAi(Arc<OpenAi>),
    /// By Messages.
    Anthropic(Arc<Anthropic>),
}

impl Configured {
    /// The model itself.
    #[must_use]
    pub fn model(&self) -> Arc<dyn LanguageModel> {
        match self {
            Self::OpenAi(model) => model.clone(),
            Self::Anthropic(model) => model.clone(),
        }
    }
    /// What it is called.
    #[must_use]
    pub fn name(&self) -> String {
        self.model().name().to_owned()
    }
    /// Whether it answers, asked for as little as possible; says how that was seen.
    pub async fn probe(&self) -> std::result::Result<String, ModelError> {
        match self {
            Self::OpenAi(model) => model.probe().await,
            Self::Anthropic(model) => model.probe().await,
        }
    }
}

/// The models that the settings name, in order.
pub fn configured(config: &Config) -> Result<Vec<Configured>> {
    let Some(named) = &config.models else {
        let openai = config.openai_api_key.is_some() || config.openai_base_url.is_some();
        let anthropic = config.anthropic_api_key.is_some() || config.anthropic_base_url.is_some();
        let usual = [openai.then_some("openai"), anthropic.then_some("anthropic")];
        return usual.into_iter().flatten().map(|provider| one(config, provider, None)).collect();
    };
    if named.trim().eq_ignore_ascii_case("none") {
        return Ok(Vec::new());
    }
    let all = named.split(',').map(str::trim).filter(|one| !one.is_empty());
    all.map(|text| match text.split_once(':') {
        Some((provider, name)) => one(config, provider.trim(), Some(name.trim())),
        None => one(config, text, None),
    })
    .collect()
}

/// The model that the agent asks, if any: the configured ones as a chain.
pub fn model_chain(config: &Config) -> Result<Option<Arc<dyn LanguageModel>>> {
    let models: Vec<_> = configured(config)?.iter().map(Configured::model).collect();
    let chain = Chain::new(models);
    if let Some(chain) = &chain {
        // what is said to the agent leaves this process now: nobody shall have to guess that
        tracing::info!(models = chain.name(), "language models are asked");
    }
    Ok(chain.map(|chain| Arc::new(chain) as Arc<dyn LanguageModel>))
}

/// The tokens of tools that a model is shown at once.
#[must_use]
pub fn tools(config: &Config) -> usize {
    let own = config.openai_base_url.is_some() || config.anthropic_base_url.is_some();
    config.model_tools.unwrap_or(if own { llm::SMALL } else { llm::LARGE })
}

fn one(config: &Config, provider: &str, name: Option<&str>) -> Result<Configured> {
    let patience = Duration::from_secs(config.model_timeout.max(1).try_into().unwrap_or(u64::MAX));
    let endpoint = |url: &Option<String>, key: &Option<Secret>, variables: [&str; 2]| {
        if url.is_none() && key.is_none() {
            return Err(Failure::new(format!("STEWARD_MODELS names {provider}, and there is no key for it."))
                .fix(format!("Set {}, or {} to a server of your own.", variables[0], variables[1])));
        }
        let api_key = key.as_ref().map(|key| key.expose().trim().to_owned());
        Ok(Endpoint { base_url: url.clone(), api_key, patience })
    };
    let wrong = |error: ModelError| Failure::new(format!("A language model cannot be set up: {error}.")).fix(HOW);
    match provider.to_ascii_lowercase().as_str() {
        "openai" => {
            let variables = ["OPENAI_API_KEY", "OPENAI_BASE_URL"];
            let endpoint = endpoint(&config.openai_base_url, &config.openai_api_key, variables)?;
            Ok(Configured::OpenAi(Arc::new(OpenAi::new(name, endpoint).map_err(wrong)?)))
        }
        "anthropic" => {
            let variables = ["ANTHROPIC_API_KEY", "ANTHROPIC_BASE_URL"];
            let endpoint = endpoint(&config.anthropic_base_url, &config.anthropic_api_key, variables)?;
            Ok(Configured::Anthropic(Arc::new(Anthropic::new(name, endpoint).map_err(wrong)?)))
        }
        other => Err(Failure::new(format!("STEWARD_MODELS names {other}, which is no provider.")).fix(HOW)),
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    fn names(change: impl FnOnce(&mut Config)) -> Result<Vec<String>, String> {
        let mut config = Config::private(Path::new("x"));
        change(&mut config);
        match configured(&config) {
            Ok(models) => Ok(models.iter().map(Configured::name).collect()),
            Err(failure) => Err(failure.to_string()),
        }
    }

    fn key() -> Option<Secret> {
        Some(Secret::new("k"))
    }

    #[test]
    fn without_settings_nothing_is_asked() {
        assert_eq!(names(|_| ()), Ok(vec![]));
        let none = names(|c| (c.models, c.openai_api_key) = (Some("none".to_owned()), key()));
        assert_eq!(none, Ok(vec![]));
        assert!(model_chain(&Config::private(Path::new("x"))).unwrap().is_none());
    }

    #[test]
    fn a_key_or_an_address_is_enough() {
        assert_eq!(names(|c| c.openai_api_key = key()), Ok(vec!["openai:gpt-5.6".to_owned()]));
        assert_eq!(names(|c| c.anthropic_api_key = key()), Ok(vec!["anthropic:claude-sonnet-5-5".to_owned()]));
        // whom it has is asked with the first request
        assert_eq!(
            names(|c| c.openai_base_url = Some("http://localhost:8000".to_owned())),
            Ok(vec!["openai".to_owned()])
        );
    }

    #[test]
    fn the_chain_is_in_the_order_that_is_written() {
        let named = names(|c| {
            (c.openai_api_key, c.anthropic_api_key) = (key(), key());
            c.models = Some(" anthropic:claude-x , openai:qwen2.5:7b,openai ".to_owned());
        });
        assert_eq!(named.unwrap(), ["anthropic:claude-x", "openai:qwen2.5:7b", "openai:gpt-5.6"]);
    }

    #[test]
    fn what_cannot_be_asked_is_refused_with_a_way_out() {
        assert!(names(|c| c.models = Some("openai:x".to_owned())).unwrap_err().contains("no key"));
        assert!(names(|c| c.models = Some("gemini:x".to_owned())).unwrap_err().contains("no provider"));
        let nowhere = names(|c| c.openai_base_url = Some("nowhere".to_owned()));
        assert!(nowhere.unwrap_err().contains("no web address"));
    }
}
