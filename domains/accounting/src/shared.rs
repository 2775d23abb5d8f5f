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
pub(crate) fn expect_archived(label: &str, is: bool, wanted: bool) -> Result<()> {
    match (is, wanted) {
        (true, false) => Err(Refusal::conflict("already_archived", format!("{label} is archived already.")).into()),
        (false, true) => Err(Refusal::conflict("not_archived", format!("{label} is not archived.")).into()),
        _ => Ok(()),
    }
}

/// What is archived is not for new postings.
pub(crate) fn archived(label: &str, pointer: &str) -> Refusal {
    Refusal::invalid("archived", pointer, format!("{label} is archived.")).fix("Name another one, or restore it first.")
}

/// `4000 Sales revenue`, with what marks it as out of use.
pub(crate) fn label(code: &str, name: &str, archived: bool) -> String {
    format!("{code} {name}{}", if archived { " (archived)" } else { "" })
}
