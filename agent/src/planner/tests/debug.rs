//! Shows how a request was read: `PLAN="rename A to B" cargo test debug -- --nocapture`.

use super::today;
use crate::planner::{choose, clauses, fill, spans, text};

#[test]
fn debug() {
    let Ok(request) = std::env::var("PLAN") else { return };
    let index = super::battery::real();
    let tokens = text::tokens(&request);
    let spans = spans::read(&tokens, today(), &index);
    for clause in clauses::split(&spans, &index) {
        println!("{:?} head {:?}", clause.mood, clause.head);
        for span in &clause.spans {
            println!("   {:?} {:?} {:?}", span.what, &request[span.start..span.end], span.token.stem);
        }
        let env = fill::Env { index: &index, today: today(), currency: "EUR", text: &request, known: &[] };
        for choice in choose::rank(&index, env, &clause, None).iter().take(5) {
            println!(
                "{:6} {} {} {}",
                choice.score,
                choice.anchored,
                choice.tool.name,
                serde_json::json!(choice.filled.arguments)
            );
            println!(
                "       missing {:?} loose {} unknown {}",
                choice.filled.missing, choice.filled.loose, choice.filled.unknown
            );
        }
    }
}

/// Reads a file of requests, one a line, and prints what they became: `PLAN_FILE=… cargo test battery -- --nocapture`.
#[test]
fn battery() {
    let Some(file) = std::env::var_os("PLAN_FILE") else { return };
    let index = super::battery::real();
    for line in std::fs::read_to_string(file).unwrap().lines().filter(|l| !l.is_empty()) {
        println!("{line}\n    {}", super::short(&super::turn(&index, line, None, None)).replace("accounting.", "a."));
    }
}
