//! The endpoints below `/_sim/`.

use super::sockets::Served;
use super::*;

/// A request to an endpoint: status and answer.
fn control(served: &Served, method: &str, what: &str, body: &str) -> (u16, Value) {
    with_headers(served, method, what, &format!("host: {}\r\n", served.address), body)
}

fn with_headers(served: &Served, method: &str, what: &str, headers: &str, body: &str) -> (u16, Value) {
    let length = body.len();
    let request = format!("{method} /_sim/{what} HTTP/1.1\r\n{headers}content-length: {length}\r\n\r\n{body}");
    let (status, _, body) = served.send(request.as_bytes()).unwrap();
    (status, serde_json::from_slice(&body).unwrap())
}

#[test]
fn the_clock_goes_forward() {
    let served = Served::new();
    assert_eq!(control(&served, "GET", "clock", ""), (200, json!({ "now": "2026-11-01T00:00:00Z" })));
    assert_eq!(control(&served, "POST", "clock", r#"{"advance_seconds": 3600}"#), (200, json!({ "now": "2026-11-01T01:00:00Z" })));
    assert_eq!(control(&served, "POST", "clock", r#"{"set": "2026-11-20T00:00:00Z"}"#), (200, json!({ "now": "2026-11-20T00:00:00Z" })));
    let (status, answer) = control(&served, "POST", "clock", r#"{"set": "2026-11-19T00:00:00Z"}"#);
    assert!(status == 400 && answer["error"].as_str().unwrap().contains("2026-11-20T00:00:00Z") && answer["hint"].is_string(), "{answer}");
    for bad in
        ["", "{}", "[]", r#"{"advance_seconds": -1}"#, r#"{"seconds": 1}"#, r#"{"advance_seconds": 1, "set": "2027-01-01T00:00:00Z"}"#]
    {
        assert_eq!(control(&served, "POST", "clock", bad).0, 400, "{bad}");
    }
    // Signatures are still checked against the machine's clock.
    assert_eq!(served.send(&served.signed(NEW, "ListRoots", &json!({})).bytes()).unwrap().0, 200);
}

#[test]
fn an_invitation_expires_in_no_time() {
    let served = Served::new();
    let (_, _, body) = served
        .send(&served.signed(NEW, "InviteAccountToOrganization", &json!({ "Target": { "Id": MEMBER, "Type": "ACCOUNT" } })).bytes())
        .unwrap();
    let id = serde_json::from_slice::<Value>(&body).unwrap()["Handshake"]["Id"].clone();
    control(&served, "POST", "clock", &json!({ "advance_seconds": 15 * 86_400 }).to_string());
    let (_, _, body) = served.send(&served.signed(NEW, "DescribeHandshake", &json!({ "HandshakeId": id })).bytes()).unwrap();
    assert_eq!(serde_json::from_slice::<Value>(&body).unwrap()["Handshake"]["State"], "EXPIRED");
}

#[test]
fn a_world_is_read_put_back_and_reset() {
    let served = Served::new();
    let (_, fresh) = control(&served, "GET", "state", "");
    assert_eq!(
        (&fresh["format"], &fresh["seed"], &fresh["now"]),
        (&json!("orgkit-simulated-world"), &json!(7), &json!("2026-11-01T00:00:00Z"))
    );
    assert_eq!(control(&served, "GET", "state", "").1, fresh);
    control(&served, "POST", "clock", r#"{"advance_seconds": 60}"#);
    invite(&served.simulator, MEMBER);
    let (_, changed) = control(&served, "GET", "state", "");
    assert_ne!(changed["digest"], fresh["digest"]);
    assert_eq!(control(&served, "POST", "reset", ""), (200, json!({ "now": "2026-11-01T00:00:00Z" })));
    assert_eq!(control(&served, "GET", "state", "").1, fresh);
    assert_eq!(control(&served, "POST", "state", &changed.to_string()), (200, json!({ "now": changed["now"] })));
    assert_eq!(control(&served, "GET", "state", "").1, changed);
    let (status, answer) = control(&served, "POST", "state", "{}");
    assert!(status == 400 && answer["error"].as_str().unwrap().contains("no snapshot"), "{answer}");
    assert_eq!(control(&served, "GET", "state", "").1, changed);
}

#[test]
fn faults_are_armed_shown_and_cleared() {
    let served = Served::new();
    assert_eq!(control(&served, "GET", "faults", ""), (200, json!({ "armed": null, "quiet": true })));
    let plan = json!({ "seed": 1, "rules": [{ "fault": { "type": "internal" }, "operation": "ListRoots" }] });
    let (status, armed) = control(&served, "POST", "faults", &plan.to_string());
    assert_eq!((status, &armed["armed"]["plan"], &armed["quiet"]), (200, &plan, &json!(false)));
    let toml = "[[rules]]\nfault = { type = \"internal\" }\noperation = \"ListRoots\"";
    assert_eq!(control(&served, "POST", "faults", toml).0, 200);
    let ask = || served.send(&served.signed(NEW, "ListRoots", &json!({})).bytes()).unwrap().0;
    assert_eq!(ask(), 500);
    assert_eq!(control(&served, "GET", "faults", "").1["armed"]["rules"][0], json!({ "matched": 1, "struck": 1 }));
    let (status, answer) = control(&served, "POST", "faults", r#"{"rules":[{"fault":{"type":"internal"},"service":"nope"}]}"#);
    assert!(status == 400 && answer["error"].as_str().unwrap().contains("no service `nope`"), "{answer}");
    assert_eq!(ask(), 500, "the plan before is still armed");
    assert_eq!(control(&served, "DELETE", "faults", ""), (200, json!({ "armed": null, "quiet": true })));
    assert_eq!(ask(), 200);
}

#[test]
fn people_act_when_they_are_told() {
    let served = Served::new();
    invite(&served.simulator, MEMBER);
    let (status, done) = control(&served, "POST", "people", r#"{"type": "decline-invitation"}"#);
    assert_eq!((status, done), (200, json!({ "done": { "type": "decline-invitation", "account": MEMBER } })));
    let (status, answer) = control(&served, "POST", "people", r#"{"type": "decline-invitation"}"#);
    assert!(status == 409 && answer["error"].as_str().unwrap().contains("HandshakeNotFoundException"), "{answer}");
    assert_eq!(control(&served, "POST", "people", r#"{"type": "dance"}"#).0, 400);
}

#[test]
fn methods_paths_and_web_pages_are_refused() {
    let served = Served::new();
    let (status, answer) = control(&served, "GET", "reset", "");
    assert_eq!((status, answer["error"].as_str()), (405, Some("/_sim/reset takes POST")));
    for (method, what) in [("DELETE", "clock"), ("PUT", "state"), ("PATCH", "faults"), ("GET", "people")] {
        assert_eq!(control(&served, method, what, "").0, 405, "{method} {what}");
    }
    assert_eq!(control(&served, "GET", "nothing", "").0, 404);
    let before = served.simulator.state();
    let address = served.address;
    for headers in [
        format!("host: {address}\r\norigin: http://{address}\r\n"),
        format!("host: {address}\r\norigin: null\r\n"),
        "host: evil.example\r\n".to_owned(),
        format!("host: evil.example:{}\r\n", address.port()),
        "host: localhost.evil.example\r\n".to_owned(),
        format!("host: {address}\r\nhost: evil.example\r\n"),
        String::new(),
    ] {
        let (status, answer) = with_headers(&served, "POST", "clock", &headers, r#"{"advance_seconds": 60}"#);
        assert!(status == 403 && answer["hint"].is_string(), "{headers}: {answer}");
    }
    assert_eq!(served.simulator.state(), before);
}
