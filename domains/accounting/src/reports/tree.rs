//! The chart with figures: accounts by code, or level by level with what their headings come to.

use std::collections::BTreeMap;

use steward_tools::{Cx, Result};
use uuid::Uuid;

use crate::accounts::AccountName;

/// An account of the chart.
#[derive(Debug, Clone)]
pub(super) struct Node {
    pub(super) id: Uuid,
    pub(super) code: String,
    pub(super) name: String,
    pub(super) r#type: String,
    pub(super) purpose: Option<String>,
    pub(super) control: Option<String>,
    pub(super) parent: Option<Uuid>,
    pub(super) heading: bool,
}

impl Node {
    pub(super) fn named(&self) -> AccountName {
        AccountName { id: self.id, code: self.code.clone(), name: self.name.clone() }
    }
}

/// All accounts, by code.
pub(super) async fn chart(cx: &mut Cx) -> Result<Vec<Node>> {
    let org = cx.org();
    let nodes = sqlx::query_as!(
        Node,
        r#"select id, code, name, type as "type", purpose, control, parent_id as parent, heading from accounts where org_id = $1 order by code"#,
        org
    )
    .fetch_all(cx.db())
    .await?;
    Ok(nodes)
}

/// An account with its figures; the figures of a heading are the sums of what stands under it.
pub(super) struct Row<'a, const N: usize> {
    pub(super) node: &'a Node,
    /// How deep it stands; 1 is the top.
    pub(super) level: u8,
    pub(super) figures: [i64; N],
}

/// The accounts that have figures, by code. With `levels`, their headings stand before them.
pub(super) fn rows<'a, const N: usize>(
    chart: &'a [Node],
    levels: bool,
    figures: impl Fn(&Node) -> Option<[i64; N]>,
) -> Vec<Row<'a, N>> {
    if !levels {
        let flat = chart.iter().filter_map(|node| Some(Row { node, level: 1, figures: figures(node)? }));
        return flat.collect();
    }
    let mut under: BTreeMap<Option<Uuid>, Vec<&Node>> = BTreeMap::new();
    chart.iter().for_each(|node| under.entry(node.parent).or_default().push(node));
    let mut rows = Vec::new();
    descend(&under, None, 1, &figures, &mut rows);
    rows
}

fn descend<'a, const N: usize>(
    under: &BTreeMap<Option<Uuid>, Vec<&'a Node>>,
    parent: Option<Uuid>,
    level: u8,
    figures: &impl Fn(&Node) -> Option<[i64; N]>,
    rows: &mut Vec<Row<'a, N>>,
) -> [i64; N] {
    let mut sums = [0; N];
    for node in under.get(&parent).into_iter().flatten() {
        let at = rows.len();
        let own = if node.heading {
            let own = descend(under, Some(node.id), level.saturating_add(1), figures, rows);
            if rows.len() == at {
                continue;
            }
            own
        } else {
            let Some(own) = figures(node) else { continue };
            own
        };
        rows.insert(at, Row { node, level, figures: own });
        sums.iter_mut().zip(own).for_each(|(sum, figure)| *sum += figure);
    }
    sums
}
