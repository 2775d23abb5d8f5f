-- red: reports_say_what_the_lines_say
-- Balances are no longer kept as entries are posted.
drop trigger balances_kept on entry_lines;
