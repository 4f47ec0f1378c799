"""A template of CloudFormation in all accounts of OUs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from cdktf_cdktf_provider_aws.cloudformation_stack_set import (
    CloudformationStackSet,
    CloudformationStackSetAutoDeployment,
    CloudformationStackSetManagedExecution,
    CloudformationStackSetOperationPreferences,
)
from cdktf_cdktf_provider_aws.cloudformation_stack_set_instance import (
    CloudformationStackSetInstance,
    CloudformationStackSetInstanceDeploymentTargets,
    CloudformationStackSetInstanceOperationPreferences,
)
from constructs import Construct

from constructs_lib.errors import InvalidValueError
from constructs_lib.tokens import as_text
from constructs_lib.typed import typed
from constructs_lib.validation import require_between, require_length, require_match, require_region

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from cdktf import TerraformProvider

_MOST = 51_200


@typed
class StackSetConstruct(Construct):
    """A stack set whose stacks CloudFormation keeps in each account of OUs, as the organization lets it.

    The management account gets no stack, whatever OU it is in. Operations wait for each other.

    Children: ``Resource``; per target and region ``<target>-<region>``.

    Args:
        scope: A stack of the management account, or of the account that administers stack sets.
        id_: The construct's id.
        name: Up to 128 letters, digits and hyphens, a letter first. Another name makes it anew.
        template: The template as text, at most 51,200 bytes; Terraform evaluates nothing in it.
        targets: Ids of OUs or of the root, by a stable key.
        regions: The regions that the stacks are in.
        parameters: The template's parameters. Default: none.
        capabilities: ``CAPABILITY_IAM`` or ``CAPABILITY_NAMED_IAM``. Default: none.
        auto_deployment: Whether accounts get a stack as they come into an OU, and lose it as they leave. Default: yes.
        retain_stacks_on_account_removal: Whether it stays in those that leave. Default: no.
        max_concurrent_percentage: In how many accounts of a region at once. Default: 25 per cent.
        failure_tolerance_percentage: In how many it may fail before CloudFormation stops. Default: 0 per cent.
        delegated: Whether the account administers stack sets for the management account. Default: no.
        provider: Account and region. Default: the stack's provider.

    Raises:
        InvalidValueError: If there is no target or region, or AWS would refuse name, template or numbers.

    Example:
        >>> StackSetConstruct(
        ...     stack, "AuditRole", name="audit-role", template=Path("audit-role.yaml").read_text(),
        ...     targets={"workloads": "ou-ab12-11111111"}, regions=["eu-central-1"], capabilities=["CAPABILITY_NAMED_IAM"],
        ... )

    Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/stacksets-orgs-manage-auto-deployment.html
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        name: str,
        template: str,
        targets: Mapping[str, str],
        regions: Sequence[str],
        parameters: Mapping[str, str] | None = None,
        capabilities: Sequence[Literal["CAPABILITY_IAM", "CAPABILITY_NAMED_IAM"]] = (),
        auto_deployment: bool = True,
        retain_stacks_on_account_removal: bool = False,
        max_concurrent_percentage: int = 25,
        failure_tolerance_percentage: int = 0,
        delegated: bool = False,
        provider: TerraformProvider | None = None,
    ) -> None:
        super().__init__(scope, id_)
        require_match(
            "name", name, r"[A-Za-z][A-Za-z0-9-]{0,127}", expected="letters, digits and hyphens, a letter first"
        )
        require_length("template", template, 1, _MOST)
        require_between("max_concurrent_percentage", max_concurrent_percentage, 1, 100, unit="per cent")
        require_between("failure_tolerance_percentage", failure_tolerance_percentage, 0, 100, unit="per cent")
        for argument, found in (("targets", targets), ("regions", regions)):
            if not found:
                raise InvalidValueError(argument, "nothing", expected="at least one")
        if retain_stacks_on_account_removal and not auto_deployment:
            raise InvalidValueError(
                "retain_stacks_on_account_removal", "True", expected="it with `auto_deployment` only"
            )
        call_as = "DELEGATED_ADMIN" if delegated else "SELF"
        self._stack_set = CloudformationStackSet(
            self,
            "Resource",
            name=name,
            template_body=as_text(template),
            parameters={key: as_text(value) for key, value in (parameters or {}).items()} or None,
            capabilities=list(capabilities) or None,
            permission_model="SERVICE_MANAGED",
            call_as=call_as,
            auto_deployment=CloudformationStackSetAutoDeployment(
                enabled=auto_deployment,
                retain_stacks_on_account_removal=retain_stacks_on_account_removal if auto_deployment else None,
            ),
            managed_execution=CloudformationStackSetManagedExecution(active=True),
            operation_preferences=CloudformationStackSetOperationPreferences(
                max_concurrent_percentage=max_concurrent_percentage,
                failure_tolerance_percentage=failure_tolerance_percentage,
            ),
            provider=provider,
        )
        for key, target in sorted(targets.items()):
            for region in sorted(set(regions)):
                CloudformationStackSetInstance(
                    self,
                    f"{key}-{require_region('regions', region)}",
                    stack_set_name=self._stack_set.name,
                    region=region,
                    deployment_targets=CloudformationStackSetInstanceDeploymentTargets(
                        organizational_unit_ids=[target]
                    ),
                    call_as=call_as,
                    operation_preferences=CloudformationStackSetInstanceOperationPreferences(
                        max_concurrent_percentage=max_concurrent_percentage,
                        failure_tolerance_percentage=failure_tolerance_percentage,
                    ),
                    provider=provider,
                )

    @property
    def stack_set_name(self) -> str:
        """Its name."""
        return self._stack_set.name
