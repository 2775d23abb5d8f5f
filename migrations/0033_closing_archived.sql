-- Closing a year takes the result out of every account of profit or loss, also of one that is out of use since: nothing new is
-- posted to it, and what the year had there goes to retained earnings. Everything else stays away from archived accounts.

create or replace function check_control_account() returns trigger language plpgsql security definer
set search_path = pg_catalog, public, pg_temp as $$
declare
    wrong record;
begin
    select a.heading, a.archived_at, posts_to_control(e.source) as of_documents into wrong
        from new_rows n join accounts a on a.org_id = n.org_id and a.id = n.account_id
        join entries e on e.org_id = n.org_id and e.id = n.entry_id
        where a.heading or (a.archived_at is not null and e.reverses is null and e.source <> 'accounting.fiscal_years')
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
