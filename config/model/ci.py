"""Who deploys: the CI systems whose pipelines may, and the roles they get."""

from collections.abc import Mapping
from ipaddress import ip_network
from typing import Annotated, Final, Self

from pydantic import AfterValidator, Field, model_validator

from config.model.base import Matches, Model, refuse
from config.model.types import ExternalId, RoleName, Selector, SessionDuration, Slug

_NUMBER = r"[0-9]+"
GithubOwner = Annotated[str, Matches(r"[A-Za-z0-9][A-Za-z0-9_-]*", "a GitHub organization or user", longest=39)]
GithubRepository = Annotated[str, Matches(r"[\w.-]+", "a repository's name, without its owner", longest=100)]
GitlabProject = Annotated[
    str, Matches(r"[\w.-]+(?:/[\w.-]+)+", "a project's path with its groups, such as 'acme/landing-zone'")
]
Number = Annotated[str, Matches(_NUMBER, "a number in quotes")]
Branch = Annotated[str, Matches(r"(?!.*\$\{)[^\s:*?\\^~]+", "a branch, without wildcards", longest=250)]
Environment = Annotated[
    str, Matches(r"(?!.*\$\{)[^\s:*?]+", "an environment's name, without spaces and wildcards", longest=255)
]
Host = Annotated[str, Matches(r"[a-z0-9-]+(?:\.[a-z0-9-]+)+", "a host name such as 'gitlab.com'")]


def _check_range(value: str) -> str:
    try:
        ip_network(value)
    except ValueError as error:
        raise refuse("an address range such as '192.0.2.0/24'", f"{str(error).capitalize()}.") from None
    return value


AddressRange = Annotated[str, AfterValidator(_check_range)]


class Github(Model):
    """GitHub Actions: the workflow that `estate pipeline github` writes."""

    owner: GithubOwner = Field(description="Organization or user.")
    repository: GithubRepository = Field(description="The repository that holds this configuration.")
    owner_id: Number | None = Field(default=None, description="gh api /users/OWNER --jq .id")
    repository_id: Number | None = Field(default=None, description="gh api /repos/OWNER/REPOSITORY --jq .id")
    branch: Branch = Field(default="main", description="What is merged into it is deployed.")
    environment: Environment = Field(
        default="production",
        description="The environment whose approval deploying workloads needs; `tiers` says whose the others need.",
    )
    foundation_environment: Environment = Field(
        default="foundation",
        description="The environment whose approval new accounts and changes of deployment rights need: with other approvers.",
    )

    @model_validator(mode="after")
    def _both_ids(self) -> Self:
        if self.environment == self.foundation_environment:
            raise refuse("different `environment` and `foundation_environment`", "Other people approve there.")
        if (self.owner_id is None) != (self.repository_id is None):
            raise refuse("both `owner_id` and `repository_id`, or neither")
        return self


class Gitlab(Model):
    """GitLab CI: the pipeline that `estate pipeline gitlab` writes."""

    project: GitlabProject = Field(description="The project that holds this configuration.")
    project_id: Number | None = Field(
        default=None, description="Its id, shown on its page; known to AWS for gitlab.com."
    )
    host: Host = "gitlab.com"
    branch: Branch = Field(default="main", description="What is merged into it is deployed; protect it.")
    environment: Environment = Field(
        default="production",
        description="The environment whose approval deploying workloads needs; `tiers` says whose the others need.",
    )
    environment_in_subject: bool = Field(
        default=False,
        description="Whether the project's `ci_id_token_sub_claim_components` are project_path, ref_type, ref and environment: "
        "else AWS cannot tell one job of the branch from another, and jobs deploy the tier `workloads` only.",
    )
    audience: Annotated[str, Matches(r"\S+", "an audience without spaces", quota="oidc.audience")] | None = Field(
        default=None, description="What jobs ask their token for; https://<host> if not said."
    )
    image: str = Field(default="python:3.11-trixie", description="The image that jobs run in: Debian with Python 3.11.")


class CiUser(Model):
    """An IAM user with an access key, for CI systems without OIDC only: one that plans, one for each tier."""

    name: RoleName = Field(
        default="terraform-ci",
        description="The user that plans; `<name>-<tier>` is the one that deploys a tier.",
    )
    source_ranges: tuple[AddressRange, ...] = Field(
        default=(), description="Where its key works from; everywhere if empty."
    )
    external_id: ExternalId | None = Field(default=None, description="What it must name to assume the CI role.")


Owner = Annotated[
    str,
    Matches(r"@?[\w.+-]+(?:[@/][\w.+-]+)*", "a person, a team or an address, such as '@acme/platform'", longest=255),
]


class TeamOwners(Model):
    """Who reviews the files of some accounts."""

    accounts: tuple[Selector, ...] = Field(min_length=1, description="The accounts.")
    owners: tuple[Owner, ...] = Field(min_length=1, description="Who reviews changes of their files.")


class Owners(Model):
    """Who reviews which files: what `estate pipeline` writes into CODEOWNERS."""

    platform: tuple[Owner, ...] = Field(
        min_length=1,
        description="Who reviews the pipeline, the program, organization.yaml, and what nobody else reviews.",
    )
    security: tuple[Owner, ...] = Field(
        default=(), description="Who reviews policies and approvals; the platform's unless said."
    )
    teams: tuple[TeamOwners, ...] = Field(
        default=(), description="Who reviews the files of accounts; of several that fit an account, the last."
    )


