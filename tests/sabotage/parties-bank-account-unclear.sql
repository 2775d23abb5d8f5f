-- red: the_database_refuses_parts_that_do_not_hold
-- An account without the bank it is at.
alter table party_bank_accounts drop constraint party_bank_account_known;
