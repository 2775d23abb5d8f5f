use std::collections::BTreeMap;

use super::*;

/// What the tests ask about, with the groups that the catalogue would derive.
const ASKED: [(&str, &[&str]); 15] = [
    ("accounting.invoices.list", &["accounting.read", "read"]),
    ("accounting.invoices.post", &["accounting.final", "final"]),
    ("accounting.periods.close", &["accounting.closing", "final"]),
    ("audit.attempts.list", &["audit.oversight", "read"]),
    ("audit.calls.list", &["audit.read", "read"]),
    ("directory.api_keys.create", &["directory.keys", "write"]),
    ("directory.attachments.delete", &["directory.records", "records"]),
    ("directory.comments.delete", &["directory.records", "records"]),
    ("directory.comments.restore", &["directory.records", "records"]),
    ("directory.comments.update", &["directory.records", "records"]),
    ("directory.custom_fields.create", &["directory.settings", "settings"]),
    ("directory.parties.create", &["directory.write", "write"]),
    ("directory.parties.get", &["directory.read", "read"]),
    ("directory.users.change_password", &["directory.self", "final"]),
    ("directory.users.create", &["directory.people", "write"]),
];

/// The shipped policies over what the tests ask about, and over every operation, mask and group that they name themselves.
fn policies(extra: &[&str]) -> Policies {
    let named =
        FILES.iter().flat_map(|(_, text)| text.split("Action::\"").skip(1)).filter_map(|rest| rest.split('"').next());
    let (names, groups): (Vec<&str>, Vec<&str>) =
        named.partition(|name| name.split('.').count() == 3 || name.starts_with("see:"));
    let mut actions: BTreeMap<String, Vec<String>> = names.iter().map(|&name| (name.to_owned(), Vec::new())).collect();
    // a group is there where something is in it
    actions.insert("tests.groups.fill".to_owned(), groups.iter().map(|&group| group.to_owned()).collect());
    for (name, groups) in ASKED {
        actions.insert(name.to_owned(), groups.iter().map(|group| (*group).to_owned()).collect());
    }
    let actions: Vec<Action> = actions.into_iter().map(|(name, groups)| Action { name, groups }).collect();
    Policies::load(&actions, extra).unwrap()
}

fn ask(
    policies: &Policies,
    role: &str,
    action: &str,
    agent: bool,
    approved_by: &[&str],
    fact: Option<(&str, i64)>,
) -> Verdict {
    let roles = [role.to_owned()];
    let approved_by: Vec<String> = approved_by.iter().map(|s| (*s).to_owned()).collect();
    let circumstances = Circumstances {
        surface: "rest",
        agent,
        approved_by: &approved_by,
        fact: fact.map(|(kind, amount)| Fact { kind, amount: Some(amount), limit: Some(500_000) }),
    };
    policies.decide(Subject { id: "u", roles: &roles }, action, circumstances).unwrap()
}

const LIMIT: &str = r#"@id("big-postings") @approve("role:controller")
    forbid (principal, action in Action::"final", resource)
    when { context has fact && context.fact has amount && context.fact.amount > 1000 }
    unless { context.approved_by.contains("role:controller") };"#;

#[test]
fn what_another_person_said_is_removed_by_administrators_and_rewritten_by_nobody() {
    let policies = policies(&[]);
    let ask = |role, action, whose| ask(&policies, role, action, false, &[], Some((whose, 0)));
    for action in ["directory.comments.delete", "directory.attachments.delete", "directory.comments.restore"] {
        assert_eq!(ask("staff", action, "anothers"), Verdict::Deny, "{action}");
        assert_eq!(ask("controller", action, "anothers"), Verdict::Deny, "{action}");
        assert_eq!(ask("admin", action, "anothers"), Verdict::Allow, "{action}");
        assert_eq!(ask("vendor", action, "own"), Verdict::Allow, "{action}");
    }
    assert_eq!(ask("admin", "directory.comments.update", "anothers"), Verdict::Deny);
    assert_eq!(ask("controller", "directory.custom_fields.create", "own"), Verdict::Deny);
}

#[test]
fn roles_include_what_names_says() {
    let p = policies(&[]);
    assert!(p.holds(&["admin".into()], "accountant"));
    assert!(p.holds(&["controller".into()], "staff"));
    assert!(!p.holds(&["vendor".into()], "staff"));
    assert!(!p.holds(&["accountant".into()], "controller"));
}

