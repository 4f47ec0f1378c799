"""Credentials of a role that opens one stack's state, as AWS's SDKs ask a `credential_process` for them.

Terraform starts this file as a program: `python -P state_credentials.py ROLE_ARN STACK`. A profile of AWS's configuration
cannot name the session's tag, which says whose state is wanted.

Source: https://docs.aws.amazon.com/sdkref/latest/guide/feature-process-credentials.html
"""

import json
import sys

import boto3
from botocore.exceptions import BotoCoreError, ClientError

TAG = "TerraformStack"


def main(role_arn: str, stack: str) -> None:
    """Assume the role and print its credentials."""
    try:
        given = boto3.client("sts").assume_role(
            RoleArn=role_arn, RoleSessionName="terraform-state", Tags=[{"Key": TAG, "Value": stack}]
        )["Credentials"]
    except (BotoCoreError, ClientError) as error:
        sys.exit(str(error))
    found = {
        "Version": 1,
        "AccessKeyId": given["AccessKeyId"],
        "SecretAccessKey": given["SecretAccessKey"],
        "SessionToken": given["SessionToken"],
        "Expiration": given["Expiration"].isoformat(),
    }
    sys.stdout.write(json.dumps(found) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
