//! Conversations: what people say, and what comes of it through the gate.
//!
//! A [`Model`] only ever proposes: it says something, or names calls. Reads run at once; writes become one plan,
//! previewed by the gate and decided by the person, whatever the model claims. What was done is told from the
//! gate's answers and never from the model.

mod agent;
mod at_work;
mod builtin;
mod conversations;
mod events;
mod history;
pub mod llm;
mod model;
mod moves;
mod on_page;
pub mod page;
pub mod planner;
mod proposals;
mod rights;
mod turn;
mod words;

pub use agent::Agent;
pub use builtin::BuiltIn;
pub use events::{Event, Input, Outcome, RunState};
pub use history::{ConversationDetail, ConversationRow};
pub use llm::Trained;
pub use model::{Model, Move, Next, Observation, Turn, Who};
pub use page::Page;
