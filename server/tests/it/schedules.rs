//! Accruals and deferrals, spread over months.

use insta::assert_snapshot;
use serde_json::json;

use crate::accounts::refused_by;
use crate::books::{cents, read};
use crate::check::check;
use crate::support::World;

#[tokio::test(flavor = "multi_thread")]
async fn amounts_are_spread_over_months() {
    let world = World::new().await;
    let told = check(
        &world,
        "S = accounting.schedules.create {name: Insurance of the year, kind: prepaid_expense, amount: '100', months: 3, start: 2026-01-20, account: Insurance}
         A = accounting.schedules.create {name: Audit, kind: accrued_expense, amount: '500', months: 1, start: 2026-02-01, account: '6900'}
         D = accounting.schedules.create {name: Support contract, kind: deferred_income, amount: '1200', months: 12, account: '4100'}
         accounting.schedules.create {name: Wrong, kind: deferred_income, amount: '12', months: 12, account: Rent}
         accounting.schedules.create {name: Too little, kind: deferred_income, amount: '0.05', months: 12, account: '4100'}
         accounting.schedules.create {name: By hand, kind: prepaid_expense, amount: '12', months: 12, account: Rent, balance_account: Trade receivables}
         accounting.schedules.run {as_of: 2026-01-31}
         accounting.schedules.run {}
         accounting.schedules.run {}
         accounting.schedules.get {id: Audit}
         accounting.schedules.cancel {id: D, reason: the customer left}
         accounting.schedules.run {id: D, as_of: 2026-12-31}
         accounting.schedules.reopen {id: D}
         accounting.schedules.run {id: S, as_of: 2026-12-31}
         accounting.schedules.get {id: S}
         accounting.schedules.list {cancelled: false}
         accounting.schedules.list {kind: accrued_expense}
         accounting.reports.deferrals {as_of: 2026-01-31}
         accounting.reports.deferrals {as_of: 2026-02-28}",
    )
    .await;
    assert_snapshot!(told);
    // what each month takes and what is left is the amount; an accrual that was given back is left of nothing
    let me = world.person("accountant").await;
    for (day, insurance) in [("2026-01-31", "66.67"), ("2026-02-28", "33.34"), ("2026-03-31", "0.00")] {
        let report = read(&world, &me, "reports.deferrals", json!({ "as_of": day })).await;
        let rows = report["rows"].as_array().unwrap();
        let of = |name: &str| rows.iter().find(|row| row["name"] == name);
        let row = of("Insurance of the year");
        let remaining = row.map_or("0.00", |row| row["remaining"]["amount"].as_str().unwrap());
        assert_eq!(remaining, insurance, "{day}");
        if let Some(row) = row {
            let coming: i64 = row["coming"].as_array().unwrap().iter().map(|month| cents(&month["amount"])).sum();
            let [left, late, later] = ["remaining", "late", "later"].map(|field| cents(&row[field]));
            assert_eq!(coming + late + later, left, "{day}: {row}");
        }
        for account in report["accounts"].as_array().unwrap() {
            let [ledger, schedules, difference] = ["ledger", "schedules", "difference"].map(|f| cents(&account[f]));
            assert_eq!(ledger - schedules, difference);
        }
    }
    for (sql, constraint) in [
        ("insert into occurrences select org_id, gen_random_uuid(), null, schedule_id, '2029-01-01', 1, (select id from entries e where e.source = 'accounting.invoices' limit 1), null, now()
            from occurrences o join schedules s using (org_id) where s.id = o.schedule_id and s.kind = 'prepaid_expense' limit 1", "schedule_within_amount"),
        ("update schedules set amount = amount + 1", "schedule_kept"),
    ] {
        assert_eq!(refused_by(&world, sql).await, constraint, "{sql}");
    }
}
