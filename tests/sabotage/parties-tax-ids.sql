-- red: the_database_refuses_parts_that_do_not_hold
-- A tax id may stand twice, and in any form.
alter table party_tax_ids drop constraint party_tax_id_once;
alter table party_tax_ids drop constraint party_tax_id_form;
