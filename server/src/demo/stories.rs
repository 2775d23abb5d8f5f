//! What can be told of single customers. `docs/demo.md` says whom to ask about; here is what happened.

use chrono::{Days, NaiveDate};
use serde_json::json;
use steward_tools::files::encoded;
use steward_tools::{Call, Credential, Gate, Result};

use super::history::{Customer, Life};
use super::names::Known;
use super::teller::{Teller, of, person};
use super::{details, paper, places};

/// Something that happened so many days ago, whatever else did.
#[derive(Clone)]
pub(super) struct Told {
    pub(super) who: &'static str,
    pub(super) ago: u64,
    pub(super) what: What,
}

#[derive(Clone)]
pub(super) enum What {
    /// Goods and quantities, and how much of it was paid how many days ago.
    Sale { lines: &'static [(&'static str, u64)], paid: &'static [(u64, u8)], reference: &'static str },
    /// Money for nothing in particular.
    OnAccount { cents: i64, reference: &'static str },
}

const fn sale(
    who: &'static str,
    ago: u64,
    lines: &'static [(&'static str, u64)],
    paid: &'static [(u64, u8)],
    reference: &'static str,
) -> Told {
    Told { who, ago, what: What::Sale { lines, paid, reference } }
}

const fn on_account(who: &'static str, ago: u64, cents: i64, reference: &'static str) -> Told {
    Told { who, ago, what: What::OnAccount { cents, reference } }
}

const DISPUTED: &str = "Castle Rock Hotels plc";
const INSOLVENT: &str = "Harbour View Restaurants Ltd";
const GROWING: &str = "Vega Robotics GmbH";
const TWIN: &str = "HELIOS Office-Systems AG";
const LARGE: &str = "Globex Industries SE";
const AHEAD: &str = "Cobalt Mining Services";
const MOVED: &str = "Kontor Papier AG";

/// Sales and payments that are not left to chance.
pub(super) const TOLD: [Told; 10] = [
    sale(INSOLVENT, 187, &[("Coffee machine Barista", 2), ("Coffee beans", 40)], &[], "Terrace opening"),
    sale(INSOLVENT, 166, &[("Rental of event furniture", 6), ("Coffee beans", 60)], &[], "Summer season"),
    sale(DISPUTED, 76, &[("Office chair Orbit", 24), ("Delivery and assembly", 8)], &[(44, 50)], "PO 77120"),
    on_account("Blue Whale Apps GmbH", 62, 1_200_000, "Deposit for the new office"),
    sale(TWIN, 41, &[("Toner cartridge black", 12), ("Copy paper A4", 30)], &[], "PO 1188"),
    on_account(AHEAD, 26, 650_000, "Advance for site office"),
    sale(TWIN, 20, &[("Monitor arm double", 6)], &[], "PO 1203"),
    sale(LARGE, 16, &[("Conference table oak", 14), ("Meeting chair Forum", 84)], &[], "PO 90210"),
    sale(AHEAD, 12, &[("Shelf system Modul", 9), ("Sit-stand desk Atlas", 4)], &[], "Site office"),
    sale(
        "Lakeside Primary School",
        3,
        &[("Notebooks A5 ruled", 40), ("Whiteboard 180 x 120", 6)],
        &[],
        "New classrooms",
    ),
];

/// Those whom nobody deals with any more; nothing is open with them.
const GONE: [&str; 5] = [
    "Vilnius Kėdės UAB",
    "Salonika Olive Trade IKE",
    "Bosporus Seating A.Ş.",
    "Gebrüder Sauer Verpackungen",
    "Atelier Nordlicht GmbH",
];

