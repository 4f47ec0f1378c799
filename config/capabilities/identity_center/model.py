"""People: who they are and what they may do in which account (IAM Identity Center)."""

from typing import Annotated, Self

from pydantic import Field, model_validator

from config.model.base import Matches, Model, refuse
from config.model.statement import StatementEntry
from config.model.types import Arn, Email, Region, Selector, Slug
from constructs_lib.policies.quotas import quota

PersonName = Annotated[str, Matches(r"[^\x00-\x1f]*\S[^\x00-\x1f]*", "a name on one line", quota="identity.text")]
SignInName = Annotated[
    str, Matches(r"[\w.@+=,-]+", "a name to sign in with, such as 'ada'", quota="identity.user-name")
]
PermissionSetName = Annotated[
    str,
    Matches(r"[A-Za-z0-9_+=,.@-]+", "a name of letters, digits and + = , . @ _ -", quota="permission-set.name"),
]
PolicyName = Annotated[
    str,
    Matches(
        r"(?=.{1,640}$)(?:/[A-Za-z0-9_+=,.@-]+)*/?[A-Za-z0-9_+=,.@-]{1,128}",
        "the name of a policy of the accounts, its path before it, such as 'Deploy' or '/teams/Deploy'",
    ),
]
Hours = Annotated[int, Field(ge=1, le=12, description="How long a session lasts.")]
_MOST_POLICIES = 20


class User(Model):
    """A person. Where no other directory provides the people, AWS mails the invitation."""

    user_name: SignInName | None = Field(default=None, description="To sign in with; the slug if not said.")
    given_name: PersonName | None = None
    family_name: PersonName | None = None
    email: Email | None = None
    external: bool = Field(
        default=False,
        description="Whether another directory, or somebody, provides the user: looked up by `user_name`.",
    )

    @model_validator(mode="after")
    def _fits(self) -> Self:
        said = (self.given_name, self.family_name, self.email)
        if self.external:
            if any(said):
                raise refuse("nothing but `user_name` with `external: true`", "The other directory says who it is.")
            return self
        if not all(said):
            raise refuse("`given_name`, `family_name` and `email`", "Or `external: true`, for whom another provides.")
        size, most = len(f"{self.given_name} {self.family_name}"), quota("identity.text").limit
        if size > most:
            raise refuse(f"names of at most {most:,} characters together, as AWS shows them, not {size:,}")
        return self


class Group(Model):
    """People who are let in together."""

    name: PersonName | None = Field(default=None, description="Shown in the AWS console; the slug if not said.")
    description: Annotated[str, Matches(r".*", "a description on one line", quota="identity.text")] = ""
    members: tuple[Slug, ...] = Field(default=(), description="Users, by slug.")
    external: bool = Field(
        default=False, description="Whether another directory provides the group under this name, and who is in it."
    )

    @model_validator(mode="after")
    def _members_of_its_own(self) -> Self:
        if self.external and self.members:
            raise refuse("no `members` with `external: true`", "The other directory says who is in the group.")
        return self


class PermissionSet(Model):
    """What people may do in an account, once they are let in."""

    name: PermissionSetName | None = Field(default=None, description="Shown to the people; the slug if not said.")
    description: Annotated[str, Matches(r".*", "a description on one line", quota="permission-set.description")] = ""
    session_hours: Hours = 1
    relay_state: (
        Annotated[str, Matches(r"https://\S+", "a page of the AWS console", quota="permission-set.relay-state")] | None
    ) = Field(default=None, description="The page of the AWS console to start on.")
    managed_policies: tuple[Arn, ...] = Field(default=(), description="ARNs of policies of AWS.")
    customer_policies: tuple[PolicyName, ...] = Field(
        default=(), description="Names of policies that must exist in each of the accounts: `existing_policies`."
    )
    statements: tuple[StatementEntry, ...] = Field(default=(), description="A policy written out.")
    boundary: Arn | PolicyName | None = Field(
        default=None, description="ARN of AWS's, or name of an account's policy, beyond which nothing is allowed."
    )
    tags: dict[str, str] = Field(default_factory=dict, description="Tags, beside those of the account that makes it.")

    @model_validator(mode="after")
    def _allows_something(self) -> Self:
        count = len(self.managed_policies) + len(self.customer_policies)
        if not count and not self.statements:
            raise refuse("`managed_policies`, `customer_policies` or `statements`: without any it allows nothing")
        if count > _MOST_POLICIES:
            raise refuse(f"at most {_MOST_POLICIES} managed and customer policies in all, not {count}")
        return self


class AssignmentEntry(Model):
    """Who gets a permission set in which accounts."""

    permission_set: Slug
    groups: tuple[Slug, ...] = Field(default=(), description="Groups, by slug.")
    users: tuple[Slug, ...] = Field(default=(), description="Users, by slug; groups are easier to keep right.")
    accounts: tuple[Selector, ...] = Field(min_length=1, description="The accounts.")

    @model_validator(mode="after")
    def _to_somebody(self) -> Self:
        if not self.groups and not self.users:
            raise refuse("`groups` or `users`: an assignment lets somebody in")
        return self


class AdministratorsEntry(Model):
    """The people who can always get in. No change may leave it without anybody."""

    name: PermissionSetName = Field(default="Administrators", description="Of their permission set and their group.")
    users: tuple[Slug, ...] = Field(default=(), description="Users, by slug.")
    external_group: PersonName | None = Field(
        default=None, description="The name of a group of another directory, which then says who is in it."
    )
    accounts: tuple[Selector, ...] = Field(
        default=("root",), min_length=1, description="The accounts; all of them if not said."
    )
    session_hours: Hours = 1

    @model_validator(mode="after")
    def _somebody(self) -> Self:
        if not self.users and self.external_group is None:
            raise refuse(
                "`users` or `external_group`: somebody can always get in",
                "Add the new administrator before you take out the last one.",
            )
        if self.users and self.external_group is not None:
            raise refuse("either `users` or `external_group`")
        return self


class People(Model):
    """People, and what they may do in which account."""

    users: dict[Slug, User] = Field(default_factory=dict, description="People by slug.")
    groups: dict[Slug, Group] = Field(default_factory=dict, description="Groups by slug.")
    permission_sets: dict[Slug, PermissionSet] = Field(default_factory=dict, description="Permission sets by slug.")
    assignments: dict[Slug, AssignmentEntry] = Field(default_factory=dict, description="Who may do what where.")


class ManagementPeople(People):
    """What only the management account can make: the administrators, and whoever else gets into that account."""

    administrators: AdministratorsEntry | None = Field(
        default=None, description="Who can always get in; only an organization that was taken over can be without."
    )


class IdentityCenterEntry(People):
    """IAM Identity Center, which must have been switched on in the AWS console. One identity a person, in all accounts.

    The delegated administrator of sso.amazonaws.com makes all of it but `management`; without one, the management account
    makes everything.
    """

    enabled: bool = Field(default=True, description="False switches all of it off.")
    region: Region | None = Field(
        default=None, description="The region it was switched on in; the home region if not said."
    )
    existing_policies: dict[PolicyName, tuple[Selector, ...]] = Field(
        default_factory=dict,
        description="Policies that permission sets name and that accounts have from elsewhere, and the accounts that have them.",
    )
    management: ManagementPeople = Field(
        description="What the management account makes, where a delegated administrator has no power."
    )
