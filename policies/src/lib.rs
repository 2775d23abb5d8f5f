//! Who may do what. Cedar policies over principal, operation and context answer allow, deny, or
//! "allowed once somebody approves".
//!
//! Roles are granted *groups* of actions (`accounting.write`); which operation is in which group is derived
//! from the catalogue. An obligation is a `forbid` annotated `@approve("self")` or `@approve("role:NAME")`
//! with `unless { context.approved_by.contains(…) }`: denied only by such forbids means an approval is
//! needed, the strictest of them. Any other forbid, and any policy that fails to evaluate, denies.

mod known;
mod schema;

use std::collections::BTreeSet;
use std::str::FromStr;
use std::sync::Arc;

use cedar_policy::{
    Authorizer, Context, Decision, Entities, Entity, EntityUid, PolicyId, PolicySet, Request, Response,
    RestrictedExpression, Schema, ValidationMode, Validator,
};
use known::Known;

/// The policies this product ships: one file a domain, and one for agents.
const FILES: [(&str, &str); 7] = [
    ("directory", include_str!("../directory.cedar")),
    ("records", include_str!("../records.cedar")),
    ("people", include_str!("../people.cedar")),
    ("accounting", include_str!("../accounting.cedar")),
    ("audit", include_str!("../audit.cedar")),
    ("limits", include_str!("../limits.cedar")),
    ("agent", include_str!("../agent.cedar")),
];
const ROLES: &str = include_str!("../roles.json");

/// An operation as policies see it.
#[derive(Debug, Clone)]
pub struct Action {
    /// The operation's name.
    pub name: String,
    /// The groups it belongs to; the last is its effect.
    pub groups: Vec<String>,
}

/// Who asks.
#[derive(Debug, Clone, Copy)]
pub struct Subject<'a> {
    /// The person's id.
    pub id: &'a str,
    /// Roles granted to them.
    pub roles: &'a [String],
}

/// The circumstances a policy may look at.
#[derive(Debug, Clone, Copy)]
pub struct Circumstances<'a> {
    /// The surface the call came through.
    pub surface: &'a str,
    /// Whether an agent acts for the person.
    pub agent: bool,
    /// Who has approved: `self`, or `role:NAME`.
    pub approved_by: &'a [String],
    /// A fact that the operation stated.
    pub fact: Option<Fact<'a>>,
}

/// Something that an operation stated about itself; amounts in minor units of the company's currency.
#[derive(Debug, Clone, Copy)]
pub struct Fact<'a> {
    /// What happens: `posted`, `credited`.
    pub kind: &'a str,
    /// How much.
    pub amount: Option<i64>,
    /// The organisation's limit for this kind, where it has set one.
    pub limit: Option<i64>,
}

/// What the policies say, and which of them said it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Judgement {
    /// The answer.
    pub verdict: Verdict,
    /// The policies that decided, by their `@id`: those that permit where it is allowed, else those that forbid;
    /// none where nothing permits.
    pub policies: Vec<String>,
    /// Policies that failed to evaluate, which denies.
    pub failed: Vec<String>,
}

/// Who has to say yes.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Approver {
    /// The person the agent acts for.
    Myself,
    /// Somebody else who holds this role.
    Role(String),
}

impl Approver {
    /// `self` or `role:NAME`, as annotations and approvals write it.
    #[must_use]
    pub fn as_text(&self) -> String {
        match self {
            Self::Myself => "self".to_owned(),
            Self::Role(role) => format!("role:{role}"),
        }
    }
}

impl FromStr for Approver {
    type Err = PolicyError;
    fn from_str(text: &str) -> Result<Self, PolicyError> {
        match text.split_once(':') {
            None if text == "self" => Ok(Self::Myself),
            Some(("role", role)) => Ok(Self::Role(role.to_owned())),
            _ => Err(PolicyError(format!("@approve(\"{text}\") is neither \"self\" nor \"role:NAME\""))),
        }
    }
}

/// The answer of the policies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// Go ahead.
    Allow,
    /// Allowed once this one approves.
    NeedsApproval(Approver),
    /// No.
    Deny,
}

