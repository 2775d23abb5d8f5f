//! Whatever a customer is called, it can be said.

use serde_json::json;
use steward_agent::{Agent, Input, Outcome};
use tokio::sync::mpsc;
use uuid::Uuid;

use crate::support::World;

#[tokio::test(flavor = "multi_thread")]
async fn any_customer_can_be_invoiced_by_name() {
    let world = World::new().await;
    let agent = Agent::new(world.gate.clone());
    let caller = world.person("accountant").await;
    let names: Vec<String> =
        sqlx::query_scalar("select p.name from parties p join organizations o on o.id = p.org_id where o.code = 'demo' and 'customer' = any (p.kinds) order by p.name")
            .fetch_all(&world.owner)
            .await
            .unwrap();
    let mut misread = Vec::new();
    for name in &names {
        let said = format!(
            "Invoice {name} for 3 hours of consulting at 120 and 2 licences at 49.90, due in 30 days, and post it"
        );
        let (sender, mut events) = mpsc::channel(1000);
        let outcome = agent.run(&caller, Uuid::now_v7(), Input::Message(said), &sender).await.unwrap();
        drop(sender);
        let right = match &outcome {
            Outcome::Interrupted(approval) => {
                let draft = &approval.result[0];
                draft["customer"]["name"] == json!(name)
                    && draft["totals"]["gross"]["amount"] == json!("551.76")
                    && approval.calls.len() == 2
            }
            _ => false,
        };
        if !right {
            let mut text = String::new();
            while let Some(event) = events.recv().await {
                text.push_str(&format!("{event:?} "));
            }
            misread.push(format!("{name}: {text}"));
        }
    }
    assert!(misread.is_empty(), "{} of {}:\n{}", misread.len(), names.len(), misread.join("\n"));
}
