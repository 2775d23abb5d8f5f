//! A catalogue as the domains derive it, written by hand here so that the planner's tests need no domain.

use serde_json::{Map, Value, json};

use super::later::later;
use crate::planner::{Effect, Index, Tool};

/// An operation of the fixture.
pub(super) struct Entry {
    pub(super) name: &'static str,
    description: &'static str,
    effect: Effect,
    input: Value,
    output: Value,
}

/// `name shape help`: `!` marks what is required; shapes as in [`shape`].
type Spec = (&'static str, &'static str, &'static str);

fn shape(text: &str) -> Value {
    match text.split_once(' ') {
        Some(("ref", entity)) => json!({ "type": "string", "x-ref": entity }),
        Some(("enum", values)) => json!({ "type": "string", "enum": values.split('|').collect::<Vec<_>>() }),
        Some(("many", inner)) => json!({ "type": "array", "items": shape(inner) }),
        Some(("lines", which)) => json!({ "type": "array", "items": object(lines(which)) }),
        _ => match text {
            "decimal" | "date" => json!({ "type": "string", "format": text }),
            "bool" => json!({ "type": "boolean" }),
            "int" => json!({ "type": "integer" }),
            _ => json!({ "type": "string" }),
        },
    }
}

fn lines(which: &str) -> &'static [Spec] {
    match which {
        "invoice" => &[
            ("description!", "text", "What is sold."),
            ("quantity!", "decimal", "How many or how much."),
            ("unit", "text", "What the quantity is counted in, such as hours or pieces."),
            ("unit_price!", "decimal", "Price of one unit, before discount and tax."),
            ("discount_percent", "decimal", "Discount on this line in percent."),
            ("tax_code", "ref accounting.tax_codes", "Tax code of the line. Defaults to the customer's."),
            ("account", "ref accounting.accounts", "Revenue account. Defaults to the company's."),
        ],
        "allocation" => &[
            (
                "invoice!",
                "ref accounting.invoices",
                "The posted invoice that is paid: its id or number, such as INV-2026-00042.",
            ),
            ("amount", "decimal", "How much of the payment goes to it. Defaults to what is open."),
        ],
        "entry" => &[
            ("account!", "ref accounting.accounts", "Account: its code or name."),
            ("debit", "decimal", "Amount in debit."),
            ("credit", "decimal", "Amount in credit."),
            ("memo", "text", "What this line is about."),
        ],
        _ => &[
            ("item!", "ref directory.items", "The item: its name, sku or barcode."),
            ("quantity!", "decimal", "How many."),
            ("unit", "text", "Unit of the quantity. Defaults to the item's own."),
        ],
    }
}

fn object(fields: &[Spec]) -> Value {
    let mut properties = Map::new();
    for (name, kind, help) in fields {
        let mut property = shape(kind);
        property["description"] = json!(help);
        properties.insert(name.trim_end_matches('!').to_owned(), property);
    }
    let required: Vec<&str> = fields.iter().filter_map(|(n, ..)| n.strip_suffix('!')).collect();
    json!({ "type": "object", "properties": properties, "required": required, "additionalProperties": false })
}

pub(super) fn entry(name: &'static str, effect: Effect, description: &'static str, fields: &[Spec]) -> Entry {
    let shown: Map<String, Value> = fields
        .iter()
        .map(|(n, _, help)| (n.trim_end_matches('!').to_owned(), json!({ "description": help })))
        .collect();
    let mut output = json!({ "type": "object", "properties": { "id": { "type": "string" } } });
    if name == "directory.parties.get" {
        output["properties"] = json!({ "id": {}, "name": {}, "kinds": {}, "email": { "description": "E-mail address." }, "phone": { "description": "Telephone number." } });
    } else if effect != Effect::Read {
        output["properties"] = json!(shown);
    }
    Entry { name, description, effect, input: object(fields), output }
}

pub(super) fn index(entries: &[Entry]) -> Index {
    let tools: Vec<Tool> = entries
        .iter()
        .map(|e| Tool {
            name: e.name,
            description: e.description,
            effect: e.effect,
            input_schema: &e.input,
            output_schema: &e.output,
        })
        .collect();
    Index::new(&tools)
}

