"""Which policies are in force in an account, and from where."""

from collections.abc import Iterator

from config.nodes import Account, Node, Organization, Policy
from constructs_lib.policies.kinds import PolicyKind


def in_force(organization: Organization, account: Account) -> Iterator[tuple[Policy, Node]]:
    """Every policy that restricts or configures an account, with the node it is attached to, from the root down."""
    own = ((policy, account) for policy in organization.policies_on(account))
    for policy, node in (*organization.policies_inherited(account), *own):
        exempt = account is organization.management and policy.kind in (PolicyKind.SCP, PolicyKind.RCP)
        if policy.type in organization.policy_types and not exempt:
            yield policy, node
