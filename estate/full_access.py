"""Where AWS's policy FullAWSAccess is attached, and where the configuration says that it is not.

AWS attaches it to every root, OU and account by itself, and Terraform has no resource for what is not attached. So it is
detached, and attached again, by AWS's API, once the policies that are to take its place are deployed.

Source: https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps_strategies.html
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from config.nodes import Node, Organization
from constructs_lib.policies.attachments import FULL_ACCESS_ID
from constructs_lib.policies.kinds import PolicyKind

_SCP = str(PolicyKind.SCP.terraform_type)


@dataclass(frozen=True)
class Step:
    """A node where AWS has it otherwise than the configuration.

    Args:
        node: The root, an OU or an account.
        target: Its id.
        attach: Whether FullAWSAccess is to be attached; else it is to be detached.
        waits_for: Names of policies that the configuration attaches there, and AWS has not yet: without them, detaching would
            leave nothing possible, or other things than was proved.
    """

    node: Node
    target: str
    attach: bool
    waits_for: tuple[str, ...] = ()

    def __str__(self) -> str:
        if self.attach:
            return f"{self.node.selector}: to be attached; then all is allowed there that nothing denies"
        if self.waits_for:
            return f"{self.node.selector}: stays, until {', '.join(self.waits_for)} is attached: deploy the management stack first"
        return f"{self.node.selector}: to be detached; then only what the policies there allow is possible"


def steps(organization: Organization, client: Any) -> list[Step]:
    """What is to be done, from the root down.

    Args:
        organization: The configuration, whose proof has found nobody locked out.
        client: Organizations in the management account.
    """
    pages = client.get_paginator("list_targets_for_policy").paginate(PolicyId=FULL_ACCESS_ID)
    attached = {target["TargetId"] for page in pages for target in page["Targets"]}
    found = []
    for node in _nodes(organization):
        if node.id is None or organization.is_list(node) is (node.id not in attached):
            continue
        attach = not organization.is_list(node)
        found.append(Step(node, node.id, attach, () if attach else tuple(_missing(organization, node, client))))
    return found


def take(step: Step, client: Any) -> None:
    """Do it.

    Args:
        step: One that waits for nothing.
        client: Organizations in the management account.
    """
    do = client.attach_policy if step.attach else client.detach_policy
    do(PolicyId=FULL_ACCESS_ID, TargetId=step.target)


def _missing(organization: Organization, node: Node, client: Any) -> Iterator[str]:
    pages = client.get_paginator("list_policies_for_target").paginate(TargetId=node.id, Filter=_SCP)
    there = {policy["Name"] for page in pages for policy in page["Policies"]}
    for policy in organization.policies_on(node):
        if policy.kind is PolicyKind.SCP:
            yield from (part.name for part in policy.parts if part.name not in there)


def _nodes(organization: Organization) -> Iterator[Node]:
    yield organization.root
    yield from organization.units.values()
    yield from organization.accounts.values()