const PAGING: [Spec; 3] = [
    ("limit", "int", "At most this many rows, up to 200. Defaults to 50."),
    ("cursor", "text", "Continue after the page that gave this cursor."),
    ("sort", "text", "Field to sort by; a leading minus turns the order round."),
];

pub(super) fn list(name: &'static str, description: &'static str, fields: &[Spec]) -> Entry {
    let all: Vec<Spec> = fields.iter().copied().chain(PAGING).collect();
    entry(name, Effect::Read, description, &all)
}

pub(super) const PARTY: &str = "Name, code or number of the party, such as P-00042.";
const INVOICE: &str = "The invoice: its id or number, such as INV-2026-00042.";

fn directory() -> Vec<Entry> {
    use Effect::{Read, Write};
    vec![
        entry(
            "directory.parties.create",
            Write,
            "Add a party.\n\nA party is whoever we do business with: a customer, a vendor or both. It can be used on documents at once.",
            &[
                ("name!", "text", "Name as it stands on documents."),
                ("kinds!", "many enum customer|vendor", "Whether we sell to it, buy from it, or both."),
                ("email", "text", "E-mail address for documents."),
                ("phone", "text", "Telephone number."),
            ],
        ),
        entry(
            "directory.parties.get",
            Read,
            "Show one party with its details.",
            &[("id!", "ref directory.parties", PARTY)],
        ),
        list(
            "directory.parties.list",
            "List parties: customers and vendors.",
            &[
                ("q", "text", "Words in the name, code or number."),
                ("kind", "enum customer|vendor", "Only parties of this kind."),
                ("archived", "bool", "Archived parties too."),
            ],
        ),
        entry(
            "directory.parties.update",
            Write,
            "Change a party.\n\nOnly the fields given are changed.",
            &[
                ("id!", "ref directory.parties", PARTY),
                ("version", "int", "The version that was read."),
                ("name", "text", "New name."),
                ("kinds", "many enum customer|vendor", "Whether we sell to it, buy from it, or both."),
                ("email", "text", "E-mail address for documents."),
                ("phone", "text", "Telephone number."),
            ],
        ),
        entry(
            "directory.parties.delete",
            Write,
            "Delete a party that is not used anywhere.\n\nRefused once a document names it; archive it instead.",
            &[("id!", "ref directory.parties", PARTY)],
        ),
    ]
}

fn accounting() -> Vec<Entry> {
    use Effect::{Final, Read, Write};
    vec![
        list(
            "accounting.accounts.list",
            "List the accounts of the chart of accounts.",
            &[("q", "text", "Words in the name, or the start of the code.")],
        ),
        entry(
            "accounting.invoices.create",
            Write,
            "Draft an invoice for a customer.\n\nA draft changes nothing in the ledger and can be edited or deleted until it is posted.",
            &[
                ("customer!", "ref directory.parties", "Who is invoiced: name, code or number of a customer."),
                ("lines!", "lines invoice", "What is sold, one line each."),
                ("date", "date", "Invoice date. Defaults to today."),
                ("due_date", "date", "When it is to be paid. Defaults to the customer's payment terms."),
                ("reference", "text", "The customer's own reference, such as an order number."),
                ("memo", "text", "Note printed on the invoice."),
            ],
        ),
        entry(
            "accounting.invoices.get",
            Read,
            "Show one invoice with its lines and payments.",
            &[("id!", "ref accounting.invoices", INVOICE)],
        ),
        list(
            "accounting.invoices.list",
            "List invoices.\n\nFilters combine; without any it lists the newest first.",
            &[
                ("q", "text", "Words in the number, reference or memo."),
                ("customer", "ref directory.parties", "Only invoices of this customer."),
                ("status", "enum draft|posted|partly_paid|paid|credited", "Only invoices in this state."),
                ("overdue", "bool", "Only invoices past their due date with something open."),
                ("date_from", "date", "Invoice date on or after."),
                ("date_to", "date", "Invoice date on or before."),
                ("due_from", "date", "Due date on or after."),
                ("due_to", "date", "Due date on or before."),
                ("amount_min", "decimal", "Gross amount of at least this."),
                ("amount_max", "decimal", "Gross amount of at most this."),
            ],
        ),
        entry(
            "accounting.invoices.delete",
            Write,
            "Delete a draft invoice.\n\nA posted invoice cannot be deleted; `accounting.invoices.credit` takes it back.",
            &[("id!", "ref accounting.invoices", INVOICE)],
        ),
        entry(
            "accounting.invoices.post",
            Final,
            "Post a draft invoice to the ledger.\n\nIt gets its number and can no longer be edited; `accounting.invoices.credit` undoes it.",
            &[
                ("id!", "ref accounting.invoices", "The draft to post: its id or number."),
                ("date", "date", "Accounting date, in an open period. Defaults to the invoice date."),
            ],
        ),
        entry(
            "accounting.invoices.credit",
            Final,
            "Credit a posted invoice with a credit note.\n\nThe whole invoice is credited unless lines are given.",
            &[
                ("id!", "ref accounting.invoices", INVOICE),
                ("date", "date", "Date of the credit note. Defaults to today."),
                ("reason!", "text", "Why it is credited; printed on the credit note."),
                ("lines", "lines invoice", "What is credited. Defaults to every line."),
            ],
        ),
    ]
}

