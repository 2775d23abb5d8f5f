-- red: nothing_that_the_application_role_tries_in_sql_commits
-- An invoice can be made out to another company's party.
alter table invoices drop constraint invoices_org_id_customer_id_fkey;
