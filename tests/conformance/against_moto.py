"""Plays the same scripts against the simulated AWS and against moto, and compares what comes.

    against_moto.py --serve 'COMMAND {world} {listen}' [--write] SCRIPT.json ...

A script has the form of a scenario (see drive.py), without expectations: both sides only answer. It begins in a world of standalone accounts,
which is all that moto can begin with. Each step's outcome is the error's code, or the names of the members that the answer has. Every difference
must stand in `against_moto/differences.json` with an explanation, and every explanation there must be needed; `--write` puts new differences there
with an empty explanation, which still fails.
"""

import argparse
import json
import pathlib
import sys

import botocore
import botocore.exceptions
import botocore.session
import drive

DIFFERENCES = drive.HERE / "against_moto" / "differences.json"
ACCOUNTS = drive.HERE / "against_moto" / "accounts.toml"


class Moto:
    """Calls through botocore into moto, in this process."""

    def __init__(self):
        self.clients = {}

    def call(self, service, operation, region, keys, given):
        at = (service, region, keys["AccessKeyId"])
        if at not in self.clients:
            client = botocore.session.Session().create_client(
                service, region_name=region, aws_access_key_id=keys["AccessKeyId"], aws_secret_access_key=keys["SecretAccessKey"],
                aws_session_token=keys.get("SessionToken"),
            )
            if "account" in keys:
                # moto knows no key that it has not made; this header tells it the account.
                add = lambda request, **_: request.headers.add_header("x-moto-account-id", keys["account"])
                client.meta.events.register("before-sign", add)
            self.clients[at] = client
        try:
            output = getattr(self.clients[at], botocore.xform_name(operation))(**given)
        except botocore.exceptions.ClientError as error:
            return None, error.response["Error"]["Code"]
        except NotImplementedError:
            return None, "(not implemented)"
        except Exception as fault:  # noqa: BLE001 (whatever goes wrong inside moto is its answer)
            return None, f"(crashes: {type(fault).__name__})"
        output.pop("ResponseMetadata", None)
        return output, None


def members(value, path=""):
    """The names of the members that a value has, lists taken together."""
    if isinstance(value, dict):
        return {name for key, item in value.items() for name in {f"{path}{key}"} | members(item, f"{path}{key}.")}
    if isinstance(value, list):
        return {name for item in value for name in members(item, path)}
    return set()


class Side:
    """One of the two, with what it kept."""

    def __init__(self, call):
        self.call, self.kept, self.sessions = call, {}, {}

    def play(self, step):
        """The answer and, when there is none, why."""
        service, name = step["do"].split(":")
        caller = drive.filled(step["as"], self.kept)
        keys = self.sessions.get(caller) or {**drive.keys_of(caller), "account": caller}
        try:
            given = drive.filled(step.get("with", {}), self.kept)
        except KeyError as missing:
            return None, f"(nothing was kept as {missing.args[0]})"
        output, error = self.call(service, name, step.get("region", drive.REGION), keys, given)
        if error:
            return None, error
        plain = json.loads(json.dumps(output, default=str))
        for kept, expression in step.get("keep", {}).items():
            found = drive.jmespath.search(expression, plain)
            if found is not None:
                self.kept[kept] = found
        if "session" in step:
            self.sessions[step["session"]] = output["Credentials"]
        return plain, None


def differences(script, steps, served, ours, moto):
    """Where the two sides part, step by step."""
    for number, step in enumerate(steps, 1):
        if "wait" in step:
            # moto has no clock: everything is done at once there.
            served.wait(step["wait"])
            continue
        ours_gave, ours_refused = ours.play(step)
        moto_gave, moto_refused = moto.play(step)
        where = {"script": script, "step": number, "operation": step["do"], "case": step.get("about", "")}
        if ours_refused or moto_refused:
            if ours_refused != moto_refused:
                yield {**where, "ours": ours_refused or "succeeds", "moto": moto_refused or "succeeds"}
            continue
        ours_has, moto_has = members(ours_gave), members(moto_gave)
        if ours_has != moto_has:
            only = lambda a, b: "has " + ", ".join(sorted(a - b)) if a - b else "has them not"
            yield {**where, "ours": only(ours_has, moto_has), "moto": only(moto_has, ours_has)}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--serve", required=True)
    parser.add_argument("--write", action="store_true")
    parser.add_argument("scripts", nargs="+", type=pathlib.Path)
    arguments = parser.parse_args()
    import moto

    found, played = [], 0
    for path in arguments.scripts:
        steps = json.loads(path.read_text())["steps"]
        played += len(steps)
        with drive.Served(arguments.serve, ACCOUNTS) as served, moto.mock_aws():
            boto3 = drive.Boto3(served.url)

            def call(service, name, region, keys, given):
                # moto's mock answers every request of this process, unless it is told to let one through.
                output, error = boto3.call(service, name, region, keys, given)
                return output, error and error[0]

            found.extend(differences(path.stem, steps, served, Side(call), Side(Moto().call)))
    known = {json.dumps({k: v for k, v in row.items() if k != "why"}, sort_keys=True): row for row in json.loads(DIFFERENCES.read_text())}
    now = {json.dumps(row, sort_keys=True): row for row in found}
    if arguments.write:
        rows = [{**row, "why": known.get(key, {}).get("why", "")} for key, row in now.items()]
        DIFFERENCES.write_text(json.dumps(rows, indent=1) + "\n")
    unexplained = [row for key, row in now.items() if not known.get(key, {}).get("why")]
    stale = [row for key, row in known.items() if key not in now]
    for row in unexplained:
        print(f"not explained: {json.dumps(row)}", file=sys.stderr)
    for row in stale:
        print(f"no longer there: {json.dumps(row)}", file=sys.stderr)
    print(f"{played} steps, {len(found)} differences, {len(unexplained)} not explained, {len(stale)} explanations not needed")
    return 1 if unexplained or stale else 0


if __name__ == "__main__":
    sys.exit(main())
