//! Policy documents: JSON in, statements out, JSON out again.

mod print;
mod read;

use crate::json::Span;
pub(crate) use read::from_node;
pub use read::{ParseError, Problem, ProblemCode, read};

/// What a statement does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    /// It allows.
    Allow,
    /// It denies.
    Deny,
}

/// The version of the policy language [IAM User Guide, reference_policies_elements_version].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Language {
    /// `2008-10-17`, and every document that says nothing: policy variables are plain text.
    V2008,
    /// `2012-10-17`.
    V2012,
}

/// How a scalar is written in JSON. A policy means the same by `true` and `"true"`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scalar {
    /// `"…"`
    String,
    /// A number.
    Number,
    /// `true`, `false`.
    Bool,
}

/// A scalar and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Text {
    /// Its text, escapes resolved.
    pub value: String,
    /// How it is written.
    pub scalar: Scalar,
    /// Its place.
    pub span: Span,
}

/// A scalar or a list of them: the grammar takes either nearly everywhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Values {
    /// The values in their order.
    pub items: Vec<Text>,
    /// Whether they are written as a list.
    pub is_list: bool,
    /// The place of it all.
    pub span: Span,
}

impl Values {
    /// The values as plain text.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.items.iter().map(|item| item.value.as_str())
    }
}

/// `Action` and `NotAction`, `Resource` and `NotResource`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Element {
    /// Whether it is the `Not…` form.
    pub negated: bool,
    /// The patterns.
    pub values: Values,
    /// The place of the key.
    pub key_span: Span,
}

/// `Principal` and `NotPrincipal`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PrincipalElement {
    /// Whether it is the `Not…` form.
    pub negated: bool,
    /// Who.
    pub who: Principals,
    /// The place of the key.
    pub key_span: Span,
}

/// Who a principal element names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Principals {
    /// A bare string; only `"*"` is meaningful.
    Bare(Text),
    /// `AWS`, `Service`, `Federated`, `CanonicalUser` with their values.
    ByType(Vec<(Text, Values)>),
}

/// One condition operator with its keys.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OperatorBlock {
    /// The operator as written, such as `ForAnyValue:StringLike`.
    pub operator: Text,
    /// Condition keys with the values to compare with.
    pub keys: Vec<(Text, Values)>,
}

/// One statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement {
    /// `Sid`.
    pub sid: Option<Text>,
    /// What it does.
    pub effect: Effect,
    /// Whom it is about; only policies on resources say so.
    pub principal: Option<PrincipalElement>,
    /// The actions.
    pub action: Element,
    /// The resources; a role's trust policy has none.
    pub resource: Option<Element>,
    /// The condition block, if there is one.
    pub condition: Option<Vec<OperatorBlock>>,
    /// Its place.
    pub span: Span,
}

impl Statement {
    /// Operator, key and values of every condition, in order.
    pub fn conditions(&self) -> impl Iterator<Item = (&Text, &Text, &Values)> {
        self.condition.iter().flatten().flat_map(|block| block.keys.iter().map(move |(key, values)| (&block.operator, key, values)))
    }
}

/// A policy document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    /// `Version`, as written.
    pub version: Option<Text>,
    /// `Id`.
    pub id: Option<Text>,
    /// The statements in their order.
    pub statements: Vec<Statement>,
    /// Whether `Statement` is written as a list.
    pub is_list: bool,
}

impl Document {
    /// Reads a document.
    ///
    /// # Errors
    /// The first [`Problem`] that makes it no policy document, as [`ParseError`]. [`read`] gives all of them.
    pub fn parse(text: &str) -> Result<Self, ParseError> {
        let (document, problems) = read(text);
        match (document, problems.into_iter().next()) {
            (Some(document), None) => Ok(document),
            (_, Some(problem)) => Err(ParseError::new(problem, text)),
            // INVARIANT: `read` gives a document or says what is wrong.
            (None, None) => Err(ParseError { message: "no policy document".to_owned(), position: (1, 1) }),
        }
    }

    /// The version of the language that it is written in.
    pub fn language(&self) -> Language {
        match &self.version {
            Some(version) if version.value == "2012-10-17" => Language::V2012,
            _ => Language::V2008,
        }
    }

    /// What a statement is called: its `Sid`, else its place in the document as `#1`.
    pub fn statement_name(&self, index: usize) -> String {
        let sid = self.statements.get(index).and_then(|statement| statement.sid.as_ref());
        sid.filter(|sid| !sid.value.is_empty()).map_or_else(|| format!("#{}", index + 1), |sid| sid.value.clone())
    }
}
