-- What stands around the ledger: accounts, journals and dimensions that people keep, drafts that change, entries that recur,
-- and amounts that are spread over months.

-- X8: what is archived holds nothing. Whoever posts holds the books shared, so that nothing is posted meanwhile.
alter table accounts add constraint account_archived_without_purpose check (archived_at is null or purpose is null);
create function check_account_archived() returns trigger language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
begin
    perform pg_advisory_xact_lock(books_lock(new.org_id));
    if (select coalesce(sum(b.debit - b.credit), 0) <> 0 from account_balances b where b.org_id = new.org_id and b.account_id = new.id) then
        raise exception 'an account that holds something stays in use'
            using errcode = 'check_violation', constraint = 'account_archived_empty', table = 'accounts';
    end if;
    return new;
end $$;
create trigger account_archived_empty before update on accounts for each row
    when (new.archived_at is not null and old.archived_at is null) execute function check_account_archived();

-- The kind of a journal tells how its entries count: it stays.
create function refuse_other_kind() returns trigger language plpgsql as $$
begin
    raise exception 'what kind it is of stays'
        using errcode = 'check_violation', constraint = tg_argv[0], table = tg_table_name;
end $$;
create trigger journal_kind_stays before update on journals for each row
    when (new.kind is distinct from old.kind) execute function refuse_other_kind('journal_kind_stays');
create trigger dimension_kind_stays before update on dimensions for each row
    when (new.kind is distinct from old.kind) execute function refuse_other_kind('dimension_kind_stays');

-- Drafts of entries count their changes.
alter table entry_drafts add column version integer not null default 1, add column updated_at timestamptz;

-- ---------------------------------------------------------------------------------------------------------------------
-- Recurring entries: a template, and how often it is posted.

create table recurring (
    org_id uuid not null references organizations (id),
    id uuid not null,
    name text not null,
    name_key text not null,
    interval text not null check (interval in ('monthly', 'quarterly', 'yearly')),
    -- of the month; in a shorter month its last
    day integer not null check (day between 1 and 31),
    start_date date not null,
    end_date date,
    -- nothing before it is due any more; none when the end has been reached
    next_date date,
    memo text,
    reference text,
    journal_id uuid,
    version integer not null default 1,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    archived_at timestamptz,
    primary key (org_id, id),
    constraint recurring_name_unique unique (org_id, name_key),
    constraint recurring_runs check (end_date >= start_date),
    foreign key (org_id, journal_id) references journals (org_id, id)
);
call protect('recurring', 'select, insert, update');
call record_changes('recurring');

create table recurring_lines (
    org_id uuid not null,
    id uuid not null,
    recurring_id uuid not null,
    line_no integer not null,
    account_id uuid not null,
    party_id uuid,
    debit bigint not null default 0 check (debit >= 0),
    credit bigint not null default 0 check (credit >= 0),
    memo text,
    dimension_id uuid,
    project_id uuid,
    primary key (org_id, id),
    constraint recurring_line_unique unique (org_id, recurring_id, line_no),
    constraint recurring_line_one_side check ((debit = 0) <> (credit = 0)),
    foreign key (org_id, recurring_id) references recurring (org_id, id),
    foreign key (org_id, account_id) references accounts (org_id, id),
    foreign key (org_id, party_id) references parties (org_id, id),
    foreign key (org_id, dimension_id) references dimensions (org_id, id),
    foreign key (org_id, project_id) references dimensions (org_id, id)
);
create index recurring_lines_by_account on recurring_lines (org_id, account_id);
call protect('recurring_lines', 'select, insert, delete');
call record_changes('recurring_lines');

-- ---------------------------------------------------------------------------------------------------------------------
-- Schedules: an amount that belongs to several months, taken from what was deferred or accrued.

