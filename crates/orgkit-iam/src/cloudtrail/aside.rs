//! Records that are not compared, and why. They are counted, never dropped.

/// Why a record is set aside.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Aside {
    /// An AWS service made the call for itself.
    ServiceCaller,
    /// A service-linked role made the call.
    ServiceLinkedRole,
    /// The call was denied already, and would not be allowed by the guardrails' change.
    AlreadyDenied,
    /// The event is no call: a sign-in, something that a service did, an insight.
    NotACall,
    /// The operation needs no permission that a policy could deny.
    NeedsNoPermission,
    /// Which actions the operation needs, or who called, is not on record.
    Unmappable,
    /// The record is another account's.
    OtherAccount,
    /// A record with the same id was seen before.
    Duplicate,
    /// It is older than what was asked for.
    TooOld,
    /// The record could not be read.
    Broken,
}

impl Aside {
    /// All of them, in the order in which they are told.
    pub const ALL: [Self; 10] = [
        Self::ServiceCaller,
        Self::ServiceLinkedRole,
        Self::AlreadyDenied,
        Self::NotACall,
        Self::NeedsNoPermission,
        Self::Unmappable,
        Self::OtherAccount,
        Self::Duplicate,
        Self::TooOld,
        Self::Broken,
    ];

    /// Its name, as results print it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::ServiceCaller => "service-caller",
            Self::ServiceLinkedRole => "service-linked-role",
            Self::AlreadyDenied => "already-denied",
            Self::NotACall => "not-a-call",
            Self::NeedsNoPermission => "needs-no-permission",
            Self::Unmappable => "unmappable",
            Self::OtherAccount => "other-account",
            Self::Duplicate => "duplicate",
            Self::TooOld => "too-old",
            Self::Broken => "broken",
        }
    }

    /// One sentence on it.
    pub fn meaning(self) -> &'static str {
        match self {
            Self::ServiceCaller => {
                "made by an AWS service for itself: no SCP applies, and the source organization that an RCP may ask for is not on record"
            }
            Self::ServiceLinkedRole => "made by a service-linked role, which neither SCPs nor RCPs restrict",
            Self::AlreadyDenied => "denied when they were made, and no guardrail's change would allow them",
            Self::NotACall => "no API calls: sign-ins, events of services, insights",
            Self::NeedsNoPermission => "operations that no policy can deny",
            Self::Unmappable => "the record does not say which actions the operation needed, or who called",
            Self::OtherAccount => "records of other accounts",
            Self::Duplicate => "the same event recorded again",
            Self::TooOld => "older than asked for",
            Self::Broken => "not readable as a record",
        }
    }
}
