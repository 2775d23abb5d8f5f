-- What people and the agent said to each other. A conversation is its owner's only.

create table conversations (
    org_id uuid not null references organizations (id),
    id uuid not null,
    owner_id uuid not null,
    title text not null,
    -- the open question or interrupt, and what the last turn did; null when nothing is pending
    state jsonb,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    primary key (org_id, id),
    foreign key (org_id, owner_id) references users (org_id, id)
);
create index conversations_by_owner on conversations (org_id, owner_id, updated_at desc);
call protect('conversations', 'select, insert, update, delete', 'owner_id = (select current_person())');

create table messages (
    org_id uuid not null,
    id uuid not null,
    conversation_id uuid not null,
    seq bigint generated always as identity,
    role text not null check (role in ('user', 'assistant', 'tool')),
    content jsonb not null,
    created_at timestamptz not null,
    primary key (org_id, id),
    foreign key (org_id, conversation_id) references conversations (org_id, id) on delete cascade
);
create index messages_by_conversation on messages (org_id, conversation_id, seq);
call protect('messages', 'select, insert',
    'exists (select from conversations c where c.org_id = messages.org_id and c.id = conversation_id)');
