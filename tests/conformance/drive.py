"""Plays scenarios against the simulated AWS, through boto3 or the AWS CLI, and judges every answer by AWS's own service models.

    drive.py --serve 'COMMAND {world} {listen}' --via boto3|cli [--report FILE] SCENARIO.json ...

The interpreter needs boto3 and the AWS CLI: `cargo xtask peers` makes one in `<target>/peers/bin/python`. A server that compiles in seconds is
`cargo build -p orgkit-sim --example serve`, started as `<target>/debug/examples/serve {world} {listen}`.

Each scenario gets a freshly served world: the world file beside it (`NAME.toml` for `NAME.json`), or the rules' own estate (`crates/orgkit-world/src/tests/estate.toml`). A scenario is
`{"about": "...", "steps": [...]}`. A step is one of

    {"as": "222222222222", "do": "organizations:ListAccounts", "with": {...}, "keep": {"id": "Accounts[0].Id"}, "check": {"length(Accounts)": 3}}
    {"as": "333333333333", "do": "organizations:AcceptHandshake", "with": {"HandshakeId": "$id"}, "error": "HandshakeNotFoundException"}
    {"wait": 86400}

* `as`: an account (its administrator calls) or the name of a session that an earlier step kept whole:
  `{"as": ..., "do": "sts:AssumeRole", "with": {...}, "session": "name"}`.
* `do`: botocore's service name and the operation. `region`: us-east-1 unless said.
* `with`: the input as boto3 takes it. `$name` stands for what was kept, `${name}` inside a text too.
* `$this_month` and `$month_after_next` are there from the start: the first of these months, as `2026-11-01T00:00:00Z`.
* `keep`, `check`: JMESPath expressions over the output; `check` compares, after replacing names.
* `error`: the code that must come; without it the call must succeed. `reason`: the error's `Reason` (boto3 only).
* `wait`: seconds to put the world's clock forward.
* `only`: "boto3" or "cli", where the other cannot do the step.

Judged besides: an error is declared for its operation or common to all; an answer has no member that the model lacks, all that it requires, and
values of the right type; what was called and what came goes into the report. Exit code 1 when anything failed.
"""

import argparse
import contextlib
import hashlib
import io
import json
import os
import pathlib
import re
import shlex
import socket
import subprocess
import sys
import time
import urllib.request
import xml.etree.ElementTree as ElementTree

import botocore
import botocore.config
import botocore.exceptions
import botocore.session
import jmespath

HERE = pathlib.Path(__file__).parent
WORLD = HERE.parent.parent / "crates/orgkit-world/src/tests/estate.toml"
REGION = "us-east-1"

# What any operation can raise [Common Errors, in the API references of the services].
COMMON = {
    "AccessDenied", "AccessDeniedException", "ExpiredToken", "ExpiredTokenException", "InternalFailure", "InvalidClientTokenId",
    "InvalidSignatureException", "MissingAuthenticationToken", "MissingAuthenticationTokenException", "OptInRequired",
    "SignatureDoesNotMatch", "Throttling", "ThrottlingException", "UnrecognizedClientException", "ValidationError", "ValidationException",
}

# Where the AWS CLI calls a service otherwise than botocore does.
CLI_NAMES = {"config": "configservice"}


def keys_of(account):
    """The access key of an account's administrator: made up, and the same in every world."""
    digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
    digest = lambda purpose, text: hashlib.sha256(b"orgkit simulated aws\0" + purpose + b"\0" + text.encode()).digest()
    filling = int.from_bytes(digest(b"administrator", account)[:8], "big") & ((1 << 39) - 1)
    bits = (1 << 79) | (int(account) << 39) | filling
    key = "AKIA" + "".join(digits[(bits >> (place * 5)) & 31] for place in reversed(range(16)))
    return {"AccessKeyId": key, "SecretAccessKey": "simulated/" + digest(b"secret", key).hex()[:30]}


class Served:
    """A world behind a socket."""

    def __init__(self, command, world):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        words = [word.format(world=world, listen=f"127.0.0.1:{self.port}") for word in shlex.split(command)]
        self.process = subprocess.Popen(words, stdout=subprocess.DEVNULL)

    def __enter__(self):
        deadline = time.monotonic() + 300
        while time.monotonic() < deadline:
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port), timeout=1):
                return self
            if self.process.poll() is not None:
                break
            time.sleep(0.05)
        self.process.kill()
        raise SystemExit("the world could not be served")

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()

    def wait(self, seconds):
        body = json.dumps({"advance_seconds": seconds}).encode()
        urllib.request.urlopen(urllib.request.Request(f"{self.url}/_sim/clock", data=body, method="POST"), timeout=60).read()


