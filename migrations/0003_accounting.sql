-- The books. Amounts are bigint minor units of the currency; debit and credit are both >= 0 and one of them is 0.

create table accounts (
    org_id uuid not null references organizations (id),
    id uuid not null,
    code text not null,
    name text not null,
    name_key text not null,
    type text not null check (type in ('asset', 'liability', 'equity', 'income', 'expense')),
    -- what postings look for when nobody names an account
    purpose text check (purpose in ('bank', 'receivable', 'revenue', 'tax')),
    created_at timestamptz not null,
    primary key (org_id, id),
    constraint account_code_unique unique (org_id, code)
);
create unique index account_purpose_unique on accounts (org_id, purpose) where purpose is not null;
call protect('accounts', 'select, insert');
call record_changes('accounts');

create table tax_codes (
    org_id uuid not null references organizations (id),
    id uuid not null,
    code text not null,
    name text not null,
    rate numeric not null check (rate >= 0 and rate <= 100),
    account_id uuid not null,
    is_default boolean not null default false,
    created_at timestamptz not null,
    primary key (org_id, id),
    constraint tax_code_unique unique (org_id, code),
    foreign key (org_id, account_id) references accounts (org_id, id)
);
create unique index tax_code_default_unique on tax_codes (org_id) where is_default;
call protect('tax_codes', 'select, insert', 'true');
call record_changes('tax_codes');

-- An entry is born posted, with its lines, in one transaction; nothing changes it afterwards (A2, X3).
create table entries (
    org_id uuid not null references organizations (id),
    id uuid not null,
    number text not null,
    date date not null,
    memo text not null,
    source text not null,
    source_id uuid not null,
    reverses uuid,
    txid xid8 not null default pg_current_xact_id(),
    created_at timestamptz not null,
    primary key (org_id, id),
    constraint entry_number_unique unique (org_id, number),
    constraint entry_reversed_once unique (org_id, reverses),
    foreign key (org_id, reverses) references entries (org_id, id)
);
create index entries_by_source on entries (org_id, source_id);
call protect('entries', 'select, insert');
call record_changes('entries', '''txid''');

create table entry_lines (
    org_id uuid not null,
    id uuid not null,
    entry_id uuid not null,
    line_no integer not null,
    account_id uuid not null,
    party_id uuid,
    date date not null,
    currency text not null,
    debit bigint not null default 0 check (debit >= 0),
    credit bigint not null default 0 check (credit >= 0),
    primary key (org_id, id),
    constraint entry_line_unique unique (org_id, entry_id, line_no),
    constraint entry_line_one_side check ((debit = 0) <> (credit = 0)),
    foreign key (org_id, entry_id) references entries (org_id, id),
    foreign key (org_id, account_id) references accounts (org_id, id),
    foreign key (org_id, party_id) references parties (org_id, id)
);
create index entry_lines_by_account on entry_lines (org_id, account_id, date);
create index entry_lines_by_party on entry_lines (org_id, party_id, date) where party_id is not null;
call protect('entry_lines', 'select, insert');
call record_changes('entry_lines');

create function refuse_posted_change() returns trigger language plpgsql as $$
begin
    raise exception 'a posted entry never changes; reverse it'
        using errcode = 'check_violation', constraint = 'entry_immutable', table = tg_table_name;
end $$;
create trigger entry_immutable before update or delete on entries for each row execute function refuse_posted_change();
create trigger entry_immutable before update or delete on entry_lines for each row execute function refuse_posted_change();
create trigger entry_not_truncated before truncate on entries execute function refuse_posted_change();
create trigger entry_lines_not_truncated before truncate on entry_lines execute function refuse_posted_change();

-- Lines belong to the transaction that made their entry: nothing is slipped into the books later.
create function refuse_late_lines() returns trigger language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
begin
    if exists (select from new_rows n join entries e on e.org_id = n.org_id and e.id = n.entry_id
               where e.txid <> pg_current_xact_id() or e.date <> n.date) then
        raise exception 'lines are posted together with their entry and bear its date'
            using errcode = 'check_violation', constraint = 'entry_complete', table = 'entry_lines';
    end if;
    return null;
end $$;
create trigger entry_complete after insert on entry_lines referencing new table as new_rows
    for each statement execute function refuse_late_lines();

