//! Operations that came later; nothing in the planner was written for them.

use super::fixture::{Entry, PARTY, entry, list};
use crate::planner::Effect;

fn trade() -> Vec<Entry> {
    use Effect::Write;
    vec![
        entry(
            "directory.parties.tag",
            Write,
            "Put tags on a party.",
            &[("id!", "ref directory.parties", PARTY), ("tags!", "many text", "Tags to put on it.")],
        ),
        entry(
            "directory.items.create",
            Write,
            "Add an item that is sold, bought or stocked.",
            &[
                ("name!", "text", "Name of the item."),
                ("sku", "text", "Stock keeping unit."),
                ("price", "decimal", "Sales price of one unit."),
            ],
        ),
        entry(
            "crm.leads.create",
            Write,
            "Record a lead: somebody who may become a customer.",
            &[
                ("name!", "text", "Name of the person or company."),
                ("email", "text", "E-mail address."),
                ("phone", "text", "Telephone number."),
                ("source", "enum web|fair|referral|mail", "Where the lead came from."),
            ],
        ),
        entry(
            "inventory.transfers.create",
            Write,
            "Move stock from one warehouse to another.",
            &[
                ("from!", "ref inventory.warehouses", "Warehouse the goods leave: name or code."),
                ("to!", "ref inventory.warehouses", "Warehouse the goods go to: name or code."),
                ("lines!", "lines stock", "What is moved."),
                ("date", "date", "When. Defaults to today."),
            ],
        ),
        list(
            "inventory.reports.stock_on_hand",
            "Stock on hand by item and warehouse: how much of each item we have.",
            &[
                ("item", "ref directory.items", "Only this item, by name or sku."),
                ("warehouse", "ref inventory.warehouses", "Only this warehouse, by name."),
                ("as_of", "date", "On this day. Defaults to today."),
            ],
        ),
    ]
}

fn people() -> Vec<Entry> {
    use Effect::{Final, Write};
    vec![
        entry(
            "hr.leave_requests.create",
            Write,
            "Ask for leave for an employee.",
            &[
                ("employee", "ref hr.employees", "Who takes leave, by name. Defaults to yourself."),
                ("leave_type!", "enum annual|sick|unpaid", "Kind of leave."),
                ("from!", "date", "First day."),
                ("to!", "date", "Last day."),
                ("reason", "text", "Why."),
            ],
        ),
        entry(
            "hr.leave_requests.approve",
            Write,
            "Approve a leave request.\n\nThe days are taken from the employee's balance.",
            &[
                ("id!", "ref hr.leave_requests", "The request: its id or number, such as LR-00012."),
                ("note", "text", "Note for the employee."),
            ],
        ),
        entry(
            "hr.leave_requests.reject",
            Write,
            "Reject a leave request.",
            &[
                ("id!", "ref hr.leave_requests", "The request: its id or number, such as LR-00012."),
                ("reason!", "text", "Why it is refused."),
            ],
        ),
        entry(
            "sales.orders.confirm",
            Final,
            "Confirm a sales order.\n\nStock is reserved for it.",
            &[("id!", "ref sales.orders", "The order: its id or number, such as SO-2026-00003.")],
        ),
        entry(
            "projects.time_entries.create",
            Write,
            "Log time worked on a project.",
            &[
                ("project!", "ref projects.projects", "The project, by name or number."),
                ("hours!", "decimal", "How many hours."),
                ("date", "date", "The day. Defaults to today."),
                ("description", "text", "What was done."),
            ],
        ),
    ]
}

fn books() -> Vec<Entry> {
    use Effect::{Final, Read, Write};
    vec![
        entry(
            "accounting.entries.create",
            Write,
            "Draft a journal entry.\n\nDebit and credit must be equal.",
            &[
                ("date!", "date", "Accounting date."),
                ("memo", "text", "What it is about."),
                ("lines!", "lines entry", "Accounts with debit or credit."),
            ],
        ),
        entry(
            "accounting.entries.post",
            Final,
            "Post a journal entry to the ledger.",
            &[("id!", "ref accounting.entries", "The entry: its id or number, such as JE-2026-00010.")],
        ),
        entry(
            "accounting.bills.create",
            Write,
            "Enter a bill from a vendor.",
            &[
                ("vendor!", "ref directory.parties", "Who sent the bill: name or code of a vendor."),
                ("number!", "text", "The vendor's own number."),
                ("lines!", "lines invoice", "What was bought."),
                ("date", "date", "Bill date."),
            ],
        ),
        entry(
            "accounting.reports.profit_and_loss",
            Read,
            "Profit and loss: income and expenses of a period.",
            &[("from", "date", "First day."), ("to", "date", "Last day.")],
        ),
    ]
}

/// All of them.
pub(super) fn later() -> Vec<Entry> {
    trade().into_iter().chain(people()).chain(books()).collect()
}
