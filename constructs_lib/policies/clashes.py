"""Resources of a stack that ask for one name where AWS gives it once: a deploy would end half way, with the second of them."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Final

from constructs_lib.policies.findings import refuse

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from constructs_lib.policies.findings import Finding
    from constructs_lib.policies.synthesized import Block, Stack

Name = tuple[str, str, str]

_IN_ACCOUNT: Final[Mapping[str, str]] = {
    "aws_budgets_budget": "name",
    "aws_iam_group": "name",
    "aws_iam_instance_profile": "name",
    "aws_iam_policy": "name",
    "aws_iam_role": "name",
    "aws_iam_saml_provider": "name",
    "aws_iam_user": "name",
    "aws_organizations_policy": "name",
    "aws_s3_bucket": "bucket",
}
"""Types to the argument that may occur once in an account, whatever the region."""
_IN_REGION: Final[Mapping[str, str]] = {
    "aws_cloudwatch_dashboard": "dashboard_name",
    "aws_cloudwatch_event_bus": "name",
    "aws_cloudwatch_log_group": "name",
    "aws_cloudwatch_metric_alarm": "alarm_name",
    "aws_config_config_rule": "name",
    "aws_dynamodb_table": "name",
    "aws_ecr_repository": "name",
    "aws_kms_alias": "name",
    "aws_lambda_function": "function_name",
    "aws_sfn_state_machine": "name",
    "aws_sns_topic": "name",
    "aws_sqs_queue": "name",
    "aws_ssm_document": "name",
    "aws_ssm_parameter": "name",
}
"""Types to the argument that may occur once in a region of an account."""
_MANY: Final = ("count", "for_each")
# IAM tells `Deploy` and `deploy` apart when it reads, and refuses the second when it is made.
_ANY_CASE: Final = ("aws_iam_",)


def check_clashes(stack: Stack) -> Iterator[Finding]:
    """A finding for each resource whose name another resource of the stack has already.

    See https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html (names are unique within an account).

    Args:
        stack: The stack. Its default provider and each alias are taken for a region of their own.
    """
    seen: dict[Name, list[str]] = defaultdict(list)
    for name, address in names_of(stack):
        seen[name].append(address)
    for (type_, _, called), (first, *others) in seen.items():
        for address in others:
            yield refuse(
                "name-clash",
                f"It and {first} are both called {called!r}, and AWS has a name of {type_} once.",
                "Give one of them another name.",
            ).at(policy=f"{stack.name}:{address}")


def names_of(stack: Stack) -> Iterator[tuple[Name, str]]:
    """What AWS gives once, of all that a stack has: type, account or region, name; and the address of whose it is."""
    for type_, argument in (*_IN_ACCOUNT.items(), *_IN_REGION.items()):
        for address, block in stack.each(type_):
            name = block.get(argument)
            if isinstance(name, str) and not any(key in block for key in _MANY):
                yield (
                    (type_, _where(stack, type_, block), name.lower() if type_.startswith(_ANY_CASE) else name),
                    address,
                )


def _where(stack: Stack, type_: str, block: Block) -> str:
    return stack.enters(block) if type_ in _IN_ACCOUNT else str(block.get("region") or block.get("provider") or "")
