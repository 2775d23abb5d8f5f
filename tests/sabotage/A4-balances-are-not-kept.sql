-- red: the_kept_balances_are_the_sums_of_the_lines nobody_posts_into_a_period_while_it_closes reports_say_what_the_lines_say
-- What is posted does not reach the balances.
drop trigger balances_kept on entry_lines;
