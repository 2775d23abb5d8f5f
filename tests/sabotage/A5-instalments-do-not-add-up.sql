-- red: the_database_refuses_instalments_that_do_not_add_up
-- Instalments come to something else than their document.
drop trigger instalments_add_up on document_instalments;
