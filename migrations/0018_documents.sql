-- Sales and purchase documents side by side, in any currency, with taxes that follow date, place and party.

alter table tax_codes disable trigger user;
alter table invoices disable trigger user;
alter table invoice_lines disable trigger user;
alter table credit_notes disable trigger user;
alter table payments disable trigger user;
alter table allocations disable trigger user;

-- ---------------------------------------------------------------------------------------------------------------------
-- Currencies and their rates: units of the company's currency for one of the foreign, from a day on until the next.

create table currencies (
    org_id uuid not null references organizations (id),
    id uuid not null,
    code text not null check (code ~ '^[A-Z]{3}$'),
    name text not null,
    version integer not null default 1,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    archived_at timestamptz,
    primary key (org_id, id),
    constraint currency_code_unique unique (org_id, code)
);
call protect('currencies', 'select, insert, update', 'true');
call record_changes('currencies');

create table rates (
    org_id uuid not null,
    id uuid not null,
    currency text not null,
    date date not null,
    rate numeric not null check (rate > 0),
    source text,
    version integer not null default 1,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    primary key (org_id, id),
    constraint rate_once_a_day unique (org_id, currency, date),
    constraint rate_currency_known foreign key (org_id, currency) references currencies (org_id, code)
);
call protect('rates', 'select, insert, update, delete', 'true');
call record_changes('rates');

-- The rate that holds on a day; none where there is none yet.
create function rate_on(org uuid, asked text, day date) returns numeric language sql stable as $$
    select r.rate from rates r where r.org_id = org and r.currency = asked and r.date <= day order by r.date desc limit 1
$$;

-- ---------------------------------------------------------------------------------------------------------------------
-- Tax codes: rates that change on a day, and what becomes of a code by where the other side is (A6).

alter table tax_codes
    add column used_on text not null default 'both' check (used_on in ('sale', 'purchase', 'both')),
    -- the buyer owes the tax: nothing on a sale, both taxes on a purchase
    add column reverse_charge boolean not null default false,
    add column input_account_id uuid,
    -- what documents say of it
    add column note text,
    add column valid_from date,
    add column valid_to date,
    add column version integer not null default 1,
    add column updated_at timestamptz not null default now(),
    add column archived_at timestamptz,
    add constraint tax_code_runs check (valid_to >= valid_from),
    add constraint tax_code_input_account_known foreign key (org_id, input_account_id) references accounts (org_id, id);
update tax_codes t set input_account_id = a.id from accounts a where a.org_id = t.org_id and a.purpose = 'input_tax';
grant update on tax_codes to steward_app;

create table tax_rates (
    org_id uuid not null,
    id uuid not null,
    tax_code_id uuid not null,
    valid_from date not null,
    rate numeric not null check (rate >= 0 and rate <= 100),
    created_at timestamptz not null,
    primary key (org_id, id),
    constraint tax_rate_once_a_day unique (org_id, tax_code_id, valid_from),
    foreign key (org_id, tax_code_id) references tax_codes (org_id, id)
);
insert into tax_rates (org_id, id, tax_code_id, valid_from, rate, created_at)
    select org_id, gen_random_uuid(), id, '1900-01-01', rate, created_at from tax_codes;
alter table tax_codes drop column rate;
call protect('tax_rates', 'select, insert', 'true');
call record_changes('tax_rates');

create function tax_rate_on(org uuid, code uuid, day date) returns numeric language sql stable as $$
    select r.rate from tax_rates r where r.org_id = org and r.tax_code_id = code and r.valid_from <= day
    order by r.valid_from desc limit 1
$$;

-- A tax position puts other codes in the place of the usual ones, for parties of some countries or with a tax id.
create table tax_positions (
    org_id uuid not null references organizations (id),
    id uuid not null,
    code text not null,
    name text not null,
    -- null is every country
    countries text[],
    -- null is with or without
    with_tax_id boolean,
    -- the lowest that fits is taken
    priority integer not null default 100,
    note text,
    version integer not null default 1,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    archived_at timestamptz,
    primary key (org_id, id),
    constraint tax_position_code_unique unique (org_id, code)
);
call protect('tax_positions', 'select, insert, update');
call record_changes('tax_positions');

