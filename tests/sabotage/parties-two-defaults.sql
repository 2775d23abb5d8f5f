-- red: the_database_refuses_parts_that_do_not_hold
-- A party may have two billing addresses that are each the one to use.
alter table party_addresses drop constraint party_address_default_once;
