-- red: every_table_is_protected_and_captured an_invoice_is_drafted_posted_paid_and_reversed
-- A whole table is written without a trace.
drop trigger captured_insert on entry_lines;
drop trigger captured_update on entry_lines;
drop trigger captured_delete on entry_lines;