create table tax_position_rules (
    org_id uuid not null,
    id uuid not null,
    position_id uuid not null,
    from_id uuid not null,
    to_id uuid not null,
    primary key (org_id, id),
    constraint tax_position_rule_once unique (org_id, position_id, from_id),
    constraint tax_position_rule_changes check (from_id <> to_id),
    foreign key (org_id, position_id) references tax_positions (org_id, id),
    foreign key (org_id, from_id) references tax_codes (org_id, id),
    foreign key (org_id, to_id) references tax_codes (org_id, id)
);
call protect('tax_position_rules', 'select, insert, delete');
call record_changes('tax_position_rules');

-- What is agreed with a party, beside what the directory knows of it.
create table party_terms (
    org_id uuid not null,
    id uuid not null,
    party_id uuid not null,
    tax_position_id uuid,
    version integer not null default 1,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    primary key (org_id, id),
    constraint party_terms_once unique (org_id, party_id),
    foreign key (org_id, party_id) references parties (org_id, id),
    foreign key (org_id, tax_position_id) references tax_positions (org_id, id)
);
call protect('party_terms', 'select, insert, update');
call record_changes('party_terms');

-- The position of a party: the agreed one, else the first that fits its country and tax id.
create function tax_position_of(org uuid, party uuid) returns uuid language sql stable as $$
    select coalesce(
        (select t.tax_position_id from party_terms t where t.org_id = org and t.party_id = party),
        (select p.id from tax_positions p
         where p.org_id = org and p.archived_at is null
           and (p.countries is null or exists (select from party_addresses a where a.org_id = org and a.party_id = party
                and a.country = any (p.countries) and (a.kind = 'billing' or not exists (
                    select from party_addresses b where b.org_id = org and b.party_id = party and b.kind = 'billing'))))
           and (p.with_tax_id is null or p.with_tax_id = exists (select from party_tax_ids i where i.org_id = org and i.party_id = party))
           and (p.countries is not null or p.with_tax_id is not null)
         order by p.priority, p.code limit 1))
$$;

-- ---------------------------------------------------------------------------------------------------------------------
-- Invoices are ours to customers (sale) or bills of vendors (purchase); credit notes are ours or theirs (debit notes).

alter table invoices
    add column side text not null default 'sale' check (side in ('sale', 'purchase')),
    add column tax_inclusive boolean not null default false,
    add column tax_position_id uuid,
    add column rate numeric not null default 1 check (rate > 0),
    -- whether somebody gave the rate; else it is that of the day of posting
    add column rate_given boolean not null default false,
    add column company_net bigint,
    add column company_tax bigint,
    add column company_gross bigint,
    add column vendor_number text,
    add column approved_by uuid,
    add column approved_at timestamptz,
    drop constraint invoices_status_check,
    add constraint invoice_status_known check (status in ('draft', 'posted') or (status = 'approved' and side = 'purchase')),
    add constraint invoice_approved check (status <> 'approved' or approved_by is not null),
    add constraint invoice_vendor_number_on_bills check (side = 'purchase' or vendor_number is null),
    add constraint invoice_company_adds_up check (company_gross = company_net + company_tax),
    add constraint invoice_position_known foreign key (org_id, tax_position_id) references tax_positions (org_id, id),
    add constraint invoice_approver_known foreign key (org_id, approved_by) references users (org_id, id);
update invoices set company_net = net, company_tax = tax, company_gross = gross;
alter table invoices alter column company_net set not null, alter column company_tax set not null, alter column company_gross set not null;
alter table invoice_lines
    add column dimension_id uuid, add column project_id uuid,
    add constraint invoice_line_dimension_known foreign key (org_id, dimension_id) references dimensions (org_id, id),
    add constraint invoice_line_project_known foreign key (org_id, project_id) references dimensions (org_id, id);
