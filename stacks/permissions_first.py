"""The execution role's permissions come before what they are for."""

from typing import Any, Final

_ROLE: Final = "execution-role_"
_LOCAL: Final = "permitted"
# The management account's role names accounts, until their ids are locked. What makes an organization is always permitted.
_BEFORE_THE_ROLE: Final = "aws_organizations_"


def permissions_first(synthesized: dict[str, Any]) -> dict[str, Any]:
    """Have a stack's resources depend on the permissions of its execution role.

    A service that is switched on comes with permissions for it, in the same stack. Terraform then grants them before it
    makes anything of the service, and withdraws them only when nothing of it is left: with the role that it changes, in one
    run. What is read while planning (data sources) cannot wait; see `stacks.capabilities.execution_role`.

    Args:
        synthesized: A stack's Terraform JSON; it is changed.

    Returns:
        The same JSON.

    Source: https://developer.hashicorp.com/terraform/language/meta-arguments/depends_on
    """
    resources = synthesized.get("resource", {})
    granted = [
        f"${{aws_iam_role_policy_attachment.{name}.id}}"
        for name in sorted(resources.get("aws_iam_role_policy_attachment", ()))
        if name.startswith(_ROLE)
    ]
    if granted:
        # One name for all of them: which there are may change without a change of everything else.
        synthesized.setdefault("locals", {})[_LOCAL] = granted
        for type_, found in resources.items():
            for name, resource in found.items():
                if not type_.startswith(_BEFORE_THE_ROLE) and not name.startswith(_ROLE):
                    resource["depends_on"] = [*resource.get("depends_on", ()), f"local.{_LOCAL}"]
    return synthesized
