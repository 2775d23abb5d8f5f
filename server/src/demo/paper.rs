//! Paper that is attached to records: small real files.

use chrono::NaiveDate;

/// A delivery note as PDF: one page with a few lines of text.
pub(super) fn delivery_note(invoice: &str, on: NaiveDate) -> Vec<u8> {
    let lines = [
        "DELIVERY NOTE".to_owned(),
        format!("Meridian Wholesale GmbH, {on}"),
        format!("Order PO 77120, invoice {invoice}"),
        "24 x Office chair Orbit, black".to_owned(),
        "Received in good order: M. Egger, goods entrance".to_owned(),
    ];
    let shown: String = lines.iter().map(|line| format!("({line}) Tj 0 -24 Td ")).collect();
    pdf(&format!("BT /F1 14 Tf 72 770 Td {shown}ET"))
}

/// The smallest file that is a PDF: catalogue, pages, page, font, content, and where each of them begins.
fn pdf(content: &str) -> Vec<u8> {
    let objects = [
        "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_owned(),
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F1 4 0 R >> >> /Contents 5 0 R >>"
            .to_owned(),
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>".to_owned(),
        format!("<< /Length {} >>\nstream\n{content}\nendstream", content.len()),
    ];
    let mut file = "%PDF-1.4\n".to_owned();
    let mut offsets = String::new();
    for (i, object) in objects.iter().enumerate() {
        offsets += &format!("{:010} 00000 n \n", file.len());
        file += &format!("{} 0 obj\n{object}\nendobj\n", i + 1);
    }
    let at = file.len();
    file += &format!(
        "xref\n0 6\n0000000000 65535 f \n{offsets}trailer\n<< /Size 6 /Root 1 0 R >>\nstartxref\n{at}\n%%EOF\n"
    );
    file.into_bytes()
}
