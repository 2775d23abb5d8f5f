-- red: of_invoices_posted_at_once_no_two_use_the_same_room
create or replace function credit_used(org uuid, customer uuid) returns bigint language sql stable as $$
    select coalesce(sum(o.amount - sign(o.amount) * o.settled), 0)::bigint from open_items o
        where o.org_id = org and o.party_id = customer and o.control = 'receivable' and o.closed_on = 'infinity'
$$;