ORGANIZATION: Final = "organization"
"""The tier of the management account."""
CORE: Final = "core"
"""The tier of the accounts that others rely on: terraform, security, network, shared services."""
WORKLOADS: Final = "workloads"
"""The tier of all accounts for workloads that no other tier takes."""
_LONGEST_NAME: Final = 64
_RESERVED: Final = ("foundation", "ordinary", "plan", WORKLOADS)


class Tier(Model):
    """A part of the accounts with a deploy role and an environment of its own."""

    accounts: tuple[Selector, ...] = Field(
        default=(),
        description="The accounts for workloads that it takes from the tier `workloads`; not of `organization` and `core`, "
        "whose accounts follow from what they are there for.",
    )
    environment: Environment | None = Field(
        default=None, description="The environment whose approval it needs; called as the tier unless said."
    )


class Ci(Model):
    """The identities of pipelines, in the terraform account."""

    github: Github | None = None
    gitlab: Gitlab | None = None
    user: CiUser | None = None
    owners: Owners | None = Field(default=None, description="Who reviews which files.")
    account_requests: bool = Field(
        default=False,
        description="A form for new accounts: of whoever may write to the repository, the answers become a request for review.",
    )
    tiers: Mapping[Slug, Tier] = Field(
        default_factory=dict,
        description="Deploy roles for parts of the accounts, each with an environment of its own. `organization`, `core` and "
        "`workloads` are there without being named; the first two may be given another environment here, and others divide "
        "workloads.",
    )
    deploy_role: RoleName = Field(
        default="TerraformCiDeployRole",
        description="Assumed by pipelines that deploy workloads; `<role>-<tier>` by those that deploy another tier.",
    )
    plan_role: RoleName = Field(default="TerraformCiPlanRole", description="Assumed by pipelines that plan.")
    foundation_role: RoleName = Field(
        default="TerraformCiFoundationRole",
        description="Assumed by pipelines on the foundation route; GitHub's only, whose tokens name the environment.",
    )
    management_foundation_role: RoleName = Field(
        default="TerraformFoundationRole",
        description="The role in the management account by which they enter accounts (`entry_role`).",
    )
    account_plan_role: RoleName = Field(
        default="TerraformPlanRole", description="The role in every account that plans and changes nothing."
    )
    max_session_duration: SessionDuration = Field(default=3600, description="Seconds, of the two CI roles.")
    plan_max_age_hours: int = Field(
        default=24, ge=1, le=168, description="A plan that waited longer for its approval is not applied."
    )

    @model_validator(mode="after")
    def _somebody(self) -> Self:
        if self.github is None and self.gitlab is None and self.user is None:
            raise refuse("`github`, `gitlab` or `user`: who deploys", "Remove `ci` if nobody but people deploys.")
        self._tiers()
        tiers = {ORGANIZATION, CORE, *self.tiers}
        names = (
            self.deploy_role,
            *(f"{self.deploy_role}-{name}" for name in tiers),
            self.plan_role,
            self.foundation_role,
        )
        if len(set(names)) < len(names):
            raise refuse("different names for `deploy_role` (and `<role>-<tier>`), `plan_role` and `foundation_role`")
        return self

    def _tiers(self) -> None:
        """Tiers have names and environments of their own."""
        for name, tier in self.tiers.items():
            where = f"`tiers.{name}`"
            if name in _RESERVED:
                cure = "Its environment is `environment` of `github` or `gitlab`." if name == WORKLOADS else ""
                raise refuse(f"another name than {where}, which is taken", cure)
            if name in (ORGANIZATION, CORE) and tier.accounts:
                raise refuse(f"no `accounts` in {where}", "Its accounts follow from what they are there for.")
            if name not in (ORGANIZATION, CORE) and not tier.accounts:
                raise refuse(f"`accounts` in {where}", "It takes accounts from the tier `workloads`.")
        longest = max((ORGANIZATION, CORE, WORKLOADS, *self.tiers), key=len)
        for key, start in (("deploy_role", self.deploy_role), ("user.name", self.user.name if self.user else "")):
            if len(f"{start}-{longest}") > _LONGEST_NAME:
                raise refuse(
                    f"a shorter `{key}`, so that {start}-{longest} has at most {_LONGEST_NAME} characters",
                    "Tiers have identities that are called after it.",
                )
        others = [self.environment_of(name) for name in {ORGANIZATION, CORE, *self.tiers}]
        own = [
            [self.github.environment, self.github.foundation_environment] if self.github else [],
            [self.gitlab.environment] if self.gitlab else [],
        ]
        for taken in ([*first, *others] for first in own):
            if twice := sorted({name for name in taken if taken.count(name) > 1}):
                raise refuse(
                    f"an environment of its own for each tier; {', '.join(map(repr, twice))} is that of several",
                    "Say `environment` in `tiers`: whoever approves for one tier must not deploy another by it.",
                )

    def environment_of(self, tier: str) -> str:
        """The environment of a tier other than `workloads`, in GitHub as in GitLab."""
        said = self.tiers.get(tier)
        return (said.environment if said else None) or tier
