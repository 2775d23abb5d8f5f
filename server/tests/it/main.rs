//! The one integration binary: everything goes through the real gate on a real PostgreSQL.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on fails where it stands")]
#![expect(unreachable_pub, reason = "modules read as in the crates they speak for")]

mod approvals;
mod attachments;
mod audit;
mod bad_input;
mod books;
mod browser;
mod campaign;
mod chat;
mod check;
mod comments;
mod custom_fields;
mod demo;
mod docs;
mod docs_commands;
mod doctor;
mod entries;
mod events;
mod exchange;
mod export;
mod http;
mod inbox;
mod isolation;
mod ledger;
mod llm;
mod llm_attacks;
mod llm_page;
mod llm_restart;
mod llm_support;
mod lookup;
mod names;
mod nets;
mod observe;
mod openapi;
mod page;
mod parties;
mod parts;
mod people;
mod people_http;
mod plans;
mod policies;
mod properties;
mod round_trips;
mod support;
mod tag;
mod taxes;
mod tour;
mod undo;
mod web;
