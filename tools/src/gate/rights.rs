//! What the person at work may use, for operations that open records of other domains.

use std::sync::Arc;

use steward_policies::{Circumstances, Policies, Subject};

use super::{Inner, policy_failure, within};
use crate::{Caller, Entry, Principal, Result, Surface};

/// The policies as one call meets them.
#[derive(Clone)]
pub(crate) struct Rights {
    policies: Arc<Policies>,
    surface: Surface,
    scopes: Option<Arc<[String]>>,
}

impl Rights {
    pub(super) fn of(inner: &Inner, caller: &Caller) -> Self {
        Self { policies: inner.policies.clone(), surface: caller.surface, scopes: caller.scopes.clone() }
    }
    /// Whether this person may use an operation at all, approvals aside, with what they signed in with.
    pub(crate) fn may(&self, who: &Principal, entry: &Entry) -> Result<bool> {
        let circumstances = Circumstances {
            surface: self.surface.as_str(),
            agent: self.surface.is_agent(),
            approved_by: &[],
            fact: None,
        };
        let subject = who.id.to_string();
        let subject = Subject { id: &subject, roles: &who.roles };
        Ok(within(self.scopes.as_deref(), entry)
            && self.policies.may(subject, entry.name(), circumstances).map_err(policy_failure)?)
    }
}
