//! Lists and reports as files: the rows of the list itself, all of them, and nothing that the list would not show.

use calamine::{Data, Reader as _, Xlsx};
use insta::assert_snapshot;
use reqwest::{Method, Response, StatusCode};
use serde_json::{Value, json};

use crate::http::{Server, body, refused};

const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/// Header and rows of a CSV.
async fn table(response: Response) -> (Vec<String>, Vec<Vec<String>>) {
    assert_eq!(response.status(), StatusCode::OK);
    let bytes = response.bytes().await.unwrap();
    let text = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap();
    let mut reader = csv::Reader::from_reader(text);
    let fields = |record: &csv::StringRecord| record.iter().map(str::to_owned).collect::<Vec<_>>();
    let header = fields(reader.headers().unwrap());
    (header, reader.records().map(|record| fields(&record.unwrap())).collect())
}

async fn sheet(response: Response) -> Vec<Vec<Data>> {
    assert_eq!(response.status(), StatusCode::OK);
    assert_eq!(response.headers()["content-type"], XLSX);
    let bytes = response.bytes().await.unwrap();
    let mut book = Xlsx::new(std::io::Cursor::new(bytes.to_vec())).unwrap();
    let range = book.worksheet_range_at(0).unwrap().unwrap();
    range.rows().map(<[Data]>::to_vec).collect()
}