create table schedules (
    org_id uuid not null references organizations (id),
    id uuid not null,
    name text not null,
    name_key text not null,
    kind text not null check (kind in ('prepaid_expense', 'deferred_income', 'accrued_expense', 'accrued_income')),
    amount bigint not null check (amount > 0),
    months integer not null check (months between 1 and 120),
    -- the first day of the first month
    start_date date not null check (extract(day from start_date) = 1),
    -- income or expense
    account_id uuid not null,
    -- what is deferred or accrued
    balance_account_id uuid not null,
    party_id uuid,
    dimension_id uuid,
    project_id uuid,
    reference text,
    version integer not null default 1,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    cancelled_at timestamptz,
    cancel_reason text,
    primary key (org_id, id),
    constraint schedule_two_accounts check (account_id <> balance_account_id),
    foreign key (org_id, account_id) references accounts (org_id, id),
    foreign key (org_id, balance_account_id) references accounts (org_id, id),
    foreign key (org_id, party_id) references parties (org_id, id),
    foreign key (org_id, dimension_id) references dimensions (org_id, id),
    foreign key (org_id, project_id) references dimensions (org_id, id)
);
create index schedules_by_account on schedules (org_id, account_id);
create index schedules_by_balance_account on schedules (org_id, balance_account_id);
call protect('schedules', 'select, insert, update');
call record_changes('schedules');

-- What has been posted of either: each date once. `undone_by` is the entry that took it back, after which the date is free
-- again. Of an accrual, the first of the next month takes back what the last of the month had: its amount is negative.
create table occurrences (
    org_id uuid not null,
    id uuid not null,
    recurring_id uuid,
    schedule_id uuid,
    date date not null,
    amount bigint not null check (amount <> 0),
    entry_id uuid not null,
    undone_by uuid,
    created_at timestamptz not null,
    primary key (org_id, id),
    constraint occurrence_of_one check (num_nonnulls(recurring_id, schedule_id) = 1),
    constraint occurrence_entry_unique unique (org_id, entry_id),
    foreign key (org_id, recurring_id) references recurring (org_id, id),
    foreign key (org_id, schedule_id) references schedules (org_id, id),
    foreign key (org_id, entry_id) references entries (org_id, id),
    foreign key (org_id, undone_by) references entries (org_id, id)
);
create unique index occurrence_once on occurrences (org_id, coalesce(recurring_id, schedule_id), date) where undone_by is null;
create index occurrences_by_recurring on occurrences (org_id, recurring_id, date) where recurring_id is not null;
create index occurrences_by_schedule on occurrences (org_id, schedule_id, date) where schedule_id is not null;
call protect('occurrences', 'select, insert, update (undone_by)');
call record_changes('occurrences');

-- What was posted once stays as it was; it is taken back once, by the entry that reverses its own.
create function keep_occurrence() returns trigger language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
begin
    if old.undone_by is not null or (to_jsonb(new) - 'undone_by') is distinct from (to_jsonb(old) - 'undone_by')
        or not exists (select from entries e where e.org_id = new.org_id and e.id = new.undone_by and e.reverses = new.entry_id) then
        raise exception 'what was posted of it is taken back once, by the reversal of its entry'
            using errcode = 'check_violation', constraint = 'occurrence_kept', table = 'occurrences';
    end if;
    return new;
end $$;
create trigger occurrence_kept before update on occurrences for each row execute function keep_occurrence();

-- What was posted of a schedule is never more than its amount, nor less than nothing. One run of it at a time.
create function check_schedule_total() returns trigger language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
declare
    total bigint;
    posted bigint;
begin
    select s.amount into total from schedules s where s.org_id = new.org_id and s.id = new.schedule_id for no key update;
    select coalesce(sum(o.amount), 0) into posted from occurrences o
        where o.org_id = new.org_id and o.schedule_id = new.schedule_id and o.undone_by is null;
    if posted not between 0 and total then
        raise exception 'a schedule posts its amount and no more'
            using errcode = 'check_violation', constraint = 'schedule_within_amount', table = 'occurrences';
    end if;
    return null;
end $$;
create constraint trigger schedule_within_amount after insert or update on occurrences deferrable initially deferred
    for each row when (new.schedule_id is not null) execute function check_schedule_total();

-- What a schedule spreads stays once some of it has been posted.
create function keep_schedule() returns trigger language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
begin
    raise exception 'what a schedule spreads stays'
        using errcode = 'check_violation', constraint = 'schedule_kept', table = 'schedules';
end $$;
create trigger schedule_kept before update on schedules for each row
    when ((new.kind, new.amount, new.months, new.start_date, new.account_id, new.balance_account_id)
        is distinct from (old.kind, old.amount, old.months, old.start_date, old.account_id, old.balance_account_id))
    execute function keep_schedule();

revoke all on function check_account_archived(), keep_occurrence(), check_schedule_total(), keep_schedule() from public;
