"""Inspector in all accounts of the organization."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from cdktf_cdktf_provider_aws.inspector2_enabler import Inspector2Enabler
from cdktf_cdktf_provider_aws.inspector2_member_association import Inspector2MemberAssociation
from cdktf_cdktf_provider_aws.inspector2_organization_configuration import (
    Inspector2OrganizationConfiguration,
    Inspector2OrganizationConfigurationAutoEnable,
)
from constructs import Construct

from constructs_lib.errors import InvalidValueError
from constructs_lib.typed import typed
from constructs_lib.validation import require_account_id, require_one_of, require_slug

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from cdktf import ITerraformDependable, TerraformProvider

Scan = Literal["EC2", "ECR", "LAMBDA", "LAMBDA_CODE"]
_SCANS = ("EC2", "ECR", "LAMBDA", "LAMBDA_CODE")


@typed
class InspectorOrganizationConstruct(Construct):
    """Inspector looks for vulnerabilities in every account, in one region. For Inspector's delegated administrator.

    New accounts are enrolled by themselves, those that exist are listed.

    Children: ``Administrator`` (scans the administrator's own account), ``Resource`` (the organization's configuration),
    ``member-<slug>`` per account and ``Members`` (switches the scans on in them).

    Args:
        scope: Where the configuration is kept.
        id_: The construct's id.
        account_id: The administrator's account.
        scans: What is scanned. Default: instances, images and functions (their packages, not their code).
        members: Slug to id of the accounts that exist already, the administrator's own left out. Default: none.
        provider: The administrator's account, in the region meant. Default: the stack's provider.

    Raises:
        InvalidValueError: If a scan is unknown or an id malformed, or code is scanned but not its packages.

    Example:
        >>> InspectorOrganizationConstruct(stack, "Inspector", account_id="222222222222", scans=["EC2", "ECR"])

    Source: https://docs.aws.amazon.com/inspector/latest/user/managing-multiple-accounts.html
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        account_id: str,
        scans: Iterable[Scan] = ("EC2", "ECR", "LAMBDA"),
        members: Mapping[str, str] | None = None,
        provider: TerraformProvider | None = None,
    ) -> None:
        super().__init__(scope, id_)
        require_account_id("account_id", account_id)
        chosen = sorted({require_one_of("scans", scan, _SCANS) for scan in scans})
        if not chosen or ("LAMBDA_CODE" in chosen and "LAMBDA" not in chosen):
            raise InvalidValueError("scans", chosen, expected="at least one, and LAMBDA beside LAMBDA_CODE")
        administrator = Inspector2Enabler(
            self, "Administrator", account_ids=[account_id], resource_types=chosen, provider=provider
        )
        configuration = Inspector2OrganizationConfiguration(
            self,
            "Resource",
            auto_enable=Inspector2OrganizationConfigurationAutoEnable(
                ec2="EC2" in chosen,
                ecr="ECR" in chosen,
                lambda_="LAMBDA" in chosen,
                lambda_code="LAMBDA_CODE" in chosen,
            ),
            depends_on=[administrator],
            provider=provider,
        )
        associations: list[ITerraformDependable] = []
        accounts = sorted((members or {}).items())
        for slug, member_id in accounts:
            association = Inspector2MemberAssociation(
                self,
                f"member-{require_slug('members', slug)}",
                account_id=require_account_id(f"members[{slug!r}]", member_id),
                depends_on=[configuration],
                provider=provider,
            )
            associations.append(association)
        if accounts:
            Inspector2Enabler(
                self,
                "Members",
                account_ids=[member_id for _, member_id in accounts],
                resource_types=chosen,
                depends_on=associations,
                provider=provider,
            )