-- A1: debits equal credits, at the latest at commit.
create function check_entry_balances() returns trigger language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
declare
    entry uuid := case tg_table_name when 'entries' then new.id else (to_jsonb(new) ->> 'entry_id')::uuid end;
begin
    if (select count(*) < 2 or sum(debit) <> sum(credit) or count(distinct currency) > 1
        from entry_lines l where l.org_id = new.org_id and l.entry_id = entry) then
        raise exception 'the debits and credits of an entry must be equal'
            using errcode = 'check_violation', constraint = 'entry_balances', table = 'entry_lines';
    end if;
    return null;
end $$;
create constraint trigger entry_balances after insert on entry_lines deferrable initially deferred
    for each row execute function check_entry_balances();
create constraint trigger entry_not_empty after insert on entries deferrable initially deferred
    for each row execute function check_entry_balances();

-- A2: a reversal has the same accounts and parties with opposite signs.
create function check_reversal() returns trigger language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
begin
    if exists ((select account_id, party_id, debit, credit from entry_lines where org_id = new.org_id and entry_id = new.reverses
                except all
                select account_id, party_id, credit, debit from entry_lines where org_id = new.org_id and entry_id = new.id)
               union all
               (select account_id, party_id, credit, debit from entry_lines where org_id = new.org_id and entry_id = new.id
                except all
                select account_id, party_id, debit, credit from entry_lines where org_id = new.org_id and entry_id = new.reverses)) then
        raise exception 'a reversal mirrors the entry it reverses'
            using errcode = 'check_violation', constraint = 'reversal_mirrors', table = 'entries';
    end if;
    return null;
end $$;
create constraint trigger reversal_mirrors after insert on entries deferrable initially deferred
    for each row when (new.reverses is not null) execute function check_reversal();

create table invoices (
    org_id uuid not null references organizations (id),
    id uuid not null,
    version integer not null default 1,
    number text,
    customer_id uuid not null,
    -- what was decided; paid and credited follow from allocations (invoice_states)
    status text not null check (status in ('draft', 'posted')),
    date date not null,
    due_date date not null,
    currency text not null,
    reference text,
    memo text,
    net bigint not null check (net >= 0),
    tax bigint not null check (tax >= 0),
    gross bigint not null,
    entry_id uuid,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    primary key (org_id, id),
    constraint invoice_number_unique unique (org_id, number),
    constraint invoice_adds_up check (gross = net + tax),
    constraint invoice_numbered_at_posting check ((status = 'posted') = (number is not null) and (status = 'posted') = (entry_id is not null)),
    constraint invoice_due_after_date check (due_date >= date),
    foreign key (org_id, customer_id) references parties (org_id, id),
    foreign key (org_id, entry_id) references entries (org_id, id)
);
create index invoices_by_date on invoices (org_id, date desc, id desc);
create index invoices_by_customer on invoices (org_id, customer_id, due_date);
call protect('invoices', 'select, insert, update, delete', '(select current_scope()) = ''org'' or customer_id = (select current_party())');
call record_changes('invoices');

create table invoice_lines (
    org_id uuid not null,
    id uuid not null,
    invoice_id uuid not null,
    line_no integer not null,
    description text not null,
    quantity numeric not null check (quantity > 0),
    unit text,
    unit_price numeric not null check (unit_price >= 0),
    discount_percent numeric not null default 0 check (discount_percent between 0 and 100),
    tax_code_id uuid not null,
    tax_rate numeric not null,
    account_id uuid not null,
    net bigint not null check (net >= 0),
    primary key (org_id, id),
    constraint invoice_line_unique unique (org_id, invoice_id, line_no),
    foreign key (org_id, invoice_id) references invoices (org_id, id) on delete cascade,
    foreign key (org_id, tax_code_id) references tax_codes (org_id, id),
    foreign key (org_id, account_id) references accounts (org_id, id)
);
call protect('invoice_lines', 'select, insert, update, delete',
    '(select current_scope()) = ''org'' or exists (select from invoices i where i.org_id = invoice_lines.org_id and i.id = invoice_id)');
call record_changes('invoice_lines');

-- X3, X5: a posted invoice and its lines never change; only a credit note answers them.
create function refuse_posted_invoice_change() returns trigger language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
declare
    posted boolean;
