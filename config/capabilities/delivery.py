"""States and pipelines: what the terraform account is there for."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from config.capabilities.capability import SECURE_BUCKET, AccountInput, Capability, Part
from config.capabilities.tiers import divided_workloads, tiers
from config.errors import Problem
from config.model.ci import Ci
from config.model.state import S3State
from config.nodes import Configuration, Organization
from config.sources.files import Files


def managed_state(organization: Organization) -> S3State | None:
    """The state whose bucket, and roles to reach it, the terraform account's stack makes."""
    state = organization.state
    return state if isinstance(state, S3State) and state.managed else None


def _terraform_account(organization: Configuration, files: Files) -> Iterator[Problem]:
    """A managed state and the identities of pipelines are in the account with the purpose terraform."""
    if organization.with_purpose("terraform") or not all(entry.clean for entry in files.accounts.values()):
        return
    state = organization.state
    for key, needed in (
        ("state", isinstance(state, S3State) and state.managed),
        ("ci", organization.ci is not None),
    ):
        if needed:
            cure = "Add an account with `purpose: terraform`."
            if key == "state":
                cure += " For a bucket that exists already, say `managed: false`."
            yield files.organization.file.problem(
                (key,), f"`{key}` without an account for it", "a terraform account", cure
            )


def _repository(organization: Configuration, files: Files) -> Iterator[Problem]:
    """Pipelines of GitHub are trusted by ids, which nobody can take over, as well as by name."""
    github = organization.ci.github if organization.ci else None
    if github and github.owner_id is None:
        arrived = f"{github.owner}/{github.repository}, trusted by its name alone"
        expected = (
            "`owner_id` and `repository_id`: without them, a repository created, renamed or transferred since 2026-07-15 "
            "is refused, and whoever takes over the name is let in"
        )
        cure = f"`gh api /repos/{github.owner}/{github.repository} --jq .owner.id,.id` prints them."
        yield files.organization.file.warning(("ci", "github"), arrived, expected, cure)


def _gitlab_tokens(organization: Configuration, files: Files) -> Iterator[Problem]:
    """Where GitLab's jobs are the only ones, AWS can tell those of one tier from another's."""
    ci = organization.ci
    if ci is None or ci.gitlab is None or ci.github or ci.user:
        return
    others = [tier.name for tier in tiers(ci) if not tier.by_gitlab]
    if not others:
        return
    expected = (
        "the environment in the subject of the project's tokens: without it AWS cannot tell a job of one tier from another's, "
        f"so GitLab's jobs deploy workloads only, and a person what is in {', '.join(others)}"
    )
    cure = (
        "Set the project's `ci_id_token_sub_claim_components` to project_path, ref_type, ref, environment, where the instance "
        "takes that, and say `environment_in_subject: true`."
    )
    yield files.organization.file.warning(("ci", "gitlab"), "`environment_in_subject` is not said", expected, cure)


@dataclass(frozen=True)
class Delivery:
    """What the terraform account is given.

    Args:
        ci: The pipelines, if any.
        state: The state that its stack makes, if it does.
    """

    ci: Ci | None
    state: S3State | None


def _delivers(inputs: AccountInput) -> Delivery | None:
    found = Delivery(inputs.organization.ci, managed_state(inputs.organization))
    return found if inputs.account.purpose == "terraform" and (found.ci or found.state) else None


_BY_STATE: Final = (
    "aws_kms_alias",
    "aws_kms_key",
    *SECURE_BUCKET,
)

_KEPT: Final = (
    "aws_kms_alias.state_Key_Alias_FB88FFA2",
    "aws_kms_key.state_Key_D0AE83CA",
    "aws_s3_bucket.state_Bucket_34297045",
    "aws_s3_bucket_lifecycle_configuration.state_Bucket_Lifecycle_A4D9595B",
    "aws_s3_bucket_logging.state_Bucket_AccessLogs_10C36929",
    "aws_s3_bucket_ownership_controls.state_Bucket_Ownership_5CC43231",
    "aws_s3_bucket_policy.state_Bucket_Policy_5532B5BF",
    "aws_s3_bucket_public_access_block.state_Bucket_PublicAccess_4AA802F9",
    "aws_s3_bucket_server_side_encryption_configuration.state_Bucket_Encryption_22526F6A",
    "aws_s3_bucket_versioning.state_Bucket_Versioning_3D994F76",
)
"""The bucket of states, that of the stack which made it among them."""

_KEPT_LOGS: Final = (
    "aws_s3_bucket.state-access_E0B870AD",
    "aws_s3_bucket_lifecycle_configuration.state-access_Lifecycle_2CE98FC5",
    "aws_s3_bucket_ownership_controls.state-access_Ownership_721E11FD",
    "aws_s3_bucket_policy.state-access_Policy_4C9ADF43",
    "aws_s3_bucket_public_access_block.state-access_PublicAccess_F6F72FCB",
    "aws_s3_bucket_server_side_encryption_configuration.state-access_Encryption_7BBF8025",
    "aws_s3_bucket_versioning.state-access_Versioning_08C758DF",
)
"""The bucket of their access logs."""


def _outlives(inputs: AccountInput) -> tuple[str, ...]:
    state = managed_state(inputs.organization)
    if inputs.account.purpose != "terraform":
        return ()
    if state is None:
        return (*_KEPT, *_KEPT_LOGS)
    return () if state.access_logs else _KEPT_LOGS


DELIVERY: Final = Capability(
    key="delivery",
    about=(
        "`ci`, `state`",
        "What pipelines deploy with, and the states, in the terraform account; `ci` and `state` configure it.",
    ),
    rules=(_terraform_account, _repository, divided_workloads, _gitlab_tokens),
    parts=(
        Part(
            name="delivery",
            build="stacks.capabilities.delivery:add",
            value=_delivers,
            let_go=_outlives,
            types=frozenset(
                {
                    "aws_dynamodb_table",
                    "aws_iam_openid_connect_provider",
                    "aws_iam_policy",
                    "aws_iam_role",
                    "aws_iam_role_policy",
                    "aws_iam_role_policy_attachment",
                    "aws_iam_user",
                    "aws_iam_user_policy",
                    "aws_kms_alias",
                    "aws_kms_key",
                    *SECURE_BUCKET,
                    "aws_s3_bucket_logging",
                }
            ),
            cost=(
                "The state's bucket, its access logs and key, and the lock table where there is one: cents a month.",
            ),
            when={
                **dict.fromkeys(_BY_STATE, lambda delivery: delivery.state is not None),
                "aws_s3_bucket_logging": lambda delivery: delivery.state is not None and delivery.state.access_logs,
                "aws_dynamodb_table": lambda delivery: delivery.state is not None and delivery.state.lock != "s3",
                "aws_iam_openid_connect_provider": lambda delivery: (
                    delivery.ci is not None and bool(delivery.ci.github or delivery.ci.gitlab)
                ),
                "aws_iam_policy": lambda delivery: delivery.ci is not None,
                "aws_iam_user": lambda delivery: delivery.ci is not None and delivery.ci.user is not None,
                "aws_iam_user_policy": lambda delivery: delivery.ci is not None and delivery.ci.user is not None,
            },
        ),
    ),
)
