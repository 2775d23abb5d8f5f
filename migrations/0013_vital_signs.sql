-- What an operator watches across all organisations: two counts, and no row of anybody.
create policy login on approvals for select to steward_login using (true);
grant select (status, expires_at) on approvals to steward_login;
create index approvals_open on approvals (expires_at) where status = 'pending';
grant select on sequence calls_seq_seq to steward_login;

create function vital_signs(at timestamptz)
returns table (approvals_waiting bigint, log_head bigint) language sql stable security definer
set search_path = pg_catalog, public, pg_temp as $$
    select (select count(*) from approvals where status = 'pending' and expires_at > at),
        coalesce(pg_sequence_last_value('public.calls_seq_seq'::regclass), 0)
$$;
grant create on schema public to steward_login;
alter function vital_signs(timestamptz) owner to steward_login;
revoke create on schema public from steward_login;
revoke all on function vital_signs(timestamptz) from public;
grant execute on function vital_signs(timestamptz) to steward_app;