alter table credit_notes
    add column side text not null default 'sale' check (side in ('sale', 'purchase')),
    add column rate numeric not null default 1 check (rate > 0),
    add column company_net bigint,
    add column company_tax bigint,
    add column company_gross bigint,
    add column vendor_number text,
    add constraint credit_note_company_adds_up check (company_gross = company_net + company_tax);
update credit_notes set company_net = net, company_tax = tax, company_gross = gross;
alter table credit_notes alter column company_net set not null, alter column company_tax set not null, alter column company_gross set not null;
alter table credit_note_lines
    add column dimension_id uuid, add column project_id uuid,
    add constraint credit_note_line_dimension_known foreign key (org_id, dimension_id) references dimensions (org_id, id),
    add constraint credit_note_line_project_known foreign key (org_id, project_id) references dimensions (org_id, id);

-- The taxes of a posted document, one row a code: what the tax report counts. In minor units of the document and the company.
create table document_taxes (
    org_id uuid not null,
    id uuid not null,
    invoice_id uuid,
    credit_note_id uuid,
    tax_code_id uuid not null,
    rate numeric not null,
    reverse_charge boolean not null,
    net bigint not null,
    tax bigint not null,
    company_net bigint not null,
    company_tax bigint not null,
    primary key (org_id, id),
    constraint document_tax_one_document check (num_nonnulls(invoice_id, credit_note_id) = 1),
    constraint document_tax_once unique nulls not distinct (org_id, invoice_id, credit_note_id, tax_code_id, rate),
    foreign key (org_id, invoice_id) references invoices (org_id, id),
    foreign key (org_id, credit_note_id) references credit_notes (org_id, id),
    foreign key (org_id, tax_code_id) references tax_codes (org_id, id)
);
create index document_taxes_by_credit_note on document_taxes (org_id, credit_note_id) where credit_note_id is not null;
call protect('document_taxes', 'select, insert');
insert into document_taxes (org_id, id, invoice_id, tax_code_id, rate, reverse_charge, net, tax, company_net, company_tax)
    select l.org_id, gen_random_uuid(), l.invoice_id, l.tax_code_id, l.tax_rate, false, sum(l.net),
        round(sum(l.net) * l.tax_rate / 100), sum(l.net), round(sum(l.net) * l.tax_rate / 100)
    from invoice_lines l join invoices i on i.org_id = l.org_id and i.id = l.invoice_id and i.status = 'posted'
    group by l.org_id, l.invoice_id, l.tax_code_id, l.tax_rate;
-- a credit note's tax closes on its invoice: what rounding left goes to its largest code
insert into document_taxes (org_id, id, credit_note_id, tax_code_id, rate, reverse_charge, net, tax, company_net, company_tax)
    select org_id, gen_random_uuid(), credit_note_id, tax_code_id, tax_rate, false, net, tax, net, tax
    from (
        select l.org_id, l.credit_note_id, l.tax_code_id, l.tax_rate, sum(l.net) as net,
            round(sum(l.net) * l.tax_rate / 100)
            + case when row_number() over (partition by l.org_id, l.credit_note_id order by sum(l.net) * l.tax_rate desc) = 1
                then min(c.tax) - sum(round(sum(l.net) * l.tax_rate / 100)) over (partition by l.org_id, l.credit_note_id) else 0 end as tax
        from credit_note_lines l join credit_notes c on c.org_id = l.org_id and c.id = l.credit_note_id
        group by l.org_id, l.credit_note_id, l.tax_code_id, l.tax_rate
    ) t;
call record_changes('document_taxes');

-- A14: we are never our own vendor; by name or tax id. A8: a vendor's bill is posted once: same vendor and number, and the same
-- day or the same amount, unless a debit note has taken the other back.
create function plain_number(number text) returns text language sql immutable parallel safe
    as $$ select regexp_replace(upper(number), '[^A-Z0-9]', '', 'g') $$;
