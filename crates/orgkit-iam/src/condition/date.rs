//! Dates of the policy language: ISO 8601 in the profile of the W3C note, or seconds since 1970
//! [IAM User Guide, reference_policies_elements_condition_operators].

use jiff::Timestamp;
use jiff::civil::Date;

/// A moment, in nanoseconds since 1970. A year has four digits; any other number is seconds.
pub(crate) fn parse(text: &str) -> Option<i128> {
    let text = text.trim();
    let is_number =
        |text: &str| text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.') && text.bytes().any(|byte| byte.is_ascii_digit());
    let is_year = text.len() == 4 && text.bytes().all(|byte| byte.is_ascii_digit());
    if !is_year && is_number(text.strip_prefix('-').unwrap_or(text)) {
        return seconds(text);
    }
    let midnight = |text: String| text.parse::<Date>().ok().and_then(|date| date.to_zoned(jiff::tz::TimeZone::UTC).ok());
    let day = match text.len() {
        4 => midnight(format!("{text}-01-01")),
        7 => midnight(format!("{text}-01")),
        10 => midnight(text.to_owned()),
        _ => return with_time(text),
    };
    day.map(|day| day.timestamp().as_nanosecond())
}

/// A time without seconds is allowed; one without a zone is taken as UTC.
fn with_time(text: &str) -> Option<i128> {
    let parsed = text.parse::<Timestamp>().ok().or_else(|| {
        let civil = text.parse::<jiff::civil::DateTime>().ok()?;
        civil.to_zoned(jiff::tz::TimeZone::UTC).ok().map(|zoned| zoned.timestamp())
    });
    parsed.map(Timestamp::as_nanosecond)
}

fn seconds(text: &str) -> Option<i128> {
    let (negative, digits) = text.strip_prefix('-').map_or((false, text), |digits| (true, digits));
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let whole: i64 = whole.parse().ok()?;
    let fraction: i128 = if fraction.is_empty() { 0 } else { format!("{fraction:0<9.9}").parse().ok()? };
    let total = i128::from(whole) * 1_000_000_000 + fraction;
    Some(if negative { -total } else { total })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_of_one_moment() {
        for text in [
            "2020-01-01T00:00:00Z",
            "2020-01-01",
            "2020-01",
            "2020",
            "1577836800",
            "2020-01-01T01:00:00+01:00",
            "2020-01-01T00:00Z",
            "1577836800.000",
        ] {
            assert_eq!(parse(text), Some(1_577_836_800_000_000_000), "{text}");
        }
        assert_eq!(parse("-1.5"), Some(-1_500_000_000));
        assert_eq!(parse("1577836800.5"), Some(1_577_836_800_500_000_000));
        for text in ["", "soon", "2020-13-01", "1.2.3", "10abc", "."] {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