fn money() -> Vec<Entry> {
    use Effect::{Final, Read};
    vec![
        entry(
            "accounting.payments.receive",
            Final,
            "Record a payment received from a customer.\n\nIt settles the oldest open invoices first unless allocations are given.",
            &[
                ("customer!", "ref directory.parties", "Who paid: name, code or number of a customer."),
                ("amount!", "decimal", "How much was paid."),
                ("date", "date", "When the money arrived. Defaults to today."),
                ("reference", "text", "Text on the bank statement."),
                ("allocations", "lines allocation", "Which invoices it pays. Defaults to the oldest first."),
            ],
        ),
        entry(
            "accounting.payments.reverse",
            Final,
            "Reverse a payment that was recorded by mistake.\n\nThe invoices it settled are open again.",
            &[
                ("id!", "ref accounting.payments", "The payment: its id or number, such as PAY-2026-00007."),
                ("date", "date", "Date of the reversal. Defaults to today."),
                ("reason!", "text", "Why it is reversed."),
            ],
        ),
        entry(
            "accounting.reports.aged_receivables",
            Read,
            "Who owes us money and how late: open amounts of customers by age.",
            &[
                ("as_of", "date", "The day the report looks at. Defaults to today."),
                ("customer", "ref directory.parties", "Only this customer."),
            ],
        ),
        entry(
            "accounting.reports.trial_balance",
            Read,
            "Trial balance: debit, credit and balance of every account.",
            &[
                ("as_of", "date", "Balances up to and including this day. Defaults to today."),
                ("from", "date", "Movements since this day. Defaults to the start of the fiscal year."),
            ],
        ),
    ]
}

fn audit() -> Vec<Entry> {
    vec![
        list(
            "audit.calls.list",
            "Who did what and when: the calls that changed something, newest first.",
            &[
                ("record", "text", "Only calls that changed this record: its id or number."),
                ("operation", "text", "Only calls of this operation."),
                ("actor", "ref directory.users", "Only calls of this user, by e-mail or name."),
                ("date_from", "date", "On or after this day."),
                ("date_to", "date", "On or before this day."),
            ],
        ),
        entry(
            "audit.calls.get",
            Effect::Read,
            "Show one call with every change it made.",
            &[("id!", "ref audit.calls", "The call's id.")],
        ),
    ]
}

/// The operations of the first release.
pub(super) fn first() -> Vec<Entry> {
    directory().into_iter().chain(accounting()).chain(money()).chain(audit()).collect()
}

/// First release and what came later.
pub(super) fn all() -> Vec<Entry> {
    first().into_iter().chain(later()).collect()
}
