//! The books by hand: journal entries, allocations taken back and made again, drafts that change, and what is refused.

use insta::assert_snapshot;
use serde_json::{Value, json};
use steward_tools::{Answer, Call, Caller, Options, Plan, UndoTarget};
use uuid::Uuid;

use crate::check::check;
use crate::support::World;

#[tokio::test(flavor = "multi_thread")]
async fn an_entry_is_drafted_posted_and_reversed() {
    let world = World::new().await;
    let told = check(
        &world,
        "E1 = accounting.entries.create {memo: Rent of March, reference: R-77, lines: [{account: Rent, debit: '900', memo: office}, {account: Bank, credit: '900.00', party: Kontor Papier AG}]}
         accounting.entries.get {id: E1}
         accounting.entries.reverse {id: E1, reason: too early}
         accounting.entries.post {id: E1, date: 2026-03-01}
         accounting.entries.post {id: E1}
         accounting.entries.delete {id: E1}
         accounting.entries.get {id: E1}
         accounting.reports.general_ledger {account: '6100'}
         R1 = accounting.entries.reverse {id: E1, reason: wrong month}
         accounting.entries.reverse {id: E1, reason: again}
         accounting.entries.get {id: E1}
         accounting.entries.list {account: Rent, status: reversed}
         accounting.entries.list {q: r-77, source: accounting.entries}
         accounting.entries.list {amount_min: '900', amount_max: '900', date_from: 2026-03-01, party: Kontor Papier AG, sort: amount, total: true}
         accounting.reports.general_ledger {account: Rent, from: 2026-03-01}
         E2 = accounting.entries.create {lines: [{account: '6900', debit: '0.01'}, {account: '1000', credit: '0.01', debit: '0'}]}
         accounting.entries.delete {id: E2}
         accounting.entries.get {id: E2}",
    )
    .await;
    assert_snapshot!(told);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_entry_that_is_wrong_is_refused_by_name() {
    let world = World::new().await;
    let told = check(
        &world,
        "accounting.entries.create {lines: []}
         accounting.entries.create {lines: [{account: Rent, debit: '1'}]}
         accounting.entries.create {lines: [{account: Rent, debit: '100'}, {account: Bank, credit: '90'}]}
         accounting.entries.create {lines: [{account: Rent, debit: '90'}, {account: Bank, credit: '100'}]}
         accounting.entries.create {lines: [{account: Rent, debit: '1', credit: '1'}, {account: Bank, credit: '1'}]}
         accounting.entries.create {lines: [{account: Rent}, {account: Bank, credit: '1'}]}
         accounting.entries.create {lines: [{account: Rent, debit: '0'}, {account: Bank, credit: '0'}]}
         accounting.entries.create {lines: [{account: Rent, debit: '-1'}, {account: Bank, credit: '-1'}]}
         accounting.entries.create {lines: [{account: Rent, debit: '1.005'}, {account: Bank, credit: '1.005'}]}
         accounting.entries.create {lines: [{account: Rent, debit: 'lots'}, {account: Bank, credit: '1'}]}
         accounting.entries.create {lines: [{account: Trade receivables, debit: '1', party: Globex Industries SE}, {account: Bank, credit: '1'}]}
         accounting.entries.create {lines: [{account: Rant, debit: '1'}, {account: Bank, credit: '1'}]}
         accounting.entries.create {lines: [{account: 01920000-0000-7000-8000-000000000000, debit: '1'}, {account: Bank, credit: '1'}]}
         accounting.entries.create {lines: [{account: Rent, debit: '1', party: 01920000-0000-7000-8000-000000000000}, {account: Bank, credit: '1'}]}
         accounting.entries.post {id: 01920000-0000-7000-8000-000000000000}
         accounting.entries.delete {id: 01920000-0000-7000-8000-000000000000}
         accounting.entries.reverse {id: JE-2026-00001, reason: by hand}
         accounting.entries.get {id: JE-2026-99999}
         accounting.reports.general_ledger {from: 2026-04-01}
         accounting.reports.customer_statement {customer: Globex Industries SE, from: 2026-04-01}
         sales: accounting.entries.list {}
         sales: accounting.entries.create {lines: [{account: Rent, debit: '1'}, {account: Bank, credit: '1'}]}
         sales: accounting.reports.customer_statement {customer: Nobody At All}
         vendor: accounting.reports.customer_statement {customer: Globex Industries SE}
         admin@rival.example: accounting.entries.get {id: JE-2026-00001}",
    )
    .await;
    assert_snapshot!(told);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_payment_is_taken_off_invoices_and_put_on_others() {
    let world = World::new().await;
    let told = check(
        &world,
        "C = directory.parties.create {name: Testkunde GmbH, kinds: [customer]}
         D1 = accounting.invoices.create {customer: C, lines: [{description: desk, quantity: 1, unit_price: '100', tax_code: ZERO}]}
         accounting.invoices.post {id: D1}
         D2 = accounting.invoices.create {customer: C, lines: [{description: lamp, quantity: 1, unit_price: '50', tax_code: ZERO}]}
         accounting.invoices.post {id: D2}
         P = accounting.payments.receive {customer: C, amount: '120'}
         accounting.payments.allocate {id: P}
         accounting.payments.get {id: P}
         accounting.payments.unallocate {id: P, invoice: D2, reason: meant for later}
         accounting.payments.get {id: P}
         accounting.invoices.get {id: D2}
         accounting.payments.unallocate {id: P, invoice: D2}
         accounting.payments.unallocate {id: P, allocations: [{invoice: D1, amount: '30'}]}
         accounting.payments.unallocate {id: P, allocations: [{invoice: D1, amount: '80'}]}
         accounting.invoices.get {id: D1}
         accounting.payments.allocate {id: P, allocations: [{invoice: D2, amount: '60'}]}
         accounting.payments.allocate {id: P, allocations: [{invoice: D2}, {invoice: D2}]}
         accounting.payments.allocate {id: P, allocations: [{invoice: D2, amount: '40'}]}
         accounting.payments.list {customer: C, unallocated: true}
         accounting.payments.allocate {id: P}
         accounting.payments.list {customer: C, unallocated: true}
         accounting.payments.unallocate {id: P}
         accounting.payments.unallocate {id: P}
         accounting.payments.reverse {id: P, reason: bounced}
         accounting.payments.allocate {id: P}
         accounting.payments.unallocate {id: P}
         accounting.payments.get {id: P}
         accounting.payments.list {q: testkunde, status: reversed}
         sales: accounting.reports.customer_statement {customer: C}
         sales: accounting.payments.list {}",
    )
    .await;
    assert_snapshot!(told);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_left_of_an_invoice_is_credited_to_the_cent() {
    let world = World::new().await;
    let told = check(
        &world,
        "C = directory.parties.create {name: Testkunde GmbH, kinds: [customer]}
         D1 = accounting.invoices.create {customer: C, lines: [{description: bolt, quantity: 4, unit_price: '0.03'}, {description: nut, quantity: 1, unit_price: '0.03', tax_code: RED}, {description: desk, quantity: 2, unit_price: '99.99', discount_percent: 5}]}
         accounting.invoices.post {id: D1}
         accounting.invoices.credit {id: D1, reason: bolt, lines: [{description: bolt, quantity: 1, unit_price: '0.03'}]}
         accounting.invoices.credit {id: D1, reason: bolt, lines: [{description: bolt, quantity: 1, unit_price: '0.03'}]}
         accounting.invoices.credit {id: D1, reason: goodwill, lines: [{description: allowance, quantity: 1, unit_price: '10.01', account: '4100'}]}
         accounting.invoices.credit {id: D1, reason: no such tax, lines: [{description: x, quantity: 1, unit_price: '1', tax_code: ZERO}]}
         accounting.invoices.credit {id: D1, reason: too much at this rate, lines: [{description: x, quantity: 1, unit_price: '1', tax_code: RED}]}
         accounting.invoices.credit {id: D1, reason: the rest}
         accounting.invoices.get {id: D1}
         accounting.invoices.credit {id: D1, reason: once more}
         accounting.reports.customer_statement {customer: C}",
    )
    .await;
    assert_snapshot!(told);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_draft_invoice_changes_until_it_is_posted() {
    let world = World::new().await;
    let told = check(
        &world,
        "D1 = accounting.invoices.create {customer: Globex Industries SE, memo: first, lines: [{description: desk, quantity: 1, unit_price: '100'}]}
         accounting.invoices.update {id: D1, memo: '', reference: PO-1}
         accounting.invoices.update {id: D1, version: 1, memo: stale}
         accounting.invoices.update {id: D1, version: 2, customer: Bank Street Books, lines: [{description: lamp, quantity: 3, unit_price: '10'}, {description: cable, quantity: 1, unit_price: '5', tax_code: RED}]}
         accounting.invoices.get {id: D1}
         accounting.invoices.update {id: D1, date: 2026-05-01}
         accounting.invoices.update {id: D1, date: 2026-05-01, due_date: 2026-05-31}
         accounting.invoices.update {id: D1, customer: Kontor Papier AG}
         accounting.invoices.update {id: D1, lines: []}
         accounting.invoices.post {id: D1}
         accounting.invoices.update {id: D1, memo: too late}
         sales: accounting.invoices.update {id: D1, memo: mine}",
    )
    .await;
    assert_snapshot!(told);
}

fn of(name: &str, arguments: Value) -> Call {
    Call { name: name.into(), arguments }
}

async fn done(world: &World, me: &Caller, call: Call) -> (Uuid, Value) {
    match world.gate.submit(me, Plan::one(call), Options::default()).await.unwrap() {
        Answer::Done { call_id, result, .. } => (call_id.unwrap_or_default(), result),
        other => panic!("not done: {other:?}"),
    }
}

async fn read(world: &World, me: &Caller, name: &str, id: &Value) -> Value {
    done(world, me, of(name, json!({ "id": id }))).await.1
}

async fn undone(world: &World, me: &Caller, call: Uuid) -> Value {
    match world.gate.undo(me, UndoTarget::Call(call), Options::default()).await.unwrap() {
        Answer::Done { result, .. } => result,
        other => panic!("not undone: {other:?}"),
    }
}

/// An invoice without the moment it was changed, to compare.
fn still(mut invoice: Value) -> Value {
    invoice.as_object_mut().unwrap().remove("version");
    invoice
}

#[tokio::test(flavor = "multi_thread")]
async fn changed_drafts_are_undone_to_what_was() {
    let world = World::new().await;
    let me = world.person("accountant").await;
    let lines = json!([{"description": "desk", "quantity": "1.5", "unit": "m", "unit_price": "99.99", "discount_percent": "5", "tax_code": "RED", "account": "4100"}]);
    let draft = json!({"customer": "Globex Industries SE", "lines": lines, "memo": "hello"});
    let (_, first) = done(&world, &me, of("accounting.invoices.create", draft)).await;
    for change in [
        json!({"memo": "", "reference": "PO-9"}),
        json!({"customer": "Bank Street Books", "date": "2026-03-20", "due_date": "2026-05-01"}),
        json!({"lines": [{"description": "lamp", "quantity": "1", "unit_price": "1"}], "memo": "other"}),
    ] {
        let mut arguments = change;
        arguments["id"] = first["id"].clone();
        let (call, changed) = done(&world, &me, of("accounting.invoices.update", arguments)).await;
        assert_ne!(still(changed), still(first.clone()));
        undone(&world, &me, call).await;
        let now = read(&world, &me, "accounting.invoices.get", &first["id"]).await;
        assert_eq!(still(now), still(first.clone()));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn entries_and_allocations_are_taken_back() {
    let world = World::new().await;
    let me = world.person("accountant").await;
    let lines = json!([{"account": "6100", "debit": "12.34", "memo": "m"}, {"account": "1010", "credit": "12.34"}]);
    let entry = json!({"memo": "rent", "reference": "R1", "date": "2026-03-02", "lines": lines});
    let (_, draft) = done(&world, &me, of("accounting.entries.create", entry)).await;
    let (deleted, _) = done(&world, &me, of("accounting.entries.delete", json!({"id": draft["id"]}))).await;
    let again = undone(&world, &me, deleted).await;
    for same in ["memo", "reference", "date", "lines", "amount", "status"] {
        assert_eq!(again[same], draft[same], "{same}");
    }
    let id = json!({"id": again["id"]});
    let (posted, entry) = done(&world, &me, of("accounting.entries.post", id.clone())).await;
    assert_eq!(entry["id"], again["id"], "the record keeps its id");
    undone(&world, &me, posted).await;
    assert_eq!(read(&world, &me, "accounting.entries.get", &entry["id"]).await["status"], "reversed");
    // a reversal is taken back by its own reversal
    let (_, other) = done(&world, &me, of("accounting.entries.create", json!({"lines": lines}))).await;
    done(&world, &me, of("accounting.entries.post", json!({"id": other["id"]}))).await;
    let (reversed, _) =
        done(&world, &me, of("accounting.entries.reverse", json!({"id": other["id"], "reason": "x"}))).await;
    let back = undone(&world, &me, reversed).await;
    let of_reversal = read(&world, &me, "accounting.entries.get", &back["id"]).await;
    assert_eq!((&of_reversal["status"], &of_reversal["reverses"]["id"]), (&json!("reversed"), &other["id"]));
    // exactly what was allocated goes, and exactly that comes back
    let (_, paid) = done(&world, &me, of("accounting.payments.receive", json!({"customer": "Globex Industries SE", "amount": "100", "allocations": [{"invoice": open_invoice(&world).await, "amount": "60"}]}))).await;
    let before = read(&world, &me, "accounting.payments.get", &paid["id"]).await;
    let (more, _) = done(&world, &me, of("accounting.payments.allocate", json!({"id": paid["id"]}))).await;
    assert_eq!(read(&world, &me, "accounting.payments.get", &paid["id"]).await["unallocated"]["amount"], "0.00");
    undone(&world, &me, more).await;
    assert_eq!(read(&world, &me, "accounting.payments.get", &paid["id"]).await["allocations"], before["allocations"]);
    let (off, _) = done(&world, &me, of("accounting.payments.unallocate", json!({"id": paid["id"]}))).await;
    undone(&world, &me, off).await;
    let after = read(&world, &me, "accounting.payments.get", &paid["id"]).await;
    assert_eq!(after["allocations"][0]["amount"], before["allocations"][0]["amount"]);
    assert_eq!(after["unallocated"], before["unallocated"]);
}

/// The latest invoice of Globex with more than 100 open, freshly posted.
async fn open_invoice(world: &World) -> Value {
    let me = world.person("accountant").await;
    let lines = json!([{"description": "desk", "quantity": "1", "unit_price": "500"}]);
    let draft = json!({"customer": "Globex Industries SE", "lines": lines});
    let (_, draft) = done(world, &me, of("accounting.invoices.create", draft)).await;
    done(world, &me, of("accounting.invoices.post", json!({"id": draft["id"]}))).await;
    draft["id"].clone()
}

/// Credit notes and reversals of payments stay: the answer says what to do instead.
#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_undone_says_what_to_do_instead() {
    let world = World::new().await;
    let me = world.person("accountant").await;
    let invoice = open_invoice(&world).await;
    let (credit, _) =
        done(&world, &me, of("accounting.invoices.credit", json!({"id": invoice, "reason": "returned"}))).await;
    let (_, paid) = done(
        &world,
        &me,
        of("accounting.payments.receive", json!({"customer": "Globex Industries SE", "amount": "1"})),
    )
    .await;
    let (reversal, _) =
        done(&world, &me, of("accounting.payments.reverse", json!({"id": paid["id"], "reason": "bounced"}))).await;
    for (call, way) in [(credit, "accounting.invoices.create"), (reversal, "accounting.payments.receive")] {
        let error = world.gate.undo(&me, UndoTarget::Call(call), Options::default()).await.unwrap_err();
        let refusal = error.refusal().unwrap();
        assert_eq!(refusal.code, "not_undoable");
        assert!(refusal.fix.as_ref().unwrap().contains(way), "{refusal:?}");
    }
}

const LIMITS: &str = r#"@id("limits") @approve("role:controller") forbid (principal, action, resource)
    when { context has fact && context.fact has amount && (
        (context.fact.kind == "credited" && [60000, 12000, 54000].contains(context.fact.amount))
        || (context.fact.kind == "received" && context.fact.amount == 777)
        || (context.fact.kind == "entry_posted" && context.fact.amount == 555)
        || (context.fact.kind == "reversed" && context.fact.amount == 444)) }
    unless { context.approved_by.contains("role:controller") };"#;

/// What policies limit is stated on every path: a credit note (whole, part, rest), a payment, an entry and its reversal.
#[tokio::test(flavor = "multi_thread")]
async fn amounts_are_stated_for_the_limits() {
    let world = World::with_policies(&[LIMITS]).await;
    let me = world.person("accountant").await;
    let invoice = open_invoice(&world).await;
    let part = |quantity: &str| json!([{"description": "desk", "quantity": quantity, "unit_price": "500"}]);
    let lines = |amount: &str| json!([{"account": "6100", "debit": amount}, {"account": "1010", "credit": amount}]);
    let (_, five) = done(&world, &me, of("accounting.entries.create", json!({"lines": lines("5.55")}))).await;
    let (_, four) = done(&world, &me, of("accounting.entries.create", json!({"lines": lines("4.44")}))).await;
    done(&world, &me, of("accounting.entries.post", json!({"id": four["id"]}))).await;
    let asking = async |call: Call| {
        let answer = world.gate.submit(&me, Plan::one(call.clone()), Options::default()).await.unwrap();
        assert!(matches!(answer, Answer::NeedsApproval { .. }), "{call:?}: {answer:?}");
    };
    asking(of("accounting.invoices.credit", json!({"id": invoice, "reason": "all"}))).await;
    asking(of("accounting.invoices.credit", json!({"id": invoice, "reason": "part", "lines": part("0.2")}))).await;
    asking(of("accounting.payments.receive", json!({"customer": "Globex Industries SE", "amount": "7.77"}))).await;
    asking(of("accounting.entries.post", json!({"id": five["id"]}))).await;
    asking(of("accounting.entries.reverse", json!({"id": four["id"], "reason": "x"}))).await;
    done(&world, &me, of("accounting.invoices.credit", json!({"id": invoice, "reason": "part", "lines": part("0.1")})))
        .await;
    asking(of("accounting.invoices.credit", json!({"id": invoice, "reason": "the rest"}))).await;
}
