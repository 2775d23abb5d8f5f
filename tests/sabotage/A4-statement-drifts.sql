-- red: random_books_tie
-- A statement and the ledger disagree: each payment of a party says a cent more than its entry.
alter view party_documents rename to true_documents;
create view party_documents with (security_invoker = true) as
select org_id, side, party_id, date, rank, kind, id, number, reference, due_date,
    amount - case when kind = 'payment' then 1 else 0 end as amount from true_documents;
grant select on party_documents to steward_app;
