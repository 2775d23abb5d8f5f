-- Disputes and dunning: what a customer contests, and how often and how sharply it was asked to pay.

create table invoice_disputes (
    org_id uuid not null,
    id uuid not null,
    invoice_id uuid not null,
    reason text not null,
    created_at timestamptz not null,
    settled_at timestamptz,
    -- how it was settled
    note text,
    primary key (org_id, id),
    foreign key (org_id, invoice_id) references invoices (org_id, id),
    constraint dispute_note_of_settled check (note is null or settled_at is not null)
);
create unique index dispute_open_once on invoice_disputes (org_id, invoice_id) where settled_at is null;
create index invoice_disputes_by_invoice on invoice_disputes (org_id, invoice_id);
call protect('invoice_disputes', 'select, insert, update');
call record_changes('invoice_disputes');

-- The steps of asking to be paid, in order of their days.
create table dunning_levels (
    org_id uuid not null references organizations (id),
    id uuid not null,
    name text not null,
    -- so many days after the due date, and after the level before by the difference
    days_overdue integer not null,
    -- in the company's currency; asked for in the notice, not in the books
    fee bigint constraint dunning_level_fee check (fee > 0),
    text text not null,
    version integer not null default 1,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    archived_at timestamptz,
    primary key (org_id, id),
    constraint dunning_level_days check (days_overdue between 1 and 3650)
);
create unique index dunning_level_once on dunning_levels (org_id, days_overdue) where archived_at is null;
call protect('dunning_levels', 'select, insert, update');

create procedure found_dunning_levels(org uuid, at timestamptz) language sql as $$
    insert into dunning_levels (org_id, id, name, days_overdue, text, created_at, updated_at)
    select org, gen_random_uuid(), l.name, l.days, l.text, at, at
    from (values
        ('Reminder', 7, 'You may have overlooked the invoices below. Please pay them within a week. If you have paid already, we thank you.'),
        ('Second reminder', 21, 'In spite of our reminder the invoices below are not paid. Please pay them within a week.'),
        ('Final notice', 35, 'The invoices below have been overdue for long. Unless they are paid within a week, we shall have the claim collected.'))
        as l (name, days, text)
$$;
revoke all on procedure found_dunning_levels(uuid, timestamptz) from public;
do $$
declare
    o record;
begin
    for o in select id, created_at from organizations loop
        call found_dunning_levels(o.id, o.created_at);
    end loop;
end $$;
call record_changes('dunning_levels');

create table dunning_runs (
    org_id uuid not null references organizations (id),
    id uuid not null,
    date date not null,
    created_at timestamptz not null,
    primary key (org_id, id)
);
call protect('dunning_runs', 'select, insert');
call record_changes('dunning_runs');

create table dunning_notices (
    org_id uuid not null,
    id uuid not null,
    number text not null,
    run_id uuid not null,
    party_id uuid not null,
    date date not null,
    -- the sharpest level of its invoices, as it was then
    level_id uuid not null,
    level_no integer not null,
    level_name text not null,
    text text not null,
    fee bigint,
    -- what is asked for, in the company's currency: the open amounts, without the fee
    total bigint not null check (total > 0),
    created_at timestamptz not null,
    cancelled_at timestamptz,
    primary key (org_id, id),
    constraint dunning_number_unique unique (org_id, number),
    foreign key (org_id, run_id) references dunning_runs (org_id, id),
    foreign key (org_id, party_id) references parties (org_id, id),
    foreign key (org_id, level_id) references dunning_levels (org_id, id)
);
create index dunning_notices_by_run on dunning_notices (org_id, run_id);
create index dunning_notices_by_party on dunning_notices (org_id, party_id, date);
call protect('dunning_notices', 'select, insert, update');
call record_changes('dunning_notices');

create table dunning_notice_lines (
    org_id uuid not null,
    id uuid not null,
    notice_id uuid not null,
    invoice_id uuid not null,
    level_id uuid not null,
    -- the days of its level
    level_days integer not null,
    due_date date not null,
    -- what was overdue, in the invoice's currency and the company's
    amount bigint not null check (amount > 0),
    company_amount bigint not null,
    cancelled boolean not null default false,
    primary key (org_id, id),
    foreign key (org_id, notice_id) references dunning_notices (org_id, id),
    foreign key (org_id, invoice_id) references invoices (org_id, id),
    foreign key (org_id, level_id) references dunning_levels (org_id, id)
);
create unique index dunned_once_a_level on dunning_notice_lines (org_id, invoice_id, level_id) where not cancelled;
create index dunning_notice_lines_by_notice on dunning_notice_lines (org_id, notice_id);
call protect('dunning_notice_lines', 'select, insert');
call record_changes('dunning_notice_lines');

