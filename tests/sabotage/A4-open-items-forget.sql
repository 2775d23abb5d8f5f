-- red: random_books_tie
-- A reversed payment stays among what is open.
drop trigger item_reversed on entries;
