-- red: of_invoices_posted_at_once_no_two_use_the_same_room
create or replace function credit_used(org uuid, customer uuid) returns bigint language sql stable as $$
    select owed_by(org, customer)
$$;
