//! The planner's only word list: general English, no name of an operation, domain or entity of the product.
//!
//! Everything specific is read from the catalogue. What stands here are words that mean the same in every
//! company: function words, numbers, dates, and groups of everyday synonyms. A test counts them (≤ 300).

/// What a word may be used for; a word may have several uses.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Use {
    /// Carries no meaning of its own in a request.
    Filler,
    /// Opens a phrase ("for Globex").
    Preposition,
    /// Stands for something said before ("it").
    Pronoun,
    /// Joins phrases or commands.
    Joint,
    /// Opens a question.
    Question,
    /// Says no to an open question.
    No,
    /// Says yes to an open question.
    Yes,
    /// A unit that quantities are counted in.
    Unit,
    /// A currency.
    Currency,
    /// Ends the name of a company.
    Legal,
    /// A lower-case word that may stand inside a name.
    NameJoint,
    /// The next number is a lower bound.
    AtLeast,
    /// The next number is an upper bound.
    AtMost,
    /// The largest, the latest.
    Top,
    /// The smallest, the oldest.
    Bottom,
    /// The next date opens a range.
    Since,
    /// The next date closes a range.
    Until,
    /// Asks for a document's deadline.
    Deadline,
    /// Takes the last thing back.
    Undo,
    /// Greets.
    Hello,
    /// Thanks or says good-bye.
    Thanks,
    /// Asks what is possible.
    Help,
    /// Continues what was said before.
    Follow,
    /// Turns a statement round.
    Not,
    /// Between a field and its value.
    Link,
    /// The next words are a name.
    Called,
    /// A rule of grammar looks at the word itself.
    Grammar,
    /// Cuts a list short ("top 5").
    Limit,
}

/// The words by use; a word stands in as many rows as it has uses.
pub(crate) const WORDS: &[(Use, &str)] = &[
    (
        Use::Filler,
        "a an the please can could would will you i we us our my me is are was were be been do does did \
        have has had there all any some just also so now want need like let still which who what everything anything here oh",
    ),
    (Use::Preposition, "to of for on in at by with from as into per about against @ under"),
    (Use::Pronoun, "it that this them those these one"),
    (Use::Joint, "and or then plus &"),
    (Use::Question, "who what which when where how many much is are do does did was"),
    (Use::No, "no cancel never forget none not"),
    (Use::Yes, "yes ok okay"),
    (Use::Unit, "hour h day week month year piece pcs kg"),
    (Use::Currency, "eur euro usd dollar gbp pound chf € $ £"),
    (Use::Legal, "inc ltd llc plc"),
    (Use::NameJoint, "of and & und de van von der the"),
    (Use::AtLeast, "over above least more than"),
    (Use::AtMost, "under below most less than up"),
    (Use::Top, "most largest biggest top newest latest last"),
    (Use::Bottom, "least smallest oldest"),
    (Use::Since, "since from after between"),
    (Use::Until, "until till to before through by"),
    (Use::Deadline, "due payable net"),
    (Use::Undo, "undo revert back"),
    (Use::Hello, "hi hello hey good"),
    (Use::Thanks, "thanks thank"),
    (Use::Help, "help"),
    (Use::Follow, "and what about how only instead same but for"),
    (Use::Not, "not no without"),
    (Use::Link, "is to : = of as be was number address"),
    (Use::Called, "called named"),
    (Use::Grammar, "ago within each take thing"),
    (Use::Limit, "top first last latest newest"),
];

/// Groups of words that stand for each other, most usual first. The first word names the group.
pub(crate) const GROUPS: &[&str] = &[
    "create add new make raise register enter record log prepare issue draft write book",
    "list show get find display give see search look tell check",
    "delete remove discard erase",
    "update change edit modify rename set",
    "receive paid payment got money",
    "owe receivable outstanding unpaid open",
    "customer client",
    "vendor supplier",
    "invoice bill charge",
    "approve accept confirm",
    "reject decline",
    "send mail",
    "move transfer ship",
    "employee staff",
    "item product",
    "stock inventory",
    "leave vacation",
    "quote",
    "price rate cost",
    "quantity count",
    "reason because",
    "phone telephone mobile",
    "email mail",
    "memo note",
    "change history happen",
    "name rename title",
    "reverse revert cancel",
    "credit refund cancel reverse",
    "post book finalize",
    "tag label",
    "subject title",
];

/// What a field is for, told by a word of its name.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Role {
    /// What one costs.
    Price,
    /// How many.
    Quantity,
    /// A share.
    Percent,
    /// Money of the whole.
    Amount,
    /// A lower bound.
    Min,
    /// An upper bound.
    Max,
    /// Opens a range.
    From,
    /// Closes a range.
    To,
    /// A deadline.
    Due,
    /// What a quantity is counted in.
    Unit,
    /// Free search.
    Search,
    /// How many rows, in which order, which version: never read from names or amounts.
    Paging,
    /// Which rows come first.
    Order,
    /// Cuts a list after so many.
    Limit,
    /// Says why.
    Reason,
    /// A number or id of any record.
    Key,
    /// What a record is called.
    Name,
}

