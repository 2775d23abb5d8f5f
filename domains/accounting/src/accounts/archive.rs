//! `accounting.accounts.archive`

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;
use steward_tools::{Call, Changes, Cx, Effect, OnConstraint as _, Operation, Ref, Refusal, Result, call};

use super::view::view;
use super::{Account, AccountView, restore};
use crate::posting::money;
use crate::shared::{expect_other, set_archived};

/// Archive an account that is no longer used.
///
/// It leaves the lists and is not posted to any more; what was posted stays and is reported. Only one whose balance is zero and that serves no purpose. Restoring it takes this back.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Archive {
    /// The account: its code, name or id.
    pub id: Ref<Account>,
}

/// The account that is out of use now.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(transparent)]
pub struct Archived(pub AccountView);

impl fmt::Display for Archived {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Archived account {}: nothing is posted to it any more.", self.0.label())
    }
}

impl Operation for Archive {
    const NAME: &'static str = "accounting.accounts.archive";
    const EFFECT: Effect = Effect::Write;
    type Output = Archived;

    async fn run(self, cx: &mut Cx) -> Result<Archived> {
        let account = view(cx, self.id.id).await?;
        expect_other(&account.label(), account.archived, true)?;
        unused(cx, &account).await?;
        Ok(Archived(set(cx, &account, true).await?))
    }

    fn undo(&self, output: &Archived, _: &Changes) -> Option<Call> {
        Some(call::<restore::Restore>(json!({ "id": output.0.id })))
    }
}

/// X8: what is in use is not archived.
async fn unused(cx: &mut Cx, account: &AccountView) -> Result<()> {
    let label = account.label();
    if let Some(purpose) = &account.purpose {
        let detail = format!("Postings use {label} for the purpose {purpose}.");
        return Err(Refusal::conflict("account_has_purpose", detail)
            .fix("Give another account its purpose first.")
            .into());
    }
    let org = cx.org();
    let row = sqlx::query!(
        r#"select (select coalesce(sum(debit - credit), 0)::bigint from account_balances where org_id = $1 and account_id = $2) as "balance!",
               (select string_agg(named, ', ') from (
                   (select c.code || ' ' || c.name as named from accounts c where c.org_id = $1 and c.parent_id = $2 and c.archived_at is null order by c.code limit 3)
                   union all (select 'tax code ' || t.code from tax_codes t where t.org_id = $1 and t.account_id = $2 order by t.code limit 3)
                   union all (select 'recurring entry ' || r.name from recurring r where r.org_id = $1 and r.archived_at is null
                       and exists (select from recurring_lines l where l.org_id = $1 and l.recurring_id = r.id and l.account_id = $2) limit 3)
               ) used) as users"#,
        org,
        account.id
    )
    .fetch_one(cx.db())
    .await?;
    if let Some(users) = row.users {
        let detail = format!("{label} is used by {users}.");
        return Err(Refusal::conflict("account_in_use", detail).fix("Move or archive those first.").into());
    }
    if row.balance != 0 {
        let detail = format!("{label} holds {}.", money(cx, row.balance));
        return Err(not_empty(detail).into());
    }
    Ok(())
}

fn not_empty(detail: String) -> Refusal {
    Refusal::conflict("account_not_empty", detail).fix("Post its balance to another account first.")
}

/// Takes the account out of use, or back.
pub(super) async fn set(cx: &mut Cx, account: &AccountView, archived: bool) -> Result<AccountView> {
    let holds = || not_empty(format!("{} holds something.", account.label()));
    set_archived!(cx, "accounts", "account", (account.id, account.version), archived, "account_archived_empty" => holds)?;
    view(cx, account.id).await
}
