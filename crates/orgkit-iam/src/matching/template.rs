//! Policy variables: `${key}`, `${key, 'default'}`, `${*}`, `${?}`, `${$}` [IAM User Guide, reference_policies_variables].

use super::glob::{Glob, Token, push, push_char};

/// A pattern that may hold variables.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Template {
    parts: Vec<Part>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Part {
    /// Plain characters of the pattern, wildcards included.
    Plain(String),
    /// Characters that mean themselves, wildcards included.
    Verbatim(String),
    /// The value of a key, in lower case.
    Variable { key: String, default: Option<String> },
}

/// A template with its variables filled in.
pub(crate) enum Filled {
    /// The characters, each with whether a wildcard among them means itself.
    Pattern(Vec<(char, bool)>),
    /// A variable has no single value.
    Unresolved,
    /// The value of a variable is not known. The characters as above, and `None` where that value stands.
    Unknown(Vec<Option<(char, bool)>>),
}

/// What a variable's key comes to.
pub(crate) enum Variable<'a> {
    Value(&'a str),
    Unresolved,
    Unknown,
}

impl Template {
    /// Reads a text. A `${` that is not closed, or has nothing in it, is plain text.
    pub(crate) fn parse(text: &str) -> Self {
        let mut parts = Vec::new();
        let mut rest = text;
        while let Some(at) = rest.find("${") {
            let (before, from) = rest.split_at(at);
            let Some((inner, after)) = from.get(2..).and_then(|inner| inner.split_once('}')) else { break };
            let Some(part) = variable(inner) else {
                parts.push(Part::Plain(format!("{before}${{{inner}}}")));
                rest = after;
                continue;
            };
            if !before.is_empty() {
                parts.push(Part::Plain(before.to_owned()));
            }
            parts.push(part);
            rest = after;
        }
        if !rest.is_empty() {
            parts.push(Part::Plain(rest.to_owned()));
        }
        Self { parts }
    }

    /// Reads a pattern of a `Resource` element: a variable before the fifth colon stays plain text, because AWS takes variables only in the resource
    /// part of an ARN [IAM User Guide, reference_policies_variables].
    pub(crate) fn parse_resource(text: &str) -> Self {
        let mut colons = 0;
        let parts = Self::parse(text).parts.into_iter().map(|part| match part {
            Part::Plain(text) => {
                colons += text.matches(':').count();
                Part::Plain(text)
            }
            Part::Variable { key, .. } if colons < 5 => Part::Verbatim(format!("${{{key}}}")),
            part => part,
        });
        Self { parts: parts.collect() }
    }

    /// A text in which nothing is a variable.
    pub(crate) fn plain(text: &str) -> Self {
        Self { parts: vec![Part::Plain(text.to_owned())] }
    }

    /// Its meaning in one spelling: templates that match the same for every request by being the same pattern give the same text. With `wildcards`, `*`
    /// and `?` of the plain parts are wildcards. A backslash marks what means itself, and variables.
    pub(crate) fn canonical(&self, wildcards: bool) -> String {
        let mut text = String::new();
        let mut after_run = false;
        for part in &self.parts {
            let (characters, verbatim) = match part {
                Part::Plain(characters) => (characters, false),
                Part::Verbatim(characters) => (characters, true),
                Part::Variable { key, default } => {
                    let default =
                        default.as_ref().map_or_else(String::new, |default| format!(",{}", Self::plain(default).canonical(false)));
                    text.push_str(&format!("\\{{{key}{default}\\}}"));
                    after_run = false;
                    continue;
                }
            };
            for character in characters.chars() {
                let is_wildcard = matches!(character, '*' | '?') && wildcards && !verbatim;
                let is_run = is_wildcard && character == '*';
                if is_run && after_run {
                    continue;
                }
                if !is_wildcard && (matches!(character, '*' | '?' | '\\') || (verbatim && character == ':')) {
                    text.push('\\');
                }
                text.push(character);
                after_run = is_run;
            }
        }
        text
    }

    /// Whether there is anything to fill in or to take verbatim.
    pub(crate) fn is_plain(&self) -> bool {
        self.parts.iter().all(|part| matches!(part, Part::Plain(_)))
    }

    /// The keys whose values it needs, in lower case.
    pub(crate) fn keys(&self) -> impl Iterator<Item = &str> {
        self.parts.iter().filter_map(|part| match part {
            Part::Variable { key, .. } => Some(key.as_str()),
            Part::Plain(_) | Part::Verbatim(_) => None,
        })
    }

