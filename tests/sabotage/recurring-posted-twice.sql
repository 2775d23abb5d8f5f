-- red: a_recurring_entry_is_posted_once_for_each_date
-- A recurring entry is posted twice for one date.
drop index occurrence_once;
