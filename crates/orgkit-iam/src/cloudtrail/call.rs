//! A record as a call: what is on record of who asked, from where, and whether it got through.

use super::aside::Aside;
use super::record::{Identity, Record};
use super::text::Text;
use crate::principal::{Principal, is_account};
use core::net::IpAddr;
use jiff::Timestamp;
use std::borrow::Cow;

/// Who called, as far as it is on record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caller<'a> {
    /// What it is.
    pub kind: CallerKind,
    /// `aws:PrincipalArn`: for a session the ARN of its role, with the path. `None`: not on record.
    pub arn: Option<Cow<'a, str>>,
    /// Its account. `None`: it belongs to none.
    pub account: Option<Cow<'a, str>>,
    /// `aws:userid`.
    pub user_id: Option<Cow<'a, str>>,
    /// `aws:username`, which only IAM users have.
    pub user_name: Option<Cow<'a, str>>,
    /// `aws:MultiFactorAuthPresent`; `None` for long-term credentials, with which the key is absent.
    pub mfa: Option<bool>,
}

/// What kind of caller.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CallerKind {
    /// A session of a role.
    Role,
    /// An IAM user.
    User,
    /// A root user.
    Root,
    /// A session of `GetFederationToken`.
    FederatedUser,
    /// A principal of another account of which only the account is on record.
    Account,
    /// A web or SAML identity that asks for a role.
    Federated,
    /// Nobody who has signed.
    Anonymous,
}

impl CallerKind {
    /// `aws:PrincipalType` [IAM User Guide, reference_policies_variables]; `None`: not on record.
    pub fn principal_type(self) -> Option<&'static str> {
        match self {
            Self::Role => Some("AssumedRole"),
            Self::User => Some("User"),
            Self::Root => Some("Account"),
            Self::FederatedUser => Some("FederatedUser"),
            Self::Anonymous => Some("Anonymous"),
            Self::Account | Self::Federated => None,
        }
    }
}

/// One call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Call<'a> {
    /// Who.
    pub caller: Caller<'a>,
    /// `eventSource`.
    pub event_source: Cow<'a, str>,
    /// `eventName`.
    pub event_name: Cow<'a, str>,
    /// When.
    pub time: Timestamp,
    /// `awsRegion`.
    pub region: Option<Cow<'a, str>>,
    /// The address it came from, if it is one.
    pub address: Option<Cow<'a, str>>,
    /// The service through which it was made: for a principal, or with a role that was given to it. The record does not say which.
    pub invoked_by: Option<Cow<'a, str>>,
    /// The VPC endpoint that it came through.
    pub vpc_endpoint: Option<Cow<'a, str>>,
    /// The owner of the endpoint.
    pub vpc_endpoint_account: Option<Cow<'a, str>>,
    /// Whether it is on record that it came over TLS.
    pub tls: bool,
    /// Whether it was recorded in a second account, too.
    pub shared: bool,
    /// `errorCode`, if it failed.
    pub error: Option<Cow<'a, str>>,
}

/// Error codes by which services say that a policy denied a call, without the prefix `Client.` that EC2 writes.
const DENIALS: &[&str] = &[
    "AccessDenied",
    "AccessDeniedException",
    "AccessDeniedFault",
    "AuthorizationError",
    "AuthorizationErrorException",
    "NotAuthorized",
    "UnauthorizedAccess",
    "UnauthorizedException",
    "UnauthorizedOperation",
    "VpceAccessDenied",
];

impl<'a> Call<'a> {
    /// Reads a call out of a record.
    ///
    /// # Errors
    /// Why the record is none: see [`Aside`].
    pub fn of(record: &Record<'a>) -> Result<Self, Aside> {
        if record.event_type.get().is_some_and(|kind| kind != "AwsApiCall") {
            return Err(Aside::NotACall);
        }
        let identity = record.user_identity.0.as_ref().ok_or(Aside::Unmappable)?;
        let caller = caller(identity)?;
        let time = record.event_time.get().and_then(|time| time.parse().ok()).ok_or(Aside::Broken)?;
        let text = |text: &Text<'a>| text.0.clone().filter(|text| !text.is_empty());
        Ok(Self {
            caller,
            event_source: text(&record.event_source).ok_or(Aside::Unmappable)?,
            event_name: text(&record.event_name).ok_or(Aside::Unmappable)?,
            time,
            region: text(&record.aws_region),
            address: text(&record.source_ip_address).filter(|address| address.parse::<IpAddr>().is_ok()),
            invoked_by: text(&identity.invoked_by),
            vpc_endpoint: text(&record.vpc_endpoint_id),
            vpc_endpoint_account: text(&record.vpc_endpoint_account_id),
            tls: record.tls_details.is_some(),
            shared: record.shared_event_id.get().is_some(),
            error: text(&record.error_code),
        })
    }

