-- What somebody would write by hand who has one round trip: the same statements in one function, planned once.
-- As the caller, under row-level security, with every trigger of the schema.
create or replace procedure bench.enter(org uuid, person uuid, call uuid) language plpgsql as $$
begin
    perform set_config('steward.org', org::text, true), set_config('steward.person', person::text, true),
        set_config('steward.scope', 'org', true), set_config('steward.call', call::text, true);
end $$;

create or replace function bench.post_invoice(org uuid, person uuid, calls uuid[], customer uuid, invoice uuid, line_ids uuid[],
    entry uuid, leg_ids uuid[], accounts uuid[], tax_code uuid, key text, documents jsonb[], sentences text[])
returns text language plpgsql as $$
declare
    day date := current_date;
    at timestamptz := now();
    inv text;
    je text;
    drawn record;
begin
    call bench.enter(org, person, calls[1]);
    with i as (
        insert into invoices (org_id, id, customer_id, status, date, due_date, currency, net, tax, gross, company_net, company_tax,
            company_gross, created_at, updated_at)
        values (org, invoice, customer, 'draft', day, day + 30, 'EUR', 60650, 12130, 72780, 60650, 12130, 72780, at, at))
    insert into invoice_lines (org_id, id, invoice_id, line_no, description, quantity, unit, unit_price, tax_code_id, tax_rate, account_id, net)
    select org, l.id, invoice, l.n, l.description, l.quantity, 'hours', l.price, tax_code, 20, accounts[2], l.net
    from unnest(line_ids, array['Consulting', 'Installation', 'Training'], array[1, 2, 3]::numeric[], array[100, 101, 101.5]::numeric[],
        array[10000, 20200, 30450]::bigint[]) with ordinality as l (id, description, quantity, price, net, n);
    perform set_config('steward.call', calls[2]::text, true);
    for drawn in insert into number_series as s (org_id, series, year, last)
        select org, w, extract(year from day)::int, 1 from unnest(array['INV', 'JE']) w
        on conflict (org_id, series, year) do update set last = s.last + 1 returning s.series, s.last
    loop
        if drawn.series = 'INV' then
            inv := 'INV-' || extract(year from day) || '-' || bench.padded(drawn.last);
        else
            je := 'JE-' || extract(year from day) || '-' || bench.padded(drawn.last);
        end if;
    end loop;
    with e as (
        insert into entries (org_id, id, number, date, memo, source, source_id, created_at)
        values (org, entry, je, day, 'Invoice ' || inv, 'accounting.invoices', invoice, at))
    insert into entry_lines (org_id, id, entry_id, line_no, account_id, party_id, date, currency, debit, credit)
    select org, l.id, entry, l.n, l.account, l.party, day, 'EUR', l.debit, l.credit
    from unnest(leg_ids, accounts, array[customer, null, null], array[72780, 0, 0]::bigint[], array[0, 60650, 12130]::bigint[])
        with ordinality as l (id, account, party, debit, credit, n);
    update invoices i set status = 'posted', number = inv, entry_id = entry, version = version + 1, updated_at = at where i.org_id = org and i.id = invoice;
    insert into document_taxes (org_id, id, invoice_id, tax_code_id, rate, reverse_charge, net, tax, company_net, company_tax)
        values (org, gen_random_uuid(), invoice, tax_code, 20, false, 60650, 12130, 60650, 12130);
    with c as (
        insert into calls (org_id, id, plan_id, position, actor_id, surface, agent, request_id, operation, effect, input, output, sentence, undo, created_at)
        select org, calls[n], calls[1], n - 1, person, 'rest', false, 'bare', o, e, documents[n * 3 - 2], documents[n * 3 - 1], sentences[n], documents[n * 3], at
        from unnest(array['accounting.invoices.create', 'accounting.invoices.post'], array['write', 'final']) with ordinality as x (o, e, n))
    insert into idempotency (org_id, actor_id, operation, key, body_hash, answer, created_at)
    values (org, person, 'plan', key, sha256(key::bytea), documents[7], at);
    return inv;
end $$;

create or replace function bench.create_party(org uuid, person uuid, call uuid, party uuid, title text, documents jsonb[], sentence text)
returns text language plpgsql as $$
declare
    no text;
begin
    call bench.enter(org, person, call);
    with s as (
        insert into number_series as s (org_id, series, year, last) values (org, 'P', 0, 1)
        on conflict (org_id, series, year) do update set last = s.last + 1 returning last)
    insert into parties (org_id, id, number, name, name_key, skeleton, kinds, email, created_at, updated_at)
    select org, party, 'P-' || bench.padded(last), title, lower(title), lower(title), array['customer'], 'a@b.example', now(), now() from s
    returning number into no;
    insert into calls (org_id, id, plan_id, position, actor_id, surface, agent, request_id, operation, effect, input, output, sentence, undo, created_at)
    values (org, call, call, 0, person, 'rest', false, 'bare', 'directory.parties.create', 'write', documents[1], documents[2], sentence, documents[3], now());
    return no;
