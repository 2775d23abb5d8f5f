//! Conversations: what people say, and what comes of it through the gate.
//!
//! A [`Model`] only ever proposes: it says something, or names calls. Reads run at once; writes become one plan,
//! previewed by the gate and decided by the person, whatever the model claims. What was done is told from the
//! gate's answers and never from the model.

mod at_work;
mod builtin;
mod conversations;
pub mod llm;
mod model;
mod moves;
pub mod planner;
mod proposals;
mod rights;
mod turn;
mod words;

pub use builtin::BuiltIn;
pub use conversations::{ConversationDetail, ConversationRow};
pub use llm::Trained;
pub use model::{Model, Move, Next, Observation, Turn, Who};
pub use turn::{Agent, Event, Input, Outcome};
