//! Names that look like a name that is already there: another's letters, other spaces, the same name again.

use schemars::JsonSchema;
use serde::Serialize;
use steward_tools::{Cx, Result};
use unicode_normalization::UnicodeNormalization;
use uuid::Uuid;

/// Look-alikes that are named at most.
const SHOWN: i64 = 5;

/// A party whose name looks the same.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Similar {
    /// Its id.
    pub id: Uuid,
    /// Its number and name.
    pub label: String,
}

/// What a name looks like, by the confusable characters of Unicode's technical standard 39: letters and digits only,
/// without case and accents. The migration says the same in SQL for plain ASCII.
pub(super) fn skeleton(name: &str) -> String {
    let mut drawn = String::with_capacity(name.len());
    for c in name.nfkc() {
        if c.is_ascii() {
            drawn.push(c.to_ascii_lowercase());
        } else {
            // drawn before its case is folded: the Cyrillic capital В looks like a B, the small в like nothing else
            let mut buffer = [0; 4];
            drawn.extend(unicode_security::skeleton(c.encode_utf8(&mut buffer)).flat_map(char::to_lowercase));
        }
    }
    drawn.retain(char::is_alphanumeric);
    let folded = unicode_security::skeleton(&drawn).flat_map(char::to_lowercase).filter(|c| c.is_alphanumeric());
    // a capital I looks like an l
    folded.map(|c| if c == 'i' { 'l' } else { c }).collect()
}

/// The other parties whose names look like this one.
pub(super) async fn similar(cx: &mut Cx, party: Uuid, name: &str) -> Result<Vec<Similar>> {
    let org = cx.org();
    let rows = sqlx::query!(
        r#"select id, number, name, archived_at is not null as "archived!" from parties
           where org_id = $1 and id <> $2 and (skeleton = $3 or name_key = $4) order by number limit $5"#,
        org,
        party,
        skeleton(name),
        steward_tools::name_key(name),
        SHOWN
    )
    .fetch_all(cx.db())
    .await?;
    let label = |number: String, name: String, archived: bool| super::label(&number, &name, archived);
    Ok(rows.into_iter().map(|row| Similar { id: row.id, label: label(row.number, row.name, row.archived) }).collect())
}

/// ` Looks like P-00012 Globex.`, or nothing.
pub(super) fn warning(similar: &[Similar]) -> String {
    if similar.is_empty() {
        return String::new();
    }
    let labels: Vec<&str> = similar.iter().map(|other| other.label.as_str()).collect();
    format!(" It looks like {}: is it the same?", labels.join(" and "))
}

#[cfg(test)]
mod tests {
    use super::skeleton;

    #[test]
    fn what_looks_the_same_has_one_skeleton() {
        for (a, b) in [
            ("Globex Industries SE", "Gl\u{43e}bex Industries SE"),
            ("Brightline", "\u{412}rightline"),
            ("Brightline Supplies Ltd", "BRIGHTLINE-SUPPLIES  LTD."),
            ("Iberia Textiles", "lberia Textiles"),
            ("Café Zentral", "Cafe Zentral"),
            ("Modern Homes", "Modem Homes"),
            ("O2 Trading", "02 Trading"),
        ] {
            assert_eq!(skeleton(a), skeleton(b), "{a} {b}");
        }
        assert_ne!(skeleton("Acme Trading GmbH"), skeleton("Acme Logistics GmbH"));
    }

    /// The migration fills the column of plain names by these rules.
    #[test]
    fn ascii_is_folded_as_the_migration_does_it() {
        for c in (b' '..=b'~').map(char::from) {
            let sql = match c.to_ascii_lowercase() {
                '0' => "o".to_owned(),
                '1' | 'i' => "l".to_owned(),
                'm' => "rn".to_owned(),
                c if c.is_ascii_alphanumeric() => c.to_string(),
                _ => String::new(),
            };
            assert_eq!(skeleton(&c.to_string()), sql, "{c}");
        }
    }
}
