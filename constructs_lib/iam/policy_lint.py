"""Every policy of an app is checked when it is synthesized, whichever construct wrote it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import jsii
from cdktf import Annotations, App, TerraformStack
from constructs import IValidation

from constructs_lib.policies.findings import refused
from constructs_lib.policies.lint import Around, lint_stack
from constructs_lib.policies.synthesized import Stack
from constructs_lib.typed import typed

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from constructs import IConstruct


@typed
def lint_policies(
    app: App,
    *,
    accounts: Iterable[str] = (),
    organization_id: str | None = None,
    management_account: str | None = None,
    accepted: Collection[str] = (),
) -> None:
    """Let synth fail on every policy that AWS would refuse or that lets strangers in, users' own constructs included.

    Call it once all stacks are built, right before ``app.synth()``. What is doubtful becomes a warning of its stack. It is a
    validation that reads each stack's Terraform JSON once: an aspect would cross to Python for every single construct, which
    costs more before it has looked at anything. `constructs_lib.policies.lint.lint_output` does the same on what was
    synthesized already, without CDKTF, and compares the roles of all stacks with each other.

    Args:
        app: The app.
        accounts: The ids of the organization's accounts, to tell its own accounts from others.
        organization_id: The organization's id.
        management_account: The id of its management account, which control policies do not restrict.
        accepted: Findings that are accepted, by their code: everywhere (``whole-account``), or in one place
            (``whole-account@production:aws_iam_role.vendor``).

    Example:
        >>> lint_policies(app)
        >>> app.synth()

    Source: https://developer.hashicorp.com/terraform/cdktf/concepts/constructs
    """
    around = Around(frozenset(accounts), organization_id, management_account, accepted)
    for stack in _stacks(app):
        stack.node.add_validation(_Lint(stack, around))


def _stacks(scope: IConstruct) -> Iterator[TerraformStack]:
    for child in scope.node.children:
        if isinstance(child, TerraformStack):
            yield child
        else:
            yield from _stacks(child)


@jsii.implements(IValidation)
class _Lint:
    """The check of one stack."""

    def __init__(self, stack: TerraformStack, around: Around) -> None:
        self._stack = stack
        self._around = around

    def validate(self) -> list[str]:
        """What synth fails for."""
        findings = lint_stack(Stack(self._stack.node.id, self._stack.to_terraform()), self._around)
        errors = refused(findings)
        for finding in findings:
            if finding not in errors:
                Annotations.of(self._stack).add_warning(str(finding))
        return [str(finding) for finding in errors]
