//! Who may do what, and on whose yes: a plain table (policies.txt), asked of the policies over the real catalogue.

use std::fmt::Write as _;

use serde_json::{Value, json};
use steward_tools::{Call, Caller, Surface};

use crate::support::World;

const TABLE: &str = include_str!("policies.txt");

/// Each line: who, through what, the call → what the policies say, and by which policies.
#[tokio::test(flavor = "multi_thread")]
async fn the_policies_say_what_the_table_says() {
    let world = World::new().await;
    let mut wrong = String::new();
    let mut asked = 0;
    for line in TABLE.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')) {
        let (question, expected) = line.split_once("=>").unwrap();
        let (question, arguments) = question.split_once('{').unwrap_or((question, ""));
        let [who, surface, operation] = question.split_whitespace().collect::<Vec<_>>().try_into().unwrap();
        let arguments: Value = match arguments {
            "" => json!({}),
            text => serde_saphyr::from_str(&format!("{{{text}")).unwrap(),
        };
        let surface: Surface = serde_json::from_value(json!(surface)).unwrap();
        let caller = Caller { surface, ..world.person(who).await };
        let call = Call { name: operation.to_owned(), arguments };
        let explained = world.gate.explain(&caller, call).await.unwrap();
        let deciding = explained.judged.iter().rfind(|judged| judged.verdict == explained.verdict);
        let by = deciding.map(|judged| judged.policies.join(" ")).unwrap_or_default();
        let said = format!("{} {by}", explained.verdict);
        asked += 1;
        if said.trim() != expected.trim() {
            let refused = explained.refusal.map(|refusal| refusal.code).unwrap_or_default();
            let _ = writeln!(wrong, "{line}\n    but: {said} {refused}");
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
    assert!(asked >= 30, "{asked} questions");
}
