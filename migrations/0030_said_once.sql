-- Every number that a document of the books bears: what the check for gaps and `steward doctor --books` count. A new numbered
-- kind of record is named here, and nowhere else.
create view document_numbers with (security_invoker = true) as
select org_id, number from entries
union all select org_id, number from invoices where number is not null
union all select org_id, number from credit_notes
union all select org_id, number from payments
union all select org_id, number from adjustments where number is not null
union all select org_id, number from dunning_notices
union all select org_id, number from payment_runs where number is not null;
grant select on document_numbers to steward_app;

-- Why the customer disputes a document, as long as it does and anything is open.
create or replace view invoice_states with (security_invoker = true) as
select i.*, i.gross - coalesce(a.settled, 0) as open, i.company_gross - coalesce(a.company_settled, 0) as company_open,
    case
        when i.status <> 'posted' then i.status
        when a.credited is not null and a.credited >= i.gross then 'credited'
        when coalesce(a.settled, 0) >= i.gross then 'paid'
        when coalesce(a.settled, 0) > 0 then 'partly_paid'
        else 'posted'
    end as state,
    (select d.reason from invoice_disputes d where d.org_id = i.org_id and d.invoice_id = i.id and d.settled_at is null
        and coalesce(a.settled, 0) < i.gross) as disputed
from invoices i
left join lateral (
    select sum(amount)::bigint as settled, sum(company_amount)::bigint as company_settled,
        sum(amount) filter (where credit_note_id is not null)::bigint as credited
    from allocations a where a.org_id = i.org_id and a.invoice_id = i.id
) a on true;

-- What a customer owes now, less what it paid in advance, in the company's currency.
create function owed_by(org uuid, customer uuid) returns bigint language sql stable as $$
    select coalesce(sum(o.amount - sign(o.amount) * o.settled), 0)::bigint from open_items o
        where o.org_id = org and o.party_id = customer and o.control = 'receivable' and o.closed_on = 'infinity'
$$;

-- The same for whoever is about to add to it: the party is held until the end, so that of two the second counts the first. Each
-- statement in here sees what was committed before it began.
create or replace function credit_used(org uuid, customer uuid) returns bigint language plpgsql volatile as $$
begin
    perform from parties p where p.org_id = org and p.id = customer for no key update;
    return owed_by(org, customer);
end $$;
grant execute on function owed_by(uuid, uuid) to steward_app;
