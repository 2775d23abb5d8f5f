-- red: every_table_is_protected_and_captured
-- A bank account changes and nobody knows.
drop trigger captured_update on party_bank_accounts;
