-- red: open_items_are_brought_over_once
-- An open item bears tax that was declared in the system before.
alter table invoices drop constraint opening_item_untaxed;
