//! What a file is: told from its bytes, and held against its name.

use crate::{Kind, Refusal, Result};

const TEXT: &str = "text/plain";
const BINARY: &str = "application/octet-stream";
const ZIP: &str = "application/zip";
const OLE: &str = "application/x-ole-storage";

/// What a machine would run.
const PROGRAMS: [&str; 16] = [
    "application/vnd.microsoft.portable-executable",
    "application/x-executable",
    "application/x-mach-binary",
    "application/java",
    "application/x-llvm",
    "application/vnd.android.dex",
    "application/vnd.android.dey",
    "application/wasm",
    "application/x-shockwave-flash",
    "application/x-google-chrome-extension",
    "application/vnd.debian.binary-package",
    "application/x-rpm",
    "application/x-unix-archive",
    "application/x-nintendo-nes-rom",
    "application/vnd.ms-cab-compressed",
    "text/x-shellscript",
];

/// Endings that a machine would run, whatever the bytes look like.
const PROGRAM_ENDINGS: [&str; 30] = [
    "app", "apk", "appimage", "bat", "chm", "cmd", "com", "cpl", "dll", "dmg", "exe", "hta", "jar", "js", "jse", "lnk",
    "mjs", "msi", "msix", "pif", "ps1", "reg", "scr", "sh", "url", "vb", "vbe", "vbs", "wsf", "wsh",
];

/// Endings with the one type that their bytes must have.
const ENDINGS: [(&str, &str); 28] = [
    ("png", "image/png"),
    ("jpg", "image/jpeg"),
    ("jpeg", "image/jpeg"),
    ("gif", "image/gif"),
    ("webp", "image/webp"),
    ("bmp", "image/bmp"),
    ("tif", "image/tiff"),
    ("tiff", "image/tiff"),
    ("pdf", "application/pdf"),
    ("zip", ZIP),
    ("gz", "application/gzip"),
    ("7z", "application/x-7z-compressed"),
    ("rtf", "application/rtf"),
    ("docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    ("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    ("pptx", "application/vnd.openxmlformats-officedocument.presentationml.presentation"),
    ("odt", "application/vnd.oasis.opendocument.text"),
    ("ods", "application/vnd.oasis.opendocument.spreadsheet"),
    ("odp", "application/vnd.oasis.opendocument.presentation"),
    ("epub", "application/epub+zip"),
    ("doc", "application/msword"),
    ("xls", "application/vnd.ms-excel"),
    ("ppt", "application/vnd.ms-powerpoint"),
    ("msg", "application/vnd.ms-outlook"),
    ("svg", "image/svg+xml"),
    ("html", "text/html"),
    ("htm", "text/html"),
    ("xml", "text/xml"),
];

/// What a text may be called, and is then.
const TEXTS: [(&str, &str); 9] = [
    ("txt", TEXT),
    ("log", TEXT),
    ("csv", "text/csv"),
    ("md", "text/markdown"),
    ("json", "application/json"),
    ("eml", "message/rfc822"),
    ("ics", "text/calendar"),
    ("vcf", "text/vcard"),
    ("yaml", "application/yaml"),
];

/// The media type that these bytes have. Programs are refused.
pub fn sniff(bytes: &[u8]) -> Result<&'static str> {
    let found = match markup(bytes) {
        Some(markup) => markup,
        None => match infer::get(bytes).map(|found| found.mime_type()) {
            Some(known) => known,
            None if is_text(bytes) => TEXT,
            None => BINARY,
        },
    };
    if PROGRAMS.contains(&found) || bytes.starts_with(b"#!") {
        return Err(program());
    }
    Ok(found)
}

/// The media type of a file called `name` whose bytes are `sniffed`: refused where the two do not agree.
pub(super) fn of_named(name: &str, sniffed: &str) -> Result<String> {
    let ending = name.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase()).unwrap_or_default();
    if PROGRAM_ENDINGS.contains(&ending.as_str()) {
        return Err(program());
    }
    let said = ENDINGS.iter().find(|(known, _)| *known == ending).map(|(_, kind)| *kind);
    let active = matches!(sniffed, "text/html" | "image/svg+xml");
    match said {
        Some(said) if agrees(said, sniffed) => Ok(said.to_owned()),
        _ if active => {
            let detail = format!("{name} is {sniffed}, which can carry scripts, under another name.");
            Err(refuse("disguised_file", detail).fix("Attach what it claims to be, or give it its real ending.").into())
        }
        Some(_) => {
            let detail = format!("{name} does not hold what its ending says: its bytes are {sniffed}.");
            Err(refuse("wrong_file_type", detail).fix("Give it the ending of what it is.").into())
        }
        None => match TEXTS.iter().find(|(known, _)| *known == ending) {
            Some((_, kind)) if sniffed == TEXT || sniffed == "text/xml" => Ok((*kind).to_owned()),
            Some(_) => {
                let detail = format!("{name} is called a text, but its bytes are {sniffed}.");
                Err(refuse("wrong_file_type", detail).fix("Give it the ending of what it is.").into())
            }
            None => Ok(sniffed.to_owned()),
        },
    }
}

