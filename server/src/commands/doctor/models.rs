//! The language models: whether each that is configured is there.

use std::time::Duration;

use steward_models::ModelError;

use super::Finding;
use crate::config::Config;
use crate::models;

/// For so long a model may think about whether it is there.
const PROBE: Duration = Duration::from_secs(5);

/// Asks every language model whether it is there, all at once.
pub(super) async fn check(config: &Config) -> Vec<Finding> {
    let configured = match models::configured(config) {
        Ok(configured) => configured,
        Err(failure) => return vec![Finding::bad("models", failure.to_string(), MODEL_SETTINGS)],
    };
    if configured.is_empty() {
        return vec![Finding::good("models", "none; the built-in planner understands direct commands")];
    }
    let probes = configured.iter().map(|model| async move {
        match tokio::time::timeout(PROBE, model.probe()).await {
            Ok(Ok(how)) => Finding::good("models", format!("{}: {how}", model.name())),
            Ok(Err(error)) => Finding::bad("models", error.to_string(), fix(&error)),
            Err(_) => Finding::bad("models", format!("{} did not answer within {PROBE:?}", model.name()), MODEL_REACH),
        }
    });
    futures::future::join_all(probes).await
}

const MODEL_SETTINGS: &str =
    "Set STEWARD_MODELS to openai:NAME or anthropic:NAME (several with commas between them), or to none.";
const MODEL_REACH: &str = "Check that it runs, and its address in OPENAI_BASE_URL or ANTHROPIC_BASE_URL.";

const fn fix(error: &ModelError) -> &'static str {
    match error {
        ModelError::Unreachable { .. } => MODEL_REACH,
        ModelError::Busy { .. } => "Wait, or name a second model in STEWARD_MODELS that is asked meanwhile.",
        ModelError::Refused { status: 401 | 403, .. } => "Check the key in OPENAI_API_KEY or ANTHROPIC_API_KEY.",
        ModelError::Refused { .. } => "Check the name of the model in STEWARD_MODELS.",
        ModelError::Broken { .. } => {
            "Check that the address in OPENAI_BASE_URL or ANTHROPIC_BASE_URL is that of the API."
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_model_that_is_not_there_is_found_with_a_way_out() {
        let mut config = Config::private(std::path::Path::new("x"));
        assert!(check(&config).await.iter().all(|finding| finding.ok));
        config.models = Some("openai:x,anthropic:y".to_owned());
        let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        config.openai_base_url = Some(format!("http://{free}"));
        config.anthropic_base_url = Some(format!("http://{free}"));
        let found = check(&config).await;
        assert!(
            found.len() == 2 && found.iter().all(|finding| !finding.ok && finding.fix.as_deref() == Some(MODEL_REACH))
        );
        config.models = Some("x:y".to_owned());
        assert_eq!(check(&config).await[0].fix.as_deref(), Some(MODEL_SETTINGS));
    }
}