create index invoices_by_vendor_number on invoices (org_id, customer_id, plain_number(vendor_number)) where side = 'purchase' and status = 'posted';
create function check_bill() returns trigger language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
begin
    if exists (select from parties p join organizations o on o.id = p.org_id where p.org_id = new.org_id and p.id = new.customer_id
            and regexp_replace(lower(p.name), '[^a-z0-9]', '', 'g') = regexp_replace(lower(o.name), '[^a-z0-9]', '', 'g')) then
        raise exception 'the company is not its own vendor'
            using errcode = 'check_violation', constraint = 'bill_not_of_ourselves', table = 'invoices';
    end if;
    if new.vendor_number is null then
        raise exception 'a bill that is posted bears the number of its vendor'
            using errcode = 'check_violation', constraint = 'bill_numbered_by_vendor', table = 'invoices';
    end if;
    -- of two that post the same bill at once, the second sees the first
    perform pg_advisory_xact_lock(hashtextextended(new.org_id::text || new.customer_id::text || plain_number(new.vendor_number), 0));
    if exists (select from invoices i where i.org_id = new.org_id and i.customer_id = new.customer_id and i.side = 'purchase'
            and i.status = 'posted' and i.id <> new.id and plain_number(i.vendor_number) = plain_number(new.vendor_number)
            and (i.date = new.date or i.gross = new.gross)
            and i.gross > coalesce((select sum(c.gross) from credit_notes c where c.org_id = i.org_id and c.invoice_id = i.id), 0)) then
        raise exception 'this bill is posted already'
            using errcode = 'check_violation', constraint = 'bill_once', table = 'invoices';
    end if;
    return null;
end $$;
create constraint trigger bill_holds after update on invoices deferrable initially immediate
    for each row when (new.side = 'purchase' and new.status = 'posted') execute function check_bill();

-- ---------------------------------------------------------------------------------------------------------------------
-- Money in and out, what it settles, and what is let go (discounts for early payment, write-offs).

alter table payments
    add column direction text not null default 'in' check (direction in ('in', 'out')),
    add column rate numeric not null default 1 check (rate > 0),
    add column company_amount bigint;
update payments set company_amount = amount;
alter table payments alter column company_amount set not null;

create table adjustments (
    org_id uuid not null references organizations (id),
    id uuid not null,
    kind text not null check (kind in ('write_off', 'discount')),
    invoice_id uuid not null,
    party_id uuid not null,
    date date not null,
    amount bigint not null check (amount > 0),
    company_amount bigint not null check (company_amount >= 0),
    currency text not null,
    reason text,
    entry_id uuid not null,
    created_at timestamptz not null,
    primary key (org_id, id),
    foreign key (org_id, invoice_id) references invoices (org_id, id),
    foreign key (org_id, party_id) references parties (org_id, id),
    foreign key (org_id, entry_id) references entries (org_id, id)
);
create index adjustments_by_invoice on adjustments (org_id, invoice_id);
create index adjustments_by_party on adjustments (org_id, party_id);
call protect('adjustments', 'select, insert', '(select current_scope()) = ''org'' or party_id = (select current_party())');
call record_changes('adjustments');

alter table allocations
    -- what it takes off the document, and off its source, in the company's currency; the difference is that of exchange (A7)
    add column company_amount bigint,
    add column source_company_amount bigint,
    add column exchange_entry_id uuid,
    add column adjustment_id uuid,
    drop constraint allocation_one_source,
    add constraint allocation_one_source check (num_nonnulls(payment_id, credit_note_id, adjustment_id) = 1),
    add constraint allocation_exchange check ((company_amount <> source_company_amount) = (exchange_entry_id is not null)),
    add constraint allocation_adjustment_known foreign key (org_id, adjustment_id) references adjustments (org_id, id),
    add constraint allocation_exchange_known foreign key (org_id, exchange_entry_id) references entries (org_id, id);
update allocations set company_amount = amount, source_company_amount = amount;
alter table allocations alter column company_amount set not null, alter column source_company_amount set not null;
create index allocations_by_adjustment on allocations (org_id, adjustment_id) where adjustment_id is not null;

-- A5, A9, A7 for both sides: within the document and its source, in both currencies, of one party and one currency.
create or replace function check_allocation() returns trigger language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
declare
    inv invoices;
    settled record;
    given record;
    source record;
