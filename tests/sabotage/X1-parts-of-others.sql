-- red: a_vendor_meets_the_parts_of_no_other_party
-- A vendor meets everybody's bank accounts.
create policy hole on party_bank_accounts to steward_app using (true);
