//! Account Management.

use super::*;

impl Cloud {
    fn account(&mut self, by: &str, operation: &str, input: Value) -> Result<Value, ApiError> {
        self.service(by, "account", operation, input)
    }
}

#[test]
fn others_are_reached_with_trusted_access_only() {
    let mut cloud = Cloud::new();
    let asked = |account: &str| json!({ "AccountId": account });
    assert_eq!(cloud.account(OLD, "GetPrimaryEmail", asked(MEMBER)).unwrap_err().code, "AccessDeniedException");
    cloud.org(OLD, "EnableAWSServiceAccess", json!({ "ServicePrincipal": "account.amazonaws.com" })).unwrap();
    let register = json!({ "AccountId": FENCED, "ServicePrincipal": "account.amazonaws.com" });
    cloud.org(OLD, "RegisterDelegatedAdministrator", register).unwrap();
    for (by, about, allowed) in [
        (OLD, MEMBER, true),
        (FENCED, MEMBER, true),
        (OLD, SUSPENDED, true),
        (OLD, OLD, false),
        (OLD, NEW, false),
        (OLD, STANDALONE, false),
        (DELEGATED, MEMBER, false),
        (MEMBER, MEMBER, false),
        (STANDALONE, STANDALONE, false),
    ] {
        for operation in ["GetPrimaryEmail", "GetAccountInformation", "ListRegions"] {
            let answer = cloud.account(by, operation, asked(about));
            assert_eq!(answer.err().map(|error| error.code), (!allowed).then_some("AccessDeniedException"), "{operation} {by} {about}");
        }
    }
    let own = cloud.account(STANDALONE, "GetAccountInformation", json!({})).unwrap();
    assert_eq!((own["AccountId"].as_str(), own["AccountState"].as_str()), (Some(STANDALONE), Some("ACTIVE")));
}

#[test]
fn contacts_stay_with_the_account() {
    let mut cloud = Cloud::new();
    let kind = json!({ "AlternateContactType": "SECURITY" });
    assert_eq!(cloud.account(MEMBER, "GetAlternateContact", kind.clone()).unwrap_err().code, "ResourceNotFoundException");
    let contact = json!({
        "AlternateContactType": "SECURITY", "Name": "Ada", "Title": "CISO", "EmailAddress": "ada@example.com", "PhoneNumber": "+1 555 0100",
    });
    cloud.account(MEMBER, "PutAlternateContact", contact.clone()).unwrap();
    let handshake = cloud.invite(NEW, MEMBER);
    cloud.org(MEMBER, "AcceptHandshake", json!({ "HandshakeId": handshake })).unwrap();
    assert_eq!(cloud.account(MEMBER, "GetAlternateContact", kind.clone()).unwrap()["AlternateContact"], contact);
    cloud.account(MEMBER, "DeleteAlternateContact", kind.clone()).unwrap();
    assert_eq!(cloud.account(MEMBER, "DeleteAlternateContact", kind).unwrap_err().code, "ResourceNotFoundException");
}

#[test]
fn opting_in_takes_time() {
    let mut cloud = Cloud::new();
    let region = json!({ "RegionName": "eu-south-1" });
    let status = |cloud: &mut Cloud| cloud.account(MEMBER, "GetRegionOptStatus", region.clone()).unwrap()["RegionOptStatus"].clone();
    assert_eq!(status(&mut cloud), "DISABLED");
    cloud.account(MEMBER, "EnableRegion", region.clone()).unwrap();
    assert_eq!(status(&mut cloud), "ENABLING");
    assert_eq!(cloud.account(MEMBER, "DisableRegion", region.clone()).unwrap_err().code, "ConflictException");
    cloud.wait(SignedDuration::from_mins(5));
    assert_eq!(status(&mut cloud), "ENABLED");
    cloud.account(MEMBER, "DisableRegion", region.clone()).unwrap();
    assert_eq!(status(&mut cloud), "DISABLING");
    cloud.wait(SignedDuration::from_mins(5));
    assert_eq!(status(&mut cloud), "DISABLED");
    for name in ["us-east-1", "nowhere-1"] {
        let refused = cloud.account(MEMBER, "EnableRegion", json!({ "RegionName": name })).unwrap_err();
        assert_eq!(refused.code, "ValidationException", "{name}");
    }
    let enabled = cloud.account(MEMBER, "ListRegions", json!({ "RegionOptStatusContains": ["ENABLED_BY_DEFAULT"] })).unwrap();
    assert_eq!(enabled["Regions"].as_array().unwrap().len(), 17);
}