    /// Whether a policy denied it when it was made.
    pub fn was_denied(&self) -> bool {
        self.error.as_deref().is_some_and(|code| DENIALS.contains(&code.strip_prefix("Client.").unwrap_or(code)))
    }

    /// The same, owning its texts.
    pub fn into_owned(self) -> Call<'static> {
        let own = |text: Option<Cow<'a, str>>| text.map(|text| Cow::Owned(text.into_owned()));
        Call {
            caller: Caller {
                kind: self.caller.kind,
                arn: own(self.caller.arn),
                account: own(self.caller.account),
                user_id: own(self.caller.user_id),
                user_name: own(self.caller.user_name),
                mfa: self.caller.mfa,
            },
            event_source: self.event_source.into_owned().into(),
            event_name: self.event_name.into_owned().into(),
            time: self.time,
            region: own(self.region),
            address: own(self.address),
            invoked_by: own(self.invoked_by),
            vpc_endpoint: own(self.vpc_endpoint),
            vpc_endpoint_account: own(self.vpc_endpoint_account),
            tls: self.tls,
            shared: self.shared,
            error: own(self.error),
        }
    }
}

/// Who called [AWS CloudTrail User Guide, cloudtrail-event-reference-user-identity].
fn caller<'a>(identity: &Identity<'a>) -> Result<Caller<'a>, Aside> {
    let text = |text: &Text<'a>| text.0.clone().filter(|text| !text.is_empty());
    let session = identity.session_context.0.as_ref();
    let issuer = session.and_then(|session| session.session_issuer.0.as_ref()).and_then(|issuer| text(&issuer.arn));
    let (kind, arn) = match identity.kind.get().unwrap_or_default() {
        "AWSService" => return Err(Aside::ServiceCaller),
        "AssumedRole" | "Role" => (CallerKind::Role, issuer.or_else(|| role_of_session(identity))),
        "IAMUser" => (CallerKind::User, text(&identity.arn)),
        "Root" => (CallerKind::Root, text(&identity.arn)),
        "FederatedUser" => (CallerKind::FederatedUser, text(&identity.arn)),
        "AWSAccount" if identity.account_id.get().is_some_and(is_account) => (CallerKind::Account, None),
        "AWSAccount" => (CallerKind::Anonymous, None),
        "WebIdentityUser" | "SAMLUser" => (CallerKind::Federated, None),
        // A service that acts for itself is sometimes recorded by its name alone.
        "" if identity.invoked_by.get().is_some() => return Err(Aside::ServiceCaller),
        _ => return Err(Aside::Unmappable),
    };
    if arn.as_deref().is_some_and(is_service_linked) {
        return Err(Aside::ServiceLinkedRole);
    }
    let from_arn = || arn.as_deref().and_then(|arn| arn.split(':').nth(4)).map(|account| Cow::Owned(account.to_owned()));
    let account = text(&identity.account_id).or_else(from_arn).filter(|account| is_account(account));
    let needs_account = !matches!(kind, CallerKind::Anonymous | CallerKind::Federated);
    if needs_account && (account.is_none() || (arn.is_none() && kind != CallerKind::Account)) {
        return Err(Aside::Unmappable);
    }
    let mfa = session.and_then(|session| session.attributes.0.as_ref()).and_then(|attributes| attributes.mfa_authenticated.get());
    Ok(Caller {
        kind,
        arn,
        account: account.filter(|_| needs_account),
        user_id: text(&identity.principal_id),
        user_name: text(&identity.user_name).filter(|_| kind == CallerKind::User),
        mfa: mfa.map(|mfa| mfa == "true"),
    })
}

/// The ARN of a session's role where the record does not name the issuer. The role's path is lost, so this serves only where there is none.
fn role_of_session<'a>(identity: &Identity<'a>) -> Option<Cow<'a, str>> {
    let (head, rest) = identity.arn.get()?.split_once(":assumed-role/")?;
    let role = rest.split('/').next().filter(|role| !role.is_empty())?;
    let account = head.rsplit(':').next()?;
    let partition = head.split(':').nth(1)?;
    Some(Cow::Owned(format!("arn:{partition}:iam::{account}:role/{role}")))
}

