//! Condition operators, keys and values.

use super::code::Code;
use super::finding::{Finding, Findings};
use super::keys::{self, Key, KeyType};
use super::variable::{self, Place};
use super::{never, value};
use crate::condition::{Comparison, Network, Number, Operator, SetOperator, boolean, moment};
use crate::document::{Effect, Language, OperatorBlock, Statement, Text, Values};
use crate::principal::is_account;
use crate::short::Short;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use std::collections::BTreeSet;

pub(super) fn check(statement: &Statement, language: Language, found: &mut Findings) {
    let present = never::keys_that_must_be_present(statement);
    for block in statement.condition.iter().flatten() {
        if block.keys.is_empty() {
            found.report(Code::EmptyList, block.operator.span, format!("`{}` has no keys", Short(&block.operator.value)));
        }
        repeated(block, found);
        let operator = operator(&block.operator, found);
        for (key, values) in &block.keys {
            value::not_empty(values, &key.value, found);
            key_form(key, found);
            let Some(operator) = operator else { continue };
            let known = keys::find(&key.value);
            set(operator, block, key, known, found);
            let rests_on_it = statement.effect == Effect::Allow && operator.set == Some(SetOperator::All);
            if rests_on_it && known.is_none_or(|known| known.many) && !present.contains(&key.value.to_ascii_lowercase()) {
                let help = Code::ForAllValuesAllow.help().replace("KEY", &Short(&key.value).to_string());
                let message = format!("`{}` on `{}` also allows requests without the key", Short(&block.operator.value), Short(&key.value));
                found.push(Finding::new(Code::ForAllValuesAllow, key.span, message).help(help));
            }
            kind(operator, block, key, known, found);
            for one in &values.items {
                one_value(operator, key, one, language, found);
            }
        }
    }
}

/// Takes the operator apart, and says what is wrong with it.
fn operator(name: &Text, found: &mut Findings) -> Option<Operator> {
    let text = name.value.as_str();
    let Some(operator) = Operator::parse(text) else {
        if text.to_ascii_lowercase().ends_with("nullifexists") {
            found.report(Code::NullIfExists, name.span, format!("there is no `{}`", Short(text)));
            return None;
        }
        let finding = Finding::new(Code::UnknownOperator, name.span, format!("there is no condition operator `{}`", Short(text)));
        found.push(match meant(text) {
            Some(meant) => finding.help(format!("did you mean `{meant}`?")),
            None => finding,
        });
        return None;
    };
    if let Some(spelling) = Operator::spelling(text).filter(|spelling| spelling != text) {
        let message = format!("`{}` is not spelled as AWS spells it", Short(text));
        found.push(Finding::new(Code::OperatorCase, name.span, message).help(format!("write `{spelling}`")));
    }
    Some(operator)
}

/// What a misspelt operator means, only where that is certain: blanks, `ForAnyValues:`, `ForAllValue:`, `IfExist`.
fn meant(name: &str) -> Option<String> {
    let mut lower: String = name.to_ascii_lowercase().split_whitespace().collect();
    if let Some((set, rest)) = lower.split_once(':') {
        let set = match set {
            "foranyvalue" | "foranyvalues" | "foranyval" => "ForAnyValue",
            "forallvalues" | "forallvalue" | "forallval" => "ForAllValues",
            _ => return None,
        };
        lower = format!("{set}:{rest}");
    }
    if lower.ends_with("ifexist") {
        lower.push('s');
    }
    Operator::spelling(&lower)
}

fn repeated(block: &OperatorBlock, found: &mut Findings) {
    let mut seen = BTreeSet::new();
    for (key, _) in &block.keys {
        if !seen.insert(key.value.to_ascii_lowercase()) {
            found.report(
                Code::RepeatedKey,
                key.span,
                format!("`{}` stands twice under `{}`", Short(&key.value), Short(&block.operator.value)),
            );
        }
    }
}

fn key_form(key: &Text, found: &mut Findings) {
    let text = key.value.as_str();
    // The keys of tags may have blanks: only the prefix has none.
    let is_form =
        text.split_once(':').is_some_and(|(prefix, name)| !prefix.is_empty() && !name.is_empty() && !prefix.contains(char::is_whitespace));
    if !is_form {
        found.report(Code::ConditionKey, key.span, format!("`{}` is no condition key", Short(text)));
    }
}

fn set(operator: Operator, block: &OperatorBlock, key: &Text, known: Option<&Key>, found: &mut Findings) {
    let Some(known) = known else { return };
    match operator.set {
        None if known.many && operator.comparison != Comparison::Null => {
            let message = format!("`{}` is multivalued, and `{}` is no set operator", Short(&key.value), Short(&block.operator.value));
            found.report(Code::SetOperatorMissing, key.span, message);
        }
        Some(_) if !known.many => {
            found.report(
                Code::SetOperatorSingle,
                key.span,
                format!("`{}` has a single value, and `{}` is a set operator", Short(&key.value), Short(&block.operator.value)),
            );
        }
        _ => {}
    }
}

