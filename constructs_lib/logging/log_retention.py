"""A retention for log groups that nobody has given one."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Final

from cdktf_cdktf_provider_aws.cloudwatch_event_rule import CloudwatchEventRule
from cdktf_cdktf_provider_aws.cloudwatch_event_target import CloudwatchEventTarget
from cdktf_cdktf_provider_aws.iam_role import IamRole
from cdktf_cdktf_provider_aws.iam_role_policy import IamRolePolicy
from constructs import Construct

from constructs_lib.operations.document import SsmDocumentConstruct
from constructs_lib.policies.document import PolicyDocument, allow
from constructs_lib.typed import typed
from constructs_lib.validation import require_account_id, require_log_days, require_match, require_region, require_slug

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from cdktf import TerraformProvider

_SCRIPT: Final = Path(__file__).with_name("log_retention_script.py")


@typed
class LogRetentionConstruct(Construct):
    """A runbook in each region that gives each log group a retention once a day, if it has none.

    A retention that somebody has set stays, longer or shorter. Log groups that are to be kept for ever are excluded by how their names
    begin: CloudWatch does not tell "for ever" from "not said". AWS's rule for retentions (``CW_LOGGROUP_RETENTION_PERIOD_CHECK``) does not
    find such log groups: to it, "never expires" is compliant.

    Children: ``Role`` and ``RolePolicy``; for each region ``runbook-<region>``, ``rule-<region>`` and ``target-<region>``.

    Args:
        scope: Where the runbooks are kept.
        id_: The construct's id.
        account_id: The account.
        providers: The account's provider by region.
        days: For how many days logs are kept, as CloudWatch allows. Default: a year.
        excluded_prefixes: How the names begin of log groups that are left alone. Default: none.
        name: Of the runbooks, their rules and their role. Default: ``log-retention``.
        partition: ``aws`` or ``aws-us-gov``.

    Raises:
        InvalidValueError: If an id or a name is malformed, or CloudWatch knows no such retention.

    Example:
        >>> LogRetentionConstruct(
        ...     stack, "Logs", account_id="444444444444", providers={"eu-west-1": ireland}, days=180, excluded_prefixes=["/aws/rds/"]
        ... )

    Source: https://docs.aws.amazon.com/systems-manager/latest/userguide/automation-action-executeScript.html,
    https://docs.aws.amazon.com/systems-manager/latest/userguide/automation-setup-identity-based-policies.html
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        account_id: str,
        providers: Mapping[str, TerraformProvider],
        days: int = 365,
        excluded_prefixes: Sequence[str] = (),
        name: str = "log-retention",
        partition: str = "aws",
    ) -> None:
        super().__init__(scope, id_)
        require_account_id("account_id", account_id)
        require_slug("name", name)
        require_log_days("days", days)
        for prefix in excluded_prefixes:
            require_match("excluded_prefixes", prefix, r"[\w./#-]{1,512}", expected="how names of log groups begin")
        self._name, self._start = name, f"arn:{partition}"
        self._account_id = account_id
        role_arn = self._make_role()
        content = json.dumps(_runbook(days, excluded_prefixes), indent=2)
        for region, provider in sorted(providers.items()):
            self._run_daily(require_region("providers", region), content, role_arn, provider)

    def _run_daily(self, region: str, content: str, role_arn: str, provider: TerraformProvider) -> None:
        runbook = SsmDocumentConstruct(
            self, f"runbook-{region}", name=self._name, content=content, content_format="JSON", provider=provider
        )
        rule = CloudwatchEventRule(
            self,
            f"rule-{region}",
            name=self._name,
            description="Gives log groups without a retention one",
            schedule_expression="rate(1 day)",
            provider=provider,
        )
        start = f"{self._start}:ssm:{region}:{self._account_id}:automation-definition"
        CloudwatchEventTarget(
            self,
            f"target-{region}",
            rule=rule.name,
            target_id="runbook",
            arn=f"{start}/{runbook.document_name}:$DEFAULT",
            role_arn=role_arn,
            input=json.dumps({"AutomationAssumeRole": [role_arn]}),
            provider=provider,
        )

    def _make_role(self) -> str:
        """The role by which EventBridge starts the runbook, and which the runbook has."""
        iam = f"{self._start}:iam::{self._account_id}:role/{self._name}"
        trust = allow(
            "sts:AssumeRole",
            principals={"Service": ["events.amazonaws.com", "ssm.amazonaws.com"]},
            conditions={"StringEquals": {"aws:SourceAccount": self._account_id}},
        )
        role = IamRole(
            self,
            "Role",
            name=self._name,
            description="Gives log groups without a retention one",
            assume_role_policy=PolicyDocument.of(trust).to_terraform(),
        )
        document = PolicyDocument.of(
            allow(
                ["logs:DescribeLogGroups", "logs:PutRetentionPolicy"],
                f"{self._start}:logs:*:{self._account_id}:log-group:*",
                sid="GivesRetention",
            ),
            # Systems Manager asks about the document and the execution, and about what was one resource before, no longer.
            allow(
                "ssm:StartAutomationExecution",
                [
                    f"{self._start}:ssm:*:{self._account_id}:{resource}"
                    for resource in (
                        f"automation-definition/{self._name}:*",
                        "automation-execution/*",
                        f"document/{self._name}",
                    )
                ],
                sid="StartsRunbook",
            ),
            allow(
                "iam:PassRole",
                iam,
                conditions={"StringEquals": {"iam:PassedToService": "ssm.amazonaws.com"}},
                sid="HandsItselfOver",
            ),
        )
        IamRolePolicy(
            self,
            "RolePolicy",
            name="give-retention",
            role=role.name,
            policy=document.to_terraform(),
        )
        return role.arn


def _runbook(days: int, excluded: Sequence[str]) -> dict[str, object]:
    step = {
        "name": "GiveRetention",
        "action": "aws:executeScript",
        "inputs": {
            "Runtime": "python3.11",
            "Handler": "give_retention",
            "InputPayload": {"Days": days, "Excluded": sorted(set(excluded))},
            "Script": _SCRIPT.read_text(encoding="utf-8"),
        },
        "isEnd": True,
    }
    return {
        "schemaVersion": "0.3",
        "description": "Gives each log group without a retention one.",
        "assumeRole": "{{ AutomationAssumeRole }}",
        "parameters": {"AutomationAssumeRole": {"type": "String", "description": "The role that it works with."}},
        "mainSteps": [step],
    }
