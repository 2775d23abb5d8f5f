-- What was open at the end of a day. As rows of one query, so that it becomes part of the query that asks, and each document
-- looks where its own kind is allocated: a day long past costs little more than today.

create function open_items_on(org uuid, day date)
    returns table (id uuid, kind text, control text, party_id uuid, date date, due_date date, rest bigint) language sql stable as $$
    select o.id, o.kind, o.control, o.party_id, o.date, o.due_date, o.amount - sign(o.amount)::int
        * case when o.settled_on is null or o.settled_on <= day then o.settled else coalesce(a.settled, 0) end
    from open_items o
    left join lateral (
        select sum(s.amount)::bigint as settled from (
            select a.company_amount as amount from allocations a
                where o.kind = 'invoice' and a.org_id = org and a.invoice_id = o.id and a.date <= day
            union all
            select a.source_company_amount from allocations a
                where o.kind = 'payment' and a.org_id = org and a.payment_id = o.id and a.date <= day
            union all
            select a.source_company_amount from allocations a
                where o.kind = 'credit_note' and a.org_id = org and a.credit_note_id = o.id and a.date <= day) s
    ) a on o.settled_on > day
    where o.org_id = org and o.closed_on > day and o.date <= day
$$;

drop function open_at(open_items, date);
drop function settled_at(uuid, uuid, date);
