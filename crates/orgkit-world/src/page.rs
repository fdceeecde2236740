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

/// Of so many places in a list of Organizations, one gives an empty page first.
const PAUSES: u8 = 8;

/// Where a page begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Place {
    /// How many items come before it.
    start: usize,
    /// Whether an empty page was given there already.
    paused: bool,
}

impl Paging {
    /// An Organizations list: at most 20 a page (botocore `organizations/2016-11-28`, shape `MaxResults`).
    ///
    /// Its pages can be empty although more items follow (botocore, operation `ListAccounts`): here that depends on the list and the place
    /// in it alone, never comes twice in a row, and never on a list's first page.
    pub(crate) fn organizations(list: &'static str, items: &'static str) -> Self {
        Self { list, items, limit: "MaxResults", token: "NextToken", usual: 20, most: 20, bad_token: "InvalidInputException" }
    }

    /// The page of `all` that the request asks for.
    pub(crate) fn page(&self, request: &Request<'_>, all: Vec<Value>) -> Result<Value, ApiError> {
        self.page_of(request, all, |item| item)
    }

    /// The same, where items take their shape only if they are on the page.
    pub(crate) fn page_of<T>(
        &self,
        request: &Request<'_>,
        all: impl IntoIterator<Item = T>,
        shape: impl FnMut(T) -> Value,
    ) -> Result<Value, ApiError> {
        let (page, token) = self.window(request, all)?;
        let mut output = json!({ self.items: page.into_iter().map(shape).collect::<Vec<Value>>() });
        if let (Some(token), Some(members)) = (token, output.as_object_mut()) {
            members.insert(self.token.to_owned(), Value::String(token));
        }
        Ok(output)
    }

    /// The items of the page, and the token of the next page if there is one.
    pub(crate) fn cut(&self, request: &Request<'_>, all: Vec<Value>) -> Result<(Vec<Value>, Option<String>), ApiError> {
        self.window(request, all)
    }

    fn window<T>(&self, request: &Request<'_>, all: impl IntoIterator<Item = T>) -> Result<(Vec<T>, Option<String>), ApiError> {
        let place = match request.text(self.token) {
            Some(token) => Some(self.place_of(token).ok_or_else(|| self.refuse_token(request))?),
            None => None,
        };
        let size = self.size(request)?;
        let start = place.map_or(0, |place| place.start);
        let mut rest = all.into_iter().skip(start).peekable();
        if place.is_some() && rest.peek().is_none() {
            return Err(self.refuse_token(request));
        }
        if place.is_some_and(|place| self.pauses_at(place, request)) {
            return Ok((Vec::new(), Some(self.token_at(Place { start, paused: true }))));
        }
        let page: Vec<T> = rest.by_ref().take(size).collect();
        let token = rest.peek().map(|_| self.token_at(Place { start: start + page.len(), paused: false }));
        Ok((page, token))
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

    /// Whether the page at a place is empty although items follow.
    fn pauses_at(&self, place: Place, request: &Request<'_>) -> bool {
        request.service.name == "organizations" && !place.paused && self.hash(place)[31].is_multiple_of(PAUSES)
    }

    fn token_at(&self, place: Place) -> String {
        format!("{}{:x}", self.seal(place), place.start)
    }

    fn place_of(&self, token: &str) -> Option<Place> {
        let (seal, start) = token.split_at_checked(16)?;
        let start = usize::from_str_radix(start, 16).ok()?;
        [false, true].into_iter().map(|paused| Place { start, paused }).find(|place| self.seal(*place) == seal)
    }

    fn seal(&self, place: Place) -> String {
        hex::encode(&self.hash(place)[..8])
    }

    fn hash(&self, place: Place) -> [u8; 32] {
        let start = (place.start as u64).to_be_bytes();
        Sha256::new().chain_update(self.list).chain_update(start).chain_update([u8::from(place.paused)]).finalize().into()
    }
}
