"""What every account has before anybody works in it, in each region that it uses."""

from typing import TYPE_CHECKING

from config.model.base import enabled
from config.model.capabilities.baseline import Baseline
from config.nodes import Account, Organization
from config.regions import OPT_IN_REGIONS
from constructs_lib.baseline.account_baseline import AccountBaselineConstruct, AlternateContact, PasswordPolicy
from constructs_lib.baseline.default_vpc import DefaultVpcConstruct
from constructs_lib.baseline.region_opt_in import RegionOptInConstruct
from constructs_lib.baseline.regional_baseline import RegionalBaselineConstruct
from constructs_lib.baseline.service_quotas import ServiceQuota, ServiceQuotasConstruct
from stacks.capabilities.capability import AnyStack, Capability

if TYPE_CHECKING:
    from stacks.management import ManagementStack


def _add(stack: AnyStack) -> None:
    baseline = enabled(stack.account.settings.baseline)
    if baseline is None:
        return
    _add_account(stack, baseline)
    for region in _regions(stack.organization, baseline):
        _add_region(stack, baseline, region)


def _regions(organization: Organization, baseline: Baseline) -> list[str]:
    return sorted(set(baseline.regions or organization.governed_regions))


def _add_account(stack: AnyStack, baseline: Baseline) -> None:
    passwords = baseline.password_policy
    AccountBaselineConstruct(
        stack,
        "baseline",
        block_public_buckets=baseline.block_public_buckets,
        password_policy=PasswordPolicy(passwords.minimum_length, passwords.reuse_prevention, passwords.max_age_days)
        if passwords.enabled
        else None,
        alias=baseline.alias_of(stack.account.slug),
        contacts={
            kind: AlternateContact(contact.name, contact.title, contact.email, contact.phone)
            for kind, contact in baseline.contacts.by_kind.items()
        },
    )


def _add_region(stack: AnyStack, baseline: Baseline, region: str) -> None:
    provider = stack.provider(region)
    RegionalBaselineConstruct(
        stack,
        f"baseline-{region}",
        encrypt_volumes=baseline.encrypt_volumes,
        volume_key_arn=baseline.volume_keys.get(region),
        require_imdsv2=baseline.require_imdsv2,
        metadata_hop_limit=baseline.metadata_hop_limit,
        block_public_snapshots=baseline.block_public_snapshots,
        block_public_images=baseline.block_public_images,
        serial_console=baseline.serial_console,
        provider=provider,
    )
    if baseline.default_vpc == "closed":
        DefaultVpcConstruct(stack, f"default-vpc-{region}", provider=provider)
    quotas = {
        slug: ServiceQuota(quota.service, quota.quota, quota.value)
        for slug, quota in baseline.quotas.items()
        if region in (quota.regions or [stack.account.region])
    }
    if quotas:
        ServiceQuotasConstruct(stack, f"quotas-{region}", quotas=quotas, provider=provider)


BASELINE = Capability(
    "baseline",
    lambda _organization, account: enabled(account.settings.baseline) is not None,
    _add,
    frozenset(
        {
            "aws_account_alternate_contact",
            "aws_default_security_group",
            "aws_default_vpc",
            "aws_ebs_default_kms_key",
            "aws_ebs_encryption_by_default",
            "aws_ebs_snapshot_block_public_access",
            "aws_ec2_image_block_public_access",
            "aws_ec2_instance_metadata_defaults",
            "aws_ec2_serial_console_access",
            "aws_iam_account_alias",
            "aws_iam_account_password_policy",
            "aws_s3_account_public_access_block",
            "aws_servicequotas_service_quota",
        }
    ),
)


def _closed_regions(organization: Organization, account: Account) -> list[str]:
    """The regions that AWS opens to the account only when asked."""
    baseline = enabled(account.settings.baseline)
    return [region for region in _regions(organization, baseline) if region in OPT_IN_REGIONS] if baseline else []


def _open_regions(stack: "ManagementStack") -> None:
    """Open every account's regions, from here: an account's own stack could not even sign in to a closed one."""
    organization = stack.organization
    for account in organization.accounts.values():
        regions = _closed_regions(organization, account)
        if regions:
            own = account is organization.management
            RegionOptInConstruct(
                stack,
                f"regions-{account.slug}",
                regions=regions,
                account_id=None if own else stack.references.account_id(account),
            )


REGION_OPT_IN = Capability(
    "baseline.regions",
    lambda organization, _account: any(
        _closed_regions(organization, account) for account in organization.accounts.values()
    ),
    _open_regions,
    frozenset({"aws_account_region"}),
)
