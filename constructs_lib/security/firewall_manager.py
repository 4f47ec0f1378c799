"""Firewall Manager: its administrator, and what it keeps in accounts of the organization."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Literal, get_args

from cdktf_cdktf_provider_aws.fms_admin_account import FmsAdminAccount
from cdktf_cdktf_provider_aws.fms_policy import (
    FmsPolicy,
    FmsPolicyIncludeMap,
    FmsPolicySecurityServicePolicyData,
)
from constructs import Construct

from constructs_lib.errors import InvalidValueError
from constructs_lib.tokens import as_text
from constructs_lib.typed import typed
from constructs_lib.validation import require_account_id, require_between, require_one_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cdktf import ITerraformDependable, TerraformProvider

FirewallPolicyType = Literal[
    "DNS_FIREWALL",
    "NETWORK_FIREWALL",
    "SECURITY_GROUPS_COMMON",
    "SECURITY_GROUPS_CONTENT_AUDIT",
    "SECURITY_GROUPS_USAGE_AUDIT",
    "SHIELD_ADVANCED",
    "WAF",
    "WAFV2",
]
FIREWALL_POLICY_TYPES: tuple[FirewallPolicyType, ...] = get_args(FirewallPolicyType)
"""The types of policies that their data alone describe."""
_LONGEST = 10_000


@typed
class FirewallManagerAdministratorConstruct(Construct):
    """Makes an account Firewall Manager's administrator. For the management account, in us-east-1.

    Firewall Manager tells Organizations itself; the account is not registered there before. Organizations has to trust
    ``fms.amazonaws.com``.

    Children: ``Resource``.

    Args:
        scope: Where the registration is kept: a stack of the management account.
        id_: The construct's id.
        account_id: The account that will administer it, usually the security account.
        depends_on: What comes before, such as the organization. Default: nothing.
        provider: The management account, in us-east-1. Default: the stack's provider.

    Raises:
        InvalidValueError: If the account id is malformed.

    Example:
        >>> FirewallManagerAdministratorConstruct(stack, "Firewalls", account_id="222222222222", provider=virginia)

    Source: https://docs.aws.amazon.com/fms/2018-01-01/APIReference/API_AssociateAdminAccount.html
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        account_id: str,
        depends_on: Sequence[ITerraformDependable] = (),
        provider: TerraformProvider | None = None,
    ) -> None:
        super().__init__(scope, id_)
        FmsAdminAccount(
            self,
            "Resource",
            account_id=require_account_id("account_id", account_id),
            depends_on=list(depends_on) or None,
            provider=provider,
        )


@typed
class FirewallManagerPolicyConstruct(Construct):
    """What Firewall Manager keeps in accounts of a region, or looks for there. For its administrator.

    Children: ``Resource``.

    Args:
        scope: Where the policy is kept: a stack of the administrator's account.
        id_: The construct's id.
        name: The policy's name.
        data: AWS's ``ManagedServiceData``, in JSON, at most 10,000 characters; ``type`` in it is one of `FIREWALL_POLICY_TYPES`.
        resource_types: CloudFormation's names of what the policy is about, such as ``AWS::EC2::Instance``.
        unit_ids: OUs, with all that is below them. Default: none.
        account_ids: Accounts beside those. Default: none. All accounts if neither is said.
        remediate: Whether Firewall Manager mends what breaks the policy; it only tells of it unless told otherwise.
        provider: The administrator's account, in the region meant: us-east-1 for what CloudFront has. Default: the stack's provider.

    Raises:
        InvalidValueError: If `data` is no JSON object, is too long or has another ``type``, or there is no resource type.

    Example:
        >>> FirewallManagerPolicyConstruct(
        ...     stack, "Groups", name="unused-groups", resource_types=["AWS::EC2::SecurityGroup"],
        ...     data='{"type":"SECURITY_GROUPS_USAGE_AUDIT","deleteUnusedSecurityGroups":false}', unit_ids=["ou-ab12-11111111"],
        ... )

    Source: https://docs.aws.amazon.com/fms/2018-01-01/APIReference/API_SecurityServicePolicyData.html
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        name: str,
        data: str,
        resource_types: Sequence[str],
        unit_ids: Sequence[str] = (),
        account_ids: Sequence[str] = (),
        remediate: bool = False,
        provider: TerraformProvider | None = None,
    ) -> None:
        super().__init__(scope, id_)
        require_between("data", len(data), 1, _LONGEST, unit="characters")
        require_between("resource_types", len(resource_types), 1, 100, unit="types")
        only_one = len(resource_types) == 1
        FmsPolicy(
            self,
            "Resource",
            name=name,
            security_service_policy_data=FmsPolicySecurityServicePolicyData(
                type=_type_of(data), managed_service_data=as_text(data)
            ),
            resource_type=resource_types[0] if only_one else None,
            resource_type_list=None if only_one else sorted(resource_types),
            exclude_resource_tags=False,
            include_map=FmsPolicyIncludeMap(
                orgunit=list(unit_ids) or None,
                account=[require_account_id("account_ids", one) for one in account_ids] or None,
            )
            if unit_ids or account_ids
            else None,
            remediation_enabled=remediate,
            provider=provider,
        )


def _type_of(data: str) -> str:
    try:
        found = json.loads(data)
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise InvalidValueError("data", data, expected="a JSON object")
    return require_one_of("data", str(found.get("type")), FIREWALL_POLICY_TYPES)
