-- The ledger as accountants keep it: a chart with levels, journals, dimensions, fiscal years whose periods close, entries in
-- foreign currency, and balances that are kept as entries are posted.

-- Owners look past the triggers that record changes: what a migration fills in is nobody's call.
alter table accounts disable trigger user;
alter table entries disable trigger user;

-- ---------------------------------------------------------------------------------------------------------------------
-- Accounts: a heading gathers others and is not posted to; a control account belongs to the documents of its parties.

alter table accounts
    add column parent_id uuid,
    add column heading boolean not null default false,
    add column control text check (control in ('receivable', 'payable')),
    add column version integer not null default 1,
    add column updated_at timestamptz,
    add column archived_at timestamptz,
    drop constraint accounts_purpose_check,
    add constraint account_purpose_known check (purpose in ('bank', 'receivable', 'payable', 'revenue', 'expense', 'tax', 'input_tax',
        'retained_earnings', 'opening', 'exchange_gain', 'exchange_loss', 'unrealised_gain', 'unrealised_loss', 'discount_allowed',
        'discount_received', 'bad_debt', 'prepaid_expense', 'deferred_income', 'accrued_expense', 'accrued_income', 'rounding')),
    add constraint account_parent_known foreign key (org_id, parent_id) references accounts (org_id, id),
    add constraint account_heading_without_purpose check (not heading or (purpose is null and control is null));
update accounts set control = 'receivable' where purpose = 'receivable';
update accounts set updated_at = created_at;
alter table accounts alter column updated_at set not null, alter column updated_at set default now();
update accounts a set purpose = p.purpose
from (values ('1500', 'asset', 'input_tax'), ('3900', 'equity', 'retained_earnings')) as p (code, type, purpose)
where a.code = p.code and a.type = p.type and a.purpose is null;
create index accounts_by_parent on accounts (org_id, parent_id) where parent_id is not null;
grant update on accounts to steward_app;

-- The levels of the chart are a tree: an account stands under a heading of its own type, and never under itself. What an
-- account is does not change once it has been posted to.
create function check_account() returns trigger language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
begin
    if new.parent_id is not null then
        if not exists (select from accounts p where p.org_id = new.org_id and p.id = new.parent_id and p.heading and p.type = new.type) then
            raise exception 'an account stands under a heading of its own type'
                using errcode = 'check_violation', constraint = 'account_under_heading', table = 'accounts';
        end if;
        if exists (with recursive above as (
                select p.id, p.parent_id from accounts p where p.org_id = new.org_id and p.id = new.parent_id
                union select p.id, p.parent_id from accounts p join above a on p.org_id = new.org_id and p.id = a.parent_id)
                select from above where id = new.id) then
            raise exception 'an account does not stand under itself'
                using errcode = 'check_violation', constraint = 'account_tree', table = 'accounts';
        end if;
    end if;
    if tg_op = 'UPDATE' and (new.type, new.heading, new.control) is distinct from (old.type, old.heading, old.control) then
        if exists (select from entry_lines l where l.org_id = new.org_id and l.account_id = new.id) then
            raise exception 'what an account is stays once it has been posted to'
                using errcode = 'check_violation', constraint = 'account_kept', table = 'accounts';
        end if;
        if exists (select from accounts c where c.org_id = new.org_id and c.parent_id = new.id and (c.type <> new.type or not new.heading)) then
            raise exception 'the accounts under a heading are of its type'
                using errcode = 'check_violation', constraint = 'account_under_heading', table = 'accounts';
        end if;
    end if;
    return null;
end $$;
create constraint trigger account_holds after insert or update on accounts deferrable initially deferred
    for each row execute function check_account();

-- ---------------------------------------------------------------------------------------------------------------------
-- Journals: the book in which an entry is written. Documents post to the default one of their kind.

