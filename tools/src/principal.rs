//! Who asks, and through what.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono_tz::Tz;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// A person in an organisation, with the rights they had when they were read.
#[derive(Debug, Clone)]
pub struct Principal {
    /// The organisation.
    pub org: Uuid,
    /// Its short code (`demo`).
    pub org_code: String,
    /// Its name.
    pub org_name: String,
    /// Its currency, in which the books are kept.
    pub currency: String,
    /// The zone in which its business days begin.
    pub zone: Tz,
    /// The person.
    pub id: Uuid,
    /// The address they sign in with.
    pub email: String,
    /// Their name.
    pub name: String,
    /// Roles granted to them; the policies know what includes what.
    pub roles: Vec<String>,
    /// The party they stand for, when they are an outsider.
    pub party: Option<Uuid>,
    /// Amounts above which somebody else has to agree, in minor units of the company's currency, by kind of fact.
    pub limits: BTreeMap<String, i64>,
    /// Counts changes of their rights; the first statement of every call checks it.
    pub rights_version: i32,
    /// The fields that their organisation has added to its records.
    pub custom: Arc<[crate::CustomField]>,
}

/// The only source of row rights; settings of row-level security and search filters derive from it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// Every row of the organisation.
    Organization,
    /// Only rows that concern one party.
    Party(Uuid),
}

impl Scope {
    /// As row-level security reads it.
    #[must_use]
    pub fn setting(self) -> String {
        match self {
            Self::Organization => "org".to_owned(),
            Self::Party(party) => party.to_string(),
        }
    }
}

impl Principal {
    /// Whoever stands for a party sees only what concerns it, whatever other roles they hold.
    #[must_use]
    pub fn scope(&self) -> Scope {
        self.party.map_or(Scope::Organization, Scope::Party)
    }
}

/// The way a call came in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Surface {
    /// The derived REST routes, tools and plans.
    Rest,
    /// The same routes, by the web app of a signed-in person.
    Web,
    /// The command line.
    Cli,
    /// The conversation with the agent.
    Agent,
}

impl Surface {
    /// Its name in policies and records.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Rest => "rest",
            Self::Web => "web",
            Self::Cli => "cli",
            Self::Agent => "agent",
        }
    }
    /// Whether an agent acts for the person here, so that nothing commits without them.
    #[must_use]
    pub const fn is_agent(self) -> bool {
        matches!(self, Self::Agent)
    }
}

/// What the caller signed in with. Only a person decides on approvals.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Credential {
    /// A person's own session.
    Person,
    /// The local operator's command line: recorded, and no person's decision.
    Operator,
    /// An API key that a person has made: their rights or fewer, and no person's decision.
    Key,
}

/// One caller of the gate.
#[derive(Debug, Clone)]
pub struct Caller {
    /// The person.
    pub principal: Arc<Principal>,
    /// What they signed in with.
    pub credential: Credential,
    /// The session or key they came with: the first statement of every call checks that it still holds.
    /// None for the operator of this machine, and for a maker whose call somebody else has approved.
    pub pass: Option<Uuid>,
    /// Only these operations and groups of rights (`accounting.read`), where what they signed in with is limited.
    pub scopes: Option<Arc<[String]>>,
    /// The way the call came in.
    pub surface: Surface,
    /// The conversation it belongs to.
    pub conversation: Option<Uuid>,
    /// The request, for logs and the record.
    pub request_id: String,
    /// The person's words, where they gave any.
    pub reason: Option<String>,
}
