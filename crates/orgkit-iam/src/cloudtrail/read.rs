//! Log files: what lies in them, record by record.

use super::record::Record;
use super::text::{Maybe, Text};
use serde::Deserialize;
use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;
use std::fmt;
use std::io::Read;

/// The longest text that is unpacked from one file, in bytes. CloudTrail's own files hold some tens of megabytes.
pub const MAX_TEXT: u64 = 1 << 30;

/// A place in a file that could not be read as records.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Broken {
    /// The byte at which reading ended, from 0, in the unpacked text.
    pub offset: usize,
    /// What is wrong there.
    pub message: String,
}

/// A compressed file that could not be unpacked to its end.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum GunzipError {
    /// It is damaged, or ends too early.
    #[error("the compressed data is damaged or ends early after {unpacked} bytes of text: {reason}")]
    Damaged {
        /// How many bytes came out of it.
        unpacked: usize,
        /// What the decoder says.
        reason: String,
    },
    /// It holds more than [`MAX_TEXT`].
    #[error("it unpacks to more than {MAX_TEXT} bytes")]
    TooLong,
}

/// Unpacks a gzip file to the end of `text`; what came out before an error stays there.
///
/// # Errors
/// [`GunzipError`] for a damaged or truncated file, and for more than [`MAX_TEXT`].
pub fn gunzip(packed: &[u8], text: &mut Vec<u8>) -> Result<(), GunzipError> {
    let before = text.len();
    let read = flate2::bufread::MultiGzDecoder::new(packed).take(MAX_TEXT + 1).read_to_end(text);
    let unpacked = text.len() - before;
    read.map_err(|error| GunzipError::Damaged { unpacked, reason: error.to_string() })?;
    if u64::try_from(unpacked).is_ok_and(|unpacked| unpacked > MAX_TEXT) { Err(GunzipError::TooLong) } else { Ok(()) }
}

/// Visits the records of a text in their order, and says where it could not be read.
///
/// Understood are CloudTrail's own files (`{"Records": […]}`), one record per line, a list of records, and what `LookupEvents` answers
/// (`{"Events": [{"CloudTrailEvent": "…"}]}`).
pub fn read(text: &[u8], visit: &mut dyn FnMut(&Record<'_>)) -> Vec<Broken> {
    let mut visited = 0_usize;
    let mut counting = |record: &Record<'_>| {
        visited += 1;
        visit(record);
    };
    if !is_document(text) {
        return read_values(text, visit);
    }
    let mut from = serde_json::Deserializer::from_slice(text);
    let read = DocumentSeed { visit: &mut counting }.deserialize(&mut from).and_then(|()| from.end());
    let Err(error) = read else { return Vec::new() };
    if error.is_data() {
        return read_one_by_one(text, visited, visit);
    }
    vec![broken(text, &error)]
}

/// Whether a text begins as an object with a list of records.
fn is_document(text: &[u8]) -> bool {
    let text = text.trim_ascii_start();
    let inner = text.strip_prefix(b"{").map(<[u8]>::trim_ascii_start);
    inner.is_some_and(|inner| [&b"\"Records\""[..], b"\"Events\""].iter().any(|key| inner.starts_with(key)))
}

/// Where an error of the JSON reader lies.
fn broken(text: &[u8], error: &serde_json::Error) -> Broken {
    let line_start = match error.line() {
        0 | 1 => 0,
        line => text.iter().enumerate().filter(|(_, byte)| **byte == b'\n').nth(line - 2).map_or(0, |(at, _)| at + 1),
    };
    let message = error.to_string();
    let message = message.split(" at line ").next().unwrap_or(&message).to_owned();
    Broken { offset: (line_start + error.column()).min(text.len()), message }
}

