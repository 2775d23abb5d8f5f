//! The first sentence's way into the books.

use insta::assert_snapshot;

use crate::check::check;
use crate::support::World;

#[tokio::test(flavor = "multi_thread")]
async fn an_invoice_is_drafted_posted_paid_and_reversed() {
    let world = World::new().await;
    let told = check(
        &world,
        "C = directory.parties.create {name: Testkunde GmbH, kinds: [customer]}
         D1 = accounting.invoices.create {customer: testkunde gmbh, lines: [{description: consulting, quantity: 3, unit: hours, unit_price: 120}, {description: licences, quantity: '2', unit_price: '49.90'}]}
         accounting.invoices.post {id: D1}
         accounting.invoices.post {id: D1}
         accounting.invoices.delete {id: D1}
         P1 = accounting.payments.receive {customer: C, amount: '200'}
         P2 = accounting.payments.receive {customer: C, amount: '400.00'}
         accounting.reports.aged_receivables {customer: C}
         accounting.payments.reverse {id: P1, reason: bounced}
         accounting.payments.reverse {id: P1, reason: bounced}
         accounting.reports.aged_receivables {customer: C}
         accounting.invoices.get {id: D1}",
    )
    .await;
    assert_snapshot!(told);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_invoice_is_credited_wholly_or_in_part() {
    let world = World::new().await;
    let told = check(
        &world,
        "C = directory.parties.create {name: Testkunde GmbH, kinds: [customer]}
         D1 = accounting.invoices.create {customer: C, lines: [{description: desk, quantity: 2, unit_price: '100'}]}
         accounting.invoices.credit {id: D1, reason: too early}
         accounting.invoices.post {id: D1}
         accounting.invoices.credit {id: D1, reason: one broken, lines: [{description: desk, quantity: 1, unit_price: '100'}]}
         accounting.invoices.credit {id: D1, reason: all of it}
         accounting.invoices.credit {id: D1, reason: more than there was, lines: [{description: desk, quantity: 2, unit_price: '100'}]}
         accounting.invoices.credit {id: D1, reason: the other, lines: [{description: desk, quantity: 1, unit_price: '100'}]}
         accounting.invoices.get {id: D1}
         D2 = accounting.invoices.create {customer: C, lines: [{description: lamp, quantity: 1, unit_price: '33.33', discount_percent: 10, tax_code: RED}]}
         accounting.invoices.post {id: D2}
         accounting.invoices.credit {id: D2, reason: wrong customer}
         accounting.reports.aged_receivables {customer: C}",
    )
    .await;
    assert_snapshot!(told);
}

#[tokio::test(flavor = "multi_thread")]
async fn bad_input_is_refused_by_name_and_nothing_is_left() {
    let world = World::new().await;
    let told = check(
        &world,
        "directory.parties.create {name: '...', kinds: [customer]}
         directory.parties.create {name: X1, kinds: []}
         directory.parties.create {name: X1, kinds: [friend]}
         directory.parties.create {name: X1, kinds: [customer], email: nowhere}
         directory.parties.create {name: X1, kinds: [customer], status: posted}
         accounting.invoices.create {customer: Akme, lines: [{description: x, quantity: 1, unit_price: 1}]}
         accounting.invoices.create {customer: Nobody At All, lines: [{description: x, quantity: 1, unit_price: 1}]}
         accounting.invoices.create {customer: Kontor Papier AG, lines: [{description: x, quantity: 1, unit_price: 1}]}
         accounting.invoices.create {customer: Globex Industries SE, lines: []}
         accounting.invoices.create {customer: Globex Industries SE, lines: [{description: x, quantity: 0, unit_price: 1}]}
         accounting.invoices.create {customer: Globex Industries SE, lines: [{description: x, quantity: 1, unit_price: 1, account: '6100'}]}
         accounting.invoices.create {customer: Globex Industries SE, due_date: 2026-03-01, lines: [{description: x, quantity: 1, unit_price: 1}]}
         accounting.invoices.post {id: 01920000-0000-7000-8000-000000000000}
         accounting.payments.receive {customer: Globex Industries SE, amount: '0.001'}
         accounting.payments.receive {customer: Globex Industries SE, amount: '-5'}
         directory.parties.delete {id: Globex Industries SE}
         accounting.reports.trial_balance {from: 2026-04-01}
         accounting.invoices.frobnicate {}",
    )
    .await;
    assert_snapshot!(told);
}
