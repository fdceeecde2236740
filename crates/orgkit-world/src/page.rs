//! Pages of lists. A token is opaque to callers, and only its own list takes it back.

use crate::ApiError;
use crate::call::Request;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

/// How an operation names and limits its pages.
pub(crate) struct Paging {
    /// The list's own name; a token of one list is not valid for another.
    pub(crate) list: &'static str,
    /// The member that holds the items.
    pub(crate) items: &'static str,
    /// The member of the input that limits a page.
    pub(crate) limit: &'static str,
    /// The member of input and output that holds the token.
    pub(crate) token: &'static str,
    /// How many items a page holds by default.
    pub(crate) usual: usize,
    /// How many it can hold at most.
    pub(crate) most: usize,
    /// The code of the error for a token that is not valid.
    pub(crate) bad_token: &'static str,
}

impl Paging {
    /// An Organizations list: at most 20 a page (botocore `organizations/2016-11-28`, shape `MaxResults`).
    pub(crate) fn organizations(list: &'static str, items: &'static str) -> Self {
        Self { list, items, limit: "MaxResults", token: "NextToken", usual: 20, most: 20, bad_token: "InvalidInputException" }
    }

    /// The page of `all` that the request asks for.
    pub(crate) fn page(&self, request: &Request<'_>, all: Vec<Value>) -> Result<Value, ApiError> {
        let (page, token) = self.cut(request, all)?;
        let mut output = json!({ self.items: page });
        if let (Some(token), Some(members)) = (token, output.as_object_mut()) {
            members.insert(self.token.to_owned(), Value::String(token));
        }
        Ok(output)
    }

    /// The items of the page, and the token of the next page if there is one.
    pub(crate) fn cut(&self, request: &Request<'_>, all: Vec<Value>) -> Result<(Vec<Value>, Option<String>), ApiError> {
        let start = match request.text(self.token) {
            Some(token) => self.start_of(token).filter(|start| *start < all.len()).ok_or_else(|| self.refuse_token(request))?,
            None => 0,
        };
        let size = self.size(request)?;
        let end = all.len().min(start + size);
        let token = (end < all.len()).then(|| self.token_at(end));
        Ok((all.into_iter().skip(start).take(size).collect(), token))
    }

    fn size(&self, request: &Request<'_>) -> Result<usize, ApiError> {
        let Some(asked) = request.number(self.limit) else {
            return Ok(self.usual);
        };
        match usize::try_from(asked) {
            Err(_) | Ok(0) => Err(request.invalid("MIN_VALUE_EXCEEDED", format!("{} must be at least 1.", self.limit))),
            Ok(size) if size > self.most => {
                Err(request.invalid("MAX_VALUE_EXCEEDED", format!("{} must be at most {}.", self.limit, self.most)))
            }
            Ok(size) => Ok(size),
        }
    }

    fn refuse_token(&self, request: &Request<'_>) -> ApiError {
        let error = ApiError::new(self.bad_token, "The token is not valid for this list.");
        if request.service.name == "organizations" { error.because("INVALID_NEXT_TOKEN") } else { error }
    }

    fn token_at(&self, start: usize) -> String {
        format!("{}{start:x}", self.seal(start))
    }

    fn start_of(&self, token: &str) -> Option<usize> {
        let (seal, start) = token.split_at_checked(16)?;
        let start = usize::from_str_radix(start, 16).ok()?;
        (self.seal(start) == seal).then_some(start)
    }

    fn seal(&self, start: usize) -> String {
        let hash = Sha256::new().chain_update(self.list).chain_update((start as u64).to_be_bytes()).finalize();
        hex::encode(&hash[..8])
    }
}