#[test]
fn people_commit_and_agents_ask() {
    let p = policies(&[]);
    assert_eq!(ask(&p, "accountant", "accounting.invoices.post", false, &[], None), Verdict::Allow);
    assert_eq!(
        ask(&p, "accountant", "accounting.invoices.post", true, &[], None),
        Verdict::NeedsApproval(Approver::Myself)
    );
    assert_eq!(ask(&p, "accountant", "accounting.invoices.post", true, &["self"], None), Verdict::Allow);
    assert_eq!(ask(&p, "accountant", "accounting.invoices.list", true, &[], None), Verdict::Allow);
    assert_eq!(
        ask(&p, "staff", "accounting.invoices.post", true, &[], None),
        Verdict::Deny,
        "no approval for what one may not do"
    );
}

#[test]
fn the_strictest_obligation_holds() {
    let p = policies(&[LIMIT]);
    let post =
        |agent, by: &[&str]| ask(&p, "accountant", "accounting.invoices.post", agent, by, Some(("posted", 1001)));
    let controller = Verdict::NeedsApproval(Approver::Role("controller".into()));
    assert_eq!(post(false, &[]), controller);
    assert_eq!(post(true, &[]), controller);
    assert_eq!(post(true, &["role:controller"]), Verdict::NeedsApproval(Approver::Myself));
    assert_eq!(ask(&p, "accountant", "accounting.invoices.post", false, &[], Some(("posted", 1000))), Verdict::Allow);
}

#[test]
fn what_is_above_the_organisations_limit_needs_a_controller() {
    let p = policies(&[]);
    let post =
        |amount, by: &[&str]| ask(&p, "accountant", "accounting.invoices.post", false, by, Some(("credited", amount)));
    assert_eq!(post(500_000, &[]), Verdict::Allow);
    assert_eq!(post(500_001, &[]), Verdict::NeedsApproval(Approver::Role("controller".into())));
    assert_eq!(post(500_001, &["self", "role:controller"]), Verdict::Allow);
    assert_eq!(
        ask(&p, "controller", "accounting.invoices.post", false, &[], Some(("credited", 500_001))),
        Verdict::NeedsApproval(Approver::Role("controller".into())),
        "a controller is not her own second pair of eyes"
    );
    assert_eq!(ask(&p, "staff", "accounting.invoices.post", false, &[], Some(("credited", 500_001))), Verdict::Deny);
}

#[test]
fn a_policy_that_fails_denies() {
    let p = policies(&[r#"@id("overflows") forbid (principal, action in Action::"read", resource)
        when { context has fact && context.fact has amount && context.fact.amount * 9223372036854775807 > 0 };"#]);
    assert_eq!(ask(&p, "accountant", "accounting.invoices.list", false, &[], Some(("x", 3))), Verdict::Deny);
}

#[test]
fn a_typo_in_a_policy_is_found_at_start() {
    let actions = [Action { name: "a.b.c".into(), groups: vec!["a.read".into(), "read".into()] }];
    assert!(Policies::load(&actions, &[]).is_err(), "the shipped policies name actions that this catalogue lacks");
}

#[test]
fn where_a_party_is_paid_takes_four_eyes_and_is_not_for_everybody() {
    let p = policies(&[]);
    let change = |role, by: &[&str]| ask(&p, role, "directory.parties.create", false, by, Some(("bank_details", 0)));
    let controller = Verdict::NeedsApproval(Approver::Role("controller".into()));
    for role in ["accountant", "controller", "admin"] {
        assert_eq!(change(role, &[]), controller, "{role}");
        assert_eq!(change(role, &["self"]), controller, "{role}: one's own yes is not enough");
        assert_eq!(change(role, &["self", "role:controller"]), Verdict::Allow, "{role}");
        assert_eq!(ask(&p, role, "see:directory.bank_accounts", false, &[], None), Verdict::Allow, "{role}");
    }
    for role in ["sales", "warehouse", "hr", "manager", "staff"] {
        assert_eq!(ask(&p, role, "see:directory.bank_accounts", false, &[], None), Verdict::Deny, "{role}");
        assert_eq!(ask(&p, role, "see:directory.tax_ids", false, &[], None), Verdict::Deny, "{role}");
    }
    assert_eq!(ask(&p, "vendor", "see:directory.bank_accounts", true, &[], None), Verdict::Allow);
}
