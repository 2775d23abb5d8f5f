//! What we owe: bills entered, approved, posted once, paid in part and over, taken back.

use insta::assert_snapshot;

use crate::check::check;
use crate::properties::broken;
use crate::support::World;

const BILL: &str = "{vendor: Globex Industries SE, vendor_number: R-4711, date: 2026-03-10, lines: [{description: Paper, quantity: '10', unit_price: '12.50', account: '6900'}, {description: Books, quantity: '2', unit_price: '30', tax_code: RED, account: '6900'}]}";

/// Globex buys from us; here it sells to us as well.
async fn world() -> World {
    let world = World::new().await;
    let told = check(&world, "directory.parties.update {id: Globex Industries SE, kinds: [customer, vendor]}").await;
    assert!(told.starts_with("done"), "{told}");
    world
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bill_is_entered_approved_posted_and_paid() {
    let world = world().await;
    let script = format!(
        "B = accounting.bills.create {BILL}
         accounting.bills.post {{id: B}}
         accounting.bills.approve {{id: B}}
         accounting.bills.update {{id: B, memo: for the fair}}
         accounting.bills.approve {{id: B}}
         accounting.bills.post {{id: B}}
         accounting.bills.delete {{id: B}}
         accounting.bills.get {{id: B}}
         accounting.payments.pay {{vendor: Globex Industries SE, amount: '100', date: 2026-03-12}}
         P = accounting.payments.pay {{vendor: Globex Industries SE, amount: '200', date: 2026-03-13}}
         accounting.payments.unallocate {{id: P}}
         accounting.payments.allocate {{id: P, allocations: [{{bill: B, amount: '50'}}]}}
         accounting.payments.allocate {{id: P, allocations: [{{invoice: INV-2026-00001}}]}}
         accounting.payments.reverse {{id: P, reason: The bank sent it back}}
         accounting.bills.list {{status: partly_paid}}
         accounting.reports.vendor_statement {{vendor: Globex Industries SE}}"
    );
    assert_snapshot!(check(&world, &script).await);
    assert_eq!(broken(&world.owner).await, Vec::<&str>::new());
}

/// A8, A14: the same bill is not posted twice, by whatever spelling of its number; we are nobody's vendor but others'.
#[tokio::test(flavor = "multi_thread")]
async fn a_bill_is_posted_once_and_never_our_own() {
    let world = world().await;
    let again = BILL.replace("R-4711", "r 4711").replace("2026-03-10", "2026-03-11");
    let other = BILL.replace("R-4711", "'4712'");
    let script = format!(
        "B = accounting.bills.create {BILL}
         accounting.bills.approve {{id: B}}
         accounting.bills.post {{id: B}}
         C = accounting.bills.create {again}
         accounting.bills.approve {{id: C}}
         accounting.bills.post {{id: C}}
         accounting.bills.debit {{id: B, reason: Never ordered, vendor_number: G-1}}
         accounting.bills.post {{id: C}}
         accounting.bills.debit {{id: C, reason: A part came back, lines: [{{description: Paper, quantity: '4', unit_price: '12.50', account: '6900'}}]}}
         accounting.bills.debit {{id: C, reason: And the rest}}
         D = accounting.bills.create {other}
         accounting.bills.update {{id: D, vendor_number: ''}}
         accounting.bills.approve {{id: D}}
         accounting.bills.post {{id: D}}
         O = directory.parties.create {{name: Meridian Wholesale GmbH, kinds: [vendor]}}
         E = accounting.bills.create {{vendor: O, vendor_number: X1, lines: [{{description: Paper, quantity: '1', unit_price: '1', account: '6900'}}]}}
         accounting.bills.approve {{id: E}}
         accounting.bills.post {{id: E}}"
    );
    assert_snapshot!(check(&world, &script).await);
    assert_eq!(broken(&world.owner).await, Vec::<&str>::new());
}

/// A7, A9: what is in another currency is settled in it, and the ledger has both.
#[tokio::test(flavor = "multi_thread")]
async fn documents_in_another_currency_settle_to_nothing() {
    let world = world().await;
    world
        .behind_the_curtain(
            "insert into accounts (org_id, id, code, name, name_key, type, purpose, created_at)
             select o.id, gen_random_uuid(), x.code, x.name, lower(x.name), x.type, x.purpose, now()
             from organizations o, (values ('4900', 'Exchange gains', 'income', 'exchange_gain'), ('6950', 'Exchange losses', 'expense', 'exchange_loss'))
                 as x (code, name, type, purpose)
             where o.code = 'demo' on conflict do nothing",
        )
        .await;
    let script = "I = accounting.invoices.create {customer: Globex Industries SE, currency: USD, rate: '0.9', date: 2026-03-02, lines: [{description: Desk, quantity: '3', unit_price: '99.99', tax_code: ZERO}]}
         accounting.invoices.post {id: I}
         accounting.payments.receive {customer: Globex Industries SE, amount: '100', currency: USD, rate: '0.93', date: 2026-03-09, allocations: [{invoice: I}]}
         accounting.payments.receive {customer: Globex Industries SE, amount: '100', date: 2026-03-09, allocations: [{invoice: I}]}
         P = accounting.payments.receive {customer: Globex Industries SE, amount: '199.97', currency: USD, rate: '0.87', date: 2026-03-10, allocations: [{invoice: I}]}
         accounting.invoices.get {id: I}
         accounting.payments.unallocate {id: P}
         accounting.payments.allocate {id: P}
         accounting.invoices.create {customer: Globex Industries SE, currency: USD, lines: [{description: Desk, quantity: '3', unit_price: '99.99'}]}
         accounting.invoices.create {customer: Globex Industries SE, currency: XXQ, lines: [{description: Desk, quantity: '3', unit_price: '99.99'}]}
         accounting.invoices.create {customer: Globex Industries SE, rate: '2', lines: [{description: Desk, quantity: '3', unit_price: '99.99'}]}
         K = accounting.invoices.create {customer: Globex Industries SE, currency: KRW, rate: '0.0006', date: 2026-03-02, lines: [{description: Stamp, quantity: '1', unit_price: '900', tax_code: ZERO}, {description: Pin, quantity: '1', unit_price: '40'}]}
         accounting.invoices.post {id: K}
         J = accounting.invoices.create {customer: Globex Industries SE, tax_inclusive: true, date: 2026-03-02, lines: [{description: Desk, quantity: '1', unit_price: '99.99'}, {description: Lamp, quantity: '3', unit_price: '0.99', tax_code: RED}]}
         accounting.invoices.post {id: J}";
    assert_snapshot!(check(&world, script).await);
    assert_eq!(broken(&world.owner).await, Vec::<&str>::new());
}

/// What a line is for stays with it: through a change of its document, into the ledger, and back out with a credit note.
#[tokio::test(flavor = "multi_thread")]
async fn lines_belong_to_cost_centres_and_projects() {
    let world = world().await;
    let line = "description: Work, quantity: '1', unit_price: '100'";
    let script = format!(
        "accounting.dimensions.create {{code: WS, name: Workshop, kind: cost_centre}}
         accounting.dimensions.create {{code: HALL, name: New hall, kind: project}}
         accounting.invoices.create {{customer: Globex Industries SE, lines: [{{{line}, dimension: HALL}}]}}
         I = accounting.invoices.create {{customer: Globex Industries SE, lines: [{{{line}, dimension: WS, project: HALL}}, {{{line}}}]}}
         accounting.invoices.update {{id: I, date: 2026-03-12, memo: The hall}}
         accounting.invoices.post {{id: I}}
         accounting.reports.profit_and_loss {{from: 2026-03-12, to: 2026-03-12, dimension: WS}}
         accounting.reports.profit_and_loss {{from: 2026-03-12, to: 2026-03-12, project: HALL}}
         accounting.invoices.credit {{id: I, date: 2026-03-12, reason: Never built}}
         accounting.reports.profit_and_loss {{from: 2026-03-12, to: 2026-03-12, project: HALL}}"
    );
    assert_snapshot!(check(&world, &script).await);
    assert_eq!(broken(&world.owner).await, Vec::<&str>::new());
}