/// One value after the other; after a broken one, reading goes on with the next line.
fn read_values(text: &[u8], visit: &mut dyn FnMut(&Record<'_>)) -> Vec<Broken> {
    let mut all = Vec::new();
    let mut at = 0;
    while let Some(rest) = text.get(at..).filter(|rest| !rest.trim_ascii().is_empty()) {
        let mut values = serde_json::Deserializer::from_slice(rest).into_iter::<&RawValue>();
        let stopped = loop {
            let start = values.byte_offset();
            match values.next() {
                Some(Ok(value)) => all.extend(read_value(value.get(), visit).map(|one| Broken { offset: at + start + one.offset, ..one })),
                Some(Err(error)) => break Some((start, error)),
                None => break None,
            }
        };
        let Some((start, error)) = stopped else { break };
        let one = broken(rest, &error);
        all.push(Broken { offset: at + one.offset, ..one });
        let next_line = rest.get(start + 1..).and_then(|tail| memchr::memchr(b'\n', tail));
        let Some(next_line) = next_line else { break };
        at += start + 1 + next_line + 1;
    }
    all
}

/// A value of its own: a record, a list of them, or a whole document.
fn read_value(value: &str, visit: &mut dyn FnMut(&Record<'_>)) -> Option<Broken> {
    if is_document(value.as_bytes()) {
        return read(value.as_bytes(), visit).into_iter().next();
    }
    if value.starts_with('[') {
        let mut from = serde_json::Deserializer::from_str(value);
        let seed = ListSeed { visit, kind: Kind::Records };
        return seed.deserialize(&mut from).err().map(|error| broken(value.as_bytes(), &error));
    }
    match serde_json::from_str::<Maybe<Record<'_>>>(value) {
        Ok(Maybe(Some(record))) => {
            visit(&record);
            None
        }
        Ok(Maybe(None)) => Some(Broken { offset: 0, message: "no record".to_owned() }),
        Err(error) => Some(broken(value.as_bytes(), &error)),
    }
}

/// The records of a document of which one has a form that ended the reading: each for itself, the ones that were visited left out.
fn read_one_by_one(text: &[u8], visited: usize, visit: &mut dyn FnMut(&Record<'_>)) -> Vec<Broken> {
    #[derive(Deserialize)]
    struct Document<'a> {
        #[serde(rename = "Records", borrow, default)]
        records: Vec<&'a RawValue>,
        #[serde(rename = "Events", borrow, default)]
        events: Vec<&'a RawValue>,
    }
    let document: Document<'_> = match serde_json::from_slice(text) {
        Ok(document) => document,
        Err(error) => return vec![broken(text, &error)],
    };
    let start = text.as_ptr() as usize;
    let place = |value: &RawValue| value.get().as_ptr() as usize - start;
    let mut all = Vec::new();
    for value in document.records.iter().skip(visited) {
        all.extend(read_value(value.get(), visit).map(|one| Broken { offset: place(value) + one.offset, ..one }));
    }
    for value in document.events.iter().skip(visited) {
        let row: Maybe<LookedUp<'_>> = serde_json::from_str(value.get()).unwrap_or_default();
        let broken = read_value(row.0.unwrap_or_default().cloud_trail_event.get().unwrap_or("null"), visit);
        // Within the escaped text there is no offset of the file.
        all.extend(broken.map(|one| Broken { offset: place(value), ..one }));
    }
    all
}

/// What the elements of a list are.
#[derive(Clone, Copy)]
enum Kind {
    Records,
    LookedUp,
}

struct DocumentSeed<'v> {
    visit: &'v mut dyn FnMut(&Record<'_>),
}

impl<'de> DeserializeSeed<'de> for DocumentSeed<'_> {
    type Value = ();
    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<(), D::Error> {
        from.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for DocumentSeed<'_> {
    type Value = ();

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("an object with `Records` or `Events`")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(Text(key)) = map.next_key()? {
            let kind = match key.as_deref() {
                Some("Records") => Kind::Records,
                Some("Events") => Kind::LookedUp,
                _ => {
                    map.next_value::<IgnoredAny>()?;
                    continue;
                }
            };
            map.next_value_seed(ListSeed { visit: &mut *self.visit, kind })?;
        }
        Ok(())
    }
}

struct ListSeed<'v> {
    visit: &'v mut dyn FnMut(&Record<'_>),
    kind: Kind,
}

impl<'de> DeserializeSeed<'de> for ListSeed<'_> {
    type Value = ();
    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<(), D::Error> {
        from.deserialize_seq(self)
    }
}

/// An element of what `LookupEvents` answers: the record is a JSON text within the JSON.
#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct LookedUp<'a> {
    #[serde(borrow)]
    cloud_trail_event: Text<'a>,
}

