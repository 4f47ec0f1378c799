"""Stacks of a team's own beside an account's: what a workload is made of, with roles, a state and approvals of its own."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from config.nodes import Account


@dataclass(frozen=True, eq=False, kw_only=True)
class WorkloadStack:
    """A stack beside those of some accounts, named ``<account>-<key>``.

    The account's stack stays the base. This one has the same provider and backend settings, and the guard looks at it alike;
    its execution role, plan role and state are its own, so what goes wrong in it stays in it.

    Args:
        key: A slug: the end of the stack's name, of its roles' names and of its state's.
        on: Selectors of the accounts: ``root``, ``ou:<path>``, ``account:<slug>``, ``tag:<key>=<value>``,
            ``purpose:<purpose>``; never the management
            account.
        types: The resource types and data sources in it; its execution role is permitted what they need.
        build: The function ``(stack, account) -> None`` that adds what is in it, as ``module:function``.
        module: Instead of `build`: a directory with a Terraform module, from the repository's root: ``extensions/web/terraform``.
        variables: Values of the module's variables.
        actions: As for `config.capabilities.capability.Part`.

    Example:
        >>> WEB = WorkloadStack(
        ...     key="web", on=["account:production"], build="extensions.web.stack:add", types={"aws_sqs_queue"}
        ... )
    """

    key: str
    on: Sequence[str]
    types: frozenset[str] | set[str]
    build: str | None = None
    module: str | None = None
    variables: Mapping[str, Any] = field(default_factory=dict)
    actions: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def name_in(self, account: Account) -> str:
        """The name of the stack beside an account's."""
        return f"{account.slug}-{self.key}"

    def role(self, name: str) -> str:
        """The name of one of its roles, from that of the account's."""
        return f"{name}-{self.key}"
