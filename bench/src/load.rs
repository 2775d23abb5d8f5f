//! Closed loops: so many clients, each asking again as soon as it is answered.

use std::time::{Duration, Instant};

use futures::future::BoxFuture;
use tokio::task::JoinSet;

use crate::Result;

/// One client.
pub(crate) trait Turn: Send {
    /// Does it once, and fails where the answer is not what it should be.
    fn turn(&mut self) -> BoxFuture<'_, Result<()>>;
}

/// Clients that work at the same time.
pub(crate) type Crew = Vec<Box<dyn Turn>>;

/// What a crew did in a window.
pub(crate) struct Sample {
    /// Turns a second.
    pub(crate) rate: f64,
    /// How long each took.
    pub(crate) took: Vec<Duration>,
}

/// Lets a crew work for so long; each does at least one turn.
pub(crate) async fn window(crew: &mut Crew, length: Duration) -> Result<Sample> {
    let since = Instant::now();
    let mut tasks = JoinSet::new();
    for mut worker in crew.drain(..) {
        tasks.spawn(async move {
            let mut took = Vec::new();
            loop {
                let begun = Instant::now();
                worker.turn().await?;
                took.push(begun.elapsed());
                if since.elapsed() >= length {
                    return Ok::<_, Box<dyn std::error::Error + Send + Sync>>((worker, took));
                }
            }
        });
    }
    let mut all = Vec::new();
    while let Some(done) = tasks.join_next().await {
        let (worker, took) = done??;
        crew.push(worker);
        all.extend(took);
    }
    Ok(Sample { rate: all.len() as f64 / since.elapsed().as_secs_f64(), took: all })
}

/// The value below which so much of them is, in between none.
pub(crate) fn quantile(values: &mut [f64], at: f64) -> f64 {
    values.sort_by(f64::total_cmp);
    let last = values.len().saturating_sub(1);
    values.get((last as f64 * at).round() as usize).copied().unwrap_or_default()
}
