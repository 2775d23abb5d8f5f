use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use jsonwebtoken::{EncodingKey, crypto};
use serde_json::{Value, json};

use super::*;

const KEY: [u8; keys::BYTES] = [7; keys::BYTES];

fn tokens() -> Tokens {
    Tokens::with_key(&KEY)
}

fn claims() -> Claims {
    let now = Utc::now().timestamp();
    Claims {
        iss: ISSUER.into(),
        aud: AUDIENCE.into(),
        sub: Uuid::now_v7(),
        org: Uuid::now_v7(),
        sid: Uuid::now_v7(),
        iat: now,
        nbf: now,
        exp: now + 60,
    }
}

fn good() -> String {
    tokens().sign(&claims()).unwrap()
}

fn refused(token: &str) -> bool {
    match tokens().read(token) {
        Ok(_) => false,
        Err(error) => error.refusal().unwrap().kind == Kind::Unauthenticated,
    }
}

/// Base64url without padding, as tokens are written.
fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let mut text = String::new();
    for chunk in bytes.chunks(3) {
        let mut block = [0; 3];
        block[..chunk.len()].copy_from_slice(chunk);
        let bits = u32::from_be_bytes([0, block[0], block[1], block[2]]);
        for i in 0..=chunk.len() {
            text.push(char::from(LETTERS[(bits >> (18 - 6 * i)) as usize & 63]));
        }
    }
    text
}

/// Signed with our own key, whatever the header and the claims say.
fn signed(header: &str, payload: &str) -> String {
    let message = format!("{}.{}", base64(header.as_bytes()), base64(payload.as_bytes()));
    let signature = crypto::sign(message.as_bytes(), &EncodingKey::from_secret(&KEY), Algorithm::HS256).unwrap();
    format!("{message}.{signature}")
}

fn kid() -> String {
    tokens().keys[0].id.clone()
}

/// Signed with our own key and header: only the claims are somebody else's.
fn with(change: impl FnOnce(&mut Value)) -> String {
    let mut payload = serde_json::to_value(claims()).unwrap();
    change(&mut payload);
    signed(&serde_json::to_string(&header(&kid())).unwrap(), &payload.to_string())
}

#[test]
fn what_we_sign_we_read() {
    let claims = claims();
    let read = tokens().read(&tokens().sign(&claims).unwrap()).unwrap();
    assert_eq!((read.sub, read.org, read.sid), (claims.sub, claims.org, claims.sid));
    assert!(!refused(&with(|_| {})), "the table's own forge works");
}

#[test]
fn a_cookie_is_no_access_token_and_the_other_way_round() {
    let cookie = Claims { aud: COOKIE_AUDIENCE.into(), exp: Utc::now().timestamp() + COOKIE_LIFETIME, ..claims() };
    let cookie = tokens().sign(&cookie).unwrap();
    assert!(tokens().shown(Shown::Cookie, &cookie).is_ok() && tokens().read(&cookie).is_err());
    assert!(tokens().shown(Shown::Cookie, &good()).is_err());
    let longer = Claims { aud: COOKIE_AUDIENCE.into(), exp: Utc::now().timestamp() + COOKIE_LIFETIME + 60, ..claims() };
    assert!(tokens().shown(Shown::Cookie, &tokens().sign(&longer).unwrap()).is_err(), "nothing holds longer");
    let ended = Claims { aud: COOKIE_AUDIENCE.into(), exp: Utc::now().timestamp() - 120, ..claims() };
    assert!(tokens().shown(Shown::Cookie, &tokens().sign(&ended).unwrap()).is_err());
}