/// Office files are archives inside, and are not always told apart.
fn agrees(said: &str, sniffed: &str) -> bool {
    let zipped =
        |kind: &str| kind.contains("openxmlformats") || kind.contains("opendocument") || kind.ends_with("+zip");
    let old_office = |kind: &str| matches!(kind, "application/msword" | OLE) || kind.starts_with("application/vnd.ms-");
    said == sniffed
        || (zipped(said) && sniffed == ZIP)
        || (old_office(said) && old_office(sniffed))
        || (said == "text/xml" && sniffed == TEXT)
}

fn program() -> crate::Error {
    refuse("executable_file", "This file is a program, and programs are not attached.")
        .fix("Attach a document or picture.")
        .into()
}

fn refuse(code: &str, detail: impl Into<String>) -> Refusal {
    Refusal::new(Kind::Invalid, code, detail)
}

/// Markup that a browser would run scripts of: HTML, or SVG.
fn markup(bytes: &[u8]) -> Option<&'static str> {
    let head = String::from_utf8_lossy(&bytes[..bytes.len().min(4096)]).to_ascii_lowercase();
    let head = head.trim_start_matches('\u{feff}').trim_start();
    if !head.starts_with('<') {
        return None;
    }
    if ["<!doctype html", "<html", "<script", "<body", "<iframe", "<head"].iter().any(|tag| head.contains(tag)) {
        Some("text/html")
    } else {
        head.contains("<svg").then_some("image/svg+xml")
    }
}

fn is_text(bytes: &[u8]) -> bool {
    std::str::from_utf8(bytes).is_ok_and(|text| !text.contains('\0'))
        || (!bytes.contains(&0) && bytes.iter().all(|b| *b >= 0x20 || matches!(b, b'\t' | b'\n' | b'\r')))
}

#[cfg(test)]
mod tests {
    use super::*;

    const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR";

    fn kind(name: &str, bytes: &[u8]) -> Result<String, String> {
        let named = sniff(bytes).and_then(|sniffed| of_named(name, sniffed));
        named.map_err(|error| error.refusal().map(|refusal| refusal.code.clone()).unwrap_or_default())
    }

    #[test]
    fn bytes_and_name_must_agree() {
        assert_eq!(kind("a.png", PNG).unwrap(), "image/png");
        assert_eq!(kind("a.PNG", PNG).unwrap(), "image/png");
        assert_eq!(kind("a.pdf", b"%PDF-1.7 ...").unwrap(), "application/pdf");
        assert_eq!(kind("a.png", b"%PDF-1.7 ...").unwrap_err(), "wrong_file_type");
        assert_eq!(kind("a.csv", b"a;b\n1;2\n").unwrap(), "text/csv");
        assert_eq!(kind("a.csv", PNG).unwrap_err(), "wrong_file_type");
        assert_eq!(kind("a.docx", b"PK\x03\x04 rest of an archive").unwrap_or_default().len(), 71);
        assert_eq!(kind("notes", b"plain words").unwrap(), "text/plain");
        assert_eq!(kind("scan.dat", &[0, 1, 2, 3, 0xff, 0xfe]).unwrap(), "application/octet-stream");
    }

    #[test]
    fn programs_are_refused() {
        for (name, bytes) in [
            ("setup.exe", &b"MZ\x90\0"[..]),
            ("picture.png", b"MZ\x90\0\x03\0\0\0"),
            ("tool", b"\x7fELF\x02\x01\x01\0\0\0\0\0\0\0\0\0\x02\0\x3e\0\x01\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"),
            ("run.txt", b"#!/bin/sh\nrm -rf /\n"),
            ("invoice.pdf.js", b"alert(1)"),
            ("a.jar", b"PK\x03\x04"),
        ] {
            assert_eq!(kind(name, bytes).unwrap_err(), "executable_file", "{name}");
        }
    }

    #[test]
    fn scripts_do_not_pass_as_pictures() {
        let svg = b"<?xml version=\"1.0\"?><svg xmlns=\"http://www.w3.org/2000/svg\"><script>alert(1)</script></svg>";
        assert_eq!(kind("logo.png", svg).unwrap_err(), "disguised_file");
        assert_eq!(kind("logo.png", b"  <HTML><script>alert(1)</script>").unwrap_err(), "disguised_file");
        assert_eq!(kind("notes.txt", b"<!doctype html><p>").unwrap_err(), "disguised_file");
        assert_eq!(kind("noending", b"<html>").unwrap_err(), "disguised_file");
        assert_eq!(kind("page.html", b"<!doctype html><p>").unwrap(), "text/html");
    }
}
