//! The tree of an organization: listing, paging, moving, units, leaving, and who may call what.

use super::*;

#[test]
fn members_may_not_read_and_delegated_administrators_may() {
    let mut cloud = Cloud::new();
    assert_eq!(cloud.refused(MEMBER, "ListAccounts", json!({})).0, "AccessDeniedException");
    assert_eq!(cloud.refused(STANDALONE, "ListAccounts", json!({})).0, "AWSOrganizationsNotInUseException");
    assert_eq!(cloud.org(DELEGATED, "ListAccounts", json!({})).unwrap()["Accounts"].as_array().unwrap().len(), 6);
    let input = json!({ "AccountId": MEMBER, "SourceParentId": ROOT_OLD, "DestinationParentId": ROOT_OLD });
    assert_eq!(cloud.refused(DELEGATED, "MoveAccount", input).0, "AccessDeniedException");
    let described = cloud.org(MEMBER, "DescribeOrganization", json!({})).unwrap();
    assert_eq!(described["Organization"]["MasterAccountId"], OLD);
}

#[test]
fn lists_come_in_pages_whose_tokens_are_their_own() {
    let mut cloud = Cloud::new();
    let mut seen = Vec::new();
    let mut input = json!({ "MaxResults": 4 });
    loop {
        let page = cloud.org(OLD, "ListAccounts", input.clone()).unwrap();
        seen.extend(page["Accounts"].as_array().unwrap().iter().map(|account| account["Id"].as_str().unwrap().to_owned()));
        match page.get("NextToken") {
            Some(token) => input["NextToken"] = token.clone(),
            None => break,
        }
    }
    assert_eq!(seen, [OLD, MEMBER, DELEGATED, FRESH, SUSPENDED, FENCED]);
    let token = input["NextToken"].clone();
    for (operation, input, reason) in [
        ("ListAccounts", json!({ "NextToken": "rubbish" }), "INVALID_NEXT_TOKEN"),
        ("ListRoots", json!({ "NextToken": token }), "INVALID_NEXT_TOKEN"),
        ("ListAccounts", json!({ "MaxResults": 0 }), "MIN_VALUE_EXCEEDED"),
        ("ListAccounts", json!({ "MaxResults": 21 }), "MAX_VALUE_EXCEEDED"),
    ] {
        assert_eq!(cloud.refused(OLD, operation, input), ("InvalidInputException", Some(reason)));
    }
}

#[test]
fn an_account_moves_from_where_it_is_to_another_place() {
    let mut cloud = Cloud::new();
    let landing = cloud.org(NEW, "ListOrganizationalUnitsForParent", json!({ "ParentId": ROOT_NEW })).unwrap();
    let landing = landing["OrganizationalUnits"][0]["Id"].clone();
    let who = "101010101010";
    for (source, destination, code) in [
        (landing.clone(), json!(ROOT_NEW), "SourceParentNotFoundException"),
        (json!(ROOT_NEW), json!("ou-new1-00000000"), "DestinationParentNotFoundException"),
        (json!(ROOT_NEW), json!(ROOT_NEW), "DuplicateAccountException"),
    ] {
        let input = json!({ "AccountId": who, "SourceParentId": source, "DestinationParentId": destination });
        assert_eq!(cloud.refused(NEW, "MoveAccount", input).0, code);
    }
    let input = json!({ "AccountId": who, "SourceParentId": ROOT_NEW, "DestinationParentId": landing });
    cloud.org(NEW, "MoveAccount", input).unwrap();
    let parents = cloud.org(NEW, "ListParents", json!({ "ChildId": who })).unwrap();
    assert_eq!(parents["Parents"], json!([{ "Id": landing, "Type": "ORGANIZATIONAL_UNIT" }]));
    let under = cloud.org(NEW, "ListAccountsForParent", json!({ "ParentId": landing })).unwrap();
    assert_eq!(under["Accounts"][0]["Id"], who);
    let children = cloud.org(NEW, "ListChildren", json!({ "ParentId": ROOT_NEW, "ChildType": "ORGANIZATIONAL_UNIT" })).unwrap();
    assert_eq!(children["Children"], json!([{ "Id": landing, "Type": "ORGANIZATIONAL_UNIT" }]));
    assert_eq!(
        cloud.refused(NEW, "DeleteOrganizationalUnit", json!({ "OrganizationalUnitId": landing })).0,
        "OrganizationalUnitNotEmptyException"
    );
}

#[test]
fn units_nest_five_deep_with_unique_names() {
    let mut cloud = Cloud::new();
    let mut parent = json!(ROOT_NEW);
    for depth in 1..=5 {
        let unit = cloud.org(NEW, "CreateOrganizationalUnit", json!({ "ParentId": parent, "Name": "deep" })).unwrap();
        assert_eq!(unit["OrganizationalUnit"]["Path"].as_str().unwrap().matches("/ou-").count(), depth);
        parent = unit["OrganizationalUnit"]["Id"].clone();
    }
    let too_deep = ("ConstraintViolationException", Some("OU_DEPTH_LIMIT_EXCEEDED"));
    assert_eq!(cloud.refused(NEW, "CreateOrganizationalUnit", json!({ "ParentId": parent, "Name": "deep" })), too_deep);
    let twice = json!({ "ParentId": ROOT_NEW, "Name": "deep" });
    assert_eq!(cloud.refused(NEW, "CreateOrganizationalUnit", twice).0, "DuplicateOrganizationalUnitException");
    let renamed = json!({ "OrganizationalUnitId": parent, "Name": "deepest" });
    assert_eq!(cloud.org(NEW, "UpdateOrganizationalUnit", renamed).unwrap()["OrganizationalUnit"]["Name"], "deepest");
    cloud.org(NEW, "DeleteOrganizationalUnit", json!({ "OrganizationalUnitId": parent })).unwrap();
    let gone = cloud.refused(NEW, "DescribeOrganizationalUnit", json!({ "OrganizationalUnitId": parent }));
    assert_eq!(gone.0, "OrganizationalUnitNotFoundException");
}

