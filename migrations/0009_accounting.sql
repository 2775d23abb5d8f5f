-- Manual entries, allocations that are taken back, and what may stand on the receivables account.

alter table entries add column reference text;
alter table entry_lines add column memo text;
-- why an allocation was taken back
alter table allocations add column reason text;
create index entries_by_date on entries (org_id, date desc, id desc);
create index payments_by_date on payments (org_id, date desc, id desc);
create index allocations_by_party on allocations (org_id, party_id);
create unique index payment_entry_unique on payments (org_id, entry_id);

-- An entry that somebody prepares. It becomes an entry of the same id when it is posted, and its rows here go; so what is
-- posted never was anything but posted, and stays as immutable as every other entry.
create table entry_drafts (
    org_id uuid not null references organizations (id),
    id uuid not null,
    date date not null,
    memo text,
    reference text,
    created_at timestamptz not null,
    primary key (org_id, id)
);
create index entry_drafts_by_date on entry_drafts (org_id, date desc, id desc);
call protect('entry_drafts', 'select, insert, update, delete');
call record_changes('entry_drafts');

create table entry_draft_lines (
    org_id uuid not null,
    id uuid not null,
    draft_id uuid not null,
    line_no integer not null,
    account_id uuid not null,
    party_id uuid,
    debit bigint not null check (debit >= 0),
    credit bigint not null check (credit >= 0),
    memo text,
    primary key (org_id, id),
    constraint entry_draft_line_unique unique (org_id, draft_id, line_no),
    constraint entry_draft_line_one_side check ((debit = 0) <> (credit = 0)),
    foreign key (org_id, draft_id) references entry_drafts (org_id, id) on delete cascade,
    foreign key (org_id, account_id) references accounts (org_id, id),
    foreign key (org_id, party_id) references parties (org_id, id)
);
create index entry_draft_lines_by_account on entry_draft_lines (org_id, account_id);
create index entry_draft_lines_by_party on entry_draft_lines (org_id, party_id) where party_id is not null;
call protect('entry_draft_lines', 'select, insert, delete');
call record_changes('entry_draft_lines');

-- X5: a record is a draft or posted, never both.
create function check_draft_or_posted() returns trigger language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
begin
    if exists (select from entries e join entry_drafts d on d.org_id = e.org_id and d.id = e.id
               where e.org_id = new.org_id and e.id = new.id) then
        raise exception 'an entry is a draft or posted, not both'
            using errcode = 'check_violation', constraint = 'entry_draft_or_posted', table = tg_table_name;
    end if;
    return null;
end $$;
create constraint trigger entry_draft_or_posted after insert on entries deferrable initially deferred
    for each row execute function check_draft_or_posted();
create constraint trigger entry_draft_or_posted after insert on entry_drafts deferrable initially deferred
    for each row execute function check_draft_or_posted();

-- A4: what customers owe is the sum of their documents. So nothing is posted to the receivables account by hand, and
-- whatever is posted there says whose it is.
create function check_control_account() returns trigger language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
begin
    if exists (select from new_rows n join accounts a on a.org_id = n.org_id and a.id = n.account_id and a.purpose = 'receivable'
               join entries e on e.org_id = n.org_id and e.id = n.entry_id where e.source = 'accounting.entries') then
        raise exception 'a control account is posted to by documents only'
            using errcode = 'check_violation', constraint = 'control_account', table = 'entry_lines';
    end if;
    if exists (select from new_rows n join accounts a on a.org_id = n.org_id and a.id = n.account_id and a.purpose = 'receivable'
               where n.party_id is null) then
        raise exception 'a line on a control account names its party'
            using errcode = 'check_violation', constraint = 'control_account_party', table = 'entry_lines';
    end if;
    return null;
end $$;
create trigger entry_off_control_account after insert on entry_lines referencing new table as new_rows
    for each statement execute function check_control_account();

-- A5: taking an allocation back is its exact negative, not before it.
create function check_allocation_reversal() returns trigger language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
begin
    if not exists (select from allocations a where a.org_id = new.org_id and a.id = new.reverses and a.amount = -new.amount
            and a.invoice_id = new.invoice_id and a.party_id = new.party_id and a.date <= new.date
            and a.payment_id is not distinct from new.payment_id and a.credit_note_id is not distinct from new.credit_note_id) then
        raise exception 'an allocation is taken back by its exact negative'
            using errcode = 'check_violation', constraint = 'allocation_reversal_mirrors', table = 'allocations';
    end if;
    return null;
