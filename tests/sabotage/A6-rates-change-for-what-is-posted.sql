-- red: a_rate_changes_on_a_day_and_old_documents_keep_theirs
-- A tax code may have another rate on days whose documents are posted.
drop trigger tax_rate_holds on tax_rates;