create table journals (
    org_id uuid not null references organizations (id),
    id uuid not null,
    code text not null,
    name text not null,
    kind text not null check (kind in ('general', 'sales', 'purchases', 'bank', 'opening', 'closing')),
    is_default boolean not null default false,
    version integer not null default 1,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    archived_at timestamptz,
    primary key (org_id, id),
    constraint journal_code_unique unique (org_id, code),
    constraint journal_default_stays check (not is_default or archived_at is null)
);
create unique index journal_default_unique on journals (org_id, kind) where is_default;
call protect('journals', 'select, insert, update');

-- The journals that every company begins with.
create procedure found_journals(org uuid, at timestamptz) language sql as $$
    insert into journals (org_id, id, code, name, kind, is_default, created_at, updated_at)
    select org, gen_random_uuid(), j.code, j.name, j.kind, true, at, at
    from (values ('GEN', 'General journal', 'general'), ('SAL', 'Sales journal', 'sales'), ('PUR', 'Purchase journal', 'purchases'),
        ('BNK', 'Bank journal', 'bank'), ('OPN', 'Opening journal', 'opening'), ('CLS', 'Closing journal', 'closing'))
        as j (code, name, kind)
$$;
revoke all on procedure found_journals(uuid, timestamptz) from public;
do $$
declare
    o record;
begin
    for o in select id, created_at from organizations loop
        call found_journals(o.id, o.created_at);
    end loop;
end $$;
call record_changes('journals');

alter table entries add column journal_id uuid;
update entries e set journal_id = j.id from journals j
where j.org_id = e.org_id and j.is_default and j.kind = case e.source
    when 'accounting.invoices' then 'sales' when 'accounting.credit_notes' then 'sales' when 'accounting.payments' then 'bank' else 'general' end;
alter table entries alter column journal_id set not null,
    add constraint entry_journal_known foreign key (org_id, journal_id) references journals (org_id, id);
alter table entry_drafts add column journal_id uuid,
    add constraint entry_draft_journal_known foreign key (org_id, journal_id) references journals (org_id, id);

-- ---------------------------------------------------------------------------------------------------------------------
-- Dimensions: what a line is for beside its account. A line may name a cost centre and a project.

create table dimensions (
    org_id uuid not null references organizations (id),
    id uuid not null,
    kind text not null check (kind in ('cost_centre', 'project')),
    code text not null,
    name text not null,
    name_key text not null,
    version integer not null default 1,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    archived_at timestamptz,
    primary key (org_id, id),
    constraint dimension_code_unique unique (org_id, code)
);
call protect('dimensions', 'select, insert, update');
call record_changes('dimensions');

-- Amounts in foreign currency stand beside those of the company: positive is debit, as many minor units as the currency has,
-- at `rate` units of the company's currency for one of it (A7). A difference of exchange moves the company's side alone.
alter table entry_lines
    add column dimension_id uuid, add column project_id uuid,
    add column foreign_currency text check (foreign_currency ~ '^[A-Z]{3}$'), add column foreign_amount bigint,
    add column rate numeric check (rate > 0),
    add constraint entry_line_dimension_known foreign key (org_id, dimension_id) references dimensions (org_id, id),
    add constraint entry_line_project_known foreign key (org_id, project_id) references dimensions (org_id, id),
    add constraint entry_line_foreign_whole check (num_nonnulls(foreign_currency, foreign_amount, rate) in (0, 3)),
    add constraint entry_line_foreign_side check (foreign_amount is null or foreign_amount = 0 or (foreign_amount > 0) = (debit > 0)),
    add constraint entry_line_foreign_is_foreign check (foreign_currency <> currency);
alter table entry_draft_lines
    add column dimension_id uuid, add column project_id uuid,
    add constraint entry_draft_line_dimension_known foreign key (org_id, dimension_id) references dimensions (org_id, id),
    add constraint entry_draft_line_project_known foreign key (org_id, project_id) references dimensions (org_id, id);

-- A1: debits equal credits, at the latest at commit; where all lines share a foreign currency, in that too.
create or replace function check_entry_balances() returns trigger language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
declare
    entry uuid := case tg_table_name when 'entries' then new.id else (to_jsonb(new) ->> 'entry_id')::uuid end;
