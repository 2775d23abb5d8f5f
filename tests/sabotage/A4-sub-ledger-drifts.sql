-- red: random_lives_keep_the_books_in_order
-- A payment says more than the ledger does.
select set_config('steward.call', gen_random_uuid()::text, false);
update payments set amount = amount + 1, company_amount = company_amount + 1 where id = (select id from payments order by number limit 1);
