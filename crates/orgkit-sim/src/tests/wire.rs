//! Requests as clients sign them, and bytes as nobody should send them.

use super::*;
use crate::wire::{HttpResponse, Times, accept, respond};
use orgkit_world::Call;
use orgkit_world::{Keys, keys_of};
use proptest::prelude::*;
use serde_json::json;

trait SendTo {
    /// Sends a request to a world, past the simulator around it.
    fn send(&self, cloud: &mut Cloud) -> HttpResponse;
}

impl SendTo for Sent {
    fn send(&self, cloud: &mut Cloud) -> HttpResponse {
        match accept(&cloud.world, &self.http(), Times { world: cloud.now, signer: cloud.now }) {
            Err(refusal) => refusal,
            Ok(accepted) => {
                let answer = cloud.world.handle(&accepted.caller, &accepted.call, cloud.now);
                respond(&accepted, &answer)
            }
        }
    }
}

fn text(response: &HttpResponse) -> String {
    String::from_utf8(response.body.clone()).unwrap()
}

fn describe() -> Sent {
    Sent::json("AWSOrganizationsV20161128.DescribeOrganization", "{}")
}

fn member() -> Keys {
    keys_of(&account(MEMBER))
}

#[test]
fn each_protocol_is_understood_and_answered() {
    let mut cloud = Cloud::new();
    let now = cloud.now;
    let json = describe().signed(&member(), "organizations", now).send(&mut cloud);
    assert!(text(&json).contains(r#""Id":"o-old0000000""#), "{}", text(&json));
    let query = Sent::form("Action=GetCallerIdentity&Version=2011-06-15").signed(&member(), "sts", now).send(&mut cloud);
    assert!(text(&query).contains("<GetCallerIdentityResult><Account>333333333333</Account>"), "{}", text(&query));
    let rest = Sent::rest("/DescribeSavingsPlans", "{}").signed(&member(), "savingsplans", now).send(&mut cloud);
    assert!(text(&rest).contains(r#""savingsPlanType":"Compute""#), "{}", text(&rest));
    assert_eq!([json.status, query.status, rest.status], [200, 200, 200]);
}

#[test]
fn what_is_wrong_with_a_signature_is_said_in_the_protocol_of_the_request() {
    let mut cloud = Cloud::new();
    let now = cloud.now;
    let wrong = Keys { secret_access_key: "wrong".to_owned(), ..member() };
    let stranger = keys_of(&account("123456789012"));
    let token = Keys { session_token: Some("made up".to_owned()), ..member() };
    let late = now.checked_add(SignedDuration::from_mins(16)).unwrap();
    let early = now.checked_sub(SignedDuration::from_mins(14)).unwrap();
    for (keys, at, json_code, query_code) in [
        (&wrong, now, Some("InvalidSignatureException"), Some("SignatureDoesNotMatch")),
        (&stranger, now, Some("UnrecognizedClientException"), Some("InvalidClientTokenId")),
        (&token, now, Some("UnrecognizedClientException"), Some("InvalidClientTokenId")),
        (&member(), late, Some("InvalidSignatureException"), Some("SignatureDoesNotMatch")),
        (&member(), early, None, None),
    ] {
        let json = describe().signed(keys, "organizations", at).send(&mut cloud);
        let query = Sent::form("Action=GetCallerIdentity").signed(keys, "sts", at).send(&mut cloud);
        match json_code.zip(query_code) {
            None => assert_eq!((json.status, query.status), (200, 200)),
            Some((json_code, query_code)) => {
                assert_eq!((json.status, query.status), (400, 403));
                assert!(json.headers.contains(&("x-amzn-errortype", json_code.to_owned())), "{}", text(&json));
                assert!(text(&query).contains(&format!("<Code>{query_code}</Code>")), "{}", text(&query));
            }
        }
    }
    assert!(text(&describe().send(&mut cloud)).contains("MissingAuthenticationTokenException"));
}

#[test]
fn a_signed_request_cannot_be_changed() {
    let mut cloud = Cloud::new();
    let now = cloud.now;
    let signed = describe().signed(&member(), "organizations", now);
    let mut other_body = signed.clone();
    other_body.body = b"{ }".to_vec();
    let mut other_target = signed.clone();
    other_target.headers[1].1 = "AWSOrganizationsV20161128.LeaveOrganization".to_owned();
    let mut other_path = signed.clone();
    other_path.path = "/elsewhere".to_owned();
    for changed in [other_body, other_target, other_path] {
        assert!(text(&changed.send(&mut cloud)).contains("InvalidSignatureException"));
    }
    assert_eq!(signed.send(&mut cloud).status, 200);
}

#[test]
fn a_session_is_good_until_it_expires() {
    let mut cloud = Cloud::new();
    let role = format!("arn:aws:iam::{MEMBER}:role/OrganizationAccountAccessRole");
    let input = json!({ "RoleArn": role, "RoleSessionName": "orgkit" });
    let call = Call { service: "sts".to_owned(), operation: "AssumeRole".to_owned(), region: "us-east-1".to_owned(), input };
    let caller = cloud.world.administrator(&account(OLD)).unwrap();
    let credentials = cloud.world.handle(&caller, &call, cloud.now).unwrap()["Credentials"].clone();
    let part = |name: &str| credentials[name].as_str().unwrap().to_owned();
    let keys =
        Keys { access_key_id: part("AccessKeyId"), secret_access_key: part("SecretAccessKey"), session_token: Some(part("SessionToken")) };
    let ask = |cloud: &mut Cloud| {
        let now = cloud.now;
        text(&Sent::form("Action=GetCallerIdentity").signed(&keys, "sts", now).send(cloud))
    };
    assert!(ask(&mut cloud).contains(":assumed-role/OrganizationAccountAccessRole/orgkit</Arn>"));
    cloud.wait(SignedDuration::from_secs(3600));
    assert!(ask(&mut cloud).contains("<Code>ExpiredToken</Code>"));
}

#[test]
fn rubbish_is_refused_in_good_form() {
    let mut cloud = Cloud::new();
    let now = cloud.now;
    for (sent, service, code) in [
        (Sent::json("AWSOrganizationsV20161128.ListAccounts", "rubbish"), "organizations", "SerializationException"),
        (Sent::json("AWSOrganizationsV20161128.ListAccounts", "[]"), "organizations", "SerializationException"),
        (Sent::json("AWSOrganizationsV20161128.NoSuchThing", "{}"), "organizations", "UnknownOperationException"),
        (Sent::json("StarlingDoveService.ListAccounts", "{}"), "organizations", "UnknownOperationException"),
        (Sent::json("NoPoint", "{}"), "organizations", "UnknownOperationException"),
        (Sent::form("Version=1"), "sts", "<Code>InvalidAction</Code>"),
        (Sent::form("Action=NoSuchThing"), "sts", "<Code>InvalidAction</Code>"),
        (Sent::form("Action=ListBuckets"), "no-such-service", "<Code>InvalidAction</Code>"),
        (Sent::rest("/nowhere", "{}"), "inspector2", "UnknownOperationException"),
        (Sent::rest("/bucket", ""), "s3", "UnknownOperationException"),
    ] {
        let answer = sent.signed(&member(), service, now).send(&mut cloud);
        assert_eq!(answer.status, 400);
        assert!(text(&answer).contains(code), "{}", text(&answer));
    }
}

#[test]
fn a_region_is_one_of_aws_and_the_endpoints_own() {
    let mut cloud = Cloud::new();
    let now = cloud.now;
    let mut ask = |host: &str, region: &str| {
        let json = describe().to(host).signed_in(&member(), "organizations", region, now).send(&mut cloud);
        let query = Sent::form("Action=GetCallerIdentity").to(host).signed_in(&member(), "sts", region, now).send(&mut cloud);
        (text(&json).contains("Credential should be scoped to a valid region"), text(&query).contains("<Code>SignatureDoesNotMatch</Code>"))
    };
    assert_eq!(ask("127.0.0.1:4577", "mars-north-1"), (true, true), "a region that does not exist");
    assert_eq!(ask("127.0.0.1:4577", "eu-west-1"), (false, false), "behind loopback there is every endpoint");
    assert_eq!(ask("organizations.us-east-1.amazonaws.com", "eu-west-1"), (true, true), "a global service asked in another region");
    assert_eq!(ask("organizations.us-east-1.amazonaws.com", "us-east-1"), (false, false));
    assert_eq!(ask("sts.eu-west-1.amazonaws.com", "us-east-1"), (true, true), "another endpoint's region");
}

#[test]
fn signatures_elsewhere_or_in_another_form_are_refused_well() {
    let mut cloud = Cloud::new();
    let header = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    for (mut sent, more, status, code) in [
        (Sent::form("Action=GetCallerIdentity"), Some(header("authorization", "Basic eA==")), 403, "IncompleteSignature"),
        (
            Sent::organizations("ListRoots", &json!({})),
            Some(header("authorization", "AWS4-HMAC-SHA256 x")),
            400,
            "IncompleteSignatureException",
        ),
        (Sent::rest("/x?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Signature=0", ""), None, 403, "presigned URL"),
        (Sent::rest("/x?%ff%fe=%80", ""), None, 403, "MissingAuthenticationTokenException"),
    ] {
        sent.headers.extend(more);
        let answer = sent.send(&mut cloud);
        assert_eq!(answer.status, status, "{}", text(&answer));
        assert!(text(&answer).contains(code), "{}", text(&answer));
        assert!(answer.headers.iter().any(|(name, id)| *name == "x-amzn-requestid" && id.len() == 36));
    }
}

proptest! {
    #[test]
    fn no_request_upsets_the_wire(
        authorization in "(AWS4-HMAC-SHA256 )?(Credential=[ -~]{0,40})?(, ?SignedHeaders=[a-z;-]{0,30})?(, ?Signature=[ -~]{0,70})?",
        date in "([0-9]{8}T[0-9]{6}Z)?[ -~]{0,5}",
        target in "[ -~]{0,30}",
        path in "/?[ -~]{0,20}",
        body in prop::collection::vec(any::<u8>(), 0..100),
    ) {
        let mut cloud = Cloud::new();
        let key = member().access_key_id;
        for authorization in [authorization.clone(), authorization.replace("Credential=", &format!("Credential={key}/20261101/us-east-1/sts/aws4_request"))] {
            let headers = [("authorization", authorization), ("x-amz-date", date.clone()), ("x-amz-target", target.clone())];
            let headers = headers.map(|(name, value)| (name.to_owned(), value)).to_vec();
            let sent = Sent { method: "POST", host: HOST.to_owned(), path: path.clone(), headers, body: body.clone() };
            let answer = sent.send(&mut cloud);
            prop_assert!((400..500).contains(&answer.status));
        }
    }
}
