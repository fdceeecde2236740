//! Resource shares: who has part in them, and for how long.

use super::*;

const GATEWAY: &str = "arn:aws:ec2:us-east-1:111111111111:transit-gateway/tgw-2";

fn call(cloud: &mut Cloud, by: &str, operation: &str, input: Value) -> Result<Value, ApiError> {
    cloud.service(by, "ram", operation, input)
}

/// A share of the old management account.
fn share(cloud: &mut Cloud, principal: &str, retain: bool) -> Value {
    let input = json!({
        "name": "bridge",
        "resourceArns": [GATEWAY],
        "principals": [principal],
        "resourceShareConfiguration": { "retainSharingOnAccountLeaveOrganization": retain },
    });
    call(cloud, OLD, "CreateResourceShare", input).unwrap()["resourceShare"]["resourceShareArn"].clone()
}

fn sees_bridge(cloud: &mut Cloud, account: &str) -> bool {
    let shares = call(cloud, account, "GetResourceShares", json!({ "resourceOwner": "OTHER-ACCOUNTS", "name": "bridge" })).unwrap();
    !shares["resourceShares"].as_array().unwrap().is_empty()
}

fn join_new(cloud: &mut Cloud, account: &str) {
    let id = cloud.invite(NEW, account);
    cloud.org(account, "AcceptHandshake", json!({ "HandshakeId": id })).unwrap();
}

#[test]
fn what_a_leaving_account_keeps_depends_on_how_it_was_shared() {
    let organization = "arn:aws:organizations::111111111111:organization/o-old0000000";
    for (sharing_enabled, principal, retain, accepts, keeps) in [
        (true, MEMBER, false, false, false),
        (true, MEMBER, true, false, true),
        (true, organization, false, false, false),
        (true, organization, true, false, true),
        (false, MEMBER, false, true, true),
        (false, MEMBER, true, false, false),
    ] {
        let mut cloud = Cloud::new();
        if sharing_enabled {
            call(&mut cloud, OLD, "EnableSharingWithAwsOrganization", json!({})).unwrap();
        }
        share(&mut cloud, principal, retain);
        let invited = call(&mut cloud, MEMBER, "GetResourceShareInvitations", json!({})).unwrap()["resourceShareInvitations"].clone();
        assert_eq!(invited.as_array().unwrap().is_empty(), sharing_enabled, "within the organization nobody is asked");
        if accepts {
            let input = json!({ "resourceShareInvitationArn": invited[0]["resourceShareInvitationArn"] });
            call(&mut cloud, MEMBER, "AcceptResourceShareInvitation", input).unwrap();
        }
        assert_eq!(sees_bridge(&mut cloud, MEMBER), sharing_enabled || accepts);
        join_new(&mut cloud, MEMBER);
        assert_eq!(sees_bridge(&mut cloud, MEMBER), keeps, "{sharing_enabled} {principal} {retain} {accepts}");
    }
}

#[test]
fn a_refused_share_leaves_nothing_behind() {
    let mut cloud = Cloud::new();
    let bad = |more: Value| {
        let mut input = json!({ "name": "bad" });
        input.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        input
    };
    for (input, code) in [
        (json!({}), "InvalidParameterException"),
        (bad(json!({ "resourceArns": ["x"] })), "MalformedArnException"),
        (bad(json!({ "resourceArns": ["arn:aws:ec2:us-east-1:222222222222:subnet/s"] })), "UnknownResourceException"),
        (bad(json!({ "principals": [MEMBER, OLD] })), "InvalidParameterException"),
        (bad(json!({ "principals": [MEMBER, NEW], "allowExternalPrincipals": false })), "InvalidParameterException"),
        (bad(json!({ "principals": ["arn:aws:organizations::111111111111:organization/o-old0000000"] })), "UnknownResourceException"),
        (
            bad(json!({ "principals": [NEW], "resourceArns": ["arn:aws:ec2:us-east-1:111111111111:subnet/s"] })),
            "OperationNotPermittedException",
        ),
    ] {
        let before = cloud.world.clone();
        assert_eq!(call(&mut cloud, OLD, "CreateResourceShare", input.clone()).unwrap_err().code, code, "{input}");
        assert!(cloud.world == before, "{input}");
    }
}

#[test]
fn invitations_expire_after_seven_days_and_can_be_sent_again() {
    let mut cloud = Cloud::new();
    let arn = share(&mut cloud, STANDALONE, true);
    let status = |cloud: &mut Cloud| {
        let found = call(cloud, OLD, "GetResourceShareAssociations", json!({ "associationType": "PRINCIPAL", "resourceShareArns": [arn] }));
        found.unwrap()["resourceShareAssociations"][0]["status"].clone()
    };
    assert_eq!(status(&mut cloud), "ASSOCIATING");
    cloud.wait(days(7));
    assert_eq!(status(&mut cloud), "FAILED");
    call(&mut cloud, OLD, "AssociateResourceShare", json!({ "resourceShareArn": arn, "principals": [STANDALONE] })).unwrap();
    assert_eq!(status(&mut cloud), "ASSOCIATING");
    let invitations = call(&mut cloud, STANDALONE, "GetResourceShareInvitations", json!({})).unwrap();
    assert_eq!(invitations["resourceShareInvitations"].as_array().unwrap().len(), 2);
}

#[test]
fn what_an_owner_takes_along_is_not_shared_behind_it() {
    let mut cloud = Cloud::new();
    call(&mut cloud, OLD, "EnableSharingWithAwsOrganization", json!({})).unwrap();
    let input = |retain: bool| {
        json!({
            "name": "bridge",
            "principals": [FRESH],
            "resourceShareConfiguration": { "retainSharingOnAccountLeaveOrganization": retain },
        })
    };
    for (owner, retain) in [(MEMBER, false), (FENCED, true)] {
        call(&mut cloud, owner, "CreateResourceShare", input(retain)).unwrap();
        assert!(sees_bridge(&mut cloud, FRESH));
        cloud.world.leave(&account(owner), cloud.now);
        assert_eq!(sees_bridge(&mut cloud, FRESH), retain);
    }
}
