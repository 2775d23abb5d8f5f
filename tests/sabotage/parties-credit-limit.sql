-- red: the_database_refuses_parts_that_do_not_hold
-- A credit limit below nothing, in a currency that is none.
alter table parties drop constraint party_credit_limit_not_negative;
alter table parties drop constraint party_currency_form;