begin
    if (select count(*) < 2 or sum(debit) <> sum(credit) or count(distinct currency) > 1
            or (count(*) = count(foreign_currency) and count(distinct foreign_currency) = 1 and sum(foreign_amount) <> 0)
        from entry_lines l where l.org_id = new.org_id and l.entry_id = entry) then
        raise exception 'the debits and credits of an entry must be equal'
            using errcode = 'check_violation', constraint = 'entry_balances', table = 'entry_lines';
    end if;
    return null;
end $$;

-- A2: a reversal has the same accounts, parties, dimensions and foreign amounts with opposite signs.
create or replace function check_reversal() returns trigger language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
begin
    if exists (
        select from (
            select account_id, party_id, dimension_id, project_id, foreign_currency, foreign_amount, rate, debit, credit, 1 as way
                from entry_lines where org_id = new.org_id and entry_id = new.reverses
            union all
            select account_id, party_id, dimension_id, project_id, foreign_currency, -foreign_amount, rate, credit, debit, -1
                from entry_lines where org_id = new.org_id and entry_id = new.id) both_ways
        group by account_id, party_id, dimension_id, project_id, foreign_currency, foreign_amount, rate, debit, credit
        having sum(way) <> 0) then
        raise exception 'a reversal mirrors the entry it reverses'
            using errcode = 'check_violation', constraint = 'reversal_mirrors', table = 'entries';
    end if;
    return null;
end $$;

-- A4: control accounts are the sums of documents. Nobody posts to one by hand, and each line there says whose it is; a heading
-- is not posted to at all, nor what is archived.
create or replace function check_control_account() returns trigger language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
declare
    wrong record;
begin
    select a.heading, a.archived_at, n.party_id, e.source into wrong
        from new_rows n join accounts a on a.org_id = n.org_id and a.id = n.account_id
        join entries e on e.org_id = n.org_id and e.id = n.entry_id
        where a.heading or (a.archived_at is not null and e.reverses is null)
            or (a.control is not null and (n.party_id is null or e.source = 'accounting.entries')) limit 1;
    if not found then
        return null;
    elsif wrong.heading then
        raise exception 'a heading gathers accounts and is not posted to'
            using errcode = 'check_violation', constraint = 'account_takes_postings', table = 'entry_lines';
    elsif wrong.archived_at is not null then
        raise exception 'an archived account is not posted to'
            using errcode = 'check_violation', constraint = 'account_archived', table = 'entry_lines';
    elsif wrong.source = 'accounting.entries' then
        raise exception 'a control account is posted to by documents only'
            using errcode = 'check_violation', constraint = 'control_account', table = 'entry_lines';
    else
        raise exception 'a line on a control account names its party'
            using errcode = 'check_violation', constraint = 'control_account_party', table = 'entry_lines';
    end if;
end $$;

-- ---------------------------------------------------------------------------------------------------------------------
-- Fiscal years follow each other without a gap, each cut into periods. Periods close from the first to the last and open
-- again from the last to the first, so that everything up to the last closed day is closed (A3). A day that belongs to no
-- fiscal year yet, and is not before one that has closed, is open.

create table fiscal_years (
    org_id uuid not null references organizations (id),
    id uuid not null,
    code text not null,
    start_date date not null,
    end_date date not null,
    status text not null check (status in ('open', 'closed')),
    -- carries profit or loss to retained earnings (A11)
    closing_entry_id uuid,
    version integer not null default 1,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    primary key (org_id, id),
    constraint fiscal_year_code_unique unique (org_id, code),
    constraint fiscal_year_start_unique unique (org_id, start_date),
    constraint fiscal_year_runs check (end_date > start_date and end_date < start_date + interval '2 years'),
    foreign key (org_id, closing_entry_id) references entries (org_id, id)
);
call protect('fiscal_years', 'select, insert, update, delete');
call record_changes('fiscal_years');

