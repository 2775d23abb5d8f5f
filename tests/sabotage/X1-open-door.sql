-- red: without_an_organisation_there_are_no_rows
-- One permissive policy too many.
create policy hole on invoices to steward_app using (true);
