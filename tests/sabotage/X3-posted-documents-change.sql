-- red: the_database_refuses_what_the_books_must_not_hold
-- Posted invoices can be edited.
drop trigger invoice_immutable on invoices;
drop trigger invoice_immutable on invoice_lines;