class Failure(Exception):
    """Something that is not as it should be."""


def json_faults(shape, value, path):
    """Where a JSON value is not of its shape."""
    kind = shape.type_name
    if value is None:
        return
    if kind == "structure":
        if getattr(shape, "is_document_type", False):
            return
        if not isinstance(value, dict):
            yield f"{path} is no object"
            return
        known = {member.serialization.get("name", name): (name, member) for name, member in shape.members.items()}
        for name, item in value.items():
            if name not in known:
                yield f"{path}.{name} is not in the model"
            else:
                yield from json_faults(known[name][1], item, f"{path}.{name}")
        for wire, (name, member) in known.items():
            if name in shape.required_members and wire not in value and "location" not in member.serialization:
                yield f"{path}.{wire} is missing"
        if getattr(shape, "is_tagged_union", False) and len(value) != 1:
            yield f"{path} is a union of one"
    elif kind == "list":
        if not isinstance(value, list):
            yield f"{path} is no list"
            return
        for index, item in enumerate(value):
            yield from json_faults(shape.member, item, f"{path}[{index}]")
    elif kind == "map":
        if not isinstance(value, dict):
            yield f"{path} is no map"
            return
        for name, item in value.items():
            yield from json_faults(shape.value, item, f"{path}.{name}")
    elif kind in ("integer", "long"):
        if isinstance(value, bool) or not isinstance(value, int):
            yield f"{path} is no whole number: {value!r}"
    elif kind in ("float", "double"):
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            yield f"{path} is no number: {value!r}"
    elif kind == "boolean":
        if not isinstance(value, bool):
            yield f"{path} is no truth value: {value!r}"
    elif kind == "timestamp":
        as_text = shape.serialization.get("timestampFormat") in ("iso8601", "rfc822")
        if not isinstance(value, str if as_text else (int, float)):
            yield f"{path} is no {'text' if as_text else 'number'} of a time: {value!r}"
    elif kind == "string":
        if not isinstance(value, str):
            yield f"{path} is no text: {value!r}"
        elif getattr(shape, "enum", None) and value not in shape.enum:
            yield f"{path} is not one of the model's values: {value!r}"


def xml_faults(shape, element, path):
    """Where an XML element is not of its shape."""
    kind = shape.type_name
    if kind == "structure":
        known = {}
        for name, member in shape.members.items():
            flat = member.type_name == "list" and member.serialization.get("flattened")
            tag = (member.member.serialization.get("name") if flat else None) or member.serialization.get("name", name)
            known[tag] = (name, member, flat)
        for child in element:
            tag = child.tag.rsplit("}", 1)[-1]
            if tag not in known:
                yield f"{path}.{tag} is not in the model"
                continue
            _, member, flat = known[tag]
            yield from xml_faults(member.member if flat else member, child, f"{path}.{tag}")
        tags = {child.tag.rsplit("}", 1)[-1] for child in element}
        for tag, (name, member, _) in known.items():
            # An empty list may be left out: there is no other way to write a flattened one.
            if name in shape.required_members and tag not in tags and member.type_name != "list" and "location" not in member.serialization:
                yield f"{path}.{tag} is missing"
    elif kind == "list":
        expected = shape.member.serialization.get("name", "member")
        for child in element:
            tag = child.tag.rsplit("}", 1)[-1]
            if tag != expected:
                yield f"{path} has items {tag} instead of {expected}"
            yield from xml_faults(shape.member, child, f"{path}[]")
    elif kind == "map":
        for child in element:
            yield from xml_faults(shape.value, child.find("{*}" + shape.value.serialization.get("name", "value")), f"{path}{{}}")
    elif kind in ("integer", "long"):
        if not re.fullmatch(r"-?\d+", element.text or ""):
            yield f"{path} is no whole number: {element.text!r}"
    elif kind == "boolean":
        if element.text not in ("true", "false"):
            yield f"{path} is no truth value: {element.text!r}"
    elif kind == "timestamp":
        if not re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z", element.text or ""):
            yield f"{path} is no time: {element.text!r}"
    elif kind == "string" and getattr(shape, "enum", None) and (element.text or "") not in shape.enum:
        yield f"{path} is not one of the model's values: {element.text!r}"


