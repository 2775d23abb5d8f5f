-- red: the_database_refuses_parts_that_do_not_hold
-- Two contacts are each to be spoken to first.
alter table party_contacts drop constraint party_contact_primary_once;