    /// Fills the variables in. What is filled in means itself: a wildcard in a tag's value is no wildcard of the policy.
    pub(crate) fn fill<'a>(&'a self, lookup: impl Fn(&str) -> Variable<'a>) -> Filled {
        let mut pieces: Vec<Option<(char, bool)>> = Vec::new();
        let mut unknown = false;
        for part in &self.parts {
            let (text, verbatim) = match part {
                Part::Plain(text) => (text.as_str(), false),
                Part::Verbatim(text) => (text.as_str(), true),
                Part::Variable { key, default } => match (lookup(key), default) {
                    (Variable::Value(value), _) => (value, true),
                    (Variable::Unresolved, Some(default)) => (default.as_str(), true),
                    (Variable::Unresolved, None) => return Filled::Unresolved,
                    (Variable::Unknown, _) => {
                        unknown = true;
                        pieces.push(None);
                        continue;
                    }
                },
            };
            pieces.extend(text.chars().map(|one| Some((one, verbatim))));
        }
        if unknown { Filled::Unknown(pieces) } else { Filled::Pattern(pieces.into_iter().flatten().collect()) }
    }
}

fn variable(inner: &str) -> Option<Part> {
    if matches!(inner, "*" | "?" | "$") {
        return Some(Part::Verbatim(inner.to_owned()));
    }
    let (key, default) = match inner.split_once(',') {
        Some((key, default)) => (key, Some(default.trim().strip_prefix('\'')?.strip_suffix('\'')?.to_owned())),
        None => (inner, None),
    };
    let key = key.trim();
    (!key.is_empty()).then(|| Part::Variable { key: key.to_ascii_lowercase(), default })
}

/// Filled characters as tokens of a pattern whose wildcards are free.
pub(crate) fn free_tokens(characters: &[(char, bool)]) -> Vec<Token> {
    let mut tokens = Vec::new();
    for (character, verbatim) in characters {
        match character {
            '*' if !verbatim => push(&mut tokens, Token::Run { confined: false }),
            '?' if !verbatim => push(&mut tokens, Token::One { confined: false }),
            other => push_char(&mut tokens, *other),
        }
    }
    tokens
}

/// Whether a text could match, whatever stands at the places that are not known. Wildcards count as free, so that the answer errs on the side of "could".
pub(crate) fn may_match(pieces: &[Option<(char, bool)>], text: &str) -> bool {
    let mut tokens = Vec::new();
    for piece in pieces {
        match piece {
            None | Some(('*', false)) => push(&mut tokens, Token::Run { confined: false }),
            Some(('?', false)) => push(&mut tokens, Token::One { confined: false }),
            Some((other, _)) => push_char(&mut tokens, *other),
        }
    }
    Glob::from_tokens(tokens).matches(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matches(template: &str, user: Option<&'static str>, text: &str) -> Option<bool> {
        let template = Template::parse(template);
        let lookup = |key: &str| match (key, user) {
            ("aws:username", Some("?")) => Variable::Unknown,
            ("aws:username", Some(user)) => Variable::Value(user),
            _ => Variable::Unresolved,
        };
        match template.fill(lookup) {
            Filled::Pattern(characters) => Some(Glob::from_tokens(free_tokens(&characters)).matches(text)),
            Filled::Unresolved => Some(false),
            Filled::Unknown(pieces) => (!may_match(&pieces, text)).then_some(false),
        }
    }

    #[test]
    fn variables() {
        for (template, user, text, expected) in [
            ("home/${aws:username}/*", Some("bob"), "home/bob/x", Some(true)),
            ("home/${AWS:UserName}/*", Some("bob"), "home/bob/x", Some(true)),
            ("home/${aws:username}/*", Some("b*"), "home/bob/x", Some(false)),
            ("home/${aws:username}/*", Some("b*"), "home/b*/x", Some(true)),
            ("home/${aws:username}/*", None, "home//x", Some(false)),
            ("${aws:username, 'all'}", None, "all", Some(true)),
            ("${aws:username,'all'}", None, "all", Some(true)),
            ("${aws:username, 'all'}", Some("bob"), "bob", Some(true)),
            ("a${*}b", None, "a*b", Some(true)),
            ("a${*}b", None, "axb", Some(false)),
            ("a${?}${$}b", None, "a?$b", Some(true)),
            ("${aws:username}", Some("?"), "bob", None),
            ("home/${aws:username}/*", Some("?"), "home/bob/x", None),
            ("home/${aws:username}/*", Some("?"), "away/bob/x", Some(false)),
            ("${", None, "${", Some(true)),
            ("${}", None, "${}", Some(true)),
            ("${aws:username", Some("bob"), "${aws:username", Some(true)),
        ] {
            assert_eq!(matches(template, user, text), expected, "{template} {user:?} {text}");
        }
    }
}