begin
    select * into inv from invoices i where i.org_id = new.org_id and i.id = new.invoice_id for no key update;
    select coalesce(sum(a.amount), 0) as amount, coalesce(sum(a.company_amount), 0) as company into settled
        from allocations a where a.org_id = new.org_id and a.invoice_id = new.invoice_id;
    if inv.status <> 'posted' or settled.amount < 0 or settled.amount > inv.gross or settled.company < 0 or settled.company > inv.company_gross
        or (settled.amount = inv.gross and settled.company <> inv.company_gross) or (settled.amount = 0 and settled.company <> 0) then
        raise exception 'an invoice is settled by at most its total'
            using errcode = 'check_violation', constraint = 'allocation_within_open', table = 'allocations';
    end if;
    if new.payment_id is not null then
        select p.amount, p.company_amount as company, p.party_id as party, p.currency,
                case p.direction when 'in' then 'sale' else 'purchase' end as side into source
            from payments p where p.org_id = new.org_id and p.id = new.payment_id for no key update;
        select coalesce(sum(a.amount), 0) as amount, coalesce(sum(a.source_company_amount), 0) as company into given
            from allocations a where a.org_id = new.org_id and a.payment_id = new.payment_id;
    elsif new.credit_note_id is not null then
        select c.gross as amount, c.company_gross as company, c.customer_id as party, c.currency, c.side into source
            from credit_notes c where c.org_id = new.org_id and c.id = new.credit_note_id for no key update;
        select coalesce(sum(a.amount), 0) as amount, coalesce(sum(a.source_company_amount), 0) as company into given
            from allocations a where a.org_id = new.org_id and a.credit_note_id = new.credit_note_id;
    else
        select j.amount, j.company_amount as company, j.party_id as party, j.currency, inv.side as side into source
            from adjustments j where j.org_id = new.org_id and j.id = new.adjustment_id and j.invoice_id = new.invoice_id;
        select coalesce(sum(a.amount), 0) as amount, coalesce(sum(a.source_company_amount), 0) as company into given
            from allocations a where a.org_id = new.org_id and a.adjustment_id = new.adjustment_id;
    end if;
    if given.amount < 0 or given.amount > source.amount or given.company < 0 or given.company > source.company
        or (given.amount = source.amount and given.company <> source.company) then
        raise exception 'a payment or credit note settles at most its amount'
            using errcode = 'check_violation', constraint = 'allocation_within_source', table = 'allocations';
    end if;
    if source.party is distinct from inv.customer_id or new.party_id <> inv.customer_id then
        raise exception 'a payment settles documents of its own party'
            using errcode = 'check_violation', constraint = 'allocation_same_party', table = 'allocations';
    end if;
    if source.currency <> inv.currency or source.side <> inv.side then
        raise exception 'a payment settles documents in its own currency and direction'
            using errcode = 'check_violation', constraint = 'allocation_same_kind', table = 'allocations';
    end if;
    return null;
end $$;

-- A5: taking an allocation back is its exact negative, not before it.
create or replace function check_allocation_reversal() returns trigger language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
begin
    if not exists (select from allocations a where a.org_id = new.org_id and a.id = new.reverses and a.amount = -new.amount
            and a.company_amount = -new.company_amount and a.source_company_amount = -new.source_company_amount
            and a.invoice_id = new.invoice_id and a.party_id = new.party_id and a.date <= new.date
            and a.payment_id is not distinct from new.payment_id and a.credit_note_id is not distinct from new.credit_note_id
            and a.adjustment_id is not distinct from new.adjustment_id) then
        raise exception 'an allocation is taken back by its exact negative'
            using errcode = 'check_violation', constraint = 'allocation_reversal_mirrors', table = 'allocations';
    end if;
    return null;
end $$;

-- ---------------------------------------------------------------------------------------------------------------------
-- What readers ask.

