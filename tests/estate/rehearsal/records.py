"""Records as CloudTrail writes them, and an organization that they are of."""

import gzip
import json
import random

WORK = "222222222222"
OTHER = "333333333333"


DENY = "statements:\n  - {effect: Deny, sid: No, actions: %s, resources: '%s'}\n"


def event(name, source="ec2", account=WORK, role="app", **more):
    record = {
        "eventVersion": "1.09",
        "userIdentity": {
            "type": "AssumedRole",
            "arn": f"arn:aws:sts::{account}:assumed-role/{role}/session",
            "accountId": account,
            "sessionContext": {
                "sessionIssuer": {"type": "Role", "arn": f"arn:aws:iam::{account}:role/{role}", "accountId": account},
                "attributes": {"mfaAuthenticated": "false"},
            },
        },
        "eventTime": "2026-11-01T10:00:00Z",
        "eventSource": f"{source}.amazonaws.com",
        "eventName": name,
        "awsRegion": "eu-central-1",
        "sourceIPAddress": "203.0.113.9",
        "eventID": f"{source}-{name}",
        "eventType": "AwsApiCall",
        "eventCategory": "Management",
        "recipientAccountId": account,
    }
    return record | more


def write(directory, records, name="AWSLogs/o-1/222222222222/CloudTrail/a.json.gz"):
    path = directory / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(gzip.compress(json.dumps({"Records": records}).encode()))
    return directory


def policy(directory, text, slug="new"):
    (directory / "policies" / f"{slug}.yaml").write_text(
        f'type: service_control_policy\ntargets: ["ou:workloads"]\n{text}'
    )


def mixed():
    random_ = random.Random(7)
    records = []
    for number in range(400):
        name, source = random_.choice(
            [("RunInstances", "ec2"), ("GetObject", "s3"), ("StopLogging", "cloudtrail"), ("Decrypt", "kms")]
        )
        record = event(
            name, source, random_.choice([WORK, OTHER]), random_.choice(["app", "other"]), eventID=str(number)
        )
        record["awsRegion"] = random_.choice(["eu-central-1", "us-east-1"])
        if random_.random() < 0.3:
            record["resources"] = [{"ARN": random_.choice(["arn:aws:s3:::archive", f"arn:aws:s3:::{WORK}-x"])}]
        if random_.random() < 0.3:
            record["vpcEndpointId"] = random_.choice(["vpce-1", "vpce-2"])
        if random_.random() < 0.2:
            record["recipientAccountId"] = OTHER
        if random_.random() < 0.1:
            account = random_.choice([WORK, OTHER])
            record["userIdentity"] = {"type": "Root", "arn": f"arn:aws:iam::{account}:root", "accountId": account}
        if random_.random() < 0.3:
            record["errorCode"] = "AccessDenied"
        records.append(record)
    return records