end $$;

create or replace function bench.party(org uuid, person uuid, wanted uuid) returns table (id uuid, version int, number text, name text, kinds text[], email text, phone text, tags text[], archived_at timestamptz, custom jsonb,
    currency text, credit_limit bigint, created_at timestamptz, updated_at timestamptz, addresses jsonb, contacts jsonb, tax_ids jsonb, bank_accounts jsonb)
language plpgsql as $$
#variable_conflict use_column
begin
    call bench.enter(org, person, wanted);
    return query select p.id, p.version, p.number, p.name, p.kinds, p.email, p.phone, p.tags, p.archived_at, p.custom, p.currency, p.credit_limit,
            p.created_at, p.updated_at,
            (select jsonb_agg(a order by a.line_no) from party_addresses a where a.org_id = org and a.party_id = p.id),
            (select jsonb_agg(c order by c.line_no) from party_contacts c where c.org_id = org and c.party_id = p.id),
            (select jsonb_agg(t order by t.line_no) from party_tax_ids t where t.org_id = org and t.party_id = p.id),
            (select jsonb_agg(b order by b.line_no) from party_bank_accounts b where b.org_id = org and b.party_id = p.id)
        from parties p where p.org_id = org and p.id = wanted;
end $$;

create or replace function bench.parties(org uuid, person uuid, kind text) returns table (id uuid, version int, number text, name text, kinds text[], email text, phone text, tags text[], archived_at timestamptz, custom jsonb)
language plpgsql as $$
#variable_conflict use_column
begin
    call bench.enter(org, person, org);
    return query select p.id, p.version, p.number, p.name, p.kinds, p.email, p.phone, p.tags, p.archived_at, p.custom
        from parties p where p.org_id = org and p.archived_at is null and kind = any (p.kinds)
        order by p.name_key, p.id limit 51;
end $$;

create or replace function bench.invoices(org uuid, person uuid, date_from date, date_to date) returns table (id uuid, version int, number text, customer_id uuid, customer_number text, customer text, status text, date date, due_date date,
    currency text, reference text, memo text, net bigint, tax bigint, gross bigint, open bigint)
language plpgsql as $$
#variable_conflict use_column
begin
    call bench.enter(org, person, org);
    return query select i.id, i.version, i.number, i.customer_id, p.number, p.name, i.status, i.date, i.due_date, i.currency, i.reference, i.memo,
            i.net, i.tax, i.gross,
            i.gross - coalesce((select sum(a.amount) from allocations a where a.org_id = org and a.invoice_id = i.id), 0)::bigint
        from invoices i join parties p on p.org_id = org and p.id = i.customer_id
        where i.org_id = org and i.status = 'posted' and i.date between date_from and date_to
        order by i.date desc, i.id desc limit 51;
end $$;

create or replace function bench.aged(org uuid, person uuid, day date) returns table (id uuid, number text, name text, total bigint, not_due numeric, d30 numeric, d60 numeric, d90 numeric, older numeric, unallocated numeric, oldest date)
language plpgsql as $$
#variable_conflict use_column
begin
    call bench.enter(org, person, org);
    return query
        with settled as (
            select invoice_id, sum(amount)::bigint as amount from allocations where org_id = org and date <= day group by invoice_id
        ),
        items as (
            select i.customer_id, i.due_date, i.gross - coalesce(s.amount, 0) as open, 0::bigint as unallocated
            from invoices i left join settled s on s.invoice_id = i.id
            where i.org_id = org and i.status = 'posted' and i.date <= day
            union all
            select y.party_id, null, 0, y.amount - coalesce((select sum(a.amount) from allocations a
                where a.org_id = org and a.payment_id = y.id and a.date <= day), 0)::bigint
            from payments y where y.org_id = org and y.date <= day
              and not exists (select from entries r where r.org_id = org and r.reverses = y.entry_id and r.date <= day)
            union all
            select c.customer_id, null, 0, c.gross - coalesce((select sum(a.amount) from allocations a
                where a.org_id = org and a.credit_note_id = c.id and a.date <= day), 0)::bigint
            from credit_notes c where c.org_id = org and c.date <= day
        ),
        sums as (
            select customer_id, sum(open - unallocated)::bigint as total, sum(open) filter (where due_date >= day) as not_due,
                sum(open) filter (where day - due_date between 1 and 30) as d30, sum(open) filter (where day - due_date between 31 and 60) as d60,
                sum(open) filter (where day - due_date between 61 and 90) as d90, sum(open) filter (where day - due_date > 90) as older,
                sum(unallocated) as unallocated, min(due_date) filter (where open > 0) as oldest
            from items where open <> 0 or unallocated <> 0 group by customer_id
        )
        select p.id, p.number, p.name, s.total, s.not_due, s.d30, s.d60, s.d90, s.older, s.unallocated, s.oldest
        from sums s join parties p on p.org_id = org and p.id = s.customer_id order by s.total desc, p.name, p.id;
end $$;
grant execute on all functions in schema bench to steward_app;