/// All rows of a list, page by page.
async fn listed(server: &Server, token: &str, path: &str) -> Vec<Value> {
    let (mut all, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = body(server.get(&format!("{path}limit=200{cursor}"), token).await).await;
        all.extend(page["items"].as_array().unwrap().clone());
        let Some(next) = page["next_cursor"].as_str() else { return all };
        cursor = format!("&cursor={next}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_has_all_rows_of_the_list() {
    let server = Server::start().await;
    let token = server.token("accountant").await;
    let mut all = listed(&server, &token, "/api/v1/accounting/entries?").await;
    assert!(all.len() > 200, "over several pages: {}", all.len());
    let answer = server.get("/api/v1/accounting/entries?format=csv&limit=3", &token).await;
    assert_eq!(
        answer.headers()["content-disposition"],
        "attachment; filename=\"accounting-entries-2026-03-16.csv\"; filename*=UTF-8''accounting-entries-2026-03-16.csv"
    );
    assert!(answer.headers()["content-type"].to_str().unwrap().starts_with("text/csv"));
    let (header, rows) = table(answer).await;
    let column = |name: &str| header.iter().position(|header| header == name).unwrap_or_else(|| panic!("{header:?}"));
    let (number, amount, date) = (column("Number"), column("Amount"), column("Date"));
    let told: Vec<Value> = rows.iter().map(|row| json!([row[number], row[date], row[amount]])).collect();
    for row in &mut all {
        *row = json!([row["number"].as_str().unwrap_or_default(), row["date"], row["amount"]["amount"]]);
    }
    assert_eq!(told, all);
    // the filters are those of the list
    let few = listed(&server, &token, "/api/v1/accounting/invoices?status=draft&").await;
    let (_, rows) = table(server.get("/api/v1/accounting/invoices?status=draft&format=csv", &token).await).await;
    assert_eq!(rows.len(), few.len());
}

#[tokio::test(flavor = "multi_thread")]
async fn columns_are_told_from_the_answer() {
    let server = Server::start().await;
    let token = server.token("accountant").await;
    let first = async |path: &str| {
        let (header, rows) = table(server.get(path, &token).await).await;
        format!("{}\n{}", header.join(" | "), rows.first().map(|row| row.join(" | ")).unwrap_or_default())
    };
    let told = [
        first("/api/v1/accounting/invoices?sort=date&columns=number,date,due_date,customer,totals.gross,status&format=csv").await,
        first("/api/v1/directory/parties?q=Globex&format=csv&columns=number,name,kinds,tags,archived").await,
        first("/api/v1/accounting/reports/general_ledger?from=2026-01-01&columns=account.code,lines.date,lines.entry,lines.party,lines.debit,lines.balance&format=csv").await,
    ];
    assert_snapshot!(told.join("\n\n"));
    for path in ["accounting/invoices", "directory/parties", "accounting/reports/general_ledger"] {
        let (header, _) = table(server.get(&format!("/api/v1/{path}?format=csv"), &token).await).await;
        let mut once = header.clone();
        once.sort();
        once.dedup();
        assert_eq!(once.len(), header.len(), "{header:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_list_and_report_can_be_a_file() {
    let server = Server::start().await;
    let token = server.token("admin").await;
    let mut files = 0;
    let document = body(server.get("/openapi.json", "").await).await;
    for (path, item) in document["paths"].as_object().unwrap() {
        let parameters = item["get"]["parameters"].as_array().cloned().unwrap_or_default();
        if !parameters.iter().any(|one| one["$ref"] == "#/components/parameters/Format") || path.contains('{') {
            continue;
        }
        let required = parameters.iter().any(|one| one["required"] == json!(true));
        for format in ["csv", "xlsx"] {
            let answer = server.get(&format!("{path}?format={format}"), &token).await;
            let expected: &[u16] = if required { &[422] } else { &[200, 403] };
            assert!(expected.contains(&answer.status().as_u16()), "{path}: {}", answer.text().await.unwrap());
        }
        files += 1;
    }
    assert!(files >= 12, "{files}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_workbook_has_numbers_and_days() {
    let server = Server::start().await;
    let token = server.token("accountant").await;
    let path = "/api/v1/accounting/invoices?columns=number,date,customer.name,totals.gross";
    let rows = sheet(server.get(&format!("{path}&format=xlsx"), &token).await).await;
    let (header, csv) = table(server.get(&format!("{path}&format=csv"), &token).await).await;
    assert_eq!(rows[0], header.into_iter().map(Data::String).collect::<Vec<_>>());
    assert_eq!(rows.len(), csv.len() + 1);
    for (told, row) in csv.iter().zip(&rows[1..]) {
        assert!(matches!(&row[0], Data::String(number) if *number == told[0]) || told[0].is_empty(), "{row:?}");
        assert!(matches!(&row[1], Data::DateTime(_)), "{row:?}");
        let gross: rust_decimal::Decimal = told[3].parse().unwrap();
        assert!(
            matches!(&row[3], Data::Float(number) if number.to_string() == gross.normalize().to_string()),
            "{row:?} {told:?}"
        );
        assert_eq!(row[4], Data::String(told[4].clone()));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_report_has_its_totals_below() {
    let server = Server::start().await;
    let token = server.token("accountant").await;
    let report = body(server.get("/api/v1/accounting/reports/trial_balance", &token).await).await;
    let (header, rows) = table(server.get("/api/v1/accounting/reports/trial_balance?format=csv", &token).await).await;
    assert_eq!(rows.len(), report["rows"].as_array().unwrap().len() + 1);
    let last = rows.last().unwrap();
    let debit = header.iter().position(|name| name == "Debit").unwrap();
    assert_eq!((last[0].as_str(), &json!(last[debit])), ("Total", &report["totals"]["debit"]["amount"]));
    let rows = sheet(server.get("/api/v1/accounting/reports/aged_receivables?format=xlsx", &token).await).await;
    assert_eq!(rows.last().unwrap()[0], Data::String("Total".to_owned()));
}

/// What somebody has written into a name is text to the program that opens the file.
#[tokio::test(flavor = "multi_thread")]
async fn formulas_and_letters_of_any_language_stay_text() {
    let server = Server::start().await;
    let token = server.token("sales").await;
    let names = ["=HYPERLINK(\"http://x.example\")", "+49 Kaffee", "@sum, \"quoted\"", "Łódź 株式会社 🚚", "-1"];
    for name in names {
        let party = json!({"name": name, "kinds": ["customer"], "phone": "+43 1 234"});
        assert_eq!(server.post("/api/v1/directory/parties", &token, &party).await.status(), StatusCode::CREATED);
    }
    let path = "/api/v1/directory/parties?columns=name,phone";
    let (_, rows) = table(server.get(&format!("{path}&format=csv"), &token).await).await;
    let book = sheet(server.get(&format!("{path}&format=xlsx"), &token).await).await;
    for name in names {
        let told = if name.starts_with('Ł') { name.to_owned() } else { format!("'{name}") };
        assert!(rows.contains(&vec![told, "'+43 1 234".to_owned()]), "{name}");
        assert!(book.iter().any(|row| row[0] == Data::String(name.to_owned())), "{name}: as it is");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_gets_more_by_file_than_by_list() {
    let server = Server::start().await;
    for who in ["staff", "vendor", "warehouse", "sales", "hr", "admin@rival.example"] {
        let token = server.token(who).await;
        for path in ["/api/v1/accounting/invoices?", "/api/v1/directory/parties?", "/api/v1/audit/calls?"] {
            let list = server.get(&format!("{path}limit=200"), &token).await;
            let file = server.get(&format!("{path}format=csv"), &token).await;
            if list.status() != StatusCode::OK {
                let (list, file) = (body(list).await, body(file).await);
                assert_eq!(list, file, "{who} {path}");
                continue;
            }
            let all = listed(&server, &token, path).await;
            assert_eq!(table(file).await.1.len(), all.len(), "{who} {path}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_can_be_no_file_is_refused_by_name() {
    let server = Server::start().await;
    let token = server.token("accountant").await;
    let get = async |path: &str| refused(server.get(&format!("/api/v1/{path}"), &token).await).await;
    assert_eq!(get("accounting/invoices?format=pdf").await, (422, "invalid_input".into()));
    assert_eq!(get("accounting/invoices?format=csv&columns=number,colour").await, (422, "unknown_column".into()));
    assert_eq!(get("accounting/invoices?format=csv&columns=").await, (422, "unknown_column".into()));
    assert_eq!(get("accounting/invoices?columns=number").await, (422, "invalid_input".into()));
    assert_eq!(get("accounting/invoices?format=csv&colour=red").await, (422, "invalid_input".into()));
    assert_eq!(get("directory/parties/P-00001?format=csv").await, (422, "no_rows".into()));
    let accepting =
        |path: &str, accept: &str| server.request(Method::GET, path, &token).header("accept", accept).send();
    let csv = accepting("/api/v1/accounting/invoices", "text/csv").await.unwrap();
    assert!(csv.headers()["content-type"].to_str().unwrap().starts_with("text/csv"));
    let json = accepting("/api/v1/accounting/invoices", "application/json, text/csv").await.unwrap();
    assert_eq!(json.headers()["content-type"], "application/json");
    let none = accepting("/api/v1/directory/parties/P-00001", "text/csv").await.unwrap();
    assert_eq!(refused(none).await, (406, "no_rows".into()));
    let head = server.request(Method::HEAD, "/api/v1/accounting/invoices?format=xlsx", &token).send().await.unwrap();
    assert_eq!((head.status(), head.headers()["content-type"].to_str().unwrap()), (StatusCode::OK, XLSX));
}