end $$;
create constraint trigger allocation_reversal_mirrors after insert on allocations deferrable initially deferred
    for each row when (new.reverses is not null) execute function check_allocation_reversal();

-- A payment that was reversed settles nothing, whichever came first. The payment is locked, so that both see each other.
create function check_reversed_payment() returns trigger language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
declare
    paid uuid;
    entry uuid;
begin
    if tg_table_name = 'entries' then
        entry := (to_jsonb(new) ->> 'reverses')::uuid;
        select p.id into paid from payments p where p.org_id = new.org_id and p.entry_id = entry for no key update;
    else
        paid := (to_jsonb(new) ->> 'payment_id')::uuid;
        select p.entry_id into entry from payments p where p.org_id = new.org_id and p.id = paid for no key update;
    end if;
    if paid is not null and exists (select from entries r where r.org_id = new.org_id and r.reverses = entry)
        and (select sum(a.amount) from allocations a where a.org_id = new.org_id and a.payment_id = paid) > 0 then
        raise exception 'a reversed payment settles nothing'
            using errcode = 'check_violation', constraint = 'reversed_payment_settles_nothing', table = tg_table_name;
    end if;
    return null;
end $$;
create constraint trigger reversed_payment_settles_nothing after insert on allocations deferrable initially deferred
    for each row when (new.payment_id is not null and new.amount > 0) execute function check_reversed_payment();
create constraint trigger reversed_payment_settles_nothing after insert on entries deferrable initially deferred
    for each row when (new.reverses is not null) execute function check_reversed_payment();

-- The right to lock a payment, and to change nothing of it: an id never changes.
grant update (id) on payments to steward_app;

-- Drafts and posted entries with the state a reader means, and their sides.
create view entry_sides with (security_invoker = true) as
select org_id, id, entry_id, line_no, account_id, party_id, debit, credit, memo from entry_lines
union all
select org_id, id, draft_id, line_no, account_id, party_id, debit, credit, memo from entry_draft_lines;

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
    select org_id, id, number, date, memo, reference, source, source_id, reverses from entries
    union all
    select org_id, id, null, date, memo, reference, 'accounting.entries', id, null from entry_drafts
) e
left join entries r on r.org_id = e.org_id and r.reverses = e.id
left join entries o on o.org_id = e.org_id and o.id = e.reverses;

-- Payments with what they settle, and what is left of them.
create view payment_states with (security_invoker = true) as
select p.org_id, p.id, p.number, p.party_id, p.date, p.amount, p.currency, p.account_id, p.reference, p.entry_id, p.created_at,
    coalesce(a.given, 0) as allocated, case when r.id is null then p.amount - coalesce(a.given, 0) else 0 end as unallocated,
    case when r.id is null then 'posted' else 'reversed' end as state, r.id as reversed_by, r.number as reversed_by_number
from payments p
left join lateral (
    select sum(amount)::bigint as given from allocations a where a.org_id = p.org_id and a.payment_id = p.id
) a on true
left join entries r on r.org_id = p.org_id and r.reverses = p.entry_id;

-- What a customer's account consists of, by its documents: what is owed is positive.
create view receivable_documents with (security_invoker = true) as
select org_id, customer_id as party_id, date, 1 as rank, 'invoice' as kind, id, number, reference, due_date, gross as amount
    from invoices where status = 'posted'
union all
select org_id, customer_id, date, 2, 'credit_note', id, number, reason, null, -gross from credit_notes
union all
select org_id, party_id, date, 3, 'payment', id, number, reference, null, -amount from payments
union all
select p.org_id, p.party_id, r.date, 4, 'payment_reversal', p.id, p.number, r.number, null, p.amount
    from payments p join entries r on r.org_id = p.org_id and r.reverses = p.entry_id;

grant select on entry_sides, entry_states, payment_states, receivable_documents to steward_app;
revoke all on function check_draft_or_posted(), check_control_account(), check_allocation_reversal(), check_reversed_payment() from public;
