use super::*;

#[test]
fn a_file_has_an_end() {
    let page = json!([1, 2]);
    assert_eq!(counted(MOST_ROWS - 2, Some(&page)).unwrap(), MOST_ROWS);
    assert_eq!(counted(MOST_ROWS - 1, Some(&page)).unwrap_err().code, "export_too_large");
}

#[test]
fn the_first_known_type_decides() {
    let of = |accept: &'static str| accepted(&HeaderMap::from_iter([(ACCEPT, HeaderValue::from_static(accept))]));
    assert_eq!(of("text/csv"), Some(Format::Csv));
    assert_eq!(of("text/html, text/csv;q=0.9, */*;q=0.1"), Some(Format::Csv));
    assert_eq!(of("application/json, text/csv"), None);
    assert_eq!(of("*/*"), None);
    assert_eq!(of(Format::Xlsx.media_type()), Some(Format::Xlsx));
}
