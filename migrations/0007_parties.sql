-- What belongs to a party beside its name: addresses, contacts, tax ids, bank accounts. Archiving. Look-alike names.

alter table parties
    add column currency text constraint party_currency_form check (currency ~ '^[A-Z]{3}$'),
    -- minor units of `currency`, or of the company's where the party has none
    add column credit_limit bigint constraint party_credit_limit_not_negative check (credit_limit >= 0),
    add column archived_at timestamptz,
    -- what the name looks like, written by the application (UTS 39): null until a party that was there before and whose
    -- name is not plain ASCII is changed
    add column skeleton text;
create index parties_by_skeleton on parties (org_id, skeleton);

-- As the application does it, for plain ASCII: lower case, letters and digits only, 0 as o, 1 and i as l, m as rn.
-- The column is technical and is not recorded; triggers stand still while it is filled, since no call fills it.
alter table parties disable trigger user;
update parties set skeleton = replace(translate(regexp_replace(lower(name), '[^a-z0-9]', '', 'g'), '01i', 'oll'), 'm', 'rn')
    where name ~ '^[ -~]+$';
alter table parties enable trigger user;
drop trigger captured_insert on parties;
drop trigger captured_update on parties;
drop trigger captured_delete on parties;
drop trigger id_immutable on parties;
call record_changes('parties', 'skeleton');

create table party_addresses (
    org_id uuid not null,
    id uuid not null,
    party_id uuid not null,
    line_no integer not null,
    kind text not null check (kind in ('billing', 'shipping', 'other')),
    lines text[] not null check (cardinality(lines) > 0),
    city text not null,
    region text,
    postal_code text,
    country text not null check (country ~ '^[A-Z]{2}$'),
    is_default boolean not null,
    primary key (org_id, id),
    foreign key (org_id, party_id) references parties (org_id, id),
    -- deferred, so that two addresses can change places in one call
    constraint party_address_default_once exclude using btree (org_id with =, party_id with =, kind with =)
        where (is_default) deferrable initially deferred
);
create index party_addresses_by_party on party_addresses (org_id, party_id, line_no);
call protect('party_addresses', 'select, insert, update, delete', '(select current_scope()) = ''org'' or party_id = (select current_party())');
call record_changes('party_addresses');

create table party_contacts (
    org_id uuid not null,
    id uuid not null,
    party_id uuid not null,
    line_no integer not null,
    name text not null check (name <> ''),
    position text,
    email text,
    phone text,
    is_primary boolean not null,
    primary key (org_id, id),
    foreign key (org_id, party_id) references parties (org_id, id),
    constraint party_contact_primary_once exclude using btree (org_id with =, party_id with =)
        where (is_primary) deferrable initially deferred
);
create index party_contacts_by_party on party_contacts (org_id, party_id, line_no);
call protect('party_contacts', 'select, insert, update, delete', '(select current_scope()) = ''org'' or party_id = (select current_party())');
call record_changes('party_contacts');

create table party_tax_ids (
    org_id uuid not null,
    id uuid not null,
    party_id uuid not null,
    line_no integer not null,
    country text not null check (country ~ '^[A-Z]{2}$'),
    kind text not null check (kind in ('vat', 'other')),
    value text not null,
    primary key (org_id, id),
    foreign key (org_id, party_id) references parties (org_id, id),
    constraint party_tax_id_form check (value <> '' and (kind <> 'vat' or value ~ '^[A-Z0-9+*]+$')),
    constraint party_tax_id_once unique (org_id, party_id, country, kind, value) deferrable initially deferred
);
create index party_tax_ids_by_value on party_tax_ids (org_id, value);
call protect('party_tax_ids', 'select, insert, update, delete', '(select current_scope()) = ''org'' or party_id = (select current_party())');
call record_changes('party_tax_ids');

-- ISO 13616: the first four characters go to the end, letters count as 10 to 35, and the remainder by 97 is 1.
create function iban_holds(iban text) returns boolean language sql immutable strict parallel safe as $$
    select iban ~ '^[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}$' and 1 = (
        select string_agg(case when c ~ '[0-9]' then c else (ascii(c) - 55)::text end, '' order by i)::numeric % 97
        from regexp_split_to_table(substr(iban, 5) || substr(iban, 1, 4), '') with ordinality as digits (c, i)
        where iban ~ '^[A-Z0-9]+$')
$$;

create table party_bank_accounts (
    org_id uuid not null,
    id uuid not null,
    party_id uuid not null,
    line_no integer not null,
    holder text not null check (holder <> ''),
    iban text,
    account_number text,
    bank_code text,
    bic text,
    currency text check (currency ~ '^[A-Z]{3}$'),
    primary key (org_id, id),
    foreign key (org_id, party_id) references parties (org_id, id),
    constraint party_bank_iban_holds check (iban_holds(iban)),
    constraint party_bank_bic_form check (bic ~ '^[A-Z]{6}[A-Z0-9]{2}([A-Z0-9]{3})?$'),
    -- an IBAN, or a number at a bank
    constraint party_bank_account_known check (
        (iban is not null and account_number is null and bank_code is null)
        or (iban is null and account_number is not null and bank_code is not null)),
    constraint party_bank_iban_once unique (org_id, party_id, iban) deferrable initially deferred,
    constraint party_bank_number_once unique (org_id, party_id, bank_code, account_number) deferrable initially deferred
);
create index party_bank_accounts_by_party on party_bank_accounts (org_id, party_id, line_no);
call protect('party_bank_accounts', 'select, insert, update, delete', '(select current_scope()) = ''org'' or party_id = (select current_party())');
call record_changes('party_bank_accounts');
