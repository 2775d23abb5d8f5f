-- The roles of a database that is not our private one; whoever runs this owns and migrates it.
do $$
declare
    wanted text;
begin
    foreach wanted in array array['steward_app', 'steward_login', 'steward_worker'] loop
        if not exists (select from pg_roles where rolname = wanted) then
            begin
                -- the application signs in once it has a password: alter role steward_app password '…'
                execute format('create role %I noinherit %s', wanted, case wanted when 'steward_login' then 'nologin' else 'login' end);
            exception when duplicate_object or unique_violation then null; -- somebody else was faster
            end;
        end if;
    end loop;
    -- The owner hands the sign-in functions to steward_login, and may serve as steward_app in development.
    foreach wanted in array array['steward_login', 'steward_app'] loop
        begin
            execute format('grant %I to current_user', wanted);
        exception when insufficient_privilege then
            if not pg_has_role(current_user, wanted, 'MEMBER') then raise; end if;
        end;
    end loop;
end
$$;
