-- Payment runs: bills that are due, proposed, approved by somebody else, and paid at once.

create table payment_runs (
    org_id uuid not null references organizations (id),
    id uuid not null,
    -- given at approval
    number text,
    status text not null default 'draft' check (status in ('draft', 'approved', 'posted', 'reversed', 'cancelled')),
    date date not null,
    -- none where the bills were named
    due_until date,
    currency text not null check (currency ~ '^[A-Z]{3}$'),
    -- the account that pays; the company's bank account where there is none
    account_id uuid,
    created_by uuid not null,
    -- who changed it last
    changed_by uuid,
    approved_by uuid,
    approved_at timestamptz,
    -- why it was cancelled or reversed
    reason text,
    version integer not null default 1,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    primary key (org_id, id),
    constraint payment_run_number_unique unique (org_id, number),
    constraint payment_run_numbered check ((status = 'draft') = (number is null)),
    constraint payment_run_approved check ((status = 'draft') = (approved_by is null) and (approved_by is null) = (approved_at is null)),
    constraint payment_run_four_eyes check (approved_by <> created_by and (changed_by is null or approved_by <> changed_by)),
    foreign key (org_id, account_id) references accounts (org_id, id),
    foreign key (org_id, created_by) references users (org_id, id),
    foreign key (org_id, changed_by) references users (org_id, id),
    foreign key (org_id, approved_by) references users (org_id, id)
);
call protect('payment_runs', 'select, insert, update, delete');
call record_changes('payment_runs');

create table payment_run_lines (
    org_id uuid not null,
    id uuid not null,
    run_id uuid not null,
    bill_id uuid not null,
    -- what is paid of the bill
    amount bigint not null check (amount > 0),
    -- whether the run is still to be posted
    open boolean not null default true,
    payment_id uuid,
    primary key (org_id, id),
    constraint payment_run_line_once unique (org_id, run_id, bill_id),
    foreign key (org_id, run_id) references payment_runs (org_id, id),
    foreign key (org_id, bill_id) references invoices (org_id, id),
    foreign key (org_id, payment_id) references payments (org_id, id)
);
-- nobody proposes to pay a bill that another run is about to pay
create unique index payment_run_bill_once on payment_run_lines (org_id, bill_id) where open;
create index payment_run_lines_by_payment on payment_run_lines (org_id, payment_id) where payment_id is not null;
call protect('payment_run_lines', 'select, insert, update, delete');
call record_changes('payment_run_lines');

-- What was approved is what is paid: from then on a run only takes its steps.
create function keep_payment_run() returns trigger language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
begin
    if tg_op = 'DELETE' then
        if old.status = 'draft' then
            return old;
        end if;
    elsif old.status = 'draft' and new.status in ('draft', 'approved')
        or (old.status, new.status) in (('approved', 'posted'), ('approved', 'cancelled'), ('posted', 'reversed'))
            and (old.number, old.date, old.currency, old.account_id, old.created_by, old.changed_by, old.approved_by, old.approved_at)
                is not distinct from (new.number, new.date, new.currency, new.account_id, new.created_by, new.changed_by, new.approved_by, new.approved_at)
    then
        return new;
    end if;
    raise exception 'a payment run is drafted, approved, and posted or cancelled'
        using errcode = 'check_violation', constraint = 'payment_run_steps', table = 'payment_runs';
end $$;
create trigger payment_run_steps before update or delete on payment_runs for each row execute function keep_payment_run();

create function keep_payment_run_line() returns trigger language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
declare
    line payment_run_lines := case when tg_op = 'DELETE' then old else new end;
begin
    if (select r.status from payment_runs r where r.org_id = line.org_id and r.id = line.run_id for no key update) <> 'draft'
        and not (tg_op = 'UPDATE' and (old.run_id, old.bill_id, old.amount) = (new.run_id, new.bill_id, new.amount)
            and (old.payment_id is null or old.payment_id = new.payment_id))
    then
        raise exception 'what was approved is what is paid'
            using errcode = 'check_violation', constraint = 'payment_run_line_kept', table = 'payment_run_lines';
    end if;
    return line;
end $$;
create trigger payment_run_line_kept before insert or update or delete on payment_run_lines for each row
    execute function keep_payment_run_line();

-- A run that is posted or cancelled holds its bills no longer.
create function free_payment_run_lines() returns trigger language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
begin
    update payment_run_lines l set open = false where l.org_id = new.org_id and l.run_id = new.id and l.open;
    return null;
end $$;
create trigger free_lines after update of status on payment_runs for each row
    when (new.status not in ('draft', 'approved')) execute function free_payment_run_lines();

-- The lines of a run that is posted name what paid them.
create function check_payment_run() returns trigger language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
begin
    if exists (select from payment_run_lines l where l.org_id = new.org_id and l.run_id = new.id and l.payment_id is null) then
        raise exception 'a posted run has paid all its bills'
            using errcode = 'check_violation', constraint = 'payment_run_paid', table = 'payment_runs';
    end if;
    return null;
end $$;
create constraint trigger payment_run_paid after update on payment_runs deferrable initially deferred
    for each row when (new.status = 'posted') execute function check_payment_run();

revoke all on function keep_payment_run(), keep_payment_run_line(), free_payment_run_lines(), check_payment_run() from public;
