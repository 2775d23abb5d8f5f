-- A company with years of business, and sixteen small ones that write. As the superuser, past triggers and keys: what those
-- would have written or refused is written and kept here, and the books are checked afterwards.
set session_replication_role = replica;
set synchronous_commit = off;

create schema bench;
grant usage on schema bench to steward_owner, steward_app;

-- Ids that sort by time, as those that the product makes: of a kind, the i-th.
create function bench.id(kind int, i bigint) returns uuid immutable language sql as
$$ select (lpad(to_hex(1700000000000 + i), 12, '0') || '70008' || lpad(to_hex(kind), 15, '0'))::uuid $$;
create function bench.padded(n bigint) returns text immutable language sql as
$$ select lpad(n::text, greatest(5, length(n::text)), '0') $$;

create temp table o as
    select o.id as org, u.id as admin, current_setting('bench.rows')::int as rows, now() as at
    from organizations o join users u on u.org_id = o.id where o.code = 'bench';

-- Sixteen companies beside it, with the same chart.
insert into organizations (id, code, name, currency, zone, created_at)
    select bench.id(1, n), 'w' || lpad(n::text, 2, '0'), 'Writer ' || n, b.currency, b.zone, b.created_at
    from organizations b, o, generate_series(1, 16) n where b.id = o.org;
create temp table w as select id as org from organizations where code ~ '^w[0-9]{2}$';
insert into accounts select (jsonb_populate_record(a, jsonb_build_object('org_id', w.org))).* from accounts a, o, w where a.org_id = o.org;
insert into journals select (jsonb_populate_record(j, jsonb_build_object('org_id', w.org))).* from journals j, o, w where j.org_id = o.org;
insert into tax_codes select (jsonb_populate_record(t, jsonb_build_object('org_id', w.org))).* from tax_codes t, o, w where t.org_id = o.org;
insert into tax_rates select (jsonb_populate_record(r, jsonb_build_object('org_id', w.org))).* from tax_rates r, o, w where r.org_id = o.org;
insert into users (org_id, id, email, name, password_hash, roles, created_at)
    select c.id, gen_random_uuid(), r.role || '@' || c.code || '.example', initcap(r.role), current_setting('bench.hash'), array[r.role], now()
    from organizations c, (values ('accountant'), ('sales')) as r (role);

-- The parties, with an address and somebody to speak to for the first two thousand.
create temp table p as
    select o.org, i, bench.id(10, i) as id,
        (array['Nord', 'Sued', 'Ost', 'West', 'Alpen', 'Hanse', 'Rhein', 'Elbe', 'Donau', 'Isar'])[1 + (i * 7919 / 64) % 10]
        || (array['wind', 'stern', 'werk', 'haus', 'licht', 'land', 'bau', 'tech', 'holz', 'mark'])[1 + (i * 7919 / 640) % 10]
        || ' ' || (array['Handels', 'Industrie', 'Logistik', 'Service', 'Technik'])[1 + i % 5] || ' ' || i || ' GmbH' as name
    from o, generate_series(1, (select rows from o)) i
    union all
    select w.org, i, bench.id(10, i), 'Customer ' || i || ' Ltd' from w, generate_series(1, 200) i;
insert into parties (org_id, id, number, name, name_key, skeleton, kinds, email, phone, created_at, updated_at)
    select org, id, 'P-' || bench.padded(i), name, lower(name),
        replace(translate(regexp_replace(lower(name), '[^a-z0-9]', '', 'g'), '01i', 'oll'), 'm', 'rn'),
        case i % 10 when 0 then array['vendor'] when 1 then array['customer', 'vendor'] else array['customer'] end,
        'office@p' || i || '.example', '+49 30 ' || 1000000 + i, (select at from o), (select at from o)
    from p;
insert into party_addresses (org_id, id, party_id, line_no, kind, lines, city, postal_code, country, is_default)
    select org, bench.id(11, i), id, 1, 'billing', array['Hauptstrasse ' || i], 'Berlin', lpad((i % 100000)::text, 5, '0'), 'DE', true
    from p where i <= 2000;
insert into party_contacts (org_id, id, party_id, line_no, name, position, email, is_primary)
    select org, bench.id(12, i), id, 1, 'Contact ' || i, 'Purchasing', 'c' || i || '@p' || i || '.example', true
    from p where i <= 2000;

-- Posted invoices to two thousand customers over two years, all of them open; net is a multiple of five, so that 20 % is exact.
create temp table d as
    select i, date, extract(year from date)::int as year, row_number() over (partition by extract(year from date) order by date, i) as n,
        1 + (i * 7919) % 2000 + case when (1 + (i * 7919) % 2000) % 10 = 0 then 1 else 0 end as customer,
        5 * (100 + (i * 37) % 9000) as each, 1 + i % 3 as lines
    from (select i, current_date - ((i::bigint * 7919) % 730)::int as date from generate_series(1, (select rows from o)) i) x;