impl<'de> Visitor<'de> for ListSeed<'_> {
    type Value = ();

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a list of records")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        match self.kind {
            Kind::Records => {
                while let Some(Maybe(record)) = list.next_element::<Maybe<Record<'de>>>()? {
                    (self.visit)(&record.ok_or_else(|| serde::de::Error::custom("no record"))?);
                }
            }
            Kind::LookedUp => {
                while let Some(Maybe(row)) = list.next_element::<Maybe<LookedUp<'de>>>()? {
                    let row = row.unwrap_or_default();
                    let broken = read_value(row.cloud_trail_event.get().unwrap_or("null"), self.visit);
                    broken.map_or(Ok(()), |broken| Err(serde::de::Error::custom(broken.message)))?;
                }
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn names(text: &str) -> (Vec<String>, Vec<(usize, String)>) {
        let mut names = Vec::new();
        let broken = read(text.as_bytes(), &mut |record| names.push(record.event_name.get().unwrap_or("-").to_owned()));
        (names, broken.into_iter().map(|one| (one.offset, one.message)).collect())
    }

    #[test]
    fn every_form_of_file_is_read() {
        for text in [
            r#"{"Records":[{"eventName":"A"},{"eventName":"B","requestParameters":{"x":[1,{"y":"z"}]}}]}"#,
            "{ \"Records\" : [ {\"eventName\":\"A\"},\n {\"eventName\":\"B\"} ], \"other\": 1 }",
            "{\"eventName\":\"A\"}\n{\"eventName\":\"B\"}\n",
            "[{\"eventName\":\"A\"},{\"eventName\":\"B\"}]",
            "{\n  \"eventVersion\": \"1.08\",\n  \"eventName\": \"A\"\n}\n{\"Records\":[{\"eventName\":\"B\"}]}",
            r#"{"Events":[{"EventId":"1","CloudTrailEvent":"{\"eventName\":\"A\"}"},{"CloudTrailEvent":"{\"eventName\":\"B\"}"}],"NextToken":"x"}"#,
        ] {
            assert_eq!(names(text), (vec!["A".to_owned(), "B".to_owned()], vec![]), "{text}");
        }
    }

    #[test]
    fn what_is_broken_is_told_and_the_rest_is_read() {
        for (text, expected, broken) in [
            (r#"{"Records":[{"eventName":"A"},7,{"eventName":"B"}]}"#, vec!["A", "B"], vec![(30, "no record")]),
            (r#"{"Records":[{"eventName":"A","eventName":"C"},{"eventName":"B"}]}"#, vec!["B"], vec![(40, "duplicate field `eventName`")]),
            (r#"{"Records":[{"eventName":"A"},{"event"#, vec!["A"], vec![(37, "EOF while parsing a string")]),
            ("{\"eventName\":\"A\"}\n{\"eventName\":}\n{\"eventName\":\"B\"}", vec!["A", "B"], vec![(32, "expected value")]),
            (
                r#"{"Events":[{"CloudTrailEvent":"{\"eventName\":\"A\"}"},{"CloudTrailEvent":"{"},{"CloudTrailEvent":"{\"eventName\":\"B\"}"}]}"#,
                vec!["A", "B"],
                vec![(55, "EOF while parsing an object")],
            ),
            (r#"{"Records":{"eventName":"A"}}"#, vec![], vec![(11, "invalid type: map, expected a sequence")]),
            (r#"{"Records":[{"eventName":["A"],"userIdentity":"x","resources":{"a":1}}]}"#, vec!["-"], vec![]),
            ("", vec![], vec![]),
        ] {
            let (names, found) = names(text);
            let found: Vec<(usize, &str)> = found.iter().map(|(at, message)| (*at, message.as_str())).collect();
            assert_eq!((names.iter().map(String::as_str).collect::<Vec<_>>(), found), (expected, broken), "{text}");
        }
    }

    #[test]
    fn a_truncated_file_gives_what_is_in_it() {
        let text = format!(r#"{{"Records":[{}{{"eventName":"Last"}}]}}"#, r#"{"eventName":"A"},"#.repeat(5_000));
        let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        std::io::Write::write_all(&mut packer, text.as_bytes()).unwrap();
        let packed = packer.finish().unwrap();
        let mut whole = Vec::new();
        assert_eq!(gunzip(&packed, &mut whole), Ok(()));
        assert_eq!(whole, text.as_bytes());

        let mut part = Vec::new();
        let error = gunzip(&packed[..packed.len() / 2], &mut part).unwrap_err();
        assert!(matches!(error, GunzipError::Damaged { unpacked, .. } if unpacked == part.len() && unpacked > 0), "{error}");
        assert!(text.as_bytes().starts_with(&part));
        let mut seen = 0;
        assert_eq!(read(&part, &mut |_| seen += 1).len(), 1);
        assert!(seen > 100);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2_000))]
        #[test]
        fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            read(&bytes, &mut |_| {});
            let _ = gunzip(&bytes, &mut Vec::new());
        }

        #[test]
        fn any_change_of_a_file_is_read_or_refused(at in 0_usize..160, byte in any::<u8>()) {
            let text = r#"{"Records":[{"eventName":"A","userIdentity":{"type":"AssumedRole","sessionContext":{"attributes":{"mfaAuthenticated":"false"}}},"resources":[{"ARN":"a"}]},{}]}"#;
            let mut bytes = text.as_bytes().to_vec();
            if let Some(changed) = bytes.get_mut(at) {
                *changed = byte;
            }
            read(&bytes, &mut |_| {});
        }
    }
}
