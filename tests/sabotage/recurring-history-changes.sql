-- red: a_recurring_entry_is_posted_once_for_each_date
-- What was posted of a recurring entry is taken back by any entry.
drop trigger occurrence_kept on occurrences;
