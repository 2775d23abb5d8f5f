-- What reports read instead of history: what is open, document by document. Derived: documents and allocations say the same,
-- and `steward doctor --books` proves it.

create table open_items (
    org_id uuid not null references organizations (id),
    -- the document's own
    id uuid not null,
    kind text not null check (kind in ('invoice', 'credit_note', 'payment')),
    -- whose control account it stands on
    control text not null check (control in ('receivable', 'payable')),
    party_id uuid not null,
    date date not null,
    due_date date,
    -- in the company's currency, as the control account has it: debit is positive
    amount bigint not null,
    -- what allocations have taken off, of any date, and the day of the latest
    settled bigint not null default 0,
    settled_on date,
    -- the day a payment was reversed: it counts no longer
    reversed_on date,
    -- from this day on nothing is open; infinity while something is. Between the first and the latest allocation it may have
    -- been settled for a time, so what was open then is the sum of the allocations up to that day.
    closed_on date not null generated always as (
        case when reversed_on is not null then reversed_on
            when settled = abs(amount) then greatest(date, settled_on) else 'infinity' end) stored,
    primary key (org_id, id)
) with (fillfactor = 80);
comment on table open_items is 'derived';
call protect('open_items', 'select', '(select current_scope()) = ''org'' or party_id = (select current_party())');
create index open_items_by_close on open_items (org_id, control, closed_on);
create index open_items_by_party on open_items (org_id, party_id, closed_on);

-- What allocations up to a day have taken off a document. Planned once, however many documents are asked for.
create function settled_at(org uuid, document uuid, day date) returns bigint language plpgsql stable as $$
begin
    return (select coalesce(sum(case when a.invoice_id = document then a.company_amount else a.source_company_amount end)::bigint, 0)
        from allocations a where a.org_id = org and a.date <= day
        and (a.invoice_id = document or a.payment_id = document or a.credit_note_id = document));
end $$;

-- What was open of a document at the end of a day: what was settled only later was open then. Debit is positive. Without a
-- query of its own, so that it becomes part of the query that asks: the allocations are read for few.
create function open_at(item open_items, day date) returns bigint language sql stable as $$
    select item.amount - sign(item.amount)::int * case when item.settled_on is null or item.settled_on <= day then item.settled
        else settled_at(item.org_id, item.id, day) end
$$;

-- Entries of a journal, and those of a time.
create index entries_by_journal on entries (org_id, journal_id, date);

-- An invoice is open from its posting on. What is bought stands on the payables, with the opposite sign.
create function open_invoice() returns trigger language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
declare
    purchase boolean := new.side = 'purchase';
begin
    insert into open_items (org_id, id, kind, control, party_id, date, due_date, amount)
    values (new.org_id, new.id, 'invoice', case when purchase then 'payable' else 'receivable' end, new.customer_id, new.date,
        new.due_date, case when purchase then -new.company_gross else new.company_gross end);
    return null;
end $$;
create trigger item_opens after insert on invoices for each row when (new.status = 'posted') execute function open_invoice();
create trigger item_opens_at_posting after update on invoices for each row
    when (new.status = 'posted' and old.status <> 'posted') execute function open_invoice();

create function open_credit_note() returns trigger language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
declare
    purchase boolean := new.side = 'purchase';
begin
    insert into open_items (org_id, id, kind, control, party_id, date, amount)
    values (new.org_id, new.id, 'credit_note', case when purchase then 'payable' else 'receivable' end, new.customer_id, new.date,
        case when purchase then new.company_gross else -new.company_gross end);
    return null;
end $$;
create trigger item_opens after insert on credit_notes for each row execute function open_credit_note();

create function open_payment() returns trigger language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
declare
    paid_out boolean := new.direction = 'out';
begin
    insert into open_items (org_id, id, kind, control, party_id, date, amount)
    values (new.org_id, new.id, 'payment', case when paid_out then 'payable' else 'receivable' end, new.party_id, new.date,
        case when paid_out then new.company_amount else -new.company_amount end);
    return null;
end $$;
create trigger item_opens after insert on payments for each row execute function open_payment();

-- Allocations are only ever added: each is added up on both of its documents, in one order, so that two who settle the same
-- documents never wait for each other crosswise.
create function settle_items() returns trigger language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
begin
    perform from open_items o
        where (o.org_id, o.id) in (select n.org_id, d.id from new_rows n
            cross join lateral (values (n.invoice_id), (n.payment_id), (n.credit_note_id)) as d (id) where d.id is not null)
        order by o.org_id, o.id for no key update;
    update open_items o set settled = o.settled + s.amount, settled_on = greatest(o.settled_on, s.latest)
        from (select n.org_id, d.id, sum(d.amount) as amount, max(n.date) as latest from new_rows n
            cross join lateral (values (n.invoice_id, n.company_amount), (n.payment_id, n.source_company_amount),
                (n.credit_note_id, n.source_company_amount)) as d (id, amount)
            where d.id is not null group by 1, 2) s
        where o.org_id = s.org_id and o.id = s.id;
    return null;
end $$;
create trigger items_settled after insert on allocations referencing new table as new_rows
    for each statement execute function settle_items();

create function close_reversed_payment() returns trigger language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
begin
    update open_items o set reversed_on = new.date from payments p
        where p.org_id = new.org_id and p.entry_id = new.reverses and o.org_id = p.org_id and o.id = p.id;
    return null;
end $$;
create trigger item_reversed after insert on entries for each row when (new.reverses is not null)
    execute function close_reversed_payment();

-- What there is.
insert into open_items (org_id, id, kind, control, party_id, date, due_date, amount, settled, settled_on, reversed_on)
select d.org_id, d.id, d.kind, d.control, d.party_id, d.date, d.due_date, d.amount,
    coalesce(s.amount, 0), s.latest, r.date
from (
    select org_id, id, 'invoice' as kind, case side when 'sale' then 'receivable' else 'payable' end as control,
        customer_id as party_id, date, due_date, case side when 'sale' then company_gross else -company_gross end as amount, null::uuid as entry_id
        from invoices where status = 'posted'
    union all
    select org_id, id, 'credit_note', case side when 'sale' then 'receivable' else 'payable' end,
        customer_id, date, null, case side when 'sale' then -company_gross else company_gross end, null
        from credit_notes
    union all
    select org_id, id, 'payment', case direction when 'in' then 'receivable' else 'payable' end,
        party_id, date, null, case direction when 'in' then -company_amount else company_amount end, entry_id from payments
) d
left join (
    select a.org_id, x.id, sum(x.amount) as amount, max(a.date) as latest from allocations a
    cross join lateral (values (a.invoice_id, a.company_amount), (a.payment_id, a.source_company_amount),
        (a.credit_note_id, a.source_company_amount)) as x (id, amount) where x.id is not null group by 1, 2
) s on s.org_id = d.org_id and s.id = d.id
left join entries r on r.org_id = d.org_id and r.reverses = d.entry_id;

revoke all on function open_invoice(), open_credit_note(), open_payment(), settle_items(), close_reversed_payment() from public;
