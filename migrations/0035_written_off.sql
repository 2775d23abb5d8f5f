-- How much of a document was written off: it reads paid, and this is why. Computed where it is asked for.
drop view invoice_states;
create view invoice_states with (security_invoker = true) as
select i.*, i.gross - coalesce(a.settled, 0) as open, i.company_gross - coalesce(a.company_settled, 0) as company_open,
    case
        when i.status <> 'posted' then i.status
        when a.credited is not null and a.credited >= i.gross then 'credited'
        when coalesce(a.settled, 0) >= i.gross then 'paid'
        when coalesce(a.settled, 0) > 0 then 'partly_paid'
        else 'posted'
    end as state,
    (select d.reason from invoice_disputes d where d.org_id = i.org_id and d.invoice_id = i.id and d.settled_at is null
        and coalesce(a.settled, 0) < i.gross) as disputed,
    case when a.let_go <> 0 then coalesce((select sum(x.amount)::bigint from adjustments j
        join allocations x on x.org_id = j.org_id and x.adjustment_id = j.id
        where j.org_id = i.org_id and j.invoice_id = i.id and j.kind = 'write_off'), 0) else 0 end as written_off
from invoices i
left join lateral (
    select sum(amount)::bigint as settled, sum(company_amount)::bigint as company_settled,
        sum(amount) filter (where credit_note_id is not null)::bigint as credited,
        sum(amount) filter (where adjustment_id is not null)::bigint as let_go
    from allocations a where a.org_id = i.org_id and a.invoice_id = i.id
) a on true;
grant select on invoice_states to steward_app;
