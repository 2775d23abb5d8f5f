//! A file as an HTTP answer.

use axum::body::Body;
use axum::http::header::{
    CONTENT_DISPOSITION, CONTENT_LENGTH, CONTENT_SECURITY_POLICY, CONTENT_TYPE, ETAG, IF_NONE_MATCH,
    X_CONTENT_TYPE_OPTIONS,
};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::Response;
use steward_tools::files::Read;

use crate::problem::Reply;

/// The bytes, to be kept and never to be shown as a page of ours; nothing but the headers where the caller has them.
pub(crate) fn answer(read: Read, asked: &HeaderMap) -> Reply {
    let etag = format!("\"{}\"", read.file.sha256);
    let has_it = has_it(asked, &etag);
    let length = read.bytes.len();
    let mut response = Response::new(if has_it { Body::empty() } else { Body::from(read.bytes) });
    if has_it {
        *response.status_mut() = StatusCode::NOT_MODIFIED;
    }
    let headers = response.headers_mut();
    let mut set = |name, value: &str| {
        if let Ok(value) = HeaderValue::from_str(value) {
            headers.insert(name, value);
        }
    };
    set(ETAG, &etag);
    set(X_CONTENT_TYPE_OPTIONS, "nosniff");
    if !has_it {
        set(CONTENT_TYPE, &content_type(&read.file.media_type));
        set(CONTENT_DISPOSITION, &disposition(&read.file.name));
        set(CONTENT_SECURITY_POLICY, "sandbox; default-src 'none'");
        set(CONTENT_LENGTH, &length.to_string());
    }
    Ok(response)
}

/// Whether the caller has what this tag stands for.
pub(crate) fn has_it(asked: &HeaderMap, etag: &str) -> bool {
    asked.get(IF_NONE_MATCH).and_then(|tags| tags.to_str().ok()).is_some_and(|tags| {
        tags.split(',').map(|tag| tag.trim().trim_start_matches("W/")).any(|tag| tag == etag || tag == "*")
    })
}

fn content_type(media_type: &str) -> String {
    // bytes that are text were checked to be so; most of it is UTF-8
    if media_type.starts_with("text/") { format!("{media_type}; charset=utf-8") } else { media_type.to_owned() }
}

/// RFC 6266: a name that every program reads, and the real one for those that read UTF-8.
pub(crate) fn disposition(name: &str) -> String {
    let plain: String = name
        .chars()
        .map(|c| if (c.is_ascii_graphic() || c == ' ') && !matches!(c, '"' | '\\' | '%') { c } else { '_' })
        .collect();
    let mut encoded = String::new();
    for byte in name.bytes() {
        if byte.is_ascii_alphanumeric() || b"!#$&+-.^_`|~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            encoded.push_str(&format!("%{byte:02X}"));
        }
    }
    format!("attachment; filename=\"{plain}\"; filename*=UTF-8''{encoded}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_safe_in_a_header() {
        assert_eq!(disposition("contract.pdf"), "attachment; filename=\"contract.pdf\"; filename*=UTF-8''contract.pdf");
        assert_eq!(
            disposition("Angebot \"März\"\r\nX: y.pdf"),
            "attachment; filename=\"Angebot _M_rz___X: y.pdf\"; filename*=UTF-8''Angebot%20%22M%C3%A4rz%22%0D%0AX%3A%20y.pdf"
        );
    }
}
