//! What a model is to the loop, be it the built-in planner or one that was trained.

use chrono::NaiveDate;
use futures::future::BoxFuture;
use serde_json::Value;
use steward_models::Said;
use steward_tools::{Call, Entry, Refusal, Result};

use crate::page::{Happened, Page, PageCall};

/// One message and what has come of it so far.
pub struct Turn<'a> {
    /// What the person said.
    pub text: &'a str,
    /// The operations this person may use.
    pub tools: &'a [&'a Entry],
    /// Every operation there is, to tell what a person may not do from what nobody can.
    pub all: &'a [&'a Entry],
    /// A proposal of this conversation waits for the person's decision.
    pub waiting: bool,
    /// The business day.
    pub today: NaiveDate,
    /// The company's currency.
    pub currency: &'a str,
    /// What the model kept from earlier turns.
    pub memory: &'a Value,
    /// What came of its moves in this turn, oldest first.
    pub observed: &'a [Observation],
    /// Who speaks.
    pub who: Who<'a>,
    /// What was said before this and never answered, since the turn was cut off.
    pub interrupted: Option<&'a str>,
    /// Takes words that are said while the model still thinks; they come before what the move says.
    pub say: Said<'a>,
    /// The page that the person looks at; what it holds is data.
    pub page: &'a Page,
}

/// Who speaks, as far as a model is told.
#[derive(Clone, Copy)]
pub struct Who<'a> {
    /// Their name.
    pub name: &'a str,
    /// Their roles.
    pub roles: &'a [String],
    /// Their company.
    pub company: &'a str,
}

/// What came of a move.
pub enum Observation {
    /// Calls that read: what each answered, with its sentence.
    Read {
        /// The calls.
        calls: Vec<Call>,
        /// Their answers.
        results: Vec<Value>,
        /// Their sentences.
        sentences: Vec<String>,
    },
    /// Calls that were refused.
    Refused {
        /// The calls.
        calls: Vec<Call>,
        /// Why.
        refusal: Refusal,
    },
    /// What the page was asked and answered: the turn goes on with the message that asked for it.
    Page(Vec<Happened>),
    /// What the page was to be asked does not hold; it was not asked.
    NotOnPage {
        /// The call that was tried.
        call: Call,
        /// Why not.
        refusal: Refusal,
    },
}

/// What to do next.
pub enum Move {
    /// Say this and end the turn.
    Say(String),
    /// Make these calls, together. Reads run at once; anything else is previewed and asked about.
    Call(Vec<Call>),
    /// Propose these calls in place of what was proposed last and is not decided yet.
    Revise(Vec<Call>),
    /// Take back what was done last.
    Undo,
    /// Ask the page to do this; its answer comes in the next turn. No tool of a page commits anything.
    Page(Vec<PageCall>),
}

/// The next move, and what to keep in mind.
pub struct Next {
    /// What to do.
    pub step: Move,
    /// What to say besides, once it is proposed.
    pub note: Option<String>,
    /// What the model wants to remember; replaces what it had.
    pub memory: Value,
}

/// Something that turns what a person says into moves. It sees the catalogue and answers of the gate, nothing else.
pub trait Model: Send + Sync {
    /// The next move of this turn.
    fn next<'a>(&'a self, turn: &'a Turn<'a>) -> BoxFuture<'a, Result<Next>>;
    /// What to remember once a plan was previewed, decided, or taken back.
    fn settled(&self, memory: &Value, calls: &[Call], results: &[Value], done: bool) -> Value;
    /// What to remember once the person said no to what was proposed.
    fn declined(&self, memory: &Value) -> Value {
        memory.clone()
    }
}
