//! Which parts of a call can change a verdict: only what a policy mentions.

use crate::document::{Document, Language};
use crate::evaluate::Ready;
use std::collections::BTreeSet;

macro_rules! keys {
    ($($name:ident = $text:literal),* $(,)?) => {
        /// A condition key that a record can tell, at least in part.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(super) enum Key {
            $($name),*
        }

        impl Key {
            pub(super) const ALL: &'static [Self] = &[$(Self::$name),*];

            /// Its name in lower case.
            pub(super) fn name(self) -> &'static str {
                match self {
                    $(Self::$name => $text),*
                }
            }
        }
    };
}

keys! {
    PrincipalArn = "aws:principalarn",
    PrincipalAccount = "aws:principalaccount",
    PrincipalType = "aws:principaltype",
    UserId = "aws:userid",
    Username = "aws:username",
    Mfa = "aws:multifactorauthpresent",
    Region = "aws:requestedregion",
    SourceIp = "aws:sourceip",
    VpcSourceIp = "aws:vpcsourceip",
    SourceVpce = "aws:sourcevpce",
    SourceVpc = "aws:sourcevpc",
    VpceAccount = "aws:vpceaccount",
    VpceOrgId = "aws:vpceorgid",
    VpceOrgPaths = "aws:vpceorgpaths",
    ViaAwsService = "aws:viaawsservice",
    CalledVia = "aws:calledvia",
    CalledViaFirst = "aws:calledviafirst",
    CalledViaLast = "aws:calledvialast",
    IsAwsService = "aws:principalisawsservice",
    ServiceName = "aws:principalservicename",
    ServiceNames = "aws:principalservicenameslist",
    SourceArn = "aws:sourcearn",
    SourceAccount = "aws:sourceaccount",
    SourceOrgId = "aws:sourceorgid",
    SourceOrgPaths = "aws:sourceorgpaths",
    CurrentTime = "aws:currenttime",
    EpochTime = "aws:epochtime",
    SecureTransport = "aws:securetransport",
    PrincipalOrgId = "aws:principalorgid",
    PrincipalOrgPaths = "aws:principalorgpaths",
    PrincipalOrgMaster = "aws:principalorgmasteraccountid",
    ResourceAccount = "aws:resourceaccount",
    ResourceOrgId = "aws:resourceorgid",
    ResourceOrgPaths = "aws:resourceorgpaths",
}

impl Key {
    /// The keys that tell where an account stands.
    pub(super) const OF_ORGANIZATIONS: [Self; 7] = [
        Self::PrincipalOrgId,
        Self::PrincipalOrgPaths,
        Self::PrincipalOrgMaster,
        Self::ResourceOrgId,
        Self::ResourceOrgPaths,
        Self::VpceOrgId,
        Self::VpceOrgPaths,
    ];
}

/// What the policies that may be asked mention.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Needs {
    keys: u64,
    /// Whether a statement is about particular resources.
    pub(super) resources: bool,
    /// Whether there are resource control policies.
    pub(super) owners: bool,
}

impl Needs {
    /// Adds what a document mentions.
    pub(super) fn add(&mut self, document: &Document) {
        let language: Language = document.language();
        for statement in &document.statements {
            let ready = Ready::new(statement, language);
            self.resources |= ready.names_resources();
            let mentioned: BTreeSet<&str> = ready.keys().collect();
            for key in Key::ALL.iter().filter(|key| mentioned.contains(key.name())) {
                self.keys |= bit(*key);
            }
        }
    }

    /// Whether any policy mentions a key.
    pub(super) fn has(&self, key: Key) -> bool {
        self.keys & bit(key) != 0
    }

    /// Whether any policy mentions one of them.
    pub(super) fn has_any(&self, keys: &[Key]) -> bool {
        keys.iter().any(|key| self.has(*key))
    }
}

fn bit(key: Key) -> u64 {
    1 << (key as u32)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_mentioned_is_needed() {
        let mut needs = Needs::default();
        let text = r#"{"Version":"2012-10-17","Statement":{"Effect":"Deny","Action":"*","Resource":"arn:aws:s3:::${aws:PrincipalAccount}","Condition":{"StringEquals":{"AWS:requestedRegion":"x"}}}}"#;
        needs.add(&Document::parse(text).unwrap());
        assert!(needs.has(Key::Region) && needs.has(Key::PrincipalAccount) && needs.resources);
        assert!(!needs.has_any(&[Key::SourceIp, Key::ResourceOrgPaths]));
        assert!(Key::ALL.len() <= 64);
    }
}
