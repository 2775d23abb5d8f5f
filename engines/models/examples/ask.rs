//! Asks a model one thing, and shows what comes back.
//!
//! `MODEL=openai[:NAME] OPENAI_BASE_URL=… OPENAI_API_KEY=… cargo run --example ask -- WORDS`, or `MODEL=anthropic:NAME`
//! with `ANTHROPIC_…`. With `TOOL=1` the model is offered a tool.

#![expect(clippy::print_stdout, reason = "an example shows something")]

use std::env;
use std::error::Error;
use std::io::Write as _;
use std::sync::Arc;

use serde_json::json;
use steward_models::{Anthropic, Endpoint, LanguageModel, Message, OpenAi, Request, Tool};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let spec = env::var("MODEL").unwrap_or_else(|_| "openai".to_owned());
    let (provider, name) = spec.split_once(':').map_or((spec.as_str(), None), |(one, name)| (one, Some(name)));
    let prefix = if provider == "anthropic" { "ANTHROPIC" } else { "OPENAI" };
    let endpoint = Endpoint {
        base_url: env::var(format!("{prefix}_BASE_URL")).ok(),
        api_key: env::var(format!("{prefix}_API_KEY")).ok(),
        ..Endpoint::default()
    };
    let model: Box<dyn LanguageModel> = match provider {
        "anthropic" => Box::new(Anthropic::new(name, endpoint)?),
        _ => Box::new(OpenAi::new(name, endpoint)?),
    };
    let words = env::args().skip(1).collect::<Vec<_>>().join(" ");
    let text = if words.is_empty() { "Say hello.".to_owned() } else { words };
    let tool = Tool {
        name: "list_customers".to_owned(),
        description: "List the customers of a city.".to_owned(),
        schema: json!({"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}),
    };
    let request = Request {
        system: Arc::from(""),
        tools: env::var("TOOL").map_or_else(|_| Arc::from([]), |_| Arc::from([tool])),
        messages: vec![Message::User { text }],
        max_tokens: 60,
    };
    let said = |words: &str| {
        print!("{words}");
        drop(std::io::stdout().flush());
    };
    let reply = model.complete(&request, &said).await?;
    println!("\n-- {} · {:?} · {:?}", reply.model, reply.stop, reply.usage);
    for call in &reply.calls {
        println!("-- {} {} {:?}", call.id, call.name, call.arguments);
    }
    Ok(())
}