/// What is left on the desks on the last day: comments, files, an advance put to use, parties out of use.
pub(super) async fn end(gate: &Gate, life: &mut Life<'_>, known: &[Known], today: NaiveDate) -> Result<()> {
    let [mut accountant, mut sales, mut controller] = [
        Teller::new(gate, "demo", "accountant@demo.example").await?,
        Teller::new(gate, "demo", "sales@demo.example").await?,
        Teller::new(gate, "demo", "controller@demo.example").await?,
    ];
    let accrual = json!({"date": today, "memo": "Accrual: audit of the annual accounts", "reference": "Waiting for the auditor's estimate",
        "lines": [{"account": "6900", "debit": "8500.00"}, {"account": "2300", "credit": "8500.00"}]});
    let mut books = vec![of("accounting.entries.create", accrual)];
    books.extend(advance(life).map(|id| of("accounting.payments.allocate", json!({"id": id}))));
    let gone = known.iter().map(|(name, ..)| name).filter(|name| GONE.contains(name));
    books.extend(gone.map(|name| of("directory.parties.archive", json!({"id": name}))));
    books.extend(limits(life));
    accountant.all(books.into_iter().map(|call| vec![call]).collect()).await?;
    dispute(life, &mut sales, &mut accountant, &mut controller, today).await?;
    dun(&mut accountant, today).await?;
    let about = |life: &Life<'_>, who: &str| life.named(who).map(|i| life.id_of(i).to_owned());
    if let (Some(insolvent), Some(twin)) = (about(life, INSOLVENT), about(life, TWIN)) {
        said(
            &mut accountant,
            &insolvent,
            "Insolvency was opened at the regional court; our claim has to be filed with the administrator.",
        )
        .await?;
        said(
            &mut controller,
            &insolvent,
            "No deliveries except against payment in advance. We will have to write this off.",
        )
        .await?;
        said(
            &mut accountant,
            &twin,
            "Is this the same company as Helios Office Systems AG? Same street, other number.",
        )
        .await?;
    }
    Ok(())
}

/// What customers may owe from now on; the one that grows has nearly used it up, the insolvent one gets nothing more.
fn limits(life: &Life<'_>) -> Vec<Call> {
    let limit = |(i, customer): (usize, &Customer)| {
        let limit = match customer.profile.name {
            INSOLVENT => "0".to_owned(),
            GROWING => (life.owed(i) / 100 + 500).to_string(),
            name => details::limit(name, i, life.owed(i))?,
        };
        Some(of("directory.parties.update", json!({"id": customer.id, "credit_limit": limit})))
    };
    life.customers.iter().enumerate().filter(|(_, c)| !GONE.contains(&c.profile.name)).filter_map(limit).collect()
}

/// Invoices that wait on the last day.
pub(super) async fn drafts(gate: &Gate, life: &mut Life<'_>, today: NaiveDate) -> Result<()> {
    const WAITING: [(&str, &str); 4] = [
        ("Nordwind Handels GmbH", "Waiting for the purchase order"),
        ("Pioneer Biotech AG", "Laboratory wing, first delivery: prices to be confirmed"),
        ("Vega Robotics GmbH", "Call-off of the frame contract"),
        ("Hotel Seeblick GmbH", "To be checked by the housekeeper"),
    ];
    let mut calls = Vec::new();
    for (who, memo) in WAITING {
        let Some(customer) = life.named(who) else { continue };
        let lines = life.lines(customer, today);
        let mut draft = json!({"customer": life.id_of(customer), "date": today, "lines": lines, "memo": memo});
        life.in_currency(&mut draft, customer);
        calls.push(vec![of("accounting.invoices.create", draft)]);
    }
    let mut sales = Teller::new(gate, "demo", "sales@demo.example").await?;
    sales.all(calls).await.map(drop)
}

/// The payment that came before there was anything to pay.
fn advance(life: &Life<'_>) -> Option<String> {
    let who = life.named(AHEAD)?;
    life.received.iter().find(|received| received.customer == who).map(|received| received.id.clone())
}

