-- red: open_items_are_brought_over_once
-- Two people bring the same invoice of the system before at once.
drop trigger opening_item_holds on invoices;
