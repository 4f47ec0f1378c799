"""Recorded calls as a month of an organization has them: many calls, few shapes, some of everything.

`records` is endless and the same for the same seed; `write` puts as many as are wanted into files as CloudTrail delivers them.
"""

import gzip
import json
import random
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

_CALLS = (
    # source, name, weight: reads are most of what there is
    ("ec2", "DescribeInstances", 180), ("sts", "AssumeRole", 160), ("kms", "Decrypt", 140), ("s3", "GetBucketAcl", 60),
    ("cloudwatch", "PutMetricData", 10), ("monitoring", "DescribeAlarms", 60), ("logs", "CreateLogStream", 70),
    ("ssm", "UpdateInstanceInformation", 90), ("iam", "GetRole", 40), ("lambda", "ListFunctions20150331", 30),
    ("config", "PutEvaluations", 30), ("dynamodb", "DescribeTable", 30), ("ecr", "GetAuthorizationToken", 20),
    ("secretsmanager", "GetSecretValue", 25), ("ec2", "RunInstances", 2), ("ec2", "CreateTags", 4), ("s3", "PutBucketPolicy", 1),
    ("iam", "CreateRole", 1), ("rds", "DescribeDBInstances", 15), ("elasticloadbalancing", "DescribeTargetHealth", 30),
    ("autoscaling", "DescribeAutoScalingGroups", 20), ("signin", "ConsoleLogin", 1), ("cloudformation", "DescribeStacks", 10),
)  # fmt: skip
_REGIONS = ("eu-central-1", "us-east-1", "eu-west-1")
_ROLES = 40
_FAILED = 0.03
_A_FILE = 2000


def records(number: int, accounts: Sequence[str], seed: int = 1) -> Iterator[dict[str, Any]]:
    """So many records of calls in some accounts."""
    random_ = random.Random(seed)
    weights = [weight for _, _, weight in _CALLS]
    for index in range(number):
        source, name, _ = random_.choices(_CALLS, weights)[0]
        account, role = random_.choice(accounts), int(random_.paretovariate(1.2)) % _ROLES
        day, second = index * 30 // number + 1, random_.randrange(86400)
        record = {
            "eventVersion": "1.09",
            "userIdentity": {
                "type": "AssumedRole",
                "principalId": f"AROA{account}{role}:i-{random_.randrange(2000):08x}",
                "arn": f"arn:aws:sts::{account}:assumed-role/app-{role}/i-{random_.randrange(2000):08x}",
                "accountId": account,
                "sessionContext": {
                    "sessionIssuer": {
                        "type": "Role",
                        "arn": f"arn:aws:iam::{account}:role/app-{role}",
                        "accountId": account,
                    },
                    "attributes": {"mfaAuthenticated": "false", "creationDate": f"2026-11-{day:02}T00:00:00Z"},
                },
            },
            "eventTime": f"2026-11-{day:02}T{second // 3600:02}:{second // 60 % 60:02}:{second % 60:02}Z",
            "eventSource": f"{source}.amazonaws.com",
            "eventName": name,
            "awsRegion": random_.choice(_REGIONS),
            "sourceIPAddress": f"10.0.{random_.randrange(256)}.{random_.randrange(256)}",
            "userAgent": "aws-sdk-go-v2/1.30 os/linux lang/go#1.22",
            "requestParameters": {"filter": [random_.randrange(10**9) for _ in range(4)]},
            "responseElements": None,
            "requestID": f"{random_.getrandbits(128):032x}",
            "eventID": f"{random_.getrandbits(128):032x}",
            "readOnly": True,
            "eventType": "AwsApiCall",
            "managementEvent": True,
            "recipientAccountId": account,
            "eventCategory": "Management",
        }
        if random_.random() < _FAILED:
            record["errorCode"] = "AccessDenied"
        if source in ("kms", "secretsmanager", "s3"):
            arn = f"arn:aws:{source}:eu-central-1:{account}:key/{random_.randrange(20)}"
            record["resources"] = [{"ARN": arn, "accountId": account}]
        yield record


def write(directory: Path, number: int, accounts: Sequence[str]) -> None:
    """Write so many records as CloudTrail does."""
    some: list[dict[str, Any]] = []
    for index, record in enumerate(records(number, accounts), start=1):
        some.append(record)
        if len(some) == _A_FILE or index == number:
            path = directory / "AWSLogs" / "o-1" / f"{index:09}.json.gz"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(gzip.compress(json.dumps({"Records": some}).encode(), 5))
            some = []
