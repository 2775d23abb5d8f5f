//! Language models behind one trait: OpenAI and what is compatible with it, Anthropic, and a chain of several.
//!
//! A crate of its own beside the other engines, so that the agent sees models and nothing else of the outside, and so
//! that editing an engine does not build their clients again.

mod anthropic;
mod arguments;
mod chain;
mod draft;
mod error;
mod metrics;
mod openai;
mod wire;

#[cfg(test)]
mod tests;

pub use anthropic::Anthropic;
pub use chain::Chain;
pub use error::{Broken, ModelError};
pub use openai::OpenAi;
pub use wire::Endpoint;

use std::sync::Arc;

use futures::future::BoxFuture;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// What a model is asked: all of it, every time; models keep nothing.
#[derive(Debug, Clone)]
pub struct Request {
    /// Who it is and what holds. Comes first, so that a model that caches prompts finds the same beginning.
    pub system: Arc<str>,
    /// The tools that it may name.
    pub tools: Arc<[Tool]>,
    /// What was said, oldest first.
    pub messages: Vec<Message>,
    /// The most tokens that the reply may have.
    pub max_tokens: u32,
}

/// Something said.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "role")]
pub enum Message {
    /// By the person.
    User {
        /// The words.
        text: String,
    },
    /// By the model.
    Assistant {
        /// The words; may be empty where there are calls.
        text: String,
        /// The calls that it made.
        calls: Vec<ToolCall>,
    },
    /// By the tools, one answer for each call of the assistant before.
    Results {
        /// The answers.
        results: Vec<ToolResult>,
    },
}

/// A tool as a model sees it.
#[derive(Debug, Clone, PartialEq)]
pub struct Tool {
    /// Its name: letters, digits and underscores, at most 64.
    pub name: String,
    /// What it does.
    pub description: String,
    /// The JSON Schema of its arguments.
    pub schema: Value,
}

/// A call that a model wants to be made. Nothing about it is to be believed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ToolCall {
    /// Names the call, for its result.
    pub id: String,
    /// The tool; may be one that does not exist.
    pub name: String,
    /// What it is called with.
    pub arguments: Arguments,
}

/// The arguments of a call as a model wrote them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Arguments {
    /// A JSON object, also where it was encoded twice.
    Object(Map<String, Value>),
    /// Something else: an array, a number, no JSON.
    Broken {
        /// What the model wrote.
        raw: String,
        /// What is wrong with it, in words that a model can mend it by.
        why: String,
    },
}

/// What came of a call.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ToolResult {
    /// The call that it answers.
    pub id: String,
    /// The tool.
    pub name: String,
    /// The answer as text.
    pub content: String,
    /// It was refused.
    pub refused: bool,
}

/// What a model answers.
#[derive(Debug, Clone, PartialEq)]
pub struct Reply {
    /// Its words.
    pub text: String,
    /// The calls that it wants, in order.
    pub calls: Vec<ToolCall>,
    /// Why it ended.
    pub stop: Stop,
    /// What it cost.
    pub usage: Usage,
    /// Which model answered, as `provider:name`.
    pub model: String,
}

/// Why a reply ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stop {
    /// The model was done, or waits for the results of its calls.
    Done,
    /// The limit of tokens was met.
    Length,
    /// The provider held something back.
    Filtered,
}

/// Tokens of one reply, as the provider counts them; zero where it does not say.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Usage {
    /// Tokens read.
    pub input: u64,
    /// Of those, read from the provider's cache.
    pub cached: u64,
    /// Tokens written.
    pub output: u64,
}

/// Where words go while a model still speaks.
pub type Said<'a> = &'a (dyn Fn(&str) + Send + Sync);

/// A model that was trained, wherever it runs.
pub trait LanguageModel: Send + Sync {
    /// What it is called: `provider:name`.
    fn name(&self) -> &str;
    /// One reply. Its words are given to `said` piece by piece while they come, and are all in the reply.
    fn complete<'a>(&'a self, request: &'a Request, said: Said<'a>) -> BoxFuture<'a, Result<Reply, ModelError>>;
}
