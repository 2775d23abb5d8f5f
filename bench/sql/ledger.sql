-- Three companies whose ledgers are ten times as long each: 10,000, 100,000 and 1,000,000 lines over two years. Every
-- invoice is paid after forty days, so that a day some time ago had as much open as today.
set session_replication_role = replica;
set synchronous_commit = off;

create temp table l as
    select n, s.code, s.lines / 5 as documents, bench.id(2, n) as org
    from (values (1, 'l10k', 10000), (2, 'l100k', 100000), (3, 'l1m', 1000000)) as s (n, code, lines);
insert into organizations (id, code, name, currency, zone, created_at)
    select l.org, l.code, 'Ledger ' || l.code, b.currency, b.zone, b.created_at from organizations b, o, l where b.id = o.org;
insert into accounts select (jsonb_populate_record(a, jsonb_build_object('org_id', l.org))).* from accounts a, o, l where a.org_id = o.org;
insert into journals select (jsonb_populate_record(j, jsonb_build_object('org_id', l.org))).* from journals j, o, l where j.org_id = o.org;
insert into tax_codes select (jsonb_populate_record(t, jsonb_build_object('org_id', l.org))).* from tax_codes t, o, l where t.org_id = o.org;
insert into tax_rates select (jsonb_populate_record(r, jsonb_build_object('org_id', l.org))).* from tax_rates r, o, l where r.org_id = o.org;
insert into users (org_id, id, email, name, password_hash, roles, created_at)
    select l.org, gen_random_uuid(), 'accountant@' || l.code || '.example', 'Accountant', current_setting('bench.hash'), array['accountant'], now() from l;
insert into parties (org_id, id, number, name, name_key, skeleton, kinds, created_at, updated_at)
    select l.org, bench.id(10, i), 'P-' || bench.padded(i), 'Customer ' || i || ' Ltd', 'customer ' || i || ' ltd', 'customer' || i || 'ltd',
        array['customer'], o.at, o.at from l, o, generate_series(1, 1000) i;

-- A document and its payment are five lines; the accounts of income take turns.
create temp table income as
    select l.org, a.id, row_number() over (partition by l.org order by a.code) - 1 as n, count(*) over (partition by l.org) as many
    from l join accounts a on a.org_id = l.org and a.type = 'income' and not a.heading;
create temp table x as
    select l.org, i, date, extract(year from date)::int as year,
        row_number() over (partition by l.org, extract(year from date) order by date, i) as n,
        bench.id(10, 1 + (i * 7919) % 1000) as party, 100 * (50 + (i * 37) % 900) as net, inc.id as income,
        case when date + 40 < current_date then date + 40 end as paid
    from (select l.org, i, current_date - 730 + (i::bigint * 730 / l.documents)::int as date from l, generate_series(1, l.documents) i) y
    join l using (org) join income inc on inc.org = l.org and inc.n = i % inc.many;
create temp table y as
    select org, i, paid as date, extract(year from paid)::int as year, party, net * 6 / 5 as amount,
        row_number() over (partition by org, extract(year from paid) order by paid, i) as n
    from x where paid is not null;
-- Numbers of entries go on after those of the invoices of the year.
create temp table first as select org, year, max(n) as n from x group by org, year;
create temp table account as select l.org, a.purpose, a.id from l join accounts a on a.org_id = l.org and a.purpose in ('receivable', 'tax', 'bank');

insert into entries (org_id, id, number, date, memo, source, source_id, created_at, journal_id)
    select x.org, bench.id(30, i), 'JE-' || year || '-' || bench.padded(n), date, 'Invoice INV-' || year || '-' || bench.padded(n),
        'accounting.invoices', bench.id(20, i), o.at, j.id
    from x join journals j on j.org_id = x.org and j.kind = 'sales' and j.is_default cross join o
    union all
    select y.org, bench.id(34, i), 'JE-' || y.year || '-' || bench.padded(y.n + coalesce(f.n, 0)), y.date, 'Payment PAY-' || y.year || '-' || bench.padded(y.n),
        'accounting.payments', bench.id(60, i), o.at, j.id
    from y join journals j on j.org_id = y.org and j.kind = 'bank' and j.is_default left join first f on f.org = y.org and f.year = y.year cross join o;
