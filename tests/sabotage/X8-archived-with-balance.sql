-- red: accounts_are_kept_and_archived
-- An account that holds something goes out of use.
drop trigger account_archived_empty on accounts;
