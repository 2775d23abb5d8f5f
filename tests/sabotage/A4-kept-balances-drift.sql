-- red: the_kept_balances_are_the_sums_of_the_lines
-- The balances that are kept are one off.
update account_balances set debit = debit + 1 where (org_id, account_id) in (select org_id, account_id from account_balances limit 1);
