"""KMS keys of an account's own."""

from collections.abc import Sequence

from config.capabilities.kms_keys import KmsKey
from constructs_lib.security.encryption_key import EncryptionKeyConstruct
from stacks.scope import AccountScope
from stacks.variables import of_account


def add(stack: AccountScope, keys: Sequence[KmsKey]) -> None:
    """Add the keys that the account has, in each region."""
    for key in keys:
        for region in key.regions:
            EncryptionKeyConstruct(
                stack,
                f"kms-key-{key.slug}-{region}",
                alias=key.alias,
                description=key.description,
                account_id=stack.own_id,
                statements=of_account(stack, key.document, region).statements,
                deletion_window_days=key.deletion_days,
                rotation_days=key.rotation_days,
                partition=stack.organization.partition,
                provider=stack.provider(region),
            )