/// Headers of the well-known attacks, each with a signature that our key made: none of them is taken.
#[test]
fn no_header_but_ours() {
    let payload = serde_json::to_string(&claims()).unwrap();
    let kid = kid();
    let mut headers: Vec<Value> =
        ["none", "None", "NONE", "nOnE", "", "HS384", "HS512", "RS256", "ES256", "PS256", "EdDSA", "hs256"]
            .iter()
            .map(|alg| json!({"typ": "JWT", "alg": alg, "kid": kid}))
            .collect();
    for other in ["../../../../dev/null", "/etc/passwd", "x' UNION SELECT 'key' --", "", "0", "a\u{0}b"] {
        headers.push(json!({"typ": "JWT", "alg": "HS256", "kid": other}));
    }
    headers.push(json!({"typ": "JWT", "alg": "HS256"}));
    headers.push(json!({"alg": "HS256", "kid": kid}));
    headers.push(json!({"typ": "JWE", "alg": "HS256", "kid": kid}));
    headers.push(json!({"typ": "JWT", "alg": ["HS256"], "kid": kid}));
    headers.push(json!({"typ": "JWT", "alg": null, "kid": kid}));
    for (more, value) in [
        ("jku", json!("https://evil.example/keys.json")),
        ("x5u", json!("https://evil.example/cert.pem")),
        ("x5c", json!(["MIIB"])),
        ("jwk", json!({"kty": "oct", "k": base64(&KEY)})),
        ("crit", json!(["exp"])),
        ("zip", json!("DEF")),
        ("b64", json!(false)),
    ] {
        let mut header = json!({"typ": "JWT", "alg": "HS256", "kid": kid});
        header[more] = value;
        headers.push(header);
    }
    for header in headers {
        assert!(refused(&signed(&header.to_string(), &payload)), "{header}");
    }
    // the same header, written otherwise, and one that says a thing twice
    for header in [
        format!(r#"{{"kid":"{kid}","alg":"HS256","typ":"JWT"}}"#),
        format!(r#"{{"typ": "JWT", "alg": "HS256", "kid": "{kid}"}}"#),
        format!(r#"{{"typ":"JWT","alg":"none","alg":"HS256","kid":"{kid}"}}"#),
    ] {
        let ours = serde_json::to_string(&self::header(&kid)).unwrap();
        assert!(header == ours || refused(&signed(&header, &payload)), "{header}");
    }
}

#[test]
fn no_claims_but_good_ones() {
    let now = Utc::now().timestamp();
    for (claim, value) in [
        ("exp", json!(now - 3600)),
        ("exp", json!(now + LIFETIME * 24)),
        ("exp", json!("tomorrow")),
        ("exp", json!(f64::MAX)),
        ("exp", json!(-1)),
        ("nbf", json!(now + 3600)),
        ("iat", json!(now + 3600)),
        ("aud", json!("other")),
        ("aud", json!(["steward-api", "other"])),
        ("aud", json!([])),
        ("iss", json!("other")),
        ("iss", json!("")),
        ("sub", json!("not-an-id")),
        ("sub", json!("' or 1=1 --")),
        ("org", json!(7)),
        ("sid", json!(null)),
        ("admin", json!(true)),
    ] {
        assert!(refused(&with(|claims| claims[claim] = value.clone())), "{claim}: {value}");
    }
    for claim in ["iss", "aud", "sub", "org", "sid", "iat", "nbf", "exp"] {
        let without = with(|claims| {
            claims.as_object_mut().unwrap().remove(claim);
        });
        assert!(refused(&without), "without {claim}");
    }
    let header = serde_json::to_string(&header(&kid())).unwrap();
    let payload = serde_json::to_string(&claims()).unwrap();
    let twice = payload.replacen('{', &format!("{{\"sub\":\"{}\",", Uuid::now_v7()), 1);
    for payload in [twice.as_str(), "[]", "null", "{}", "", "\"steward\""] {
        assert!(refused(&signed(&header, payload)), "{payload}");
    }
}

#[test]
fn no_signature_but_ours() {
    let token = good();
    let parts: Vec<&str> = token.split('.').collect();
    let (head, body, mark) = (parts[0], parts[1], parts[2]);
    let other = Tokens::with_key(&[8; keys::BYTES]).sign(&claims()).unwrap();
    let stolen = other.split('.').nth(2).unwrap();
    let forged = base64(serde_json::to_string(&claims()).unwrap().as_bytes());
    let by_name = |key: &[u8]| {
        crypto::sign(format!("{head}.{forged}").as_bytes(), &EncodingKey::from_secret(key), Algorithm::HS256).unwrap()
    };
    for token in [
        other.clone(),
        format!("{head}.{body}."),
        format!("{head}.{body}"),
        format!("{head}.{body}.{}", &mark[..mark.len() - 4]),
        format!("{head}.{body}.{mark}A"),
        format!("{head}.{body}.{mark}="),
        format!("{head}.{body}.{stolen}"),
        format!("{head}.{forged}.{mark}"),
        format!("{head}.{body}.{}", base64(&[0; 32])),
        format!("{head}.{body}.{}", base64(&[0; 64])),
        format!("{head}.{body}.MAYCAQACAQA"),
        format!("{head}.{forged}.{}", by_name(b"")),
        format!("{head}.{forged}.{}", by_name(b"secret")),
        format!("{head}.{forged}.{}", by_name(kid().as_bytes())),
        format!("{head}.{body}.{mark}.{mark}"),
        format!("{head}.{body}.{mark}.{head}.{body}"),
        format!(".{body}.{mark}"),
        "..".to_owned(),
        String::new(),
        format!("{token}{}", "A".repeat(100_000)),
        format!("{head}.{}.{mark}", "A".repeat(100_000)),
    ] {
        assert!(refused(&token), "{}", &token[..token.len().min(300)]);
    }
}

#[test]
fn nothing_is_read_kindly() {
    let token = good();
    let (head, rest) = token.split_once('.').unwrap();
    for token in [
        format!(" {token}"),
        format!("{token} "),
        format!("{token}\n"),
        format!("{head} .{rest}"),
        format!("{head}.\t{rest}"),
        format!("{head}\u{200b}.{rest}"),
        token.replace('.', "\u{ff0e}"),
        token.replacen('e', "\u{435}", 1),
        token.to_uppercase(),
        token.replace('.', "%2e"),
        format!("\"{token}\""),
        format!("Bearer {token}"),
        "nonsense".to_owned(),
    ] {
        assert!(refused(&token), "{token}");
    }
}

#[test]
fn the_key_stays_and_stays_ours_and_is_followed_by_another() {
    let folder = std::env::temp_dir().join(format!("steward-{}", Uuid::now_v7()));
    fs::create_dir(&folder).unwrap();
    let path = folder.join("token.key");
    let token = Tokens::open(&path, false).unwrap().sign(&claims()).unwrap();
    assert!(Tokens::open(&path, false).unwrap().read(&token).is_ok());
    assert_eq!(path.metadata().unwrap().permissions().mode() & 0o777, 0o600);

    // asked for: the former still reads what it has signed, and signs nothing
    let rotated = Tokens::open(&path, true).unwrap();
    assert!(rotated.read(&token).is_ok());
    let newer = rotated.sign(&claims()).unwrap();
    assert_ne!(token.split('.').next(), newer.split('.').next(), "another name");
    assert!(Tokens::open(&path, false).unwrap().read(&newer).is_ok());

    // until its last token has ended
    let ago = |seconds| std::time::SystemTime::now() - std::time::Duration::from_secs(seconds);
    let made = |seconds| fs::File::options().write(true).open(&path).unwrap().set_modified(ago(seconds)).unwrap();
    made(13 * 3600);
    let later = Tokens::open(&path, false).unwrap();
    assert!(later.read(&token).is_err() && later.read(&newer).is_ok());
    assert!(!path.with_extension("former").exists());

    // by itself, after thirty days
    made(31 * 24 * 3600);
    let aged = Tokens::open(&path, false).unwrap();
    assert!(aged.keys.len() == 2 && aged.read(&newer).is_ok() && later.read(&aged.sign(&claims()).unwrap()).is_err());

    fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
    assert!(matches!(Tokens::open(&path, false), Err(TokenKeyError::Open(_))));
    fs::remove_dir_all(&folder).unwrap();
}