def answer_faults(operation, status, body):
    """Where the body of a successful answer is not what the model says."""
    shape = operation.output_shape
    if status >= 300 or shape is None:
        return
    payload = shape.serialization.get("payload")
    if payload:
        shape = shape.members[payload]
        if shape.type_name in ("blob", "string"):
            return
    protocol = operation.service_model.resolved_protocol if hasattr(operation.service_model, "resolved_protocol") else operation.service_model.protocol
    if protocol in ("query", "ec2", "rest-xml"):
        if not body:
            return
        root = ElementTree.fromstring(body)
        if protocol == "query":
            root = root.find("{*}" + (shape.serialization.get("resultWrapper") or f"{operation.name}Result"))
            if root is None:
                if shape.members:
                    yield "the answer has no result"
                return
        if protocol == "ec2":
            for child in list(root):
                if child.tag.rsplit("}", 1)[-1] == "requestId":
                    root.remove(child)
        yield from xml_faults(shape, root, operation.name)
    else:
        yield from json_faults(shape, json.loads(body) if body else {}, operation.name)


def declared(operation):
    """The codes of the errors that an operation declares."""
    return {shape.metadata.get("error", {}).get("code") or shape.error_code or shape.name for shape in operation.error_shapes}


class Boto3:
    """Calls through botocore, which boto3 is a layer on."""

    def __init__(self, url):
        self.url = url
        self.session = botocore.session.Session()
        self.clients = {}
        self.faults = []

    def client(self, service, region, keys):
        at = (service, region, keys["AccessKeyId"])
        if at not in self.clients:
            config = botocore.config.Config(retries={"max_attempts": 3, "mode": "standard"}, inject_host_prefix=False, s3={"addressing_style": "path"})
            client = self.session.create_client(
                service, region_name=region, endpoint_url=self.url, config=config, aws_access_key_id=keys["AccessKeyId"],
                aws_secret_access_key=keys["SecretAccessKey"], aws_session_token=keys.get("SessionToken"),
            )
            client.meta.events.register("before-parse", self.judge)
            self.clients[at] = client
        return self.clients[at]

    def judge(self, operation_model, response_dict, **_):
        self.faults.extend(answer_faults(operation_model, response_dict["status_code"], response_dict["body"]))

    def call(self, service, operation, region, keys, given):
        """The output, or the code and reason of the error."""
        self.faults = []
        client = self.client(service, region, keys)
        try:
            output = getattr(client, botocore.xform_name(operation))(**given)
        except botocore.exceptions.ClientError as error:
            return None, (error.response["Error"]["Code"], error.response.get("Reason"), str(error))
        if self.faults:
            raise Failure("; ".join(self.faults))
        output.pop("ResponseMetadata", None)
        return output, None


class Cli:
    """Calls through the AWS CLI, in this process: starting it anew for each call would take most of the time."""

    def __init__(self, url):
        self.url = url

    def call(self, service, operation, region, keys, given):
        import awscli.clidriver

        os.environ.update(AWS_ACCESS_KEY_ID=keys["AccessKeyId"], AWS_SECRET_ACCESS_KEY=keys["SecretAccessKey"])
        os.environ.pop("AWS_SESSION_TOKEN", None)
        if keys.get("SessionToken"):
            os.environ["AWS_SESSION_TOKEN"] = keys["SessionToken"]
        words = [CLI_NAMES.get(service, service), botocore.xform_name(operation, "-"), "--endpoint-url", self.url, "--region", region, "--output", "json"]
        words += ["--cli-input-json", json.dumps(given)]
        out, err = io.StringIO(), io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            code = awscli.clidriver.create_clidriver().main(words)
        if code == 0:
            return json.loads(out.getvalue() or "{}"), None
        told = re.search(r"An error occurred \((\w+)\)", err.getvalue())
        if not told:
            raise Failure(f"the AWS CLI ended with {code}: {err.getvalue().strip()}")
        return None, (told.group(1), None, err.getvalue().strip())


