-- red: the_database_refuses_parts_that_do_not_hold
-- A party lists one account twice.
alter table party_bank_accounts drop constraint party_bank_iban_once;
alter table party_bank_accounts drop constraint party_bank_number_once;