create table periods (
    org_id uuid not null,
    id uuid not null,
    fiscal_year_id uuid not null,
    code text not null,
    start_date date not null,
    end_date date not null,
    -- soft_closed: only with a controller's yes; closed: nobody
    status text not null check (status in ('open', 'soft_closed', 'closed')),
    version integer not null default 1,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    primary key (org_id, id),
    constraint period_code_unique unique (org_id, code),
    constraint period_start_unique unique (org_id, start_date),
    constraint period_runs check (end_date >= start_date),
    foreign key (org_id, fiscal_year_id) references fiscal_years (org_id, id) on delete cascade
);
call protect('periods', 'select, insert, update, delete');
call record_changes('periods');
create index periods_not_open on periods (org_id, end_date) where status <> 'open';

-- Whoever posts holds this lock shared until the end, whoever changes years or periods holds it alone: so nothing is posted
-- into a period while it closes, and a close waits for what is being posted.
create function books_lock(org uuid) returns bigint language sql immutable parallel safe
    as $$ select hashtextextended(org::text || ' books', 0) $$;

create function hold_books() returns trigger language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
begin
    perform pg_advisory_xact_lock(books_lock(coalesce(new.org_id, old.org_id)));
    return coalesce(new, old);
end $$;
create trigger books_held before insert or update or delete on fiscal_years for each row execute function hold_books();
create trigger books_held before insert or update or delete on periods for each row execute function hold_books();

create function check_fiscal_year() returns trigger language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
declare
    org uuid := coalesce(new.org_id, old.org_id);
begin
    if exists (select from fiscal_years y join lateral (
            select n.start_date from fiscal_years n where n.org_id = org and n.start_date > y.start_date order by n.start_date limit 1) n on true
            where y.org_id = org and n.start_date <> y.end_date + 1) then
        raise exception 'fiscal years follow each other without gap or overlap'
            using errcode = 'check_violation', constraint = 'fiscal_years_follow', table = 'fiscal_years';
    end if;
    if exists (select from fiscal_years y where y.org_id = org and y.status = 'closed' and (
            exists (select from periods p where p.org_id = org and p.fiscal_year_id = y.id and p.status <> 'closed')
            or exists (select from fiscal_years b where b.org_id = org and b.start_date < y.start_date and b.status <> 'closed'))) then
        raise exception 'a fiscal year is closed when its periods and the years before it are'
            using errcode = 'check_violation', constraint = 'fiscal_year_closes_in_order', table = 'fiscal_years';
    end if;
    -- the periods of a year cover it
    if exists (select from fiscal_years y left join lateral (
            select min(p.start_date) as first, max(p.end_date) as last, sum(p.end_date - p.start_date + 1) as days
            from periods p where p.org_id = org and p.fiscal_year_id = y.id) c on true
            where y.org_id = org and (c.first, c.last, c.days) is distinct from (y.start_date, y.end_date, (y.end_date - y.start_date + 1)::bigint)) then
        raise exception 'the periods of a fiscal year cover it'
            using errcode = 'check_violation', constraint = 'periods_cover_year', table = 'periods';
    end if;
    if exists (select from periods p where p.org_id = org and p.status = 'closed'
            and exists (select from periods b where b.org_id = org and b.start_date < p.start_date and b.status <> 'closed')) then
        raise exception 'periods close from the first to the last'
            using errcode = 'check_violation', constraint = 'periods_close_in_order', table = 'periods';
    end if;
    return null;
end $$;
create constraint trigger fiscal_year_holds after insert or update or delete on fiscal_years deferrable initially deferred
    for each row execute function check_fiscal_year();
create constraint trigger period_holds after insert or update or delete on periods deferrable initially deferred
    for each row execute function check_fiscal_year();

-- A3: nothing is posted into a closed period, through whatever door. A statement of its own, after the lock: it sees what
-- closed while this waited.
create function check_period_open() returns trigger language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
begin
    -- what names no journal is general
    if new.journal_id is null then
        select j.id into new.journal_id from journals j where j.org_id = new.org_id and j.kind = 'general' and j.is_default;
    end if;
    perform pg_advisory_xact_lock_shared(books_lock(new.org_id));
    if exists (select from periods p where p.org_id = new.org_id and p.status = 'closed' and p.end_date >= new.date) then
        raise exception 'the period of % is closed', new.date
            using errcode = 'check_violation', constraint = 'period_closed', table = 'entries';
    end if;
    return new;
