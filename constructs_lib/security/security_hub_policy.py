"""Which Security Hub standards and controls apply to which part of the organization."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cdktf_cdktf_provider_aws.securityhub_configuration_policy import (
    SecurityhubConfigurationPolicy,
    SecurityhubConfigurationPolicyConfigurationPolicy,
    SecurityhubConfigurationPolicyConfigurationPolicySecurityControlsConfiguration,
)
from cdktf_cdktf_provider_aws.securityhub_configuration_policy_association import (
    SecurityhubConfigurationPolicyAssociation,
)
from constructs import Construct

from constructs_lib.errors import InvalidValueError
from constructs_lib.typed import typed
from constructs_lib.validation import require_match, require_one_of, require_quota, require_region, require_slug

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from cdktf import TerraformProvider

    from constructs_lib.security.security_hub import SecurityHubOrganizationConstruct

STANDARDS: Mapping[str, str] = {
    "aws-foundational": "standards/aws-foundational-security-best-practices/v/1.0.0",
    "aws-tagging": "standards/aws-resource-tagging-standard/v/1.0.0",
    "cis-1.4.0": "standards/cis-aws-foundations-benchmark/v/1.4.0",
    "cis-3.0.0": "standards/cis-aws-foundations-benchmark/v/3.0.0",
    "nist-800-53": "standards/nist-800-53/v/5.0.0",
    "nist-800-171": "standards/nist-800-171/v/2.0.0",
    "pci-dss-3.2.1": "standards/pci-dss/v/3.2.1",
    "pci-dss-4.0.1": "standards/pci-dss/v/4.0.1",
}
"""Short name of a standard to the end of its ARN."""


@typed
class SecurityHubPolicyConstruct(Construct):
    """A configuration policy and the targets it applies to.

    A target without a policy of its own inherits its parent's; new accounts inherit their unit's.

    Children: ``Resource`` (the policy), ``target-<slug>`` per target.

    Args:
        scope: Where the policy is kept.
        id_: The construct's id.
        hub: The organization's Security Hub; the policy waits for its central configuration.
        name: The policy's name.
        region: The home region, which is part of the standards' ARNs.
        standards: The standards that are on, by their short names (`STANDARDS`).
        disabled_controls: Control to the reason why it is off, such as ``{"EC2.10": "Endpoints are in the hub VPC"}``. The
            reasons become part of the policy's description. Default: none is off.
        targets: Slug to id: of the root, organizational units, accounts.
        enabled: Whether Security Hub is on at the targets. Default: yes.
        partition: ``aws`` or ``aws-us-gov``.
        provider: The administrator's account, in the home region. Default: the stack's provider.

    Raises:
        InvalidValueError: If a standard is unknown, a control malformed or without reason, or standards or controls are
            given for a Security Hub that is off.

    Example:
        >>> SecurityHubPolicyConstruct(
        ...     stack, "Policy", hub=hub, name="default", region="eu-central-1", standards=["aws-foundational"],
        ...     disabled_controls={"IAM.6": "Root has no credentials at all"}, targets={"root": "r-a1b2"},
        ... )

    Source: https://docs.aws.amazon.com/securityhub/latest/userguide/configuration-policies-overview.html
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        hub: SecurityHubOrganizationConstruct,
        name: str,
        region: str,
        standards: Iterable[str] = ("aws-foundational",),
        disabled_controls: Mapping[str, str] | None = None,
        targets: Mapping[str, str],
        enabled: bool = True,
        partition: str = "aws",
        provider: TerraformProvider | None = None,
    ) -> None:
        super().__init__(scope, id_)
        require_region("region", region)
        chosen = sorted({require_one_of("standards", standard, STANDARDS) for standard in standards})
        disabled = _check_controls(disabled_controls or {})
        if not enabled and (chosen or disabled):
            raise InvalidValueError(
                "enabled", enabled, expected="no standards and no disabled controls where Security Hub is off"
            )
        reasons = "; ".join(f"{control} off: {reason}" for control, reason in disabled.items())
        self._policy = SecurityhubConfigurationPolicy(
            self,
            "Resource",
            name=name,
            description=require_quota("disabled_controls", reasons, "security-hub-policy.description") or None,
            configuration_policy=SecurityhubConfigurationPolicyConfigurationPolicy(
                service_enabled=enabled,
                enabled_standard_arns=[
                    f"arn:{partition}:securityhub:{region}::{STANDARDS[standard]}" for standard in chosen
                ]
                or None,
                security_controls_configuration=(
                    SecurityhubConfigurationPolicyConfigurationPolicySecurityControlsConfiguration(
                        disabled_control_identifiers=list(disabled)
                    )
                    if enabled
                    else None
                ),
            ),
            depends_on=[hub.configuration],
            provider=provider,
        )
        for slug, target_id in sorted(targets.items()):
            SecurityhubConfigurationPolicyAssociation(
                self,
                f"target-{require_slug('targets', slug)}",
                policy_id=self._policy.id,
                target_id=target_id,
                provider=provider,
            )

    @property
    def policy_id(self) -> str:
        """The policy's id."""
        return self._policy.id


def _check_controls(controls: Mapping[str, str]) -> dict[str, str]:
    for control, reason in controls.items():
        require_match(
            "disabled_controls", control, r"[A-Za-z][A-Za-z0-9]*\.[0-9]+", expected="controls such as 'EC2.10'"
        )
        if not reason.strip():
            raise InvalidValueError(
                f"disabled_controls[{control!r}]", reason, expected="the reason why the control is off"
            )
    return dict(sorted(controls.items()))