/// The words by role.
pub(crate) const ROLES: &[(Role, &str)] = &[
    (Role::Price, "price rate cost"),
    (Role::Quantity, "quantity count"),
    (Role::Percent, "percent discount"),
    (Role::Amount, "amount total open balance gross"),
    (Role::Min, "min"),
    (Role::Max, "max"),
    (Role::From, "from start since"),
    (Role::To, "to end until as"),
    (Role::Due, "due deadline expected"),
    (Role::Unit, "unit"),
    (Role::Search, "q search"),
    (Role::Paging, "limit cursor sort version"),
    (Role::Order, "sort"),
    (Role::Limit, "limit"),
    (Role::Reason, "reason"),
    (Role::Key, "record number"),
    (Role::Name, "name title subject description"),
];

/// What words of the page ask for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Said {
    /// Goes somewhere.
    Open,
    /// Fills in a form.
    Fill,
    /// Wants a form.
    Start,
    /// Changes the order of rows.
    Sort,
    /// From the last to the first.
    Down,
    /// Leaves rows out.
    Filter,
    /// The same, where nothing nearer is meant.
    Only,
    /// Shows all rows again.
    Clear,
    /// Means the page and not the conversation.
    OnPage,
}

/// Phrases of the page, by what they ask for: a vocabulary of its own, of words that are said to any program. A test
/// counts those that stand nowhere above (≤ 25).
pub(crate) const PAGE: &[(Said, &str)] = &[
    (
        Said::Open,
        "open, open up, go to, go back to, navigate to, take me to, bring me to, jump to, switch to, bring up",
    ),
    (Said::Fill, "fill in, fill out"),
    (Said::Start, "prepare, start, show me, give me, get me, show, bring up"),
    (Said::Sort, "sort, order"),
    (Said::Down, "descending, desc, down, highest"),
    (Said::Filter, "filter, narrow, restrict"),
    (Said::Only, "only, show only, show me only, just, show just, show me just"),
    (Said::Clear, "clear, remove, reset"),
    (Said::OnPage, "on the page, on this page, on screen, on the screen, on my screen, in a table, in the table"),
];

/// How a view names the order of its rows.
pub(crate) const SORT: &str = "sort";

/// The last group that holds verbs only.
pub(crate) const RECEIVE: usize = 4;
/// Groups of verbs so general that they say nothing of what is made, shown or altered.
pub(crate) const GENERAL: &[usize] = &[CREATE, READ, UPDATE];

/// Verbs of two words, and the plain verb each stands for.
pub(crate) const PHRASAL: &[(&str, &str, &str)] =
    &[("set", "up", "create"), ("get", "rid", "delete"), ("write", "up", "create"), ("write", "off", "off")];

/// Words verb means another noun than the noun they look like: to bill somebody is to invoice them.
pub(crate) const VERB_SENSES: &[(&str, &str)] = &[("bill", "invoice"), ("charge", "invoice")];

/// The group words open a request to see something.
pub(crate) const READ: usize = 1;
/// The group words take something away.
pub(crate) const DELETE: usize = 2;
/// The group words ask what was done.
pub(crate) const HISTORY: usize = 24;
/// The group words open a request to make something.
pub(crate) const CREATE: usize = 0;
/// The group words open a request to alter something.
pub(crate) const UPDATE: usize = 3;

/// Numbers that people spell out, in order from zero.
pub(crate) const NUMBERS: &str = "zero one two three four five six seven eight nine ten";
/// Places in a list, in order from one.
pub(crate) const ORDINALS: &str = "first second third";
/// Days counted from today.
pub(crate) const DAYS: &[(&str, i64)] = &[("today", 0), ("tomorrow", 1), ("yesterday", -1), ("now", 0)];
/// Periods by their length in months; a week and a day are counted in days.
pub(crate) const PERIODS: &[(&str, u32)] = &[("month", 1), ("quarter", 3), ("year", 12)];
/// The period after this one, this one, the one before.
pub(crate) const SHIFTS: &[(&str, i32)] =
    &[("next", 1), ("this", 0), ("the", 0), ("last", -1), ("previous", -1), ("past", -1)];
/// Edges of a period: true is its last day.
pub(crate) const EDGES: &[(&str, bool)] = &[("end", true), ("start", false)];

/// Whether the lower-case word has this use.
pub(crate) fn is(word: &str, used: Use) -> bool {
    WORDS.iter().any(|(u, words)| *u == used && words.split_ascii_whitespace().any(|w| w == word))
}

/// The place of the word in a space-separated list; a prefix of `short` letters or more is enough.
pub(crate) fn place(list: &str, word: &str, short: usize) -> Option<usize> {
    list.split_ascii_whitespace().position(|w| w == word || (short > 0 && word.len() >= short && w.starts_with(word)))
}
