"""Where a stack keeps its Terraform state: one state object per stack, named after the stack."""

from cdktf import (
    DataTerraformRemoteStateLocal,
    DataTerraformRemoteStateS3,
    LocalBackend,
    TerraformBackend,
    TerraformRemoteState,
    TerraformStack,
)

from config.model.state import LocalState, S3State
from config.nodes import Organization
from constructs_lib.state.permissions import DEFAULT_KEY_FORMAT, STACK
from constructs_lib.state.s3_backend import access, s3_backend, untold

WRITER = "TerraformStateRole"
"""The role through which deploys reach states, where the terraform account's stack makes them."""
READER = "TerraformStateReadRole"
"""The role through which plans that change nothing reach them."""

# Terraform runs in <outdir>/stacks/<stack>; local states lie beside <outdir>, one folder an organization.
_BESIDE_OUTDIR = "../../../state"


def managed(organization: Organization) -> bool:
    """Whether the terraform account's stack makes the bucket, and the roles to reach it."""
    return isinstance(organization.state, S3State) and organization.state.managed


def add_backend(stack: TerraformStack, organization: Organization, name: str) -> TerraformBackend:
    """Give a stack its backend.

    Args:
        stack: The stack.
        organization: Says what kind of state (`state` in organization.yaml).
        name: The stack's name, which names its state.

    Returns:
        The backend.

    Source: https://developer.hashicorp.com/terraform/language/backend/s3
    """
    state = organization.state
    if isinstance(state, LocalState):
        return LocalBackend(stack, path=_local_path(organization, name))
    return s3_backend(
        stack,
        name=name,
        bucket=state.bucket,
        key=_key(name),
        region=state.region,
        role_arn=_role_arn(organization, state),
        lock_files=state.lock != "dynamodb",
        table=state.dynamodb_table,
        # A managed bucket encrypts with its own key by itself; the argument would ask for S3's key instead.
        encrypt=None if state.managed else True,
        kms_key=state.kms_key,
    )


def read_state(stack: TerraformStack, id_: str, organization: Organization, name: str) -> TerraformRemoteState:
    """Read another stack's outputs.

    Args:
        stack: The stack that reads.
        id_: The data source's id in it.
        organization: As for `add_backend`.
        name: The name of the stack that is read.
    """
    state = organization.state
    if isinstance(state, LocalState):
        return DataTerraformRemoteStateLocal(stack, id_, path=_local_path(organization, name))
    return DataTerraformRemoteStateS3(
        stack,
        id_,
        bucket=state.bucket,
        key=_key(name),
        region=state.region,
        assume_role=access(_role_arn(organization, state, READER), name),
        **untold(state.region),
    )


def _local_path(organization: Organization, name: str) -> str:
    return f"{_BESIDE_OUTDIR}/{organization.slug}/{name}.tfstate"


def _key(name: str) -> str:
    return DEFAULT_KEY_FORMAT.replace(STACK, name)


def _role_arn(organization: Organization, state: S3State, name: str = WRITER) -> str | None:
    """The role to reach a state with.

    A backend takes literal values only: before the ids are locked, a managed state's role has no ARN, and nothing is in it.
    """
    if state.managed and (account_id := organization.with_purpose("terraform")[0].id):
        return f"arn:{organization.partition}:iam::{account_id}:role/{name}"
    return state.access_role
