"""A stack's backend in S3."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cdktf import S3Backend, S3BackendAssumeRoleConfig

from constructs_lib.policies.partitions import domain, partition_of
from constructs_lib.state.permissions import STACK_TAG

if TYPE_CHECKING:
    from cdktf import TerraformStack


def access(role_arn: str | None, name: str) -> S3BackendAssumeRoleConfig | None:
    """How a backend, or whoever reads a state, gets at one: the session's tag opens this stack's state and no other.

    Args:
        role_arn: The role to assume; none, and the credentials at hand are used.
        name: The name of the stack whose state it is.
    """
    return S3BackendAssumeRoleConfig(role_arn=role_arn, tags={STACK_TAG: name}) if role_arn else None


def untold(region: str) -> dict[str, Any]:
    """What Terraform 1.11 has to be told of a region, beside its name: of the European Sovereign Cloud it knows nothing.

    Args:
        region: The region.

    Source: https://developer.hashicorp.com/terraform/language/backend/s3#skip_region_validation
    """
    if partition_of(region) != "aws-eusc":
        return {}
    services = ("dynamodb", "s3", "sts")
    return {
        "skip_region_validation": True,
        "endpoints": {service: f"https://{service}.{region}.{domain(region)}" for service in services},
    }


def s3_backend(
    stack: TerraformStack,
    *,
    name: str,
    bucket: str,
    key: str,
    region: str,
    role_arn: str | None,
    lock_files: bool,
    table: str | None = None,
    encrypt: bool | None = None,
    kms_key: str | None = None,
) -> S3Backend:
    """Give a stack its backend; all values are literal, since Terraform knows no others when it reads a backend.

    Args:
        stack: The stack.
        name: Its name where its state is named after it.
        bucket: The bucket's name.
        key: The key of the state.
        region: The bucket's region.
        role_arn: The role to reach it with; none, and the credentials at hand are used.
        lock_files: Whether a file beside the state locks it.
        table: The name of the table that locks it.
        encrypt: Whether to ask S3 for encryption; a bucket that encrypts by itself needs no asking.
        kms_key: The key to ask for.

    Source: https://developer.hashicorp.com/terraform/language/backend/s3
    """
    backend = S3Backend(
        stack,
        bucket=bucket,
        key=key,
        region=region,
        encrypt=encrypt,
        kms_key_id=kms_key,
        dynamodb_table=table,
        assume_role=access(role_arn, name),
        **untold(region),
    )
    if lock_files:
        # cdktf 0.21 is older than Terraform's native lock and has no argument for it.
        stack.add_override("terraform.backend.s3.use_lockfile", True)
    return backend