begin
    if tg_table_name = 'invoices' then
        posted := (to_jsonb(old) ->> 'status') = 'posted';
    else
        -- by the key, so that it costs the same however many invoices there are
        select bool_or(i.status = 'posted') into posted from invoices i where i.org_id = coalesce(new.org_id, old.org_id)
            and i.id in ((to_jsonb(new) ->> 'invoice_id')::uuid, (to_jsonb(old) ->> 'invoice_id')::uuid);
    end if;
    if posted then
        raise exception 'a posted invoice never changes; credit it'
            using errcode = 'check_violation', constraint = 'invoice_immutable', table = tg_table_name;
    end if;
    return coalesce(new, old);
end $$;
create trigger invoice_immutable before update or delete on invoices for each row execute function refuse_posted_invoice_change();
create trigger invoice_immutable before insert or update or delete on invoice_lines for each row execute function refuse_posted_invoice_change();

create table credit_notes (
    org_id uuid not null references organizations (id),
    id uuid not null,
    number text not null,
    invoice_id uuid not null,
    customer_id uuid not null,
    date date not null,
    reason text not null,
    currency text not null,
    net bigint not null check (net >= 0),
    tax bigint not null check (tax >= 0),
    gross bigint not null check (gross > 0),
    entry_id uuid not null,
    created_at timestamptz not null,
    primary key (org_id, id),
    constraint credit_note_number_unique unique (org_id, number),
    constraint credit_note_adds_up check (gross = net + tax),
    foreign key (org_id, invoice_id) references invoices (org_id, id),
    foreign key (org_id, customer_id) references parties (org_id, id),
    foreign key (org_id, entry_id) references entries (org_id, id)
);
create index credit_notes_by_invoice on credit_notes (org_id, invoice_id);
create index credit_notes_by_customer on credit_notes (org_id, customer_id);
call protect('credit_notes', 'select, insert', '(select current_scope()) = ''org'' or customer_id = (select current_party())');
call record_changes('credit_notes');

create table credit_note_lines (
    org_id uuid not null,
    id uuid not null,
    credit_note_id uuid not null,
    line_no integer not null,
    description text not null,
    quantity numeric not null check (quantity > 0),
    unit text,
    unit_price numeric not null check (unit_price >= 0),
    discount_percent numeric not null default 0 check (discount_percent between 0 and 100),
    tax_code_id uuid not null,
    tax_rate numeric not null,
    account_id uuid not null,
    net bigint not null check (net >= 0),
    primary key (org_id, id),
    constraint credit_note_line_unique unique (org_id, credit_note_id, line_no),
    foreign key (org_id, credit_note_id) references credit_notes (org_id, id),
    foreign key (org_id, tax_code_id) references tax_codes (org_id, id),
    foreign key (org_id, account_id) references accounts (org_id, id)
);
call protect('credit_note_lines', 'select, insert',
    '(select current_scope()) = ''org'' or exists (select from credit_notes c where c.org_id = credit_note_lines.org_id and c.id = credit_note_id)');
call record_changes('credit_note_lines');

create table payments (
    org_id uuid not null references organizations (id),
    id uuid not null,
    number text not null,
    party_id uuid not null,
    date date not null,
    amount bigint not null check (amount > 0),
    currency text not null,
    account_id uuid not null,
    reference text,
    entry_id uuid not null,
    created_at timestamptz not null,
    primary key (org_id, id),
    constraint payment_number_unique unique (org_id, number),
    foreign key (org_id, party_id) references parties (org_id, id),
    foreign key (org_id, account_id) references accounts (org_id, id),
    foreign key (org_id, entry_id) references entries (org_id, id)
);
create index payments_by_party on payments (org_id, party_id);
call protect('payments', 'select, insert', '(select current_scope()) = ''org'' or party_id = (select current_party())');
call record_changes('payments');

