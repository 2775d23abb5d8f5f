//! The Cedar schema, derived from the catalogue: a typo in a policy is found when the server starts.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use cedar_policy::Schema;

use crate::Action;

/// Entity types, the context every policy may look at, one action for each operation and for each group.
pub(crate) fn of(actions: &[Action]) -> Result<Schema, String> {
    let mut text = String::from(
        "entity Role in [Role];\nentity User in [Role];\nentity Organization;\n\
         type Circumstances = { surface: String, agent: Bool, approved_by: Set<String>, fact?: { kind: String, amount?: Long, limit?: Long } };\n",
    );
    let groups: BTreeSet<&str> =
        actions.iter().flat_map(|a| &a.groups).map(String::as_str).chain(["read", "write", "final"]).collect();
    for group in groups {
        let _ = writeln!(text, "action \"{group}\";");
    }
    for action in actions {
        let groups: Vec<String> = action.groups.iter().map(|group| format!("\"{group}\"")).collect();
        let groups = if groups.is_empty() { String::new() } else { format!(" in [{}]", groups.join(", ")) };
        let _ = writeln!(
            text,
            "action \"{}\"{groups} appliesTo {{ principal: User, resource: Organization, context: Circumstances }};",
            action.name
        );
    }
    Schema::from_cedarschema_str(&text).map(|(schema, _)| schema).map_err(|e| format!("{e}: {text}"))
}
