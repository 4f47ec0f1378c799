"""What resources hold, as against what describes them: a role that plans reads descriptions."""

from __future__ import annotations

from fnmatch import fnmatchcase
from functools import cache
from typing import TYPE_CHECKING, Final

from constructs_lib.policies.document import Statement, deny

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

CONTENTS: Final = (
    "appconfig:GetConfiguration",
    "appconfig:GetHostedConfigurationVersion",
    "appconfig:GetLatestConfiguration",
    "codeartifact:GetAuthorizationToken",
    "codecommit:GetBlob",
    "codecommit:GetFile",
    "codecommit:GitPull",
    "dynamodb:BatchGetItem",
    "dynamodb:GetItem",
    "dynamodb:GetRecords",
    "dynamodb:PartiQLSelect",
    "dynamodb:Query",
    "dynamodb:Scan",
    "ec2:GetConsoleOutput",
    "ec2:GetPasswordData",
    "ecr:BatchGetImage",
    "ecr:GetAuthorizationToken",
    "ecr:GetDownloadUrlForLayer",
    "kinesis:GetRecords",
    "kms:Decrypt",
    "kms:DeriveSharedSecret",
    "kms:ReEncrypt*",
    "lambda:GetFunction",
    "lambda:GetLayerVersion",
    "logs:FilterLogEvents",
    "logs:GetLogEvents",
    "logs:GetQueryResults",
    "logs:StartLiveTail",
    "logs:StartQuery",
    "s3:GetObject*",
    "rds:DownloadCompleteDBLogFile",
    "rds:DownloadDBLogFilePortion",
    "redshift:GetClusterCredentials*",
    "secretsmanager:BatchGetSecretValue",
    "secretsmanager:GetSecretValue",
    "sqs:ReceiveMessage",
    "ssm:GetParameter*",
)
"""Actions that answer with secrets, parameters, objects, items, messages, logs, code or what a key opens."""


def without_contents(statements: Iterable[Statement]) -> Iterator[Statement]:
    """The statements, and a Deny of contents but for those that they name.

    Args:
        statements: What a role that plans is allowed.
    """
    named: list[str] = []
    for statement in statements:
        yield statement
        if any(is_content(action) for action in statement.actions):
            named += (arn for arn in statement.resources if arn != "*")
    if named:
        yield Statement(effect="Deny", actions=CONTENTS, not_resources=tuple(sorted(named)))
    else:
        yield deny(CONTENTS, "*")


@cache
def is_content(action: str) -> bool:
    """Whether an action answers with what a resource holds.

    Example:
        >>> is_content("s3:GetObject"), is_content("s3:GetBucketPolicy")
        (True, False)
    """
    return any(fnmatchcase(action, pattern) for pattern in CONTENTS)
