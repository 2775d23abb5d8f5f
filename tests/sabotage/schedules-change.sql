-- red: amounts_are_spread_over_months
-- A schedule spreads another amount than it was set up with.
drop trigger schedule_kept on schedules;
