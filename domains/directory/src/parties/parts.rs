//! What the lists of a party's parts have in common: an update gives the whole list, and items that carry an id keep it.

use std::collections::BTreeSet;

use steward_tools::{Cx, Refusal, Result, codes};
use uuid::Uuid;

/// Items of one list at most.
const MOST: usize = 50;

/// One entry of a list that belongs to a party: an address, a contact, a tax id, a bank account.
pub(super) trait Part {
    /// The table of its own.
    const TABLE: &'static str;
    /// The field of inputs and answers.
    const FIELD: &'static str;
    /// What people call one.
    const NOUN: &'static str;
    /// Its id, where it has one.
    fn id(&mut self) -> &mut Option<Uuid>;
}

/// Gives every item an id: its own, where it is one of this party's or was (so that an undo brings the same back), or
/// a new one. Refuses the ids of others.
pub(super) async fn identify<P: Part>(cx: &mut Cx, party: Uuid, current: &mut [P], given: &mut [P]) -> Result<()> {
    let mut known: BTreeSet<Uuid> = current.iter_mut().filter_map(|part| *part.id()).collect();
    let asked: Vec<Uuid> = given.iter_mut().filter_map(|part| *part.id()).collect();
    if asked.iter().any(|id| !known.contains(id)) {
        known.extend(former(cx, P::TABLE, party, &asked).await?);
    }
    for (i, part) in given.iter_mut().enumerate() {
        let id = part.id();
        match id {
            // each id once: what is taken is known no more
            Some(own) if known.remove(own) => {}
            Some(_) => {
                let detail = format!("This party has no such {}.", P::NOUN);
                let pointer = format!("/{}/{i}/id", P::FIELD);
                return Err(Refusal::invalid("unknown_part", &pointer, detail)
                    .fix("Leave the id out for a new one, or read the party for those it has.")
                    .into());
            }
            None => *id = Some(cx.id()),
        }
    }
    Ok(())
}

/// Those of the ids that were parts of this party before and are gone.
async fn former(cx: &mut Cx, table: &str, party: Uuid, ids: &[Uuid]) -> Result<Vec<Uuid>> {
    let org = cx.org();
    Ok(sqlx::query_scalar!(
        "select distinct record_id from changes where org_id = $1 and record_id = any ($2) and table_name = $3 and op = 'delete'
             and before ->> 'party_id' = $4",
        org,
        ids,
        table,
        party.to_string()
    )
    .fetch_all(cx.db())
    .await?)
}

/// Which one of each kind stands out: the one that is marked, or else the first. Refuses two marks of one kind.
pub(super) fn one_of_each<K: PartialEq>(items: &[(K, bool)], field: &str, mark: &str) -> Result<Vec<bool>> {
    let chosen = items.iter().enumerate().map(|(i, (kind, marked))| {
        let mut of_kind = items.iter().enumerate().filter(|(_, (other, _))| other == kind);
        match of_kind.clone().filter(|(_, (_, marked))| *marked).count() {
            0 => Ok(of_kind.next().is_some_and(|(first, _)| first == i)),
            1 => Ok(*marked),
            _ => {
                let detail = format!("Only one of them can be the {mark} one.");
                Err(Refusal::invalid("marked_twice", &format!("/{field}/{i}/{mark}"), detail).into())
            }
        }
    });
    chosen.collect()
}

/// Text without spaces around it; an empty one is none.
pub(super) fn text(value: Option<String>) -> Option<String> {
    value.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty())
}

/// Text that must say something.
pub(super) fn required(value: &str, pointer: &str) -> Result<String> {
    text(Some(value.to_owned()))
        .ok_or_else(|| Refusal::invalid(codes::INVALID_INPUT, pointer, "This must not be empty.").into())
}

/// Refuses a list that nobody writes by hand.
pub(super) fn not_too_many<P: Part>(given: &[P]) -> Result<()> {
    if given.len() <= MOST {
        return Ok(());
    }
    let detail = format!("A party has at most {MOST} of these.");
    Err(Refusal::invalid(codes::INVALID_INPUT, &format!("/{}", P::FIELD), detail).into())
}