-- What settles what. Append only: taking an allocation back adds its negative (A5).
create table allocations (
    org_id uuid not null,
    id uuid not null,
    invoice_id uuid not null,
    payment_id uuid,
    credit_note_id uuid,
    party_id uuid not null,
    date date not null,
    amount bigint not null check (amount <> 0),
    reverses uuid,
    created_at timestamptz not null,
    primary key (org_id, id),
    constraint allocation_one_source check (num_nonnulls(payment_id, credit_note_id) = 1),
    constraint allocation_sign check ((amount < 0) = (reverses is not null)),
    constraint allocation_reversed_once unique (org_id, reverses),
    foreign key (org_id, invoice_id) references invoices (org_id, id),
    foreign key (org_id, payment_id) references payments (org_id, id),
    foreign key (org_id, credit_note_id) references credit_notes (org_id, id),
    foreign key (org_id, party_id) references parties (org_id, id),
    foreign key (org_id, reverses) references allocations (org_id, id)
);
create index allocations_by_invoice on allocations (org_id, invoice_id) include (amount, credit_note_id);
create index allocations_by_payment on allocations (org_id, payment_id) where payment_id is not null;
create index allocations_by_credit_note on allocations (org_id, credit_note_id) where credit_note_id is not null;
call protect('allocations', 'select, insert', '(select current_scope()) = ''org'' or party_id = (select current_party())');
call record_changes('allocations');

-- A5: 0 <= open <= total for the invoice, and no source gives more than it has. A9: only within one party.
-- The invoice row is locked first, so that two payments of the same invoice see each other.
create function check_allocation() returns trigger language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
declare
    inv invoices;
    settled bigint;
    given bigint;
    source_total bigint;
    source_party uuid;
begin
    select * into inv from invoices i where i.org_id = new.org_id and i.id = new.invoice_id for no key update;
    select coalesce(sum(a.amount), 0) into settled from allocations a where a.org_id = new.org_id and a.invoice_id = new.invoice_id;
    if inv.status <> 'posted' or settled < 0 or settled > inv.gross then
        raise exception 'an invoice is settled by at most its total'
            using errcode = 'check_violation', constraint = 'allocation_within_open', table = 'allocations';
    end if;
    if new.payment_id is not null then
        select p.amount, p.party_id into source_total, source_party from payments p
            where p.org_id = new.org_id and p.id = new.payment_id for no key update;
        select coalesce(sum(a.amount), 0) into given from allocations a where a.org_id = new.org_id and a.payment_id = new.payment_id;
    else
        select c.gross, c.customer_id into source_total, source_party from credit_notes c
            where c.org_id = new.org_id and c.id = new.credit_note_id for no key update;
        select coalesce(sum(a.amount), 0) into given from allocations a where a.org_id = new.org_id and a.credit_note_id = new.credit_note_id;
    end if;
    if given < 0 or given > source_total then
        raise exception 'a payment or credit note settles at most its amount'
            using errcode = 'check_violation', constraint = 'allocation_within_source', table = 'allocations';
    end if;
    if source_party <> inv.customer_id or new.party_id <> inv.customer_id then
        raise exception 'a payment settles documents of its own party'
            using errcode = 'check_violation', constraint = 'allocation_same_party', table = 'allocations';
    end if;
    return null;
end $$;
create constraint trigger allocation_holds after insert on allocations deferrable initially deferred
    for each row execute function check_allocation();
create function refuse_allocation_change() returns trigger language plpgsql as $$
begin
    raise exception 'allocations are history; take one back with its negative'
        using errcode = 'check_violation', constraint = 'allocation_append_only', table = tg_table_name;
end $$;
create trigger allocation_append_only before update or delete on allocations for each row execute function refuse_allocation_change();

-- The state a reader means: what is decided (draft, posted) and what allocations have made of it.
create view invoice_states with (security_invoker = true) as
select i.*, i.gross - coalesce(a.settled, 0) as open,
    case
        when i.status = 'draft' then 'draft'
        when a.credited is not null and a.credited >= i.gross then 'credited'
        when coalesce(a.settled, 0) >= i.gross then 'paid'
        when coalesce(a.settled, 0) > 0 then 'partly_paid'
        else 'posted'
    end as state
from invoices i
left join lateral (
    select sum(amount)::bigint as settled, sum(amount) filter (where credit_note_id is not null)::bigint as credited
    from allocations a where a.org_id = i.org_id and a.invoice_id = i.id
) a on true;
grant select on invoice_states to steward_app;
revoke all on function check_allocation(), check_entry_balances(), check_reversal(), refuse_late_lines(), refuse_posted_invoice_change() from public;