end $$;
create trigger entry_in_open_period before insert on entries for each row execute function check_period_open();

-- ---------------------------------------------------------------------------------------------------------------------
-- Balances: debits and credits of each account by month, cost centre and project, kept as lines are posted. Derived: the sum
-- of the lines says the same, and `steward doctor` proves it. Closing entries are kept apart, so that a closed year still
-- tells its profit.

create table account_balances (
    org_id uuid not null references organizations (id),
    account_id uuid not null,
    month date not null,
    dimension_id uuid,
    project_id uuid,
    closing boolean not null,
    debit bigint not null,
    credit bigint not null,
    constraint account_balance_unique unique nulls not distinct (org_id, account_id, month, dimension_id, project_id, closing)
) with (fillfactor = 70);
comment on table account_balances is 'derived';
call protect('account_balances', 'select');

create function keep_balances() returns trigger language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
begin
    -- in one order, so that two that post the same accounts never wait for each other crosswise
    insert into account_balances as b (org_id, account_id, month, dimension_id, project_id, closing, debit, credit)
        select n.org_id, n.account_id, date_trunc('month', n.date)::date, n.dimension_id, n.project_id, j.kind = 'closing',
            sum(n.debit), sum(n.credit)
        from new_rows n join entries e on e.org_id = n.org_id and e.id = n.entry_id
        join journals j on j.org_id = e.org_id and j.id = e.journal_id
        group by 1, 2, 3, 4, 5, 6 order by 1, 2, 3, 4, 5, 6
        on conflict on constraint account_balance_unique do update set debit = b.debit + excluded.debit, credit = b.credit + excluded.credit;
    return null;
end $$;
create trigger balances_kept after insert on entry_lines referencing new table as new_rows
    for each statement execute function keep_balances();
insert into account_balances (org_id, account_id, month, closing, debit, credit)
    select org_id, account_id, date_trunc('month', date)::date, false, sum(debit), sum(credit) from entry_lines group by 1, 2, 3;

-- ---------------------------------------------------------------------------------------------------------------------
-- What readers ask of entries, with journal and dimensions.

drop view entry_states;
drop view entry_sides;
create view entry_sides with (security_invoker = true) as
select org_id, id, entry_id, line_no, account_id, party_id, debit, credit, memo, dimension_id, project_id, foreign_currency, foreign_amount, rate
    from entry_lines
union all
select org_id, id, draft_id, line_no, account_id, party_id, debit, credit, memo, dimension_id, project_id, null, null, null
    from entry_draft_lines;

create view entry_states with (security_invoker = true) as
select e.*, o.number as reverses_number, r.id as reversed_by, r.number as reversed_by_number,
    case when e.number is null then 'draft' when r.id is not null then 'reversed' else 'posted' end as state,
    case e.source
        when 'accounting.invoices' then (select d.number from invoices d where d.org_id = e.org_id and d.id = e.source_id)
        when 'accounting.credit_notes' then (select d.number from credit_notes d where d.org_id = e.org_id and d.id = e.source_id)
        when 'accounting.payments' then (select d.number from payments d where d.org_id = e.org_id and d.id = e.source_id)
    end as source_number,
    (select coalesce(sum(l.debit), 0)::bigint from entry_sides l where l.org_id = e.org_id and l.entry_id = e.id) as amount
from (
    select org_id, id, number, date, memo, reference, source, source_id, reverses, journal_id from entries
    union all
    select org_id, id, null, date, memo, reference, 'accounting.entries', id, null, journal_id from entry_drafts
) e
left join entries r on r.org_id = e.org_id and r.reverses = e.id
left join entries o on o.org_id = e.org_id and o.id = e.reverses;
grant select on entry_sides, entry_states to steward_app;

alter table accounts enable trigger user;
alter table entries enable trigger user;
revoke all on function check_account(), hold_books(), check_fiscal_year(), check_period_open(), keep_balances() from public;
