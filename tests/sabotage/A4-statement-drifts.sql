-- red: random_books_tie
-- A statement and the ledger disagree: a payment of the customer says more than its entry.
select set_config('steward.call', gen_random_uuid()::text, false);
update payments set amount = amount + 1, company_amount = company_amount + 1 where id = (select y.id from payments y join parties p on p.org_id = y.org_id and p.id = y.party_id where p.name = 'Zephyr Marine SRL' order by y.number limit 1);
