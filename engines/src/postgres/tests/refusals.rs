//! What is refused, with the way out.

use std::{fs, os::unix::fs::PermissionsExt};

use super::{Data, PrivatePostgres};
use crate::postgres::{
    PostgresError,
    binaries::{Binaries, major_of},
};

#[tokio::test]
async fn missing_passwords_are_named() {
    let data = Data::new();
    fs::create_dir_all(data.0.join("postgres/cluster")).unwrap();
    let major = Binaries::find(None, &data.0).unwrap().major();
    fs::write(data.0.join("postgres/cluster/PG_VERSION"), major.to_string()).unwrap();
    let error = PrivatePostgres::open(&data.0).await.unwrap_err();
    assert!(matches!(error, PostgresError::NoPasswords { .. }), "{error}");
}

#[tokio::test]
async fn another_major_version_is_refused_with_the_way_out() {
    let data = Data::new();
    fs::create_dir_all(data.0.join("postgres/cluster")).unwrap();
    fs::write(data.0.join("postgres/cluster/PG_VERSION"), "9999\n").unwrap();
    let error = PrivatePostgres::open(&data.0).await.unwrap_err();
    assert!(matches!(error, PostgresError::OtherMajor { wanted: 9999, .. }), "{error}");
    assert!(error.to_string().contains("pg_upgrade"));
}

#[tokio::test]
async fn old_and_absent_programs_are_refused_with_the_way_out() {
    let data = Data::new();
    let bin = data.0.join("bin");
    fs::create_dir_all(&bin).unwrap();
    let error = PrivatePostgres::open_with(&data.0, Some(bin.clone())).await.unwrap_err();
    assert!(matches!(error, PostgresError::NoBinaries { .. }), "{error}");
    let program = bin.join("postgres");
    fs::write(&program, "#!/bin/sh\necho 'postgres (PostgreSQL) 14.2 (Debian)'\n").unwrap();
    fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).unwrap();
    let error = PrivatePostgres::open_with(&data.0, Some(bin)).await.unwrap_err();
    assert!(matches!(error, PostgresError::TooOld { found: 14, .. }), "{error}");
    assert_eq!(major_of("postgres (PostgreSQL) 18beta1"), Some(18));
    assert_eq!(major_of("nothing of the kind"), None);
}
