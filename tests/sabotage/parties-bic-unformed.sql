-- red: the_database_refuses_parts_that_do_not_hold
-- Anything may stand for a BIC.
alter table party_bank_accounts drop constraint party_bank_bic_form;
