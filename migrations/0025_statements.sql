-- What a party's account consists of, by its documents and in the company's currency: what is owed is positive, by customers
-- on the one side and to vendors on the other.
create view party_documents with (security_invoker = true) as
select org_id, side, customer_id as party_id, date, 1 as rank, case side when 'sale' then 'invoice' else 'bill' end as kind, id, number,
        coalesce(vendor_number, reference) as reference, due_date, company_gross as amount
    from invoices where status = 'posted'
union all
select org_id, side, customer_id, date, 2, case side when 'sale' then 'credit_note' else 'debit_note' end, id, number, reason, null, -company_gross
    from credit_notes
union all
select org_id, case direction when 'in' then 'sale' else 'purchase' end, party_id, date, 3, 'payment', id, number, reference, null, -company_amount
    from payments
union all
select p.org_id, case p.direction when 'in' then 'sale' else 'purchase' end, p.party_id, r.date, 4, 'payment_reversal', p.id, p.number, r.number, null,
        p.company_amount
    from payments p join entries r on r.org_id = p.org_id and r.reverses = p.entry_id
union all
select j.org_id, i.side, j.party_id, j.date, 5, j.kind, j.id, i.number, j.reason, null, -j.company_amount
    from adjustments j join invoices i on i.org_id = j.org_id and i.id = j.invoice_id
union all
select j.org_id, i.side, j.party_id, r.date, 6, j.kind || '_reversal', j.id, i.number, r.number, null, j.company_amount
    from adjustments j join invoices i on i.org_id = j.org_id and i.id = j.invoice_id
    join entries r on r.org_id = j.org_id and r.reverses = j.entry_id
union all
select a.org_id, i.side, a.party_id, e.date, 7, 'exchange_difference', a.id, i.number, e.number, null, a.source_company_amount - a.company_amount
    from allocations a join invoices i on i.org_id = a.org_id and i.id = a.invoice_id
    join entries e on e.org_id = a.org_id and e.id = a.exchange_entry_id
union all
select l.org_id, i.side, l.party_id, e.date, 8, case when e.id = r.entry_id then 'revaluation' else 'revaluation_reversal' end, l.id, i.number, e.number,
        null, case when e.id = r.entry_id then l.amount else -l.amount end
    from revaluation_lines l join revaluations r on r.org_id = l.org_id and r.id = l.revaluation_id and r.reversed_at is null
    join invoices i on i.org_id = l.org_id and i.id = l.invoice_id
    join entries e on e.org_id = l.org_id and e.id in (r.entry_id, r.reversal_entry_id)
    where l.amount <> 0;
grant select on party_documents to steward_app;

drop view receivable_documents;
