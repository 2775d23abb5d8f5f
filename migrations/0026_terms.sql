-- Payment terms: when a document is due, at once or in instalments, what is let go for paying early; and what is written off.

create function terms_add_up(percents numeric[], days integer[]) returns boolean language sql immutable
set search_path = pg_catalog as $$
    select cardinality(days) between 1 and 24 and cardinality(percents) = cardinality(days)
        and (select sum(p) = 100 and bool_and(p > 0) from unnest(percents) p)
        and (select bool_and(d between 0 and 3650 and d > before)
             from (select d, coalesce(lag(d) over (order by n), -1) as before from unnest(days) with ordinality as x (d, n)) y)
$$;

create table payment_terms (
    org_id uuid not null references organizations (id),
    id uuid not null,
    code text not null,
    name text not null,
    -- the parts that a document is due in, each so many days after its date; most have one
    percents numeric[] not null,
    days integer[] not null,
    -- the due dates move to the end of their month
    end_of_month boolean not null default false,
    -- what is let go where a document is paid within so many days
    discount_percent numeric,
    discount_days integer,
    is_default boolean not null default false,
    version integer not null default 1,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    archived_at timestamptz,
    primary key (org_id, id),
    constraint payment_term_code_unique unique (org_id, code),
    constraint payment_term_adds_up check (terms_add_up(percents, days)),
    constraint payment_term_discount check ((discount_percent is null) = (discount_days is null)
        and discount_percent > 0 and discount_percent < 100 and discount_days between 0 and 3650),
    constraint payment_term_default_in_use check (not is_default or archived_at is null)
);
create unique index payment_term_one_default on payment_terms (org_id) where is_default;
-- an outsider sees by which terms its documents are due
call protect('payment_terms', 'select, insert, update', 'true');

-- What a company begins with.
create procedure found_payment_terms(org uuid, at timestamptz) language sql as $$
    insert into payment_terms (org_id, id, code, name, percents, days, discount_percent, discount_days, is_default, created_at, updated_at)
    select org, gen_random_uuid(), t.code, t.name, t.percents, t.days, t.percent, t.within, t.code = 'NET30', at, at
    from (values ('NET14', '14 days net', '{100}'::numeric[], '{14}'::integer[], null::numeric, null::integer),
        ('NET30', '30 days net', '{100}', '{30}', null, null),
        ('2/10-NET30', '2 % within 10 days, 30 days net', '{100}', '{30}', 2, 10),
        ('50/50', 'Half at once, half in 30 days', '{50,50}', '{0,30}', null, null)) as t (code, name, percents, days, percent, within)
$$;
revoke all on procedure found_payment_terms(uuid, timestamptz) from public;
do $$
declare
    o record;
begin
    for o in select id, created_at from organizations loop
        call found_payment_terms(o.id, o.created_at);
    end loop;
end $$;
call record_changes('payment_terms');

alter table party_terms
    add column payment_term_id uuid,
    add constraint party_payment_term_known foreign key (org_id, payment_term_id) references payment_terms (org_id, id);

-- ---------------------------------------------------------------------------------------------------------------------
-- On documents. By which terms a draft is due; without, somebody gave the day. What follows from them is set at posting.

alter table invoices
    add column payment_term_id uuid,
    add column in_instalments boolean not null default false,
    -- what is let go where it is paid by that day
    add column discount bigint,
    add column discount_until date,
    add constraint invoice_payment_term_known foreign key (org_id, payment_term_id) references payment_terms (org_id, id),
    add constraint invoice_discount check ((discount is null) = (discount_until is null) and discount > 0 and discount < gross and discount_until >= date);

create table document_instalments (
    org_id uuid not null,
    id uuid not null,
    invoice_id uuid not null,
    part_no integer not null check (part_no > 0),
    due_date date not null,
    amount bigint not null check (amount >= 0),
    company_amount bigint not null check (company_amount >= 0),
    primary key (org_id, id),
    constraint instalment_once unique (org_id, invoice_id, part_no),
    foreign key (org_id, invoice_id) references invoices (org_id, id)
);
call protect('document_instalments', 'select, insert',
    '(select current_scope()) = ''org'' or exists (select from invoices i where i.org_id = document_instalments.org_id and i.id = invoice_id)');
