//! What an operation is, the one gate that can run it, and the people who ask.
//!
//! A domain writes operations ([`Operation`]) and lists them in a [`Domain`]; the [`Catalogue`] derives
//! everything that surfaces and models need from them; the [`Gate`] is the only code that can run one.

mod catalogue;
mod change;
mod clock;
mod custom;
mod cx;
mod error;
pub mod files;
mod gate;
pub mod identity;
mod json;
mod logged;
mod lookup;
mod masked;
pub mod measure;
mod name_key;
mod operation;
mod page;
mod principal;
mod record;
mod reference;
mod schema;
mod secret;
mod tx;
mod version;
mod walk;

pub use catalogue::{Catalogue, Domain, Entry, Tool, tool_name};
pub use change::{Change, Changes, Describer, EffectKind, PreviewEffect};
pub use clock::Clock;
pub use custom::{Custom, CustomField, CustomType};
pub use cx::{Cx, Fact};
pub use error::{Candidate, Error, FieldError, Kind, OnConstraint, Refusal, Result, codes};
pub use files::{File, FileStore, Files, Upload};
pub use gate::{
    Answer, ApprovalComment, ApprovalRow, Decision, Explanation, Gate, GateOptions, Inbox, Judged, JudgedFact,
    Listening, Lookup, News, Op, Options, Outcome, Plan, Touched, UndoTarget, Verdict, VitalSigns, Waiting,
};
pub use json::read_json;
pub use logged::{Logged, LoggedSql, without_values};
pub use lookup::{Found, FoundRecord, Typed};
pub use masked::{Mask, Masked, MaskedColumns};
pub use name_key::name_key;
pub use operation::{Call, Effect, Operation, call};
pub use page::{Cursor, Listed, Page, limit};
pub use principal::{Caller, Credential, Principal, Scope, Surface};
pub use record::{AnyRecord, Record, RecordName};
pub use reference::{Entity, EntityDef, Match, Named, Ref};
pub use secret::Secret;
