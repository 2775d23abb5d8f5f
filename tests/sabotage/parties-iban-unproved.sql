-- red: the_database_refuses_parts_that_do_not_hold
-- An IBAN with wrong check digits can be paid to.
alter table party_bank_accounts drop constraint party_bank_iban_holds;
