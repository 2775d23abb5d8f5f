//! What the small records of the books have in common: codes, names, versions, and being in use or archived.

use steward_tools::{Refusal, Result, codes};

/// A name with something in it, one space between words.
pub(crate) fn checked_name(name: &str) -> Result<String> {
    let name = name.split_whitespace().collect::<Vec<_>>().join(" ");
    if steward_tools::name_key(&name).is_empty() {
        return Err(Refusal::invalid(codes::INVALID_INPUT, "/name", "A name has letters or digits.").into());
    }
    Ok(name)
}

/// A text that says something, or none.
pub(crate) fn kept(text: Option<&str>) -> Option<String> {
    text.map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned)
}

/// Two changes at once: the second reads again.
pub(crate) fn changed_meanwhile(noun: &str) -> Refusal {
    Refusal::conflict("changed_meanwhile", format!("Somebody is changing this {noun}."))
        .fix("Read it again and repeat.")
}

/// A code that another one has.
pub(crate) fn code_taken(noun: &str, code: &str) -> Refusal {
    let mut refusal = Refusal::conflict("code_taken", format!("There is {noun} with the code {code} already."));
    refusal.errors.push(steward_tools::FieldError { pointer: "/code".into(), detail: "Taken.".into() });
    refusal.fix("Choose another code, or restore or rename the one that has it.")
}

/// Refuses to archive what is archived, and to restore what is not.
pub(crate) fn expect_other(label: &str, is: bool, archived: bool) -> Result<()> {
    match (is, archived) {
        (true, true) => Err(Refusal::conflict("already_archived", format!("{label} is archived already.")).into()),
        (false, false) => Err(Refusal::conflict("not_archived", format!("{label} is not archived.")).into()),
        _ => Ok(()),
    }
}

/// Takes a row of a table out of use, or back, where nobody has changed it since it was read: its id and version. A constraint
/// that may refuse it comes with its refusal.
macro_rules! set_archived {
    ($cx:expr, $table:literal, $noun:literal, ($id:expr, $version:expr), $archived:expr $(, $constraint:literal => $refusal:expr)?) => {{
        let (org, now) = ($cx.org(), $cx.now());
        sqlx::query!(
            "update " + $table + " set archived_at = $3, version = version + 1, updated_at = $4 where org_id = $1 and id = $2 and version = $5",
            org,
            $id,
            $archived.then_some(now),
            now,
            $version
        )
        .execute($cx.db())
        .await
        $(.on_constraint($constraint, $refusal))?
        .map_err(steward_tools::Error::from)
        .and_then(|done| match done.rows_affected() {
            0 => Err($crate::shared::changed_meanwhile($noun).into()),
            _ => Ok(()),
        })
    }};
}
pub(crate) use set_archived;

/// What is archived is not for new postings.
pub(crate) fn archived(label: &str, pointer: &str) -> Refusal {
    Refusal::invalid("archived", pointer, format!("{label} is archived.")).fix("Name another one, or restore it first.")
}

/// `4000 Sales revenue`, with what marks it as out of use.
pub(crate) fn label(code: &str, name: &str, archived: bool) -> String {
    format!("{code} {name}{}", if archived { " (archived)" } else { "" })
}
