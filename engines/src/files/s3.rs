//! Files in a bucket of an S3-compatible store.

use std::env;

use futures::future::BoxFuture;
use object_store::aws::{AmazonS3, AmazonS3Builder};
use object_store::path::Path;
use object_store::{ObjectStoreExt as _, PutPayload};

use super::{Store, StoreError};

/// A bucket; several servers may share it.
#[derive(Debug)]
pub struct S3 {
    bucket: AmazonS3,
    prefix: String,
}

impl S3 {
    /// The bucket that `s3://BUCKET/PREFIX` names, with the address, region and credentials that the usual `AWS_…`
    /// variables say: `AWS_ENDPOINT_URL` (for other stores than Amazon's), `AWS_REGION`, `AWS_ACCESS_KEY_ID`,
    /// `AWS_SECRET_ACCESS_KEY`, `AWS_SESSION_TOKEN`; without credentials those of the machine's role.
    pub fn open(url: &str) -> Result<Self, StoreError> {
        let named = url.strip_prefix("s3://").filter(|rest| !rest.is_empty() && !rest.starts_with('/'));
        let named =
            named.ok_or_else(|| StoreError(format!("{url} is not written s3://BUCKET or s3://BUCKET/PREFIX")))?;
        let (bucket, prefix) = named.split_once('/').unwrap_or((named, ""));
        let plain = env::var("AWS_ENDPOINT_URL").is_ok_and(|address| address.starts_with("http://"));
        let bucket = AmazonS3Builder::from_env()
            .with_bucket_name(bucket)
            .with_allow_http(plain)
            .build()
            .map_err(|e| StoreError(e.to_string()))?;
        Ok(Self { bucket, prefix: prefix.trim_matches('/').to_owned() })
    }

    fn path(&self, place: &str) -> Path {
        if self.prefix.is_empty() { Path::from(place) } else { Path::from(format!("{}/{place}", self.prefix)) }
    }
}

impl Store for S3 {
    fn put(&self, place: String, bytes: Vec<u8>) -> BoxFuture<'_, Result<(), StoreError>> {
        Box::pin(async move {
            let put = self.bucket.put(&self.path(&place), PutPayload::from(bytes)).await;
            put.map(drop).map_err(|e| StoreError(e.to_string()))
        })
    }
    fn get(&self, place: String) -> BoxFuture<'_, Result<Option<Vec<u8>>, StoreError>> {
        Box::pin(async move {
            match self.bucket.get(&self.path(&place)).await {
                Err(object_store::Error::NotFound { .. }) => Ok(None),
                Err(error) => Err(StoreError(error.to_string())),
                Ok(found) => match found.bytes().await {
                    Ok(bytes) => Ok(Some(bytes.into())),
                    Err(error) => Err(StoreError(error.to_string())),
                },
            }
        })
    }
}
