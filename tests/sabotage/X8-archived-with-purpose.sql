-- red: accounts_are_kept_and_archived
-- An account that postings look for goes out of use.
alter table accounts drop constraint account_archived_without_purpose;
