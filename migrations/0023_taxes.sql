-- Rates of taxes that stay for what is posted, and open foreign amounts restated at the rate of a day.

-- A6: a rate that posted documents were priced by stays: none begins or goes on a day before the last of them.
grant delete on tax_rates to steward_app;
create function check_tax_rate() returns trigger language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
declare
    moved tax_rates := coalesce(new, old);
begin
    if exists (select from invoices i join document_taxes t on t.org_id = i.org_id and t.invoice_id = i.id
            where i.org_id = moved.org_id and i.status = 'posted' and i.date >= moved.valid_from and t.tax_code_id = moved.tax_code_id) then
        raise exception 'documents are posted with this tax code on % or later', moved.valid_from
            using errcode = 'check_violation', constraint = 'tax_rate_in_use', table = 'tax_rates';
    end if;
    return coalesce(new, old);
end $$;
create trigger tax_rate_holds before insert or update or delete on tax_rates for each row execute function check_tax_rate();
revoke all on function check_tax_rate() from public;

-- A7: what is open in foreign currency, restated at the rate of a day and taken back the day after.
create table revaluations (
    org_id uuid not null references organizations (id),
    id uuid not null,
    date date not null,
    gain bigint not null check (gain >= 0),
    loss bigint not null check (loss >= 0),
    entry_id uuid not null,
    reversal_entry_id uuid not null,
    reversed_at timestamptz,
    reason text,
    created_at timestamptz not null,
    primary key (org_id, id),
    constraint revaluation_posted_once unique (org_id, entry_id),
    foreign key (org_id, entry_id) references entries (org_id, id),
    foreign key (org_id, reversal_entry_id) references entries (org_id, id)
);
create unique index revaluation_once_a_day on revaluations (org_id, date) where reversed_at is null;
call protect('revaluations', 'select, insert, update');
call record_changes('revaluations');

create table revaluation_lines (
    org_id uuid not null,
    id uuid not null,
    revaluation_id uuid not null,
    -- a document, or an account that is kept in a foreign currency
    invoice_id uuid,
    account_id uuid,
    party_id uuid,
    currency text not null,
    open bigint not null,
    rate numeric not null check (rate > 0),
    -- in the company's currency: as the books had it, and by how much more it is
    company_open bigint not null,
    amount bigint not null,
    primary key (org_id, id),
    constraint revaluation_line_of_one check (num_nonnulls(invoice_id, account_id) = 1 and (invoice_id is null) = (party_id is null)),
    constraint revaluation_line_once unique nulls not distinct (org_id, revaluation_id, invoice_id, account_id, currency),
    foreign key (org_id, revaluation_id) references revaluations (org_id, id),
    foreign key (org_id, invoice_id) references invoices (org_id, id),
    foreign key (org_id, account_id) references accounts (org_id, id),
    foreign key (org_id, party_id) references parties (org_id, id)
);
call protect('revaluation_lines', 'select, insert');
call record_changes('revaluation_lines');

-- A revaluation stays as it was posted; it is only marked as taken back, once.
create function check_revaluation() returns trigger language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
begin
    if old.reversed_at is not null
        or to_jsonb(new) - 'reversed_at' - 'reason' <> to_jsonb(old) - 'reversed_at' - 'reason' then
        raise exception 'a revaluation stays as it was posted'
            using errcode = 'check_violation', constraint = 'revaluation_stays', table = 'revaluations';
    end if;
    return new;
end $$;
create trigger revaluation_holds before update on revaluations for each row execute function check_revaluation();
revoke all on function check_revaluation() from public;