insert into entries (org_id, id, number, date, memo, source, source_id, created_at, journal_id)
    select o.org, bench.id(30, i), 'JE-' || year || '-' || bench.padded(n), date, 'Invoice INV-' || year || '-' || bench.padded(n),
        'accounting.invoices', bench.id(20, i), o.at, j.id from d, o join journals j on j.org_id = o.org and j.kind = 'sales' and j.is_default;
insert into entry_lines (org_id, id, entry_id, line_no, account_id, party_id, date, currency, debit, credit)
    select o.org, bench.id(30 + s.n, i), bench.id(30, i), s.n, a.id, case when s.n = 1 then bench.id(10, customer) end, date, 'EUR', s.debit, s.credit
    from d cross join o
    cross join lateral (values (1, 'receivable', each * lines * 6 / 5, 0), (2, 'revenue', 0, each * lines), (3, 'tax', 0, each * lines / 5))
        as s (n, purpose, debit, credit)
    join accounts a on a.org_id = o.org and a.purpose = s.purpose;
insert into invoices (org_id, id, version, number, customer_id, status, date, due_date, currency, reference, net, tax, gross, entry_id, created_at, updated_at,
        company_net, company_tax, company_gross)
    select o.org, bench.id(20, i), 2, 'INV-' || year || '-' || bench.padded(n), bench.id(10, customer), 'posted', date, date + 30, 'EUR',
        'Order ' || i, each * lines, each * lines / 5, each * lines * 6 / 5, bench.id(30, i), o.at, o.at,
        each * lines, each * lines / 5, each * lines * 6 / 5 from d, o;
insert into invoice_lines (org_id, id, invoice_id, line_no, description, quantity, unit, unit_price, tax_code_id, tax_rate, account_id, net)
    select o.org, bench.id(20 + s, i), bench.id(20, i), s, 'Desk ' || s, 1, 'pieces', each / 100.0, t.id, 20, a.id, each
    from d cross join o cross join lateral generate_series(1, d.lines) s
    join tax_codes t on t.org_id = o.org and t.is_default join accounts a on a.org_id = o.org and a.purpose = 'revenue';
insert into number_series (org_id, series, year, last)
    select o.org, s, year, max(n) from d, o, (values ('INV'), ('JE')) as x (s) group by o.org, s, year
    union all select org, 'P', 0, count(*) from p group by org;

-- The record: a call an invoice, one for the parties, and what the capture triggers would have written.
insert into calls (org_id, id, plan_id, position, actor_id, surface, agent, request_id, operation, effect, input, output, sentence, created_at)
    select o.org, bench.id(40, i), bench.id(40, i), 0, o.admin, 'rest', false, 'seed', 'accounting.invoices.post', 'final',
        jsonb_build_object('id', bench.id(20, i)), jsonb_build_object('id', bench.id(20, i)), 'Post invoice INV-' || year || '-' || bench.padded(n) || '.', o.at
    from d, o
    union all
    select o.org, bench.id(40, 0), bench.id(40, 0), 0, o.admin, 'cli', false, 'seed', 'system.setup', 'write', '{}', '{}', 'The parties were taken over.', o.at from o;
insert into changes (org_id, call_id, table_name, record_id, op, after)
    select org_id, bench.id(40, 0), 'parties', x.id, 'insert', to_jsonb(x) - 'skeleton' from parties x join o on o.org = x.org_id;
insert into changes (org_id, call_id, table_name, record_id, op, after)
    select org_id, bench.id(40, d.i), 'invoices', x.id, 'insert', to_jsonb(x) from d join invoices x on x.id = bench.id(20, d.i);
insert into changes (org_id, call_id, table_name, record_id, op, after)
    select org_id, bench.id(40, d.i), 'invoice_lines', x.id, 'insert', to_jsonb(x) from d join invoice_lines x on x.invoice_id = bench.id(20, d.i);
insert into changes (org_id, call_id, table_name, record_id, op, after)
    select org_id, bench.id(40, d.i), 'entries', x.id, 'insert', to_jsonb(x) - 'txid' from d join entries x on x.id = bench.id(30, d.i);
insert into changes (org_id, call_id, table_name, record_id, op, after)
    select org_id, bench.id(40, d.i), 'entry_lines', x.id, 'insert', to_jsonb(x) from d join entry_lines x on x.entry_id = bench.id(30, d.i);
insert into document_taxes (org_id, id, invoice_id, tax_code_id, rate, reverse_charge, net, tax, company_net, company_tax)
    select o.org, bench.id(50, i), bench.id(20, i), t.id, 20, false, each * lines, each * lines / 5, each * lines, each * lines / 5
    from d cross join o join tax_codes t on t.org_id = o.org and t.is_default;
-- What triggers keep beside them.
insert into open_items (org_id, id, kind, control, party_id, date, due_date, amount)
    select org_id, id, 'invoice', 'receivable', customer_id, date, due_date, company_gross from invoices where status = 'posted';
insert into account_balances (org_id, account_id, month, closing, debit, credit)
    select org_id, account_id, date_trunc('month', date)::date, false, sum(debit), sum(credit) from entry_lines group by 1, 2, 3;
reset session_replication_role;