drop view invoice_states;
create view invoice_states with (security_invoker = true) as
select i.*, i.gross - coalesce(a.settled, 0) as open, i.company_gross - coalesce(a.company_settled, 0) as company_open,
    case
        when i.status <> 'posted' then i.status
        when a.credited is not null and a.credited >= i.gross then 'credited'
        when coalesce(a.settled, 0) >= i.gross then 'paid'
        when coalesce(a.settled, 0) > 0 then 'partly_paid'
        else 'posted'
    end as state
from invoices i
left join lateral (
    select sum(amount)::bigint as settled, sum(company_amount)::bigint as company_settled,
        sum(amount) filter (where credit_note_id is not null)::bigint as credited
    from allocations a where a.org_id = i.org_id and a.invoice_id = i.id
) a on true;

drop view payment_states;
create view payment_states with (security_invoker = true) as
select p.org_id, p.id, p.number, p.direction, p.party_id, p.date, p.amount, p.currency, p.rate, p.company_amount, p.account_id, p.reference,
    p.entry_id, p.created_at, coalesce(a.given, 0) as allocated,
    case when r.id is null then p.amount - coalesce(a.given, 0) else 0 end as unallocated,
    case when r.id is null then p.company_amount - coalesce(a.company_given, 0) else 0 end as company_unallocated,
    case when r.id is null then 'posted' else 'reversed' end as state, r.id as reversed_by, r.number as reversed_by_number
from payments p
left join lateral (
    select sum(amount)::bigint as given, sum(source_company_amount)::bigint as company_given
    from allocations a where a.org_id = p.org_id and a.payment_id = p.id
) a on true
left join entries r on r.org_id = p.org_id and r.reverses = p.entry_id;

-- What a customer's account consists of, by its documents and in the company's currency: what is owed is positive.
create or replace view receivable_documents with (security_invoker = true) as
select org_id, customer_id as party_id, date, 1 as rank, 'invoice' as kind, id, number, reference, due_date, company_gross as amount
    from invoices where status = 'posted' and side = 'sale'
union all
select org_id, customer_id, date, 2, 'credit_note', id, number, reason, null, -company_gross from credit_notes where side = 'sale'
union all
select org_id, party_id, date, 3, 'payment', id, number, reference, null, -company_amount from payments where direction = 'in'
union all
select p.org_id, p.party_id, r.date, 4, 'payment_reversal', p.id, p.number, r.number, null, p.company_amount
    from payments p join entries r on r.org_id = p.org_id and r.reverses = p.entry_id where p.direction = 'in'
union all
select j.org_id, j.party_id, j.date, 5, j.kind, j.id, i.number, j.reason, null, -j.company_amount
    from adjustments j join invoices i on i.org_id = j.org_id and i.id = j.invoice_id and i.side = 'sale'
union all
select j.org_id, j.party_id, r.date, 6, j.kind || '_reversal', j.id, i.number, r.number, null, j.company_amount
    from adjustments j join invoices i on i.org_id = j.org_id and i.id = j.invoice_id and i.side = 'sale'
    join entries r on r.org_id = j.org_id and r.reverses = j.entry_id
union all
select a.org_id, a.party_id, e.date, 7, 'exchange_difference', a.id, i.number, e.number, null, a.source_company_amount - a.company_amount
    from allocations a join invoices i on i.org_id = a.org_id and i.id = a.invoice_id and i.side = 'sale'
    join entries e on e.org_id = a.org_id and e.id = a.exchange_entry_id;
-- Each side by itself, where a record is looked for by its id.
create view sales_invoices with (security_invoker = true) as select * from invoices where side = 'sale';
create view bills with (security_invoker = true) as select * from invoices where side = 'purchase';
grant select on invoice_states, payment_states, sales_invoices, bills to steward_app;

alter table tax_codes enable trigger user;
alter table invoices enable trigger user;
alter table invoice_lines enable trigger user;
alter table credit_notes enable trigger user;
alter table payments enable trigger user;
alter table allocations enable trigger user;
grant execute on function rate_on(uuid, text, date), tax_rate_on(uuid, uuid, date), tax_position_of(uuid, uuid), plain_number(text) to steward_app;
revoke all on function check_bill() from public;
