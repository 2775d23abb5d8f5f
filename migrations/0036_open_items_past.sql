-- What was open on a day in the past costs what it was, not what happened since: a document whose first allocation came later
-- had settled nothing then, and its allocations need not be read.

alter table open_items add column first_settled_on date;
update open_items o set first_settled_on = s.earliest
    from (select a.org_id, x.id, min(a.date) as earliest from allocations a
        cross join lateral (values (a.invoice_id), (a.payment_id), (a.credit_note_id)) as x (id) where x.id is not null group by 1, 2) s
    where s.org_id = o.org_id and s.id = o.id;

create or replace function settle_items() returns trigger language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
begin
    perform from open_items o
        where (o.org_id, o.id) in (select n.org_id, d.id from new_rows n
            cross join lateral (values (n.invoice_id), (n.payment_id), (n.credit_note_id)) as d (id) where d.id is not null)
        order by o.org_id, o.id for no key update;
    update open_items o set settled = o.settled + s.amount, settled_on = greatest(o.settled_on, s.latest),
            first_settled_on = least(o.first_settled_on, s.earliest)
        from (select n.org_id, d.id, sum(d.amount) as amount, min(n.date) as earliest, max(n.date) as latest from new_rows n
            cross join lateral (values (n.invoice_id, n.company_amount), (n.payment_id, n.source_company_amount),
                (n.credit_note_id, n.source_company_amount)) as d (id, amount)
            where d.id is not null group by 1, 2) s
        where o.org_id = s.org_id and o.id = s.id;
    return null;
end $$;

-- The allocations are a query of their own, asked only for documents that were settled both before and after the day.
create or replace function open_items_on(org uuid, day date)
    returns table (id uuid, kind text, control text, party_id uuid, date date, due_date date, rest bigint) language sql stable as $$
    select o.id, o.kind, o.control, o.party_id, o.date, o.due_date, o.amount - sign(o.amount)::int * case
        when o.settled_on is null or o.settled_on <= day then o.settled
        when o.first_settled_on > day then 0
        else coalesce((select sum(s.amount)::bigint from (
            select a.company_amount as amount from allocations a
                where o.kind = 'invoice' and a.org_id = org and a.invoice_id = o.id and a.date <= day
            union all
            select a.source_company_amount from allocations a
                where o.kind = 'payment' and a.org_id = org and a.payment_id = o.id and a.date <= day
            union all
            select a.source_company_amount from allocations a
                where o.kind = 'credit_note' and a.org_id = org and a.credit_note_id = o.id and a.date <= day) s), 0) end
    from open_items o
    where o.org_id = org and o.closed_on > day and o.date <= day
$$;

-- Both days stand in the index, so that rows of what was opened later are not read.
drop index open_items_by_close;
create index open_items_by_close on open_items (org_id, control, closed_on, date);