#[test]
fn an_organization_has_two_thousand_units_at_most() {
    let mut cloud = Cloud::new();
    let unit = |number: usize| json!({ "ParentId": ROOT_NEW, "Name": format!("unit-{number}") });
    for number in 1..2_000 {
        cloud.org(NEW, "CreateOrganizationalUnit", unit(number)).unwrap();
    }
    let full = ("ConstraintViolationException", Some("OU_NUMBER_LIMIT_EXCEEDED"));
    assert_eq!(cloud.refused(NEW, "CreateOrganizationalUnit", unit(2_000)), full);
}

#[test]
fn leaving_first_needs_what_standing_alone_needs() {
    let mut cloud = Cloud::new();
    let id = |whom: &str| json!({ "AccountId": whom });
    for (whom, code, reason) in [
        (FENCED, "ConstraintViolationException", Some("MEMBER_ACCOUNT_PAYMENT_INSTRUMENT_REQUIRED")),
        (FRESH, "ConstraintViolationException", Some("WAIT_PERIOD_ACTIVE")),
        (DELEGATED, "ConstraintViolationException", Some("CANNOT_REMOVE_DELEGATED_ADMINISTRATOR_FROM_ORG")),
        (OLD, "MasterCannotLeaveOrganizationException", None),
        (STANDALONE, "AccountNotFoundException", None),
    ] {
        assert_eq!(cloud.refused(OLD, "RemoveAccountFromOrganization", id(whom)), (code, reason), "{whom}");
    }
    cloud.org(MEMBER, "LeaveOrganization", json!({})).unwrap();
    assert_eq!(cloud.organization_of(MEMBER), None);
    assert_eq!(cloud.refused(MEMBER, "LeaveOrganization", json!({})).0, "AWSOrganizationsNotInUseException");
}

#[test]
fn a_standalone_account_can_found_an_organization() {
    let mut cloud = Cloud::new();
    let founded = cloud.org(STANDALONE, "CreateOrganization", json!({})).unwrap();
    assert_eq!(founded["Organization"]["MasterAccountId"], STANDALONE);
    assert_eq!(founded["Organization"]["FeatureSet"], "ALL");
    assert_eq!(cloud.refused(STANDALONE, "CreateOrganization", json!({})).0, "AlreadyInOrganizationException");
    let policies = cloud.org(STANDALONE, "ListPolicies", json!({ "Filter": "SERVICE_CONTROL_POLICY" })).unwrap();
    assert_eq!(policies["Policies"][0]["Id"], "p-FullAWSAccess");
    cloud.org(STANDALONE, "DeleteOrganization", json!({})).unwrap();
}

#[test]
fn delegated_administrators_come_and_go() {
    let mut cloud = Cloud::new();
    let input = |whom: &str, service: &str| json!({ "AccountId": whom, "ServicePrincipal": service });
    for (whom, service, code, reason) in [
        (OLD, "guardduty.amazonaws.com", "ConstraintViolationException", Some("CANNOT_REGISTER_MASTER_AS_DELEGATED_ADMINISTRATOR")),
        (
            SUSPENDED,
            "guardduty.amazonaws.com",
            "ConstraintViolationException",
            Some("CANNOT_REGISTER_SUSPENDED_ACCOUNT_AS_DELEGATED_ADMINISTRATOR"),
        ),
        (MEMBER, "config.amazonaws.com", "ConstraintViolationException", Some("SERVICE_ACCESS_NOT_ENABLED")),
        (MEMBER, "config", "InvalidInputException", Some("UNRECOGNIZED_SERVICE_PRINCIPAL")),
        (DELEGATED, "guardduty.amazonaws.com", "AccountAlreadyRegisteredException", None),
        (STANDALONE, "guardduty.amazonaws.com", "AccountNotFoundException", None),
    ] {
        assert_eq!(cloud.refused(OLD, "RegisterDelegatedAdministrator", input(whom, service)), (code, reason), "{whom} {service}");
    }
    cloud.org(OLD, "EnableAWSServiceAccess", json!({ "ServicePrincipal": "config.amazonaws.com" })).unwrap();
    cloud.org(OLD, "RegisterDelegatedAdministrator", input(MEMBER, "config.amazonaws.com")).unwrap();
    let services = cloud.org(OLD, "ListDelegatedServicesForAccount", json!({ "AccountId": MEMBER })).unwrap();
    assert_eq!(services["DelegatedServices"][0]["ServicePrincipal"], "config.amazonaws.com");
    let of_config = json!({ "ServicePrincipal": "config.amazonaws.com" });
    let listed = cloud.org(OLD, "ListDelegatedAdministrators", of_config).unwrap();
    assert_eq!(listed["DelegatedAdministrators"].as_array().unwrap().len(), 1);
    cloud.org(OLD, "DeregisterDelegatedAdministrator", input(MEMBER, "config.amazonaws.com")).unwrap();
    let gone = cloud.refused(OLD, "DeregisterDelegatedAdministrator", input(MEMBER, "config.amazonaws.com"));
    assert_eq!(gone.0, "AccountNotRegisteredException");
    let access = cloud.org(OLD, "ListAWSServiceAccessForOrganization", json!({})).unwrap();
    assert_eq!(access["EnabledServicePrincipals"].as_array().unwrap().len(), 2);
}
