-- A4 by what may post there, instead of by what may not: a new source of entries stays away from control accounts until it is
-- named here. `steward doctor --books` asks the same function.

create function posts_to_control(source text) returns boolean language sql immutable
set search_path = pg_catalog as $$
    select source in ('accounting.invoices', 'accounting.bills', 'accounting.credit_notes', 'accounting.debit_notes',
        'accounting.payments', 'accounting.revaluations')
$$;

create or replace function check_control_account() returns trigger language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
declare
    wrong record;
begin
    select a.heading, a.archived_at, posts_to_control(e.source) as of_documents into wrong
        from new_rows n join accounts a on a.org_id = n.org_id and a.id = n.account_id
        join entries e on e.org_id = n.org_id and e.id = n.entry_id
        where a.heading or (a.archived_at is not null and e.reverses is null)
            or (a.control is not null and (n.party_id is null or not posts_to_control(e.source)))
        order by 3 limit 1;
    if not found then
        return null;
    elsif wrong.heading then
        raise exception 'a heading gathers accounts and is not posted to'
            using errcode = 'check_violation', constraint = 'account_takes_postings', table = 'entry_lines';
    elsif wrong.archived_at is not null then
        raise exception 'an archived account is not posted to'
            using errcode = 'check_violation', constraint = 'account_archived', table = 'entry_lines';
    elsif not wrong.of_documents then
        raise exception 'a control account is posted to by documents only'
            using errcode = 'check_violation', constraint = 'control_account', table = 'entry_lines';
    else
        raise exception 'a line on a control account names its party'
            using errcode = 'check_violation', constraint = 'control_account_party', table = 'entry_lines';
    end if;
end $$;