/// Whether the operator compares what the key holds. String operators work on ARNs and booleans, if not as one expects.
fn kind(operator: Operator, block: &OperatorBlock, key: &Text, known: Option<&Key>, found: &mut Findings) {
    use KeyType::{Address, Arn, Bool, Date, Number, Text};
    // The values of tags are anybody's: they may well be ARNs or numbers.
    let Some(known) = known.filter(|known| !known.is_family()) else { return };
    let fits: &[KeyType] = match family(operator.comparison) {
        Some(Text) => &[Text, Arn, Bool],
        Some(Number) => &[Number, Date],
        Some(Arn) => &[Arn],
        Some(Bool) => &[Bool],
        Some(Date) => &[Date],
        Some(Address) => &[Address],
        None => return,
    };
    if !fits.contains(&known.kind) {
        let (family, own) = match known.kind {
            Text => ("text", "a String operator"),
            Arn => ("an ARN", "an Arn operator"),
            Bool => ("a boolean", "`Bool`"),
            Number => ("a number", "a Numeric operator"),
            Date => ("a date", "a Date operator"),
            Address => ("an address", "`IpAddress` or `NotIpAddress`"),
        };
        let message = format!("`{}` holds {family}, which `{}` does not compare", Short(&key.value), Short(&block.operator.value));
        found.push(Finding::new(Code::OperatorType, key.span, message).help(format!("use {own}")));
    }
}

fn family(comparison: Comparison) -> Option<KeyType> {
    use Comparison::{
        Arn, Binary, Bool, DateEquals, DateGreaterThan, DateGreaterThanEquals, DateLessThan, DateLessThanEquals, IpAddress, Null,
        NumericEquals, NumericGreaterThan, NumericGreaterThanEquals, NumericLessThan, NumericLessThanEquals, StringEquals,
        StringEqualsIgnoreCase, StringLike,
    };
    Some(match comparison {
        StringEquals | StringEqualsIgnoreCase | StringLike => KeyType::Text,
        Arn => KeyType::Arn,
        NumericEquals | NumericLessThan | NumericLessThanEquals | NumericGreaterThan | NumericGreaterThanEquals => KeyType::Number,
        DateEquals | DateLessThan | DateLessThanEquals | DateGreaterThan | DateGreaterThanEquals => KeyType::Date,
        Bool => KeyType::Bool,
        IpAddress => KeyType::Address,
        Binary | Null => return None,
    })
}

fn one_value(operator: Operator, key: &Text, one: &Text, language: Language, found: &mut Findings) {
    if one.value.contains("${") {
        let place = if operator.takes_variables() { Place::Condition } else { Place::OtherCondition };
        variable::check(one, language, place, found);
        return;
    }
    let (text, span) = (one.value.as_str(), one.span);
    let mut wrong = |is_wrong: bool, code: Code, what: &str| {
        if is_wrong {
            found.report(code, span, format!("`{}` is no {what}", Short(text)));
        }
    };
    match family(operator.comparison) {
        Some(KeyType::Number) => wrong(Number::parse(text).is_none(), Code::InvalidNumber, "number"),
        Some(KeyType::Date) => wrong(moment(text).is_none(), Code::InvalidDate, "date"),
        Some(KeyType::Bool) => wrong(boolean(text).is_none(), Code::InvalidBoolean, "boolean"),
        Some(KeyType::Address) => match Network::parse(text) {
            None => wrong(true, Code::InvalidAddress, "address and no range of addresses"),
            Some(network) if network.has_host_bits() => {
                found.report(Code::HostBits, span, format!("`{}` has bits beyond its prefix", Short(text)))
            }
            Some(_) => {}
        },
        Some(KeyType::Arn) => arn(text, one, found),
        Some(KeyType::Text) => string(operator, key, one, found),
        None if operator.comparison == Comparison::Null => wrong(boolean(text).is_none(), Code::InvalidBoolean, "boolean"),
        None => wrong(STANDARD.decode(text).is_err(), Code::InvalidBase64, "base64"),
    }
}

fn arn(text: &str, one: &Text, found: &mut Findings) {
    let parts = value::arn_parts(text);
    let is_whole = parts.len() == 6 || text.ends_with('*');
    if !(text.starts_with('*') || (text.starts_with("arn:") && is_whole)) {
        found.report(Code::InvalidArn, one.span, format!("`{}` is no ARN", Short(text)));
    } else if let Some(account) = parts.get(4).filter(|account| !value::is_account_part(account)) {
        found.report(Code::AccountId, one.span, format!("`{}` is no account id", Short(account)));
    }
}

fn string(operator: Operator, key: &Text, one: &Text, found: &mut Findings) {
    let text = one.value.as_str();
    let is_literal = operator.comparison != Comparison::StringLike;
    if is_literal && text.contains('*') {
        found.report(Code::LiteralWildcard, one.span, format!("the `*` of `{}` is compared literally", Short(text)));
    } else if keys::ACCOUNTS.contains(&key.value.to_ascii_lowercase().as_str()) && !is_account(text) && !text.contains(['*', '?']) {
        found.report(Code::AccountId, one.span, format!("`{}` is no account id", Short(text)));
    }
}

/// The values as written, for comparing two conditions on one key.
pub(super) fn texts(values: &Values) -> BTreeSet<&str> {
    values.iter().collect()
}
