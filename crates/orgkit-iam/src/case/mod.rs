//! A case: one request with all the policies that apply to it, as a JSON object.
//!
//! ```json
//! {
//!   "id": "leave-from-sandbox",
//!   "request": {
//!     "principal": "arn:aws:iam::111122223333:role/Admin",
//!     "action": "organizations:LeaveOrganization",
//!     "resource": "*",
//!     "resourceAccount": "111122223333",
//!     "context": {"aws:PrincipalTag/team": "platform", "aws:TagKeys": ["a", "b"]},
//!     "unknownKeys": ["aws:SourceIp"],
//!     "wildcardOnlyAction": true
//!   },
//!   "scpChain": [{"target": "r-root", "policies": [{"Version": "2012-10-17", "Statement": []}]}],
//!   "rcpChain": [],
//!   "identityPolicies": [],
//!   "permissionBoundary": null,
//!   "sessionPolicy": null,
//!   "resourcePolicy": null,
//!   "vpcEndpointPolicies": []
//! }
//! ```
//!
//! A chain goes from the root down to the account; an empty one means that no policy of that type applies, and a field that is left out or `null` means
//! none. A policy is an object, or a string that holds one. A principal of `null` is an anonymous caller. A key that is not in `context` is absent,
//! unless `unknownKeys` lists it. Other fields are ignored.

mod answer;
mod error;
mod read;

pub use answer::{Answer, Because};
pub use error::{CaseError, CaseErrorKind, position_within};

use crate::evaluate::{Evaluator, Policies, RcpServices};
use crate::request::Request;

/// A request with the policies that apply to it. Policies have no names in a case: they are called by their places, such as `scpChain[0].policies[1]`.
#[derive(Debug, Clone)]
pub struct Case {
    /// The `id` as it stands in the text: a JSON string or number, or `null`.
    pub id: String,
    /// The request.
    pub request: Request,
    /// The policies.
    pub policies: Policies,
    /// `unknownKeys` as they are spelled.
    unknown_keys: Vec<String>,
}

impl Case {
    /// Reads a case.
    ///
    /// # Errors
    /// [`CaseError`] for what is not JSON, is no case, or has a policy that is no policy document; it holds the case's `id` where that can be made out.
    ///
    /// ```
    /// use orgkit_iam::{Case, RcpServices, Verdict};
    ///
    /// let case = Case::parse(r#"{"id": 1, "request": {"principal": "arn:aws:iam::111122223333:user/ana", "action": "s3:ListAllMyBuckets"}}"#)?;
    /// assert_eq!(case.answer(RcpServices::default()).verdict, Verdict::ImplicitlyDenied);
    ///
    /// let error = Case::parse(r#"{"id": 2, "request": {"action": "a:b"}, "sessionPolicy": {"Statement": [], "Statement": []}}"#).unwrap_err();
    /// assert_eq!((error.id.as_str(), error.position), ("2", (1, 76)));
    /// # Ok::<(), orgkit_iam::CaseError>(())
    /// ```
    pub fn parse(text: &str) -> Result<Self, CaseError> {
        read::read(text)
    }

    /// Its policies made ready.
    pub fn evaluator(&self, services: RcpServices) -> Evaluator {
        Evaluator::with_services(&self.policies, services)
    }

    /// What its policies say of its request, and why.
    pub fn answer(&self, services: RcpServices) -> Answer {
        Answer::new(self, self.evaluator(services).explain(&self.request))
    }

    /// A key as `unknownKeys` spells it.
    fn spelled(&self, lower_key: &str) -> String {
        let listed = self.unknown_keys.iter().find(|key| key.eq_ignore_ascii_case(lower_key));
        listed.map_or(lower_key, String::as_str).to_owned()
    }
}
