//! What the person at work may use, for operations that open records of other domains.

use std::sync::Arc;

use steward_policies::{Circumstances, Policies, Subject};

use super::policy_failure;
use crate::{Principal, Result, Surface};

/// The policies as one call meets them.
#[derive(Clone)]
pub(crate) struct Rights {
    pub(super) policies: Arc<Policies>,
    pub(super) surface: Surface,
}

impl Rights {
    /// Whether this person may use an operation at all, approvals aside.
    pub(crate) fn may(&self, who: &Principal, operation: &str) -> Result<bool> {
        let circumstances = Circumstances {
            surface: self.surface.as_str(),
            agent: self.surface.is_agent(),
            approved_by: &[],
            fact: None,
        };
        let id = who.id.to_string();
        self.policies.may(Subject { id: &id, roles: &who.roles }, operation, circumstances).map_err(policy_failure)
    }
}