call record_changes('document_instalments');

-- The instalments of a posted document come to the document, in both currencies, and the last is due when it is.
create function check_instalments() returns trigger language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
declare
    changed jsonb := to_jsonb(coalesce(new, old));
    inv invoices;
    parts record;
begin
    select * into inv from invoices i where i.org_id = (changed ->> 'org_id')::uuid
        and i.id = coalesce(changed ->> 'invoice_id', changed ->> 'id')::uuid;
    select count(*) as n, sum(d.amount) as amount, sum(d.company_amount) as company, max(d.due_date) as due into parts
        from document_instalments d where d.org_id = inv.org_id and d.invoice_id = inv.id;
    if (case when inv.in_instalments
            then parts.n < 2 or inv.status <> 'posted'
                or (parts.amount, parts.company, parts.due) is distinct from (inv.gross::numeric, inv.company_gross::numeric, inv.due_date)
            else parts.n > 0 end) then
        raise exception 'instalments come to what their document comes to'
            using errcode = 'check_violation', constraint = 'instalments_add_up', table = 'document_instalments';
    end if;
    return null;
end $$;
create constraint trigger instalments_add_up after insert or update or delete on document_instalments deferrable initially deferred
    for each row execute function check_instalments();
create constraint trigger instalments_add_up after update on invoices deferrable initially deferred
    for each row when (new.in_instalments) execute function check_instalments();

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
create or replace view sales_invoices with (security_invoker = true) as select * from invoices where side = 'sale';
create or replace view bills with (security_invoker = true) as select * from invoices where side = 'purchase';
grant select on invoice_states to steward_app;

-- ---------------------------------------------------------------------------------------------------------------------
-- Ages by instalment. What was settled went to the earliest, so what is open stands with the latest.

alter table open_items add column in_instalments boolean not null default false;
create index open_items_in_instalments on open_items (org_id, control, closed_on) where in_instalments;

create or replace function open_invoice() returns trigger language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
declare
    purchase boolean := new.side = 'purchase';
begin
    insert into open_items (org_id, id, kind, control, party_id, date, due_date, amount, in_instalments)
    values (new.org_id, new.id, 'invoice', case when purchase then 'payable' else 'receivable' end, new.customer_id, new.date,
        new.due_date, case when purchase then -new.company_gross else new.company_gross end, new.in_instalments);
    return null;
end $$;

-- What is open of each instalment, where so much is open of the whole: in the company's currency.
create function open_instalments(org uuid, document uuid, open bigint) returns table (part_no integer, due_date date, rest bigint)
language sql stable as $$
    select d.part_no, d.due_date, greatest(0, least(d.company_amount, open - coalesce(
        sum(d.company_amount) over (order by d.part_no desc rows between unbounded preceding and 1 preceding), 0)))::bigint
    from document_instalments d where d.org_id = org and d.invoice_id = document
$$;

-- What of a document in instalments was due before a day.
create function due_before(org uuid, document uuid, day date) returns bigint language sql stable as $$
    select coalesce(sum(d.amount), 0)::bigint from document_instalments d where d.org_id = org and d.invoice_id = document and d.due_date < day
$$;
grant execute on function open_instalments(uuid, uuid, bigint), due_before(uuid, uuid, date), terms_add_up(numeric[], integer[]) to steward_app;

-- ---------------------------------------------------------------------------------------------------------------------
-- What is let go: discounts go with the payment that earned them, write-offs bear a number. Each settles its document by its
-- whole amount until its entry is reversed.

alter table adjustments
    add column number text,
    add column payment_id uuid,
    add constraint adjustment_number_unique unique (org_id, number),
    add constraint adjustment_posted_once unique (org_id, entry_id),
    add constraint adjustment_numbered check ((kind = 'write_off') = (number is not null)),
    add constraint adjustment_of_payment check ((kind = 'discount') = (payment_id is not null)),
    add constraint adjustment_payment_known foreign key (org_id, payment_id) references payments (org_id, id);
