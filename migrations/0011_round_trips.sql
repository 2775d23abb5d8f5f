-- Fewer messages between the gate and the database: what a call's ends do, they do at once. And what they look for is found
-- at once, however much is there.

-- The changes of a call stand together. There is no index by (organisation, id) any more: walking it to the last few rows of
-- an organisation looked cheap to a plan that was made while it had few.
alter table changes drop constraint changes_pkey;
alter table changes add constraint changes_pkey primary key (org_id, call_id, id);
drop index changes_by_call;

-- The first statement of every call: sets whose rows are visible, checks that the rights the caller was
-- admitted with still hold and that the session or key they came with does (in the same statement), and claims the
-- idempotency key (a twin waits here, then finds the stored answer).
-- VOLATILE at READ COMMITTED: each statement inside sees afresh what a twin has committed meanwhile.
create or replace function begin_call(org uuid, person uuid, scope text, rights integer, call uuid, lock_timeout_ms integer,
    op text, idempotency_key text, pass uuid)
returns table (outcome text, body_hash bytea, answer jsonb) language plpgsql volatile as $$
begin
    perform set_config('steward.org', org::text, true), set_config('steward.person', person::text, true),
        set_config('steward.scope', scope, true), set_config('steward.call', call::text, true),
        set_config('steward.pass', coalesce(pass::text, ''), true), set_config('lock_timeout', lock_timeout_ms::text, true);
    -- one small question for each way of coming in: most calls come with a session, and ask no other
    if pass is null then
        perform 1 from users u where u.org_id = org and u.id = person and u.active and u.rights_version = rights;
    else
        perform 1 from users u join sessions s on s.org_id = org and s.id = pass and s.user_id = person
            and s.ended_at is null and s.expires_at > now()
            where u.org_id = org and u.id = person and u.active and u.rights_version = rights;
        if not found then
            perform 1 from users u join api_keys k on k.org_id = org and k.id = pass and k.user_id = person
                and k.revoked_at is null and (k.expires_at is null or k.expires_at > now())
                where u.org_id = org and u.id = person and u.active and u.rights_version = rights;
        end if;
    end if;
    if not found then
        perform 1 from users u where u.org_id = org and u.id = person and u.active and u.rights_version = rights;
        return query select case when found then 'signed_out' else 'stale_rights' end, null::bytea, null::jsonb;
        return;
    end if;
    if idempotency_key is not null then
        perform pg_advisory_xact_lock(hashtextextended(org::text || person::text || op || idempotency_key, 0));
        return query select 'replay', i.body_hash, i.answer from idempotency i
            where i.org_id = org and i.actor_id = person and i.operation = op and i.key = idempotency_key;
        if found then return; end if;
    end if;
    return query values ('go', null::bytea, null::jsonb);
end $$;

-- The last statement of every call's work: meets every deferred check now, so that a preview meets them too,
-- and hands back what changed, saying of each row whether this person could read it. What is written from then on belongs
-- to the plan's next call, where there is one.
drop function settle_call();
create function settle_call(next_call uuid)
returns table (table_name text, record_id uuid, op text, before jsonb, after jsonb, visible boolean)
language plpgsql volatile as $$
declare
    t text;
    seen uuid[] := '{}';
    readable uuid[];
    org uuid := current_org();
    call uuid := current_call();
    whole boolean := current_scope() = 'org';
begin
    set constraints all immediate;
    set constraints all deferred;
    if not whole then
        for t in select distinct c.table_name from changes c where c.org_id = org and c.call_id = call loop
            execute format('select coalesce(array_agg(id), ''{}'') from %I where org_id = $1 and id in
                (select record_id from changes where org_id = $1 and call_id = $2)', t) into readable using org, call;
            seen := seen || readable;
        end loop;
    end if;
    return query select c.table_name, c.record_id, c.op, c.before, c.after,
            whole or c.op = 'delete' or c.record_id = any (seen)
        from changes c where c.org_id = org and c.call_id = call order by c.id;
    if next_call is not null then
        perform set_config('steward.call', next_call::text, true);
    end if;
end $$;

-- The record of what was done, with what was read behind a mask, and the answer that an idempotency key brings again:
-- everything that is written when a plan has run. Whose it is, is what begin_call has set.
create function record_done(done jsonb) returns void language plpgsql volatile as $$
declare
    org uuid := current_org();
    person uuid := current_person();
begin
    if done ? 'calls' then
        insert into calls (org_id, id, plan_id, position, actor_id, surface, agent, conversation_id, request_id,
                reason, operation, effect, input, output, sentence, undo, undoes, approval_id, created_at)
            select org, c.id, d.plan_id, c.position, person, d.surface, d.agent, d.conversation_id, d.request_id,
                d.reason, c.operation, c.effect, c.input, c.output, c.sentence, nullif(c.undo, 'null'), c.undoes, d.approval_id, d.at
            from jsonb_to_record(done) as d (plan_id uuid, surface text, agent boolean, conversation_id uuid, request_id text,
                reason text, approval_id uuid, at timestamptz),
            jsonb_to_recordset(done -> 'calls') as c (id uuid, position int, operation text, effect text, input jsonb,
                output jsonb, sentence text, undo jsonb, undoes uuid);
    end if;
    if done ? 'accesses' then
        insert into accesses (org_id, id, actor_id, surface, agent, conversation_id, request_id, operation, input, records,
                masks, created_at)
            select org, r.* from jsonb_to_recordset(done -> 'accesses') as r (id uuid, actor_id uuid, surface text, agent boolean,
                conversation_id uuid, request_id text, operation text, input jsonb, records uuid[], masks text[],
                created_at timestamptz);
    end if;
    if done ? 'kept' then
        -- now and then the person's old ones go
        if done ? 'forget_before' then
            delete from idempotency i where i.org_id = org and i.actor_id = person
                and i.created_at < (done ->> 'forget_before')::timestamptz;
        end if;
        insert into idempotency (org_id, actor_id, operation, key, body_hash, answer, created_at)
            select org, person, k.operation, k.key, decode(k.body_hash, 'hex'), k.answer, k.created_at
            from jsonb_to_record(done -> 'kept') as k (operation text, key text, body_hash text, answer jsonb, created_at timestamptz);
    end if;
end $$;