-- A notice stays as it was sent; it can be cancelled, once, and its lines with it.
create function check_dunning_notice() returns trigger language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
begin
    if old.cancelled_at is not null or to_jsonb(new) - 'cancelled_at' <> to_jsonb(old) - 'cancelled_at' then
        raise exception 'a dunning notice stays as it is'
            using errcode = 'check_violation', constraint = 'dunning_notice_stays', table = 'dunning_notices';
    end if;
    update dunning_notice_lines set cancelled = true where org_id = new.org_id and notice_id = new.id;
    return new;
end $$;
create trigger dunning_notice_stays before update on dunning_notices for each row execute function check_dunning_notice();
revoke all on function check_dunning_notice() from public;

-- A settled dispute stays as it was.
create function check_dispute() returns trigger language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
begin
    if old.settled_at is not null or (new.org_id, new.id, new.invoice_id, new.reason, new.created_at)
            is distinct from (old.org_id, old.id, old.invoice_id, old.reason, old.created_at) then
        raise exception 'a dispute is settled once, and stays'
            using errcode = 'check_violation', constraint = 'dispute_stays', table = 'invoice_disputes';
    end if;
    return new;
end $$;
create trigger dispute_stays before update on invoice_disputes for each row execute function check_dispute();
revoke all on function check_dispute() from public;

-- Nobody asks them to pay.
alter table party_terms add column no_dunning boolean not null default false;

-- What customers have not paid in time and do not dispute, with the level that each invoice has reached next: in the company's
-- currency and its own. Instalments count by what of them was due. Who owes nothing in all is asked for nothing.
create function overdue_for_dunning(org uuid, day date, customer uuid) returns table (invoice_id uuid, party_id uuid, due_date date, amount bigint,
    company_amount bigint, level_id uuid, level_no bigint, level_days integer) language sql stable as $$
    with levels as (
        select l.id, l.days_overdue, row_number() over (order by l.days_overdue) as no
        from dunning_levels l where l.org_id = org and l.archived_at is null
    ), items as materialized (
        select o.id, o.kind, o.party_id, o.due_date, o.rest from open_items_on(org, day) o
        where o.control = 'receivable' and (customer is null or o.party_id = customer)
    ), owing as (
        select i.party_id from items i group by i.party_id having sum(i.rest) > 0
    ), late as (
        select i.id, i.party_id, s.due, s.rest, case when v.in_instalments
                then least(v.gross - settled.amount, due_before(org, i.id, day) - settled.amount) else v.gross - settled.amount end as amount
        from items i join invoices v on v.org_id = org and v.id = i.id
        cross join lateral (
            select coalesce(sum(a.amount), 0)::bigint as amount from allocations a
            where a.org_id = org and a.invoice_id = i.id and a.date <= day) settled
        cross join lateral (
            select min(x.due_date) as due, sum(x.rest)::bigint as rest
            from open_instalments(org, i.id, i.rest) x where x.rest > 0 and x.due_date < day and v.in_instalments
            union all select i.due_date, i.rest where not v.in_instalments and i.due_date < day) s
        where i.kind = 'invoice' and s.due is not null and i.party_id in (select o.party_id from owing o)
            and not exists (select from invoice_disputes d where d.org_id = org and d.invoice_id = i.id and d.settled_at is null)
            and not exists (select from party_terms t where t.org_id = org and t.party_id = i.party_id and t.no_dunning)
    )
    select l.id, l.party_id, l.due, l.amount, l.rest, next.id, next.no, next.days_overdue
    from late l
    left join lateral (
        select x.level_days, n.date from dunning_notice_lines x join dunning_notices n on n.org_id = x.org_id and n.id = x.notice_id
        where x.org_id = org and x.invoice_id = l.id and not x.cancelled order by x.level_days desc limit 1) was on true
    cross join lateral (
        -- a level whose days were changed since is not reached again by what was dunned at it
        select v.* from levels v where v.days_overdue > coalesce(was.level_days, 0) and not exists (
            select from dunning_notice_lines x where x.org_id = org and x.invoice_id = l.id and x.level_id = v.id and not x.cancelled)
        order by v.days_overdue limit 1) next
    where l.amount > 0 and day - l.due >= next.days_overdue
        and (was.date is null or day - was.date >= next.days_overdue - was.level_days)
$$;
grant execute on function overdue_for_dunning(uuid, date, uuid) to steward_app;
