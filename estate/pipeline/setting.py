"""What a pipeline takes from the configuration."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from estate.terraform.order import stages
from stacks.backend import READER, managed

if TYPE_CHECKING:
    from collections.abc import Collection

    from config.model.ci import Ci
    from config.nodes import Organization


class NoPipelineError(ValueError):
    """The configuration says nothing that a pipeline could be made from; the message says what to add."""


@dataclass(frozen=True)
class Setting:
    """An organization as its pipeline sees it.

    Args:
        ci: The pipelines' identities.
        region: The home region.
        deploy_role: ARN of the role of pipelines that deploy.
        plan_role: ARN of the role of pipelines that plan.
        management: The stack of the management account.
        management_deploy_role: ARN of the role that deploys it.
        management_plan_role: ARN of the role that plans it.
        account_plan_role: Name of the role that plans, in every account.
        external_id: What roles in accounts ask for; None if nothing.
        state_reader: ARN of the role through which plans read states; None if states need none.
        stages: The stacks in the order in which they are deployed.
    """

    ci: Ci
    region: str
    deploy_role: str
    plan_role: str
    management: str
    management_deploy_role: str
    management_plan_role: str
    account_plan_role: str
    external_id: str | None
    state_reader: str | None
    stages: tuple[tuple[str, ...], ...]

    @classmethod
    def of(cls, organization: Organization) -> Setting:
        """Take the setting from a configuration.

        Raises:
            NoPipelineError: If it has no `ci`, or the ids of the accounts with the roles are not known yet.
        """
        ci = organization.ci
        if ci is None:
            raise NoPipelineError("organization.yaml has no `ci`: say there which repository's pipelines deploy.")
        terraform, management = organization.with_purpose("terraform")[0], organization.management
        if terraform.id is None:
            raise NoPipelineError(
                f"The id of the account {terraform.slug}, which has the pipelines' roles, is not known yet. "
                "Run `estate bootstrap`, or deploy the organization and run `estate lock`."
            )

        def arn(account_id: str | None, name: str) -> str:
            return f"arn:{organization.partition}:iam::{account_id}:role/{name}"

        return cls(
            ci=ci,
            region=organization.home_region,
            deploy_role=arn(terraform.id, ci.deploy_role),
            plan_role=arn(terraform.id, ci.plan_role),
            management=management.slug,
            management_deploy_role=arn(management.id, organization.execution_role.name),
            management_plan_role=arn(management.id, ci.account_plan_role),
            account_plan_role=ci.account_plan_role,
            external_id=organization.execution_role.external_id,
            state_reader=arn(terraform.id, READER) if managed(organization) else None,
            stages=stages(organization),
        )

    @property
    def stacks(self) -> tuple[str, ...]:
        """All stacks, in the order in which they are deployed."""
        return tuple(name for stage in self.stages for name in stage)

    def parts(self, wanted: Collection[str], size: int) -> dict[str, list[str]]:
        """Stacks to work on, in parts of at most a size: ``plan_<part>`` and ``deploy_<stage>_<part>``."""
        found: dict[str, list[str]] = {}
        for key, stacks in (("plan", self.stacks), *((f"deploy_{n}", stage) for n, stage in enumerate(self.stages))):
            names = [name for name in stacks if name in wanted]
            for part in range(chunks(len(stacks), size)):
                found[f"{key}_{part}"] = names[part * size : (part + 1) * size]
        return found


def chunks(count: int, size: int) -> int:
    """How many chunks of at most a size a number of stacks makes; at least one."""
    return max(1, math.ceil(count / size))
