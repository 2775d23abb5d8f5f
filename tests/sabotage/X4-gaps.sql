-- red: random_lives_keep_the_books_in_order
-- The series jumps.
update number_series set last = last + 1 where series = 'INV' and year = 2026;
