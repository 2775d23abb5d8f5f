//! What an operator watches, across organisations: counts, and no row of anybody.

use super::Gate;
use crate::Result;

/// Counts of this moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct VitalSigns {
    /// Approvals that wait for somebody's decision.
    pub approvals_waiting: i64,
    /// The newest number in the log of calls. Numbers of calls that were rolled back are missing in between.
    pub log_head: i64,
}

impl Gate {
    /// Counts across all organisations.
    pub async fn vital_signs(&self) -> Result<VitalSigns> {
        let now = self.inner.clock.now();
        let signs = sqlx::query_as!(
            VitalSigns,
            r#"select approvals_waiting as "approvals_waiting!", log_head as "log_head!" from vital_signs($1)"#,
            now
        );
        Ok(signs.fetch_one(&self.inner.pool).await?)
    }
    /// Connections to the database: those at rest, and those at work.
    #[must_use]
    pub fn connections(&self) -> (usize, usize) {
        let (all, idle) = (self.inner.pool.size(), self.inner.pool.num_idle());
        (idle, usize::try_from(all).unwrap_or(idle).saturating_sub(idle))
    }
}
