//! One test: a company of its own, a conversation, and what must hold in the end.

use std::sync::Arc;
use std::time::Duration;

use crate::client::Outside;
use crate::record::{Record, Verdict};
use crate::run::conversation::Conversation;
use crate::stage::{About, Company, Stage, Usage};
use crate::suite::{Call, Suite, Test};
use crate::{EvalError, Result, normal};

/// Runs one test. What keeps it from being judged is an error of its record.
pub(super) async fn run(
    stage: &dyn Stage,
    about: &About,
    (suite, test, repeat): (&Suite, &Test, u32),
    patience: Duration,
) -> Record {
    let mut record = Record {
        suite: suite.name.clone(),
        suite_hash: suite.hash.clone(),
        test: test.description.clone(),
        repeat,
        about: about.clone(),
        verdict: Verdict::Error,
        problems: Vec::new(),
        turns: Vec::new(),
        usage: Usage::default(),
        ms: 0,
    };
    match stage.company().await {
        Ok(company) => {
            let played = play(company.as_ref(), test, patience, &mut record).await;
            record.usage = company.usage();
            company.close().await;
            record.verdict = match played {
                Ok(()) if record.usage.failures > 0 => {
                    record.problems.push("the language model did not answer".to_owned());
                    Verdict::Error
                }
                Ok(()) => judged(test, &mut record),
                Err(error) => {
                    record.problems.push(error.to_string());
                    Verdict::Error
                }
            };
        }
        Err(error) => record.problems.push(error.to_string()),
    }
    record.ms = record.turns.iter().map(|turn| turn.ms).sum();
    record
}

async fn play(company: &dyn Company, test: &Test, patience: Duration, record: &mut Record) -> Result<()> {
    let outside = Arc::new(Outside::new(company.place().clone(), patience)?);
    for given in &test.given {
        let call = Call { name: given.name.clone(), arguments: given.arguments.clone() };
        if let Err(problem) = outside.call(&given.who, &call).await? {
            return Err(EvalError::Suite(format!("what is given cannot be: {}: {problem}", given.name)));
        }
    }
    let mut conversation = Conversation::begin(Arc::clone(&outside), &test.who).await?;
    for turn in &test.turns {
        let ended = conversation.turn(turn).await?;
        let failed = ended.1;
        record.turns.push(ended.0);
        if failed {
            break;
        }
    }
    for name in test.forbidden.iter().filter(|name| conversation.done().any(|done| done == name.as_str())) {
        record.problems.push(format!("{name} was done"));
    }
    // what should have come of turns that failed is not there, and says nothing new
    if record.turns.iter().any(|turn| !turn.passed) {
        return Ok(());
    }
    for state in &test.state {
        let call = Call { name: state.read.clone(), arguments: state.arguments.clone() };
        match outside.call(&state.who, &call).await? {
            Ok(answer) if normal::holds(&answer, &state.holds) => {}
            Ok(answer) => {
                let answer: String = answer.to_string().chars().take(400).collect();
                record.problems.push(format!("{} does not hold what it should: {answer}", state.read));
            }
            Err(problem) => return Err(EvalError::Suite(format!("{} is refused: {}", state.read, problem["detail"]))),
        }
    }
    Ok(())
}

fn judged(test: &Test, record: &mut Record) -> Verdict {
    let dear = |spent: u64, most: Option<u64>, what: &str| {
        most.filter(|most| spent > *most).map(|most| format!("{spent} {what}, at most {most} were to be"))
    };
    record.problems.extend(dear(record.usage.tokens, test.cost.tokens, "tokens"));
    record.problems.extend(dear(record.usage.calls, test.cost.model_calls, "requests to models"));
    let well = record.problems.is_empty() && record.turns.iter().all(|turn| turn.passed);
    if well { Verdict::Passed } else { Verdict::Failed }
}