create index adjustments_by_payment on adjustments (org_id, payment_id) where payment_id is not null;

create function check_adjustment() returns trigger language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
declare
    changed jsonb := to_jsonb(new);
    j adjustments;
    given bigint;
    taken_back boolean;
begin
    select * into j from adjustments a where a.org_id = new.org_id and case tg_table_name
        when 'entries' then a.entry_id = (changed ->> 'reverses')::uuid
        when 'allocations' then a.id = (changed ->> 'adjustment_id')::uuid
        else a.id = new.id end;
    if not found then
        return null;
    end if;
    select coalesce(sum(a.amount), 0) into given from allocations a where a.org_id = j.org_id and a.adjustment_id = j.id;
    taken_back := exists (select from entries r where r.org_id = j.org_id and r.reverses = j.entry_id);
    if given <> (case when taken_back then 0 else j.amount end) then
        raise exception 'what is let go settles its document until it is taken back'
            using errcode = 'check_violation', constraint = 'adjustment_settles', table = 'adjustments';
    end if;
    return null;
end $$;
create constraint trigger adjustment_settles after insert on adjustments deferrable initially deferred
    for each row execute function check_adjustment();
create constraint trigger adjustment_settles after insert on allocations deferrable initially deferred
    for each row when (new.adjustment_id is not null) execute function check_adjustment();
create constraint trigger adjustment_settles after insert on entries deferrable initially deferred
    for each row when (new.reverses is not null) execute function check_adjustment();

-- What of a document may be let go where it is paid early: in proportion to what was not credited, once.
create function early_discount(org uuid, document uuid) returns bigint language sql stable as $$
    select greatest(0, round(i.discount::numeric * (i.gross - coalesce((select sum(c.gross) from credit_notes c
                where c.org_id = org and c.invoice_id = document), 0)) / i.gross)
            - coalesce((select sum(a.amount) from adjustments j join allocations a on a.org_id = org and a.adjustment_id = j.id
                where j.org_id = org and j.invoice_id = document and j.kind = 'discount'), 0))::bigint
    from invoices i where i.org_id = org and i.id = document
$$;
grant execute on function early_discount(uuid, uuid) to steward_app;

create view write_offs with (security_invoker = true) as select * from adjustments where kind = 'write_off';
grant select on write_offs to steward_app;

-- The tax that goes with them: they lower what the tax is on.
alter table document_taxes
    add column adjustment_id uuid,
    drop constraint document_tax_one_document,
    drop constraint document_tax_once,
    add constraint document_tax_one_document check (num_nonnulls(invoice_id, credit_note_id, adjustment_id) = 1),
    add constraint document_tax_once unique nulls not distinct (org_id, invoice_id, credit_note_id, adjustment_id, tax_code_id, rate),
    add constraint document_tax_adjustment_known foreign key (org_id, adjustment_id) references adjustments (org_id, id);
create index document_taxes_by_adjustment on document_taxes (org_id, adjustment_id) where adjustment_id is not null;

-- What vendors will not get.
alter table accounts
    drop constraint account_purpose_known,
    add constraint account_purpose_known check (purpose in ('bank', 'receivable', 'payable', 'revenue', 'expense', 'tax', 'input_tax',
        'retained_earnings', 'opening', 'exchange_gain', 'exchange_loss', 'unrealised_gain', 'unrealised_loss', 'discount_allowed',
        'discount_received', 'bad_debt', 'write_off_gain', 'prepaid_expense', 'deferred_income', 'accrued_expense', 'accrued_income', 'rounding'));

revoke all on function check_instalments(), check_adjustment() from public;

-- A4: what is written off is let go by a document of its own.
create or replace function posts_to_control(source text) returns boolean language sql immutable
set search_path = pg_catalog as $$
    select source in ('accounting.invoices', 'accounting.bills', 'accounting.credit_notes', 'accounting.debit_notes',
        'accounting.payments', 'accounting.revaluations', 'accounting.write_offs')
$$;
