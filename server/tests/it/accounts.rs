//! The chart of accounts, as people keep it.

use insta::assert_snapshot;

use crate::check::check;
use crate::support::World;

#[tokio::test(flavor = "multi_thread")]
async fn accounts_are_kept_and_archived() {
    let world = World::new().await;
    let told = check(
        &world,
        "H = accounting.accounts.create {code: '62.0', name: Cloud and software, type: expense, heading: true, parent: '6'}
         A = accounting.accounts.create {code: '6210', name: Cloud services, parent: H}
         accounting.accounts.get {id: Cloud services}
         accounting.accounts.list {parent: H}
         accounting.accounts.create {code: '6210', name: Again, type: expense}
         accounting.accounts.create {code: '6211', name: Nothing told}
         accounting.accounts.create {code: '6211', name: Second bank, type: asset, purpose: bank}
         accounting.accounts.create {code: '6211', name: Wrong type, type: asset, parent: H}
         accounting.accounts.create {code: '6211', name: No heading, type: expense, parent: Rent}
         accounting.accounts.create {code: '6211', name: Wrong purpose, type: expense, purpose: tax}
         accounting.accounts.create {code: '6211', name: Heading with one, type: expense, heading: true, purpose: bad_debt}
         accounting.accounts.update {id: A, version: 7, name: x}
         accounting.accounts.update {id: A, version: 1, name: Cloud, code: '6299', top: true}
         accounting.accounts.update {id: '6', parent: H}
         accounting.accounts.update {id: H, type: asset, top: true}
         accounting.accounts.update {id: '6299', parent: H}
         accounting.accounts.update {id: H, heading: false}
         accounting.accounts.update {id: Rent, heading: true}
         accounting.entries.create {lines: [{account: H, debit: '1'}, {account: Bank, credit: '1'}]}
         E = accounting.entries.create {memo: cloud, lines: [{account: Cloud, debit: '10'}, {account: Bank, credit: '10'}]}
         accounting.entries.post {id: E}
         accounting.accounts.archive {id: Cloud}
         accounting.accounts.archive {id: Bank}
         accounting.accounts.archive {id: H}
         accounting.entries.reverse {id: E, reason: not ours}
         accounting.accounts.archive {id: Cloud}
         accounting.accounts.archive {id: '6299'}
         accounting.accounts.list {archived: true}
         accounting.entries.create {lines: [{account: '6299', debit: '1'}, {account: Bank, credit: '1'}]}
         accounting.accounts.restore {id: Cloud}
         sales: accounting.accounts.create {code: '1', name: x, type: asset}
         admin@rival.example: accounting.accounts.get {id: '6299'}",
    )
    .await;
    assert_snapshot!(told);
    // whatever code comes: what holds something is not archived, nor what serves a purpose
    for (sql, constraint) in [
        (
            "update accounts a set archived_at = now() where purpose is null and exists (select from account_balances b
            where b.account_id = a.id group by b.account_id having sum(b.debit - b.credit) <> 0)",
            "account_archived_empty",
        ),
        ("update accounts set archived_at = now() where purpose = 'opening'", "account_archived_without_purpose"),
        ("update journals set kind = 'closing' where code = 'GEN'", "journal_kind_stays"),
    ] {
        assert_eq!(refused_by(&world, sql).await, constraint, "{sql}");
    }
}

/// The constraint that a statement of the application role meets.
pub async fn refused_by(world: &World, sql: &'static str) -> String {
    let me = world.person("admin").await;
    let (mut tx, _) = world.gate.identity().transaction(&me).await.unwrap();
    let ran = async {
        sqlx::query(sql).execute(&mut *tx).await?;
        sqlx::query("set constraints all immediate").execute(&mut *tx).await
    };
    match ran.await {
        Ok(_) => "nothing".to_owned(),
        Err(error) => error.as_database_error().and_then(|e| e.constraint()).map_or(error.to_string(), str::to_owned),
    }
}
