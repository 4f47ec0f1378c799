"""What every account has before anybody works in it, in each region that it uses."""

from collections.abc import Mapping, Sequence

from config.capabilities.baseline import Baseline, used_regions
from constructs_lib.baseline.account_baseline import AccountBaselineConstruct, AlternateContact, PasswordPolicy
from constructs_lib.baseline.default_vpc import DefaultVpcConstruct
from constructs_lib.baseline.document_sharing import DocumentSharingConstruct
from constructs_lib.baseline.region_opt_in import RegionOptInConstruct
from constructs_lib.baseline.regional_baseline import RegionalBaselineConstruct
from constructs_lib.baseline.service_quotas import ServiceQuota, ServiceQuotasConstruct
from constructs_lib.baseline.volume_key import VolumeKeyConstruct
from stacks.scope import AccountScope


def add(stack: AccountScope, baseline: Baseline) -> None:
    """Add the switches of the account, and those of each region that it uses."""
    _add_account(stack, baseline)
    for region in used_regions(stack.organization, baseline):
        _add_region(stack, baseline, region)


def _add_account(stack: AccountScope, baseline: Baseline) -> None:
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


def _add_region(stack: AccountScope, baseline: Baseline, region: str) -> None:
    provider, partition = stack.provider(region), stack.organization.partition
    key_arn = baseline.volume_keys.get(region)
    if baseline.own_volume_key:
        key_arn = VolumeKeyConstruct(
            stack,
            f"volume-key-{region}",
            account_id=stack.own_id,
            region=region,
            partition=partition,
            provider=provider,
        ).key_arn
    RegionalBaselineConstruct(
        stack,
        f"baseline-{region}",
        encrypt_volumes=baseline.encrypt_volumes,
        volume_key_arn=key_arn,
        require_imdsv2=baseline.require_imdsv2,
        metadata_hop_limit=baseline.metadata_hop_limit,
        block_public_snapshots=baseline.block_public_snapshots,
        block_public_images=baseline.block_public_images,
        serial_console=baseline.serial_console,
        provider=provider,
    )
    if baseline.block_public_documents:
        DocumentSharingConstruct(
            stack,
            f"document-sharing-{region}",
            account_id=stack.own_id,
            region=region,
            partition=partition,
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


def open_regions(stack: AccountScope, by_account: Mapping[str, Sequence[str]]) -> None:
    """Open every account's regions, from here: an account's own stack could not even sign in to a closed one."""
    for slug, regions in by_account.items():
        account = stack.organization.accounts[slug]
        RegionOptInConstruct(
            stack,
            f"regions-{slug}",
            regions=regions,
            account_id=None if account is stack.account else stack.references.account_id(account),
        )
