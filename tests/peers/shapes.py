"""Asks a simulated AWS and checks each answer against botocore's own model: members, types, enumerations, patterns.

botocore reads answers leniently: it drops what it does not know and asks for nothing. Here its validator for requests is turned on them.
"""

import itertools
import os
import re
import sys

import boto3
from botocore.handlers import json_decode_policies
from botocore.validate import ParamValidator


# Patterns of the model that AWS's own answers do not match, by shape, with the reason.
UNTRUE_PATTERNS = {
    "PolicyArn": "it asks for ten letters after `p-`; AWS's ids have eight, as the pattern of PolicyId allows",
}


def leaves(value, shape, path):
    """Yields (path, value, shape) for every text in an answer."""
    if shape.type_name == "structure":
        for name, member in shape.members.items():
            if name in value:
                yield from leaves(value[name], member, f"{path}.{name}")
    elif shape.type_name == "list":
        for index, item in enumerate(value):
            yield from leaves(item, shape.member, f"{path}[{index}]")
    elif shape.type_name == "string":
        yield path, value, shape


def problems(client, operation, answer):
    shape = client.meta.service_model.operation_model(operation).output_shape
    answer = {key: value for key, value in answer.items() if key != "ResponseMetadata"}
    report = ParamValidator().validate(answer, shape)
    if report.has_errors():
        yield report.generate_report()
    for path, value, leaf in leaves(answer, shape, operation):
        if getattr(leaf, "enum", None) and value not in leaf.enum:
            yield f"{path}: {value!r} is none of {leaf.enum}"
        pattern = leaf.metadata.get("pattern", "\\p")
        # Python's expressions have no Unicode classes.
        is_usable = "\\p" not in pattern and leaf.name not in UNTRUE_PATTERNS
        if is_usable and not re.search(f"^(?:{pattern})$", value):
            yield f"{path}: {value!r} does not match {pattern}"


def calls_of_any_account(session):
    sts = session.client("sts")
    yield sts, "GetCallerIdentity", sts.get_caller_identity()
    iam = session.client("iam")
    # What came over the wire is to be checked, not what botocore makes of it.
    iam.meta.events.unregister("after-call.iam", json_decode_policies)
    for page in iam.get_paginator("get_account_authorization_details").paginate():
        yield iam, "GetAccountAuthorizationDetails", page
    organizations = session.client("organizations")
    for page in organizations.get_paginator("list_handshakes_for_account").paginate():
        yield organizations, "ListHandshakesForAccount", page
    ram = session.client("ram")
    for page in ram.get_paginator("get_resource_shares").paginate(resourceOwner="SELF"):
        yield ram, "GetResourceShares", page
    cloudtrail = session.client("cloudtrail")
    yield cloudtrail, "DescribeTrails", cloudtrail.describe_trails()
    yield cloudtrail, "LookupEvents", cloudtrail.lookup_events(MaxResults=50)
    config = session.client("config")
    yield config, "DescribeConfigurationRecorders", config.describe_configuration_recorders()
    yield config, "DescribeDeliveryChannels", config.describe_delivery_channels()


def calls_of_a_management_account(session):
    organizations = session.client("organizations")
    root = organizations.list_roots()["Roots"][0]["Id"]
    yield organizations, "DescribeOrganization", organizations.describe_organization()
    yield organizations, "ListRoots", organizations.list_roots()
    for operation, words in [
        ("ListAccounts", {}),
        ("ListAccountsForParent", {"ParentId": root}),
        ("ListOrganizationalUnitsForParent", {"ParentId": root}),
        ("ListPolicies", {"Filter": "SERVICE_CONTROL_POLICY"}),
        ("ListHandshakesForOrganization", {}),
        ("ListDelegatedAdministrators", {}),
    ]:
        name = re.sub(r"(?<!^)(?=[A-Z])", "_", operation).lower()
        for page in organizations.get_paginator(name).paginate(**words):
            yield organizations, operation, page
    for policy in organizations.list_policies(Filter="SERVICE_CONTROL_POLICY")["Policies"]:
        yield organizations, "DescribePolicy", organizations.describe_policy(PolicyId=policy["Id"])
        yield organizations, "ListTargetsForPolicy", organizations.list_targets_for_policy(PolicyId=policy["Id"])
    for account in organizations.list_accounts()["Accounts"]:
        yield organizations, "DescribeAccount", organizations.describe_account(AccountId=account["Id"])
        yield organizations, "ListParents", organizations.list_parents(ChildId=account["Id"])


def calls(session, account):
    organizations = session.client("organizations")
    try:
        described = organizations.describe_organization()
    except organizations.exceptions.AWSOrganizationsNotInUseException:
        return calls_of_any_account(session)
    except organizations.exceptions.AccessDeniedException:
        # A closed account can ask nothing.
        return iter(())
    if described["Organization"]["MasterAccountId"] != account:
        return calls_of_any_account(session)
    return itertools.chain(calls_of_any_account(session), calls_of_a_management_account(session))


def main():
    found = 0
    for account in sys.argv[1:]:
        key, secret = os.environ[f"ORGKIT_KEYS_{account}"].split(":")
        session = boto3.Session(aws_access_key_id=key, aws_secret_access_key=secret, region_name="us-east-1")
        for client, operation, answer in calls(session, account):
            print(f"{account} {operation}")
            for problem in problems(client, operation, answer):
                found += 1
                print(f"{account} {operation}: {problem}", file=sys.stderr)
    sys.exit(1 if found else 0)


main()
