-- Open invoices and bills of the system before: posted against the account of opening balances, without tax, and remembered as
-- one import, so that it can be taken back as one.

create table opening_imports (
    org_id uuid not null references organizations (id),
    id uuid not null,
    -- the day of the opening balances: no document is dated later
    date date not null,
    memo text,
    created_at timestamptz not null,
    primary key (org_id, id)
);
call protect('opening_imports', 'select, insert');
call record_changes('opening_imports');

alter table invoices
    add column opening_import_id uuid,
    -- its tax was declared in the system before
    add constraint opening_item_untaxed check (opening_import_id is null or tax = 0),
    add constraint opening_item_import_known foreign key (org_id, opening_import_id) references opening_imports (org_id, id);
create index invoices_by_opening_import on invoices (org_id, opening_import_id) where opening_import_id is not null;
create index opening_invoices_by_reference on invoices (org_id, customer_id, plain_number(reference))
    where opening_import_id is not null and side = 'sale';

-- An invoice of the system before is brought once, unless a credit note has taken the other back. Bills are held by `bill_once`.
create function check_opening_item() returns trigger language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
begin
    -- of two that bring the same at once, the second sees the first
    perform pg_advisory_xact_lock(hashtextextended(new.org_id::text || new.customer_id::text || plain_number(new.reference), 1));
    if exists (select from invoices i where i.org_id = new.org_id and i.customer_id = new.customer_id and i.side = 'sale'
            and i.opening_import_id is not null and i.status = 'posted' and i.id <> new.id
            and plain_number(i.reference) = plain_number(new.reference)
            and i.gross > coalesce((select sum(c.gross) from credit_notes c where c.org_id = i.org_id and c.invoice_id = i.id), 0)) then
        raise exception 'this invoice was brought over already'
            using errcode = 'check_violation', constraint = 'opening_invoice_once', table = 'invoices';
    end if;
    return null;
end $$;
create constraint trigger opening_item_holds after update on invoices deferrable initially immediate
    for each row when (new.opening_import_id is not null and new.side = 'sale' and new.status = 'posted')
    execute function check_opening_item();
revoke all on function check_opening_item() from public;
create or replace view sales_invoices with (security_invoker = true) as select * from invoices where side = 'sale';
create or replace view bills with (security_invoker = true) as select * from invoices where side = 'purchase';

-- Whether a party bears the name of the company itself (A14).
create function is_ourselves(org uuid, party text) returns boolean language sql stable as $$
    select exists (select from organizations o where o.id = org
        and regexp_replace(lower(o.name), '[^a-z0-9]', '', 'g') = regexp_replace(lower(party), '[^a-z0-9]', '', 'g'))
$$;
grant execute on function is_ourselves(uuid, text) to steward_app;
