//! What the policies have answered before. They do not change while they are loaded, and they see nothing but the person,
//! their roles, the action and the circumstances: the same question has the same answer. Questions about a fact are asked
//! each time, since amounts rarely come twice.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Arc, PoisonError, RwLock};

use cedar_policy::Entities;

use crate::{Circumstances, Judgement, PolicyError, Subject};

/// Answers that are remembered of a kind; then all are forgotten, and those that are still asked for come back.
const MOST: usize = 20_000;
/// The same for people with all roles and actions around them, which weigh more.
const MOST_PEOPLE: usize = 200;

/// The person and their roles.
#[derive(PartialEq, Eq, Hash)]
struct Asker {
    id: String,
    roles: Vec<String>,
}

/// Whatever a policy can look at, but for facts.
#[derive(PartialEq, Eq, Hash)]
struct Question {
    asker: Asker,
    action: String,
    surface: String,
    agent: bool,
    approved_by: Vec<String>,
}

impl Asker {
    fn of(who: Subject<'_>) -> Self {
        Self { id: who.id.to_owned(), roles: who.roles.to_vec() }
    }
}

impl Question {
    /// None where a fact is asked about.
    fn of(who: Subject<'_>, action: &str, circumstances: Circumstances<'_>) -> Option<Self> {
        let Circumstances { surface, agent, approved_by, fact } = circumstances;
        let (action, surface) = (action.to_owned(), surface.to_owned());
        fact.is_none().then(|| Self {
            asker: Asker::of(who),
            action,
            surface,
            agent,
            approved_by: approved_by.to_vec(),
        })
    }
}

/// What was answered.
#[derive(Default)]
pub(crate) struct Known {
    grants: RwLock<HashMap<Question, bool>>,
    judgements: RwLock<HashMap<Question, Judgement>>,
    entities: RwLock<HashMap<Asker, Arc<Entities>>>,
}

impl Known {
    pub(crate) fn may(
        &self,
        who: Subject<'_>,
        action: &str,
        circumstances: Circumstances<'_>,
        ask: impl FnOnce() -> Result<bool, PolicyError>,
    ) -> Result<bool, PolicyError> {
        match Question::of(who, action, circumstances) {
            Some(question) => remembered(&self.grants, MOST, question, ask),
            None => ask(),
        }
    }
    pub(crate) fn judgement(
        &self,
        who: Subject<'_>,
        action: &str,
        circumstances: Circumstances<'_>,
        ask: impl FnOnce() -> Result<Judgement, PolicyError>,
    ) -> Result<Judgement, PolicyError> {
        match Question::of(who, action, circumstances) {
            Some(question) => remembered(&self.judgements, MOST, question, ask),
            None => ask(),
        }
    }
    /// The roles and actions there are, with the person among them.
    pub(crate) fn entities(
        &self,
        who: Subject<'_>,
        make: impl FnOnce() -> Result<Entities, PolicyError>,
    ) -> Result<Arc<Entities>, PolicyError> {
        remembered(&self.entities, MOST_PEOPLE, Asker::of(who), || make().map(Arc::new))
    }
}

/// The answer as it was, or as it is found now. Failures are not remembered.
fn remembered<K: Eq + Hash, V: Clone>(
    answers: &RwLock<HashMap<K, V>>,
    most: usize,
    question: K,
    ask: impl FnOnce() -> Result<V, PolicyError>,
) -> Result<V, PolicyError> {
    if let Some(known) = answers.read().unwrap_or_else(PoisonError::into_inner).get(&question) {
        return Ok(known.clone());
    }
    let answer = ask()?;
    let mut answers = answers.write().unwrap_or_else(PoisonError::into_inner);
    if answers.len() >= most {
        answers.clear();
    }
    answers.insert(question, answer.clone());
    Ok(answer)
}
