-- red: accounts_are_kept_and_archived
-- A journal becomes one of closing entries, and its entries count no more.
drop trigger journal_kind_stays on journals;