insert into entry_lines (org_id, id, entry_id, line_no, account_id, party_id, date, currency, debit, credit)
    select x.org, bench.id(30 + s.n, i), bench.id(30, i), s.n, s.account, case when s.n = 1 then party end, date, 'EUR', s.debit, s.credit
    from x join account r on r.org = x.org and r.purpose = 'receivable' join account t on t.org = x.org and t.purpose = 'tax'
    cross join lateral (values (1, r.id, net * 6 / 5, 0), (2, income, 0, net), (3, t.id, 0, net / 5)) as s (n, account, debit, credit)
    union all
    select y.org, bench.id(34 + s.n, i), bench.id(34, i), s.n, s.account, case when s.n = 2 then party end, date, 'EUR', s.debit, s.credit
    from y join account r on r.org = y.org and r.purpose = 'receivable' join account b on b.org = y.org and b.purpose = 'bank'
    cross join lateral (values (1, b.id, amount, 0), (2, r.id, 0, amount)) as s (n, account, debit, credit);
insert into invoices (org_id, id, version, number, customer_id, status, date, due_date, currency, net, tax, gross, entry_id, created_at, updated_at,
        company_net, company_tax, company_gross)
    select x.org, bench.id(20, i), 2, 'INV-' || year || '-' || bench.padded(n), party, 'posted', date, date + 30, 'EUR', net, net / 5, net * 6 / 5,
        bench.id(30, i), o.at, o.at, net, net / 5, net * 6 / 5 from x, o;
insert into invoice_lines (org_id, id, invoice_id, line_no, description, quantity, unit, unit_price, tax_code_id, tax_rate, account_id, net)
    select x.org, bench.id(21, i), bench.id(20, i), 1, 'Desk', 1, 'pieces', net / 100.0, t.id, 20, income, net
    from x join tax_codes t on t.org_id = x.org and t.is_default;
insert into document_taxes (org_id, id, invoice_id, tax_code_id, rate, reverse_charge, net, tax, company_net, company_tax)
    select x.org, bench.id(50, i), bench.id(20, i), t.id, 20, false, net, net / 5, net, net / 5
    from x join tax_codes t on t.org_id = x.org and t.is_default;
insert into payments (org_id, id, number, party_id, date, amount, currency, account_id, entry_id, created_at, company_amount)
    select y.org, bench.id(60, i), 'PAY-' || year || '-' || bench.padded(n), party, date, amount, 'EUR', b.id, bench.id(34, i), o.at, amount
    from y join account b on b.org = y.org and b.purpose = 'bank' cross join o;
insert into allocations (org_id, id, invoice_id, payment_id, party_id, date, amount, created_at, company_amount, source_company_amount)
    select y.org, bench.id(61, i), bench.id(20, i), bench.id(60, i), party, date, amount, o.at, amount, amount from y, o;
insert into number_series (org_id, series, year, last)
    select org, 'INV', year, max(n) from x group by org, year
    union all select org, 'PAY', year, max(n) from y group by org, year
    union all select org, 'JE', year, sum(n) from (select org, year, max(n) as n from x group by 1, 2 union all select org, year, max(n) from y group by 1, 2) b group by org, year
    union all select org, 'P', 0, 1000 from l;
-- What triggers keep beside them.
insert into open_items (org_id, id, kind, control, party_id, date, due_date, amount, settled, settled_on, first_settled_on)
    select x.org, bench.id(20, i), 'invoice', 'receivable', party, date, date + 30, net * 6 / 5, case when paid is null then 0 else net * 6 / 5 end, paid, paid from x
    union all
    select org, bench.id(60, i), 'payment', 'receivable', party, date, null, -amount, amount, date, date from y;
insert into account_balances (org_id, account_id, month, closing, debit, credit)
    select org_id, account_id, date_trunc('month', date)::date, false, sum(debit), sum(credit) from entry_lines join l on l.org = org_id group by 1, 2, 3;
reset session_replication_role;
