-- Credit limits: what the directory says a customer may owe holds when its invoices are posted.

alter table party_terms
    -- whether more than the limit needs somebody's yes, or is only pointed out
    add column credit_control text not null default 'block' constraint party_credit_control check (credit_control in ('block', 'warn'));

-- What a customer owes now, in the company's currency. Whoever asks in order to add to it holds the party until the end, so
-- that of two the second counts the first: each statement in here sees what was committed before it began.
create function credit_used(org uuid, customer uuid) returns bigint language plpgsql volatile as $$
begin
    perform from parties p where p.org_id = org and p.id = customer for no key update;
    return (select coalesce(sum(o.amount - sign(o.amount) * o.settled), 0)::bigint from open_items o
        where o.org_id = org and o.party_id = customer and o.control = 'receivable' and o.closed_on = 'infinity');
end $$;
grant execute on function credit_used(uuid, uuid) to steward_app;
