//! Tags of everything that Organizations lets one tag.

use super::*;

fn tags_of(cloud: &mut Cloud, by: &str, id: &Value) -> Value {
    cloud.org(by, "ListTagsForResource", json!({ "ResourceId": id })).unwrap()["Tags"].clone()
}

fn tag(id: &Value, key: &str) -> Value {
    json!({ "ResourceId": id, "Tags": [{ "Key": key, "Value": "v" }] })
}

#[test]
fn tags_given_at_creation_are_there() {
    let mut cloud = Cloud::new();
    let tags = json!([{ "Key": "team", "Value": "" }]);
    let unit = cloud.org(NEW, "CreateOrganizationalUnit", json!({ "ParentId": ROOT_NEW, "Name": "Tagged", "Tags": tags })).unwrap();
    let unit = unit["OrganizationalUnit"]["Id"].clone();
    assert_eq!(tags_of(&mut cloud, NEW, &unit), tags);
    let input = json!({ "Target": { "Id": STANDALONE, "Type": "ACCOUNT" }, "Tags": tags });
    let invited = cloud.org(NEW, "InviteAccountToOrganization", input).unwrap();
    cloud.org(STANDALONE, "AcceptHandshake", json!({ "HandshakeId": invited["Handshake"]["Id"] })).unwrap();
    assert_eq!(tags_of(&mut cloud, NEW, &json!(STANDALONE)), tags);
    cloud.org(NEW, "DeleteOrganizationalUnit", json!({ "OrganizationalUnitId": unit })).unwrap();
    assert_eq!(cloud.refused(NEW, "ListTagsForResource", json!({ "ResourceId": unit })).0, "TargetNotFoundException");
}

#[test]
fn tags_come_and_go() {
    let mut cloud = Cloud::new();
    for id in [json!(MEMBER), json!(ROOT_OLD)] {
        let before = tags_of(&mut cloud, OLD, &id).as_array().unwrap().len();
        cloud.org(OLD, "TagResource", tag(&id, "a")).unwrap();
        // The delegated administrator of a service only reads.
        assert_eq!(cloud.refused(DELEGATED, "TagResource", tag(&id, "b")).0, "AccessDeniedException");
        cloud.org(OLD, "TagResource", tag(&id, "b")).unwrap();
        assert_eq!(tags_of(&mut cloud, OLD, &id).as_array().unwrap().len(), before + 2);
        cloud.org(OLD, "UntagResource", json!({ "ResourceId": id, "TagKeys": ["a", "b", "not there"] })).unwrap();
        assert_eq!(tags_of(&mut cloud, OLD, &id).as_array().unwrap().len(), before);
    }
}

#[test]
fn tags_are_refused_with_their_reasons() {
    let mut cloud = Cloud::new();
    let (long, member) = ("k".repeat(129), json!(MEMBER));
    for (key, reason) in [
        ("AWS:x", "INVALID_SYSTEM_TAGS_PARAMETER"),
        ("", "MIN_LENGTH_EXCEEDED"),
        (long.as_str(), "MAX_LENGTH_EXCEEDED"),
        ("a\nb", "INVALID_PATTERN"),
        ("a#b", "INVALID_PATTERN"),
    ] {
        assert_eq!(cloud.refused(OLD, "TagResource", tag(&member, key)), ("InvalidInputException", Some(reason)), "{key}");
    }
    cloud.org(OLD, "TagResource", tag(&member, "Größe / Maß_1.2:3=+-@")).unwrap();
    for number in 0..48 {
        cloud.org(OLD, "TagResource", tag(&member, &format!("k{number}"))).unwrap();
    }
    let too_many = ("ConstraintViolationException", Some("MAX_TAG_LIMIT_EXCEEDED"));
    assert_eq!(cloud.refused(OLD, "TagResource", tag(&member, "one more")), too_many);
    cloud.org(OLD, "TagResource", tag(&member, "k0")).unwrap();
    let not_ours = json!(STANDALONE);
    assert_eq!(cloud.refused(OLD, "TagResource", tag(&not_ours, "a")).0, "TargetNotFoundException");
    let aws = json!("p-FullAWSAccess");
    assert_eq!(cloud.refused(OLD, "TagResource", tag(&aws, "a")).1, Some("IMMUTABLE_POLICY"));
    assert_eq!(cloud.refused(MEMBER, "TagResource", tag(&member, "a")).0, "AccessDeniedException");
}
