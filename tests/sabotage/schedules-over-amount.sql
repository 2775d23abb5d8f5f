-- red: amounts_are_spread_over_months
-- A schedule posts more than its amount.
drop trigger schedule_within_amount on occurrences;
