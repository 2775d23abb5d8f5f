-- red: random_lives_keep_the_books_in_order
-- An invoice is no longer the sum of its lines.
drop trigger invoice_immutable on invoice_lines;
select set_config('steward.call', gen_random_uuid()::text, false);
update invoice_lines set net = net + 1 where id = (select id from invoice_lines order by id limit 1);
