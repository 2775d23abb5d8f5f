//! How long a refusal takes says nothing about whether somebody else has the record. In the long run only: nothing that
//! measures time belongs in a test that others wait for.

use std::cell::Cell;
use std::time::Instant;

use serde_json::json;
use steward_tools::{Options, Plan};
use uuid::Uuid;

use super::dice::Dice;
use super::made_up::MadeUp;
use super::{call, soaking, tell};
use crate::support::World;

/// Samples of each kind for each operation.
const SAMPLES: usize = 600;
/// So many standard deviations of the rank sum are chance; foreign ids that cost an extra query would give hundreds.
const CHANCE: f64 = 5.0;
/// Whatever the ranks say, medians this close cannot be told apart over a network.
const CLOSE_US: f64 = 15.0;

#[tokio::test(flavor = "multi_thread")]
async fn foreign_and_absent_ids_take_as_long() {
    if !soaking() {
        return;
    }
    let world = World::new().await;
    let rival = world.person("admin@rival.example").await;
    let org: Uuid =
        sqlx::query_scalar("select id from organizations where code = 'demo'").fetch_one(&world.owner).await.unwrap();
    let theirs = super::ids::by_table(&world.owner, org).await;
    let mut told = Vec::new();
    for entry in world.gate.catalogue().iter() {
        let mut dice = Dice::of(7);
        let mut samples: [Vec<f64>; 2] = [Vec::new(), Vec::new()];
        let named = Cell::new(false);
        for i in 0..2 * SAMPLES + 50 {
            let foreign = i % 2 == 1;
            let mut fall = dice.clone();
            let mut id = |entity: Option<&str>| {
                named.set(true);
                let table = entity.and_then(|entity| entity.rsplit('.').next()).unwrap_or("calls");
                let rows = theirs.get(table).filter(|rows| foreign && !rows.is_empty());
                rows.map_or_else(Uuid::now_v7, |rows| *fall.pick(rows))
            };
            let mut arguments =
                MadeUp { id: &mut id, optional: 0, dice: &mut dice.clone() }.arguments(&entry.input_schema);
            // lists are asked for one record's rows, where they can be
            if let Some((key, of)) = refs(&entry.input_schema).filter(|_| !named.get()) {
                arguments[key] = json!(id(Some(&of)));
            }
            if !named.get() {
                break;
            }
            dice.below(2);
            let options = Options { dry_run: i % 4 > 1, ..Options::default() };
            let plan = Plan::one(call(entry.name(), arguments));
            let since = Instant::now();
            let _ = world.gate.submit(&rival, plan, options).await;
            let took = since.elapsed().as_secs_f64() * 1e6;
            if i >= 50 {
                samples[usize::from(foreign)].push(took);
            }
        }
        if named.get() {
            let [absent, foreign] = samples;
            told.push((entry.name(), z(&absent, &foreign), median(&absent), median(&foreign)));
        }
    }
    let mut apart = Vec::new();
    for (name, z, absent, foreign) in &told {
        tell(&format!("{name:<40} absent {absent:>7.0} µs, foreign {foreign:>7.0} µs, z {z:>5.1}"));
        if z.abs() > CHANCE && gap(*absent, *foreign) > CLOSE_US {
            apart.push((name, z));
        }
    }
    assert!(told.len() > 5, "{told:?}");
    assert!(apart.is_empty(), "these tell whether a foreign record exists: {apart:?}");
}

/// The first field of a list that names a record.
fn refs(schema: &serde_json::Value) -> Option<(String, String)> {
    let fields = schema["properties"].as_object()?;
    let entity = |of: &serde_json::Value| of.get("x-ref")?.as_str().filter(|entity| *entity != "*").map(str::to_owned);
    fields.iter().find_map(|(key, of)| Some((key.clone(), entity(of)?)))
}

fn median(samples: &[f64]) -> f64 {
    let mut sorted = samples.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted[sorted.len() / 2]
}

#[expect(clippy::float_arithmetic, reason = "microseconds, no money")]
fn gap(a: f64, b: f64) -> f64 {
    (a - b).abs()
}

/// Mann and Whitney's rank sum, as standard deviations from what equal distributions give.
#[expect(clippy::float_arithmetic, reason = "statistics, no money")]
fn z(a: &[f64], b: &[f64]) -> f64 {
    let mut all: Vec<(f64, bool)> = a.iter().map(|x| (*x, true)).chain(b.iter().map(|x| (*x, false))).collect();
    all.sort_by(|x, y| x.0.total_cmp(&y.0));
    let ranks: f64 = all.iter().enumerate().filter(|(_, (_, of_a))| *of_a).map(|(i, _)| (i + 1) as f64).sum();
    let (n, m) = (a.len() as f64, b.len() as f64);
    let u = ranks - n * (n + 1.0) / 2.0;
    (u - n * m / 2.0) / (n * m * (n + m + 1.0) / 12.0).sqrt()
}