impl Verdict {
    /// The stricter of two: deny, then another's approval, then one's own.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::Deny, _) | (_, Self::Deny) => Self::Deny,
            (Self::NeedsApproval(a), Self::NeedsApproval(b)) => Self::NeedsApproval(a.max(b)),
            (Self::NeedsApproval(a), Self::Allow) | (Self::Allow, Self::NeedsApproval(a)) => Self::NeedsApproval(a),
            (Self::Allow, Self::Allow) => Self::Allow,
        }
    }
}

/// A policy, role or action that does not fit; found at start, never at a request.
#[derive(Debug, thiserror::Error)]
#[error("policy: {0}")]
pub struct PolicyError(String);

fn policy_error(error: impl std::fmt::Display) -> PolicyError {
    PolicyError(error.to_string())
}

/// The loaded policies.
pub struct Policies {
    authorizer: Authorizer,
    all: PolicySet,
    grants: PolicySet,
    entities: Entities,
    resource: EntityUid,
    known: Known,
}

impl Policies {
    /// Loads and validates the shipped policies, and `extra` ones, over these actions.
    pub fn load(actions: &[Action], extra: &[&str]) -> Result<Self, PolicyError> {
        let schema = schema::of(actions).map_err(PolicyError)?;
        let mut all = PolicySet::new();
        for (file, text) in FILES.iter().copied().chain(extra.iter().map(|text| ("extra", *text))) {
            let parsed = PolicySet::from_str(text).map_err(|e| PolicyError(format!("{file}.cedar: {e}")))?;
            for policy in parsed.policies() {
                let id =
                    policy.annotation("id").ok_or_else(|| PolicyError(format!("{file}.cedar: a policy has no @id")))?;
                all.add(policy.new_id(PolicyId::new(id))).map_err(policy_error)?;
            }
        }
        let checked = Validator::new(schema.clone()).validate(&all, ValidationMode::default());
        if !checked.validation_passed() {
            let errors: Vec<String> = checked.validation_errors().map(ToString::to_string).collect();
            return Err(PolicyError(errors.join("; ")));
        }
        let mut grants = PolicySet::new();
        for policy in all.policies() {
            match policy.annotation("approve") {
                Some(who) => drop(Approver::from_str(who)?),
                None => grants.add(policy.clone()).map_err(policy_error)?,
            }
        }
        Ok(Self {
            authorizer: Authorizer::new(),
            all,
            grants,
            entities: entities(&schema)?,
            resource: uid("Organization", "own")?,
            known: Known::default(),
        })
    }

    /// May this person do it at all, whatever the amounts and approvals (the annotated forbids left out)?
    pub fn may(&self, who: Subject<'_>, action: &str, circumstances: Circumstances<'_>) -> Result<bool, PolicyError> {
        self.known.may(who, action, circumstances, || self.grant(who, action, circumstances))
    }

    fn grant(&self, who: Subject<'_>, action: &str, circumstances: Circumstances<'_>) -> Result<bool, PolicyError> {
        let (request, entities) = self.question(who, action, circumstances)?;
        let response = self.authorizer.is_authorized(&request, &self.grants, &entities);
        Ok(response.decision() == Decision::Allow && response.diagnostics().errors().next().is_none())
    }

    /// All policies together, obligations included.
    pub fn decide(
        &self,
        who: Subject<'_>,
        action: &str,
        circumstances: Circumstances<'_>,
    ) -> Result<Verdict, PolicyError> {
        Ok(self.judge(who, action, circumstances)?.verdict)
    }

    /// The same, saying which policies decided.
    pub fn judge(
        &self,
        who: Subject<'_>,
        action: &str,
        circumstances: Circumstances<'_>,
    ) -> Result<Judgement, PolicyError> {
        self.known.judgement(who, action, circumstances, || self.consider(who, action, circumstances))
    }

