//! A file of the app as an HTTP answer.

use axum::body::Body;
use axum::http::header::{ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, ETAG, VARY};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::Response;

use super::files::{File, Form};
use crate::download::has_it;

/// Files whose name has their hash in it never change.
const HASHED: &str = "/assets/";
const FOR_EVER: &str = "public, max-age=31536000, immutable";
const FOR_MINUTES: &str = "public, max-age=300";

/// The file in the best form that the caller reads, or nothing but headers where they have it.
pub(super) fn file(path: &str, file: &File, asked: &HeaderMap) -> Response {
    let (form, encoding) = best(file, asked);
    let kept = has_it(asked, &form.etag);
    let mut response = Response::new(if kept { Body::empty() } else { Body::from(form.bytes.clone()) });
    if kept {
        *response.status_mut() = StatusCode::NOT_MODIFIED;
    }
    let headers = response.headers_mut();
    let keep = if path.starts_with(HASHED) { FOR_EVER } else { FOR_MINUTES };
    headers.insert(CACHE_CONTROL, HeaderValue::from_static(keep));
    if let Ok(etag) = HeaderValue::from_str(&form.etag) {
        headers.insert(ETAG, etag);
    }
    if file.gzip.is_some() || file.brotli.is_some() {
        headers.insert(VARY, HeaderValue::from_static("accept-encoding"));
    }
    if !kept {
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(kind(path)));
        headers.insert(CONTENT_LENGTH, HeaderValue::from(form.bytes.len()));
        if let Some(encoding) = encoding {
            headers.insert(CONTENT_ENCODING, HeaderValue::from_static(encoding));
        }
    }
    response
}

fn best<'a>(file: &'a File, asked: &HeaderMap) -> (&'a Form, Option<&'static str>) {
    let reads = |coding: &str| {
        let all = asked.get_all(ACCEPT_ENCODING).iter().filter_map(|value| value.to_str().ok());
        all.flat_map(|value| value.split(',')).any(|one| {
            let mut parts = one.split(';').map(str::trim);
            let named = parts.next().is_some_and(|named| named.eq_ignore_ascii_case(coding));
            // q=0, q=0.0 …: anything but that
            let never = parts.any(|q| q.strip_prefix("q=").is_some_and(|q| q.trim_matches(['0', '.']).is_empty()));
            named && !never
        })
    };
    match (&file.brotli, &file.gzip) {
        (Some(form), _) if reads("br") => (form, Some("br")),
        (_, Some(form)) if reads("gzip") => (form, Some("gzip")),
        _ => (&file.plain, None),
    }
}

/// What kind of file it is, by its name: the build of the app knows no others.
fn kind(path: &str) -> &'static str {
    match path.rsplit_once('.').map_or("", |(_, extension)| extension) {
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "html" => "text/html; charset=utf-8",
        "txt" => "text/plain; charset=utf-8",
        "json" | "map" => "application/json",
        "webmanifest" => "application/manifest+json",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "webp" => "image/webp",
        "ico" => "image/x-icon",
        "woff2" => "font/woff2",
        "woff" => "font/woff",
        "wasm" => "application/wasm",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use std::borrow::Cow;

    use super::super::Web;
    use super::*;

    #[test]
    fn the_best_form_that_is_read() {
        let web = Web::of(["a.js", "a.js.gz", "a.js.br"].map(|name| (name.to_owned(), Cow::Borrowed(name.as_bytes()))));
        let asked = |accepted: &'static str| {
            let headers = HeaderMap::from_iter([(ACCEPT_ENCODING, HeaderValue::from_static(accepted))]);
            best(web.file("/a.js").unwrap(), &headers).1
        };
        assert_eq!(asked("gzip, deflate, br, zstd"), Some("br"));
        assert_eq!(asked("GZIP;q=0.5"), Some("gzip"));
        assert_eq!(asked("br;q=0, gzip"), Some("gzip"));
        assert_eq!(asked("br; q=0.0"), None);
        assert_eq!(asked("identity"), None);
    }
}