/// Half is paid; the other half is argued about.
async fn dispute(
    life: &Life<'_>,
    sales: &mut Teller<'_>,
    accountant: &mut Teller<'_>,
    controller: &mut Teller<'_>,
    today: NaiveDate,
) -> Result<()> {
    let told = TOLD.iter().find(|told| told.who == DISPUTED).map_or(76, |told| told.ago);
    let sold = life.named(DISPUTED).and_then(|who| life.sold.iter().rfind(|sold| sold.customer == who && sold.told));
    let Some(sold) = sold else { return Ok(()) };
    let note = paper::delivery_note(&sold.number, today - Days::new(told - 1));
    let letter = format!(
        "Dear Sirs,\n\nof the 24 chairs of your invoice {} we could accept 12. The others arrived with torn covers and are\nin our goods entrance. We have paid for 12 and ask you to collect the rest.\n\nCastle Rock Hotels, Purchasing\n",
        sold.number
    );
    let why = json!({"id": sold.id, "reason": "Twelve of the 24 chairs came with torn covers"});
    accountant.one(of("accounting.invoices.dispute", why)).await?;
    attach(sales, &sold.id, "delivery-note.pdf", &note).await?;
    attach(sales, &sold.id, "complaint.txt", letter.as_bytes()).await?;
    said(
        sales,
        &sold.id,
        "The customer says that twelve of the chairs came with torn covers. The driver's delivery note has no remark.",
    )
    .await?;
    said(accountant, &sold.id, "They paid half. I keep the rest open and send no reminder until this is settled.")
        .await?;
    said(
        controller,
        &sold.id,
        "Have the covers looked at. If it is our packaging, credit the twelve chairs; else they owe them.",
    )
    .await?;
    said(sales, &sold.id, "Our fitter goes there next week.").await
}

/// Customers who are late have been asked to pay, every second week of late, where there were any.
async fn dun(accountant: &mut Teller<'_>, today: NaiveDate) -> Result<()> {
    for ago in [44, 30, 16, 2] {
        let run = of("accounting.dunning_runs.run", json!({"as_of": today - Days::new(ago)}));
        match accountant.one(run).await {
            Err(error) if error.refusal().is_some_and(|refusal| refusal.code == "nothing_to_dun") => {}
            ran => ran.map(drop)?,
        }
    }
    Ok(())
}

async fn said(who: &mut Teller<'_>, record: &str, text: &str) -> Result<()> {
    who.one(of("directory.comments.create", json!({"record": record, "text": text}))).await.map(drop)
}

async fn attach(who: &mut Teller<'_>, record: &str, name: &str, bytes: &[u8]) -> Result<()> {
    let file = json!({"record": record, "name": name, "content": encoded(bytes)});
    who.one(of("directory.attachments.create", file)).await.map(drop)
}

/// What waits for the controller, once amounts above the limit do: an order that was cancelled, and a vendor's new account.
pub(super) async fn ask(gate: &Gate, life: &Life<'_>) -> Result<()> {
    let accountant = Teller::new(gate, "demo", "accountant@demo.example").await?;
    let large = life.named(LARGE).and_then(|who| life.sold.iter().rfind(|sold| sold.customer == who && sold.told));
    if let Some(large) = large {
        let why = "Cancelled by the customer before delivery";
        let asked =
            accountant.ask(vec![of("accounting.invoices.credit", json!({"id": large.id, "reason": why}))]).await?;
        let controller = person(gate, "demo", "controller@demo.example", Credential::Person).await?;
        gate.comment(&controller, asked, "Is there a written cancellation?").await?;
    }
    let account = json!({"iban": places::iban("AT", 900), "bic": "STWDATWWXXX", "currency": "EUR"});
    let moved = json!({"id": MOVED, "bank_accounts": [account]});
    accountant.ask(vec![of("directory.parties.update", moved)]).await.map(drop)
}

/// Custom fields of the company, which its administrator has added.
pub(super) fn fields() -> Vec<Call> {
    let field = |field| of("directory.custom_fields.create", field);
    vec![
        field(json!({"entity": "directory.parties", "key": "region", "label": "Region", "type": "choice",
            "choices": places::REGIONS, "help": "The part of the market, for the sales figures."})),
        field(
            json!({"entity": "directory.parties", "key": "customer_since", "label": "Customer since", "type": "date"}),
        ),
    ]
}