    fn consider(
        &self,
        who: Subject<'_>,
        action: &str,
        circumstances: Circumstances<'_>,
    ) -> Result<Judgement, PolicyError> {
        let (request, entities) = self.question(who, action, circumstances)?;
        let response = self.authorizer.is_authorized(&request, &self.all, &entities);
        let names = |response: &Response| {
            let mut names: Vec<String> = response.diagnostics().reason().map(ToString::to_string).collect();
            names.sort();
            names
        };
        let failed: Vec<String> = response.diagnostics().errors().map(ToString::to_string).collect();
        let judged = |verdict, policies| Ok(Judgement { verdict, policies, failed: failed.clone() });
        if !failed.is_empty() {
            return judged(Verdict::Deny, names(&response));
        }
        if response.decision() == Decision::Allow {
            return judged(Verdict::Allow, names(&response));
        }
        let mut strictest: Option<Approver> = None;
        for policy in response.diagnostics().reason() {
            match self.all.policy(policy).and_then(|p| p.annotation("approve")) {
                Some(who) => strictest = strictest.max(Some(Approver::from_str(who)?)),
                None => return judged(Verdict::Deny, names(&response)),
            }
        }
        // obligations bind only those who may do it at all
        let granted = self.authorizer.is_authorized(&request, &self.grants, &entities).decision() == Decision::Allow;
        match strictest.filter(|_| granted) {
            Some(approver) => judged(Verdict::NeedsApproval(approver), names(&response)),
            None => judged(Verdict::Deny, Vec::new()),
        }
    }

    /// Whether somebody with these roles holds `role`, directly or by inclusion.
    #[must_use]
    pub fn holds(&self, roles: &[String], role: &str) -> bool {
        let Ok(wanted) = uid("Role", role) else { return false };
        roles
            .iter()
            .any(|own| own == role || uid("Role", own).is_ok_and(|own| self.entities.is_ancestor_of(&wanted, &own)))
    }

    /// The roles there are.
    #[must_use]
    pub fn roles(&self) -> BTreeSet<String> {
        let role =
            |e: &Entity| (e.uid().type_name().to_string() == "Role").then(|| e.uid().id().unescaped().to_owned());
        self.entities.iter().filter_map(role).collect()
    }

    fn question(
        &self,
        who: Subject<'_>,
        action: &str,
        circumstances: Circumstances<'_>,
    ) -> Result<(Request, Arc<Entities>), PolicyError> {
        let person = uid("User", who.id)?;
        let entities = self.known.entities(who, || {
            let parents = who.roles.iter().map(|role| uid("Role", role)).collect::<Result<_, _>>()?;
            let user = Entity::new_no_attrs(person.clone(), parents);
            self.entities.clone().add_entities([user], None).map_err(policy_error)
        })?;
        let request =
            Request::new(person, uid("Action", action)?, self.resource.clone(), context(circumstances)?, None)
                .map_err(policy_error)?;
        Ok((request, entities))
    }
}

/// The names of the roles there are.
pub fn roles() -> Result<BTreeSet<String>, PolicyError> {
    let entities = Entities::from_json_str(ROLES, None).map_err(policy_error)?;
    Ok(entities.iter().map(|role| role.uid().id().unescaped().to_owned()).collect())
}

fn context(circumstances: Circumstances<'_>) -> Result<Context, PolicyError> {
    let text = |value: &str| RestrictedExpression::new_string(value.to_owned());
    let mut pairs = vec![
        ("surface".to_owned(), text(circumstances.surface)),
        ("agent".to_owned(), RestrictedExpression::new_bool(circumstances.agent)),
        ("approved_by".to_owned(), RestrictedExpression::new_set(circumstances.approved_by.iter().map(|by| text(by)))),
    ];
    if let Some(Fact { kind, amount, limit }) = circumstances.fact {
        let mut fact = vec![("kind".to_owned(), text(kind))];
        fact.extend(amount.map(|minor| ("amount".to_owned(), RestrictedExpression::new_long(minor))));
        fact.extend(limit.map(|minor| ("limit".to_owned(), RestrictedExpression::new_long(minor))));
        pairs.push(("fact".to_owned(), RestrictedExpression::new_record(fact).map_err(policy_error)?));
    }
    Context::from_pairs(pairs).map_err(policy_error)
}

fn entities(schema: &Schema) -> Result<Entities, PolicyError> {
    let actions = schema.action_entities().map_err(policy_error)?;
    Entities::from_json_str(ROLES, None).map_err(policy_error)?.add_entities(actions, None).map_err(policy_error)
}

fn uid(kind: &str, id: &str) -> Result<EntityUid, PolicyError> {
    let kind = cedar_policy::EntityTypeName::from_str(kind).map_err(policy_error)?;
    Ok(EntityUid::from_type_name_and_id(kind, cedar_policy::EntityId::new(id)))
}

#[cfg(test)]
mod tests;
