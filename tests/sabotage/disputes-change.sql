-- red: the_database_keeps_notices_and_disputes_as_they_are
drop trigger dispute_stays on invoice_disputes;
