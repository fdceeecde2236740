//! Random patterns of actions, resources and texts, many of them made from what the request has.

use super::chance::Chance;
use super::condition::variable;
use super::request::Call;

/// A pattern of actions.
pub(super) fn action(chance: &mut Chance, call: &Call) -> String {
    let (service, name) = call.action.split_once(':').unwrap_or_default();
    match chance.below(10) {
        0 => "*".to_owned(),
        1 | 2 => format!("{service}:*"),
        3 => call.action.to_owned(),
        4 => call.action.to_ascii_uppercase(),
        5 => format!("{service}:{}*", name.get(..3).unwrap_or(name)),
        6 => format!("{service}:*{}", name.get(3..).unwrap_or(name)),
        7 => format!("{service}:{}?{}", name.get(..2).unwrap_or_default(), name.get(3..).unwrap_or_default()),
        _ => chance.pick(&["s3:*", "s3:Get*", "ec2:*", "iam:*", "kms:Decrypt", "sts:AssumeRole", "organizations:*", "logs:*"]).to_owned(),
    }
}

/// A pattern of resources.
pub(super) fn resource(chance: &mut Chance, call: &Call) -> String {
    if chance.percent(40) {
        return "*".to_owned();
    }
    let (head, tail) = split(&call.resource, 5);
    match chance.below(12) {
        // Of an action without resources nothing but `*` is made: a pattern is that or an ARN's.
        0..9 if call.resource == "*" => "*".to_owned(),
        0 | 1 => call.resource.clone(),
        2 => format!("{head}*"),
        3 | 4 => {
            let (kind, name) = kind(tail);
            format!("{head}{kind}{}", text(chance, name))
        }
        5 => format!("{head}{}/{}", tail.split('/').next().unwrap_or_default(), variable(chance)),
        6 => format!("{head}*{}*", variable(chance)),
        7 => format!("{}*", split(&call.resource, 3).0),
        8 => any_segment(chance, &call.resource),
        9 => call.resource.replace("ana", "${aws:username}"),
        _ => chance.pick(&["arn:aws:s3:::bucket/*", "arn:aws:s3:::bucket", "arn:aws:iam::*:role/*", "arn:aws:kms:*:*:key/*"]).to_owned(),
    }
}

/// A pattern made from a text.
pub(super) fn text(chance: &mut Chance, text: &str) -> String {
    let characters: Vec<char> = text.chars().collect();
    let at = chance.below(characters.len() + 1);
    let (before, after) = characters.split_at(at);
    let (before, after): (String, String) = (before.iter().collect(), after.iter().collect());
    match chance.below(6) {
        0 => text.to_owned(),
        1 => format!("{before}*"),
        2 => format!("*{after}"),
        3 => format!("{before}*{after}"),
        4 => format!("{before}?{}", after.chars().skip(1).collect::<String>()),
        _ => format!("*{after}*"),
    }
}

/// An ARN with a wildcard for its region or account.
fn any_segment(chance: &mut Chance, arn: &str) -> String {
    let mut segments: Vec<&str> = arn.splitn(6, ':').collect();
    if let Some(segment) = segments.get_mut(3 + chance.below(2)) {
        *segment = "*";
    }
    segments.join(":")
}

/// The kind of a resource and its name. The kind takes no wildcard [IAM User Guide, reference_identifiers].
fn kind(tail: &str) -> (&str, &str) {
    let is_kind = |kind: &str| !["bucket", "other"].contains(&kind);
    match tail.find([':', '/']) {
        Some(at) if is_kind(&tail[..at]) => tail.split_at(at + 1),
        _ => ("", tail),
    }
}

/// A text before and after its colon of that number; the colon belongs to what is before.
fn split(text: &str, colons: usize) -> (&str, &str) {
    let at = text.match_indices(':').nth(colons - 1).map_or(0, |(at, _)| at + 1);
    text.split_at(at)
}