fn is_service_linked(arn: &str) -> bool {
    let by_name = arn.rsplit('/').next().is_some_and(|name| name.starts_with("AWSServiceRoleFor"));
    by_name || matches!(Principal::parse(arn), Principal::Aws(principal) if principal.is_service_linked())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn call(members: &str) -> String {
        let json = format!(
            r#"{{"eventTime":"2026-10-01T08:00:00Z","eventSource":"ec2.amazonaws.com","eventName":"RunInstances","awsRegion":"eu-west-1",{members}}}"#
        );
        let record: Record<'_> = serde_json::from_str(&json).unwrap();
        match Call::of(&record) {
            Err(aside) => aside.as_str().to_owned(),
            Ok(call) => {
                let caller = &call.caller;
                let flags = [("denied", call.was_denied()), ("tls", call.tls), ("shared", call.shared), ("via", call.invoked_by.is_some())];
                let flags: Vec<&str> = flags.iter().filter(|(_, is)| *is).map(|(name, _)| *name).collect();
                let of = |text: &Option<Cow<'_, str>>| text.as_deref().unwrap_or("-").to_owned();
                format!(
                    "{:?} {} {} {} mfa={:?} from={} {}",
                    caller.kind,
                    of(&caller.arn),
                    of(&caller.account),
                    of(&caller.user_name),
                    caller.mfa,
                    of(&call.address),
                    flags.join(" ")
                )
                .trim_end()
                .to_owned()
            }
        }
    }

    const ROLE: &str = r#""userIdentity":{"type":"AssumedRole","principalId":"AROAX:s","arn":"arn:aws:sts::111122223333:assumed-role/Deploy/s","accountId":"111122223333","sessionContext":{"sessionIssuer":{"arn":"arn:aws:iam::111122223333:role/ci/Deploy"},"attributes":{"mfaAuthenticated":"false"}}}"#;

    #[test]
    fn callers() {
        for (members, expected) in [
            (ROLE.to_owned(), "Role arn:aws:iam::111122223333:role/ci/Deploy 111122223333 - mfa=Some(false) from=-"),
            (
                format!(r#"{ROLE},"sourceIPAddress":"198.51.100.7","errorCode":"Client.UnauthorizedOperation","tlsDetails":{{"tlsVersion":"TLSv1.3"}},"sharedEventID":"x""#),
                "Role arn:aws:iam::111122223333:role/ci/Deploy 111122223333 - mfa=Some(false) from=198.51.100.7 denied tls shared",
            ),
            (
                r#""sourceIPAddress":"cloudformation.amazonaws.com","userIdentity":{"type":"IAMUser","arn":"arn:aws:iam::111122223333:user/ana","accountId":"111122223333","userName":"ana","invokedBy":"cloudformation.amazonaws.com"}"#.to_owned(),
                "User arn:aws:iam::111122223333:user/ana 111122223333 ana mfa=None from=- via",
            ),
            (
                r#""errorCode":"NoSuchBucket","userIdentity":{"type":"Root","arn":"arn:aws:iam::111122223333:root","accountId":"111122223333"}"#.to_owned(),
                "Root arn:aws:iam::111122223333:root 111122223333 - mfa=None from=-",
            ),
            (r#""userIdentity":{"type":"AWSAccount","accountId":"444455556666","principalId":"AIDA"}"#.to_owned(), "Account - 444455556666 - mfa=None from=-"),
            (r#""userIdentity":{"type":"AWSAccount","accountId":"ANONYMOUS_PRINCIPAL"}"#.to_owned(), "Anonymous - - - mfa=None from=-"),
            (r#""userIdentity":{"type":"WebIdentityUser","userName":"repo:x"}"#.to_owned(), "Federated - - - mfa=None from=-"),
            (
                r#""userIdentity":{"type":"AssumedRole","arn":"arn:aws-cn:sts::111122223333:assumed-role/R/s"}"#.to_owned(),
                "Role arn:aws-cn:iam::111122223333:role/R 111122223333 - mfa=None from=-",
            ),
            (r#""userIdentity":{"type":"AWSService","invokedBy":"cloudtrail.amazonaws.com"}"#.to_owned(), "service-caller"),
            (
                r#""userIdentity":{"type":"AssumedRole","arn":"arn:aws:sts::111122223333:assumed-role/AWSServiceRoleForConfig/x"}"#.to_owned(),
                "service-linked-role",
            ),
            (r#""userIdentity":{"type":"IAMUser"}"#.to_owned(), "unmappable"),
            (r#""userIdentity":{"type":"IdentityCenterUser"}"#.to_owned(), "unmappable"),
            (r#""userIdentity":null"#.to_owned(), "unmappable"),
            (r#""eventType":"AwsServiceEvent""#.to_owned(), "not-a-call"),
            (format!(r#"{ROLE},"eventType":"AwsConsoleSignIn""#), "not-a-call"),
        ] {
            assert_eq!(call(&members), expected, "{members}");
        }
    }
}