def filled(value, kept):
    """A value with the names in it replaced by what was kept."""
    if isinstance(value, dict):
        return {name: filled(item, kept) for name, item in value.items()}
    if isinstance(value, list):
        return [filled(item, kept) for item in value]
    if not isinstance(value, str):
        return value
    if re.fullmatch(r"\$\w+", value):
        return kept[value[1:]]
    return re.sub(r"\$\{(\w+)\}", lambda name: str(kept[name.group(1)]), value)


class Player:
    """One scenario with one kind of client."""

    def __init__(self, served, via, report):
        self.served, self.via, self.report = served, via, report
        self.caller = Boto3(served.url) if via == "boto3" else Cli(served.url)
        self.models = botocore.session.Session()
        # What scenarios need of the calendar: the world's clock starts with this machine's.
        now = time.gmtime()
        first = lambda months: f"{now.tm_year + (now.tm_mon - 1 + months) // 12}-{(now.tm_mon - 1 + months) % 12 + 1:02}-01T00:00:00Z"
        self.kept, self.sessions = {"this_month": first(0), "month_after_next": first(2)}, {}

    def operation(self, service, name):
        return self.models.get_service_model(service).operation_model(name)

    def play(self, step):
        if "wait" in step:
            self.served.wait(step["wait"])
            return
        if step.get("only", self.via) != self.via:
            return
        service, name = step["do"].split(":")
        operation = self.operation(service, name)
        caller = filled(step["as"], self.kept)
        keys = self.sessions.get(caller) or keys_of(caller)
        region = step.get("region", REGION)
        output, error = self.caller.call(service, name, region, keys, filled(step.get("with", {}), self.kept))
        row = self.report.setdefault(f"{service}:{name}", {"succeeded": 0, "errors": []})
        if error:
            code, reason, words = error
            if code not in row["errors"]:
                row["errors"].append(code)
            if code not in declared(operation) | COMMON:
                raise Failure(f"{code} is not declared for {name}: {words}")
            if code != step.get("error"):
                raise Failure(words)
            if "reason" in step and reason is not None and reason != step["reason"]:
                raise Failure(f"the reason is {reason}, not {step['reason']}")
            return
        if "error" in step:
            raise Failure(f"it succeeded instead of raising {step['error']}: {json.dumps(output, default=str)[:500]}")
        row["succeeded"] += 1
        plain = json.loads(json.dumps(output, default=str))
        for expression, expected in step.get("check", {}).items():
            found = jmespath.search(expression, plain)
            if found != filled(expected, self.kept):
                raise Failure(f"{expression} is {found!r}, not {filled(expected, self.kept)!r}: {json.dumps(plain)[:800]}")
        for kept, expression in step.get("keep", {}).items():
            self.kept[kept] = jmespath.search(expression, plain)
            if self.kept[kept] is None:
                raise Failure(f"{expression} is nothing: {json.dumps(plain)[:800]}")
        if "session" in step:
            self.sessions[step["session"]] = output["Credentials"]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--serve", required=True)
    parser.add_argument("--via", choices=["boto3", "cli"], required=True)
    parser.add_argument("--report")
    parser.add_argument("scenarios", nargs="+", type=pathlib.Path)
    arguments = parser.parse_args()
    os.environ.update(AWS_EC2_METADATA_DISABLED="true", AWS_CONFIG_FILE=os.devnull, AWS_SHARED_CREDENTIALS_FILE=os.devnull, AWS_PAGER="")
    report, failed, played = {}, 0, 0
    for path in arguments.scenarios:
        scenario = json.loads(path.read_text())
        world = path.with_suffix(".toml")
        with Served(arguments.serve, world if world.exists() else WORLD) as served:
            player = Player(served, arguments.via, report)
            for number, step in enumerate(scenario["steps"], 1):
                played += 1
                try:
                    player.play(step)
                except (Failure, KeyError, ValueError, botocore.exceptions.BotoCoreError) as fault:
                    failed += 1
                    where = f"{path.name}: step {number} ({step.get('do', 'wait')}, {arguments.via})"
                    print(f"{where}: {type(fault).__name__}: {fault}", file=sys.stderr)
    if arguments.report:
        pathlib.Path(arguments.report).write_text(json.dumps(report, indent=1, sort_keys=True))
    called = sum(row["succeeded"] > 0 for row in report.values())
    print(f"{played} steps through {arguments.via}, {called} operations succeeded at least once, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
