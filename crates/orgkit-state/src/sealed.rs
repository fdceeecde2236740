//! What every object here looks like: one line of JSON, a body and the SHA-256 of its text.
//!
//! An object is read only in the form in which it would be written, so every flipped bit and every missing byte is noticed.

use orgkit_model::Digest;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

/// The format that this orgkit writes. A later one is refused.
pub(crate) const FORMAT: u64 = 1;

/// An object that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Unreadable {
    /// A later orgkit wrote it.
    Newer(u64),
    /// It is not what was written.
    Damaged(String),
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Envelope<'a> {
    format: u64,
    sum: String,
    #[serde(borrow)]
    body: &'a RawValue,
}

/// An object's content, and the sum of its body.
pub(crate) fn seal(body: &impl Serialize) -> Result<(Vec<u8>, String), serde_json::Error> {
    let body = serde_json::value::to_raw_value(body)?;
    let sum = sum(&body);
    let content = serde_json::to_vec(&Envelope { format: FORMAT, sum: sum.clone(), body: &body })?;
    Ok((content, sum))
}

/// The body of an object and its sum.
pub(crate) fn open<T: DeserializeOwned>(content: &[u8]) -> Result<(T, String), Unreadable> {
    #[derive(Deserialize)]
    struct Format {
        format: u64,
    }
    let not_json = |error: serde_json::Error| Unreadable::Damaged(format!("it cannot be read ({error})"));
    let Format { format } = serde_json::from_slice(content).map_err(not_json)?;
    if format > FORMAT {
        return Err(Unreadable::Newer(format));
    }
    let envelope: Envelope<'_> = serde_json::from_slice(content).map_err(not_json)?;
    if envelope.format != FORMAT || envelope.sum != sum(envelope.body) || serde_json::to_vec(&envelope).map_err(not_json)? != content {
        return Err(Unreadable::Damaged("its sum does not fit".to_owned()));
    }
    Ok((serde_json::from_str(envelope.body.get()).map_err(not_json)?, envelope.sum))
}

/// The format is part of what is summed up.
fn sum(body: &RawValue) -> String {
    Digest::of_bytes(format!("{FORMAT}\n{}", body.get()).as_bytes()).as_str().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_flipped_bit_and_every_missing_byte_is_noticed() {
        let (content, sum) = seal(&("a body", 7_u64)).unwrap();
        assert_eq!(open::<(String, u64)>(&content), Ok((("a body".to_owned(), 7), sum)));
        for at in 0..content.len() {
            assert!(open::<(String, u64)>(&content[..at]).is_err(), "cut at {at}");
            for bit in 0..8 {
                let mut flipped = content.clone();
                flipped[at] ^= 1 << bit;
                assert!(open::<(String, u64)>(&flipped).is_err(), "bit {bit} of byte {at}");
            }
        }
        let longer = [content.as_slice(), b"\n"].concat();
        assert!(open::<(String, u64)>(&longer).is_err());
    }

    #[test]
    fn a_later_format_is_not_called_damage() {
        let later = br#"{"format":2,"sum":"x","body":{},"more":1}"#;
        assert_eq!(open::<u64>(later), Err(Unreadable::Newer(2)));
    }
}
