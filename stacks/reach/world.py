"""All identities and resource policies of an organization, and the decision of any request between them."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any, Final

from config.controls import Chains
from config.controls.calls import context, endpoint_region
from config.controls.needs import SETUP_ROLE
from config.nodes import Account
from constructs_lib.ci.naming import StackNames
from constructs_lib.policies.document import PolicyDocument, allow
from constructs_lib.policies.evaluator import Policies, PolicySet, Principal, PrincipalKind, Request
from constructs_lib.policies.evaluator.patterns import account_in
from constructs_lib.policies.kinds import PolicyKind
from constructs_lib.policies.names import wildcard
from constructs_lib.policies.synthesized import ARGUMENTS, Stack
from stacks.reach.deciding import Answer, Judge, Verdict
from stacks.reach.extract import extract
from stacks.reach.iam import IamReader
from stacks.reach.identities import IamGroup, Identity, Kind
from stacks.reach.outsiders import named_in
from stacks.reach.people import people
from stacks.reach.reading import StackReader, key_arn

EVERYTHING: Final = PolicySet.of(
    PolicyDocument.of(allow("*", "*")), name="their own policies, taken to permit everything"
)
_ADMINISTRATOR: Final = PolicySet.of(PolicyDocument.of(allow("*", "*")), name="AdministratorAccess")
_UNTRUSTED: Final = frozenset({"aws_iam_role", "aws_vpc_endpoint", "aws_vpc_endpoint_policy"})
"""Whose policy is no resource policy: a trust policy is its role's; an endpoint's limits what passes through it."""


class World:
    """The organization as its stacks make it.

    Args:
        chains: The organization, with its guardrails.
        stacks: The content of each stack's ``cdk.tf.json``, by the stack's name.
    """

    def __init__(self, chains: Chains, stacks: Mapping[str, Mapping[str, Any]]) -> None:
        self.chains = chains
        self.identities: dict[str, Identity] = {}
        self.becomes: dict[Identity, list[Identity]] = defaultdict(list)
        """Memberships and assignments; roles that somebody assumes are decided, not listed."""
        self.groups: dict[str, Sequence[IamGroup]] = {}
        """The groups of IAM, by the slug of their account."""
        self.accounts: dict[str, Account] = {}
        """The account that each stack deploys into, by the stack's name."""
        self.resources: dict[str, PolicySet] = {}
        """Resource policies by the ARN of their resource, which may hold wildcards."""
        self.blocks: dict[str, list[tuple[Account, Mapping[str, Any]]]] = defaultdict(list)
        """What the stacks make, as far as it is read (`extract`), by type of resource: in which account, with which arguments."""
        self._owners: dict[str, str] = {}
        self._policies: dict[str, PolicySet | None] = {}
        self._defaults: dict[str, PolicySet] = {}
        self._judge = Judge()
        self._read(stacks)

    def _read(self, stacks: Mapping[str, Mapping[str, Any]]) -> None:
        reader = StackReader(self.chains)
        documents: dict[tuple[str, str], PolicyDocument] = {}
        read: list[Stack] = []
        for name, config in stacks.items():
            account_id, filled = reader.filled(extract(config))
            account = self.chains.account_with_id(account_id)
            if account is None or account_id is None:
                continue
            self.accounts[name] = account
            stack = Stack(name, filled)
            read.append(stack)
            for type_, blocks in stack.resources.items():
                self.blocks[type_] += [(account, block) for block in blocks.values()]
            reading = IamReader(stack, account, account_id)
            self._add(reading.identities())
            self.groups[account.slug] = [*self.groups.get(account.slug, ()), *reading.groups()]
            self._read_resources(stack, filled, account_id)
            for _, block in stack.each("aws_iam_policy"):
                document = stack.read(block.get("policy"), PolicyKind.IDENTITY)
                if isinstance(document, PolicyDocument):
                    documents[account.slug, str(block.get("name"))] = document
        for account in self.chains.organization.accounts.values():
            self._add(self._made_by_aws(account))
        for stack in read:
            found = people(stack, self.chains, documents)
            self._add(found.identities)
            for who, whom in found.becomes:
                self.becomes[who].append(whom)
        for policies in (
            *(each.trust for each in list(self.identities.values()) if each.trust),
            *self.resources.values(),
        ):
            self._add(each for each in named_in(policies) if not self._is_own(each))

    def _is_own(self, named: Identity) -> bool:
        """Whether a policy names an account of the organization: its own identities are known by themselves."""
        return (
            named.kind is Kind.OUTSIDE
            and self.chains.account_with_id(named.principal.account if named.principal else None) is not None
        )

    def _add(self, identities: Iterable[Identity]) -> None:
        for identity in identities:
            self.identities.setdefault(identity.name, identity)

    def _made_by_aws(self, account: Account) -> Iterator[Identity]:
        partition = self.chains.organization.partition
        iam = f"arn:{partition}:iam::{self.chains.account_id(account)}"
        yield Identity(f"root:{account.slug}", Kind.ROOT, Principal.of(f"{iam}:root"), account)
        if account is not self.chains.organization.management:
            yield Identity(
                f"role:{account.slug}/{SETUP_ROLE}",
                Kind.ROLE,
                Principal.of(f"{iam}:role/{SETUP_ROLE}"),
                account,
                _ADMINISTRATOR,
                trust=self._setup_trust,
            )

    @cached_property
    def _setup_trust(self) -> PolicySet:
        organization = self.chains.organization
        management = f"arn:{organization.partition}:iam::{self.chains.account_id(organization.management)}:root"
        trust = PolicyDocument.of(allow("sts:AssumeRole", principals={"AWS": management}))
        return PolicySet.of(trust, name=f"trust of {SETUP_ROLE}")

    def _read_resources(self, stack: Stack, filled: Mapping[str, Any], account_id: str) -> None:
        names = StackNames(filled, partition=stack.partition, account_id=account_id)
        policies = [
            (names.of(type_, address), block.get(argument.name))
            for type_, blocks in stack.resources.items()
            if (argument := ARGUMENTS.get(type_)) and argument.kind is PolicyKind.RESOURCE and type_ not in _UNTRUSTED
            for address, block in blocks.items()
        ]
        for named, text in policies:
            document = stack.read(text, PolicyKind.RESOURCE)
            arns = named.arns or (
                (key_arn(stack.partition, account_id, named.address),) if named.type == "aws_kms_key" else ()
            )
            if not isinstance(document, PolicyDocument):
                continue
            for arn in arns:
                self.resources[arn] = PolicySet.of(document, name=f"policy of {arn}")
                self._owners[arn.partition("/")[0]] = account_id
        for _, block in stack.each("aws_s3_bucket"):
            self._owners[f"arn:{stack.partition}:s3:::{block.get('bucket')}"] = account_id

    def owner_of(self, resource: str) -> str | None:
        """The id of the account that owns a resource, if its ARN or a stack tells."""
        return account_in(resource) or self._owners.get(resource.partition("/")[0])

    def policy_of(self, resource: str) -> PolicySet | None:
        """The resource policy that a stack gives a resource."""
        if resource not in self._policies:
            found = self.resources.get(resource) or self.resources.get(resource.partition("/")[0])
            pattern = (each for arn, each in self._patterns if arn.fullmatch(resource))
            self._policies[resource] = found or next(pattern, None)
        return self._policies[resource]

    @cached_property
    def _patterns(self) -> Sequence[tuple[Any, PolicySet]]:
        return [(wildcard(arn), found) for arn, found in self.resources.items() if "*" in arn]

    def decide(
        self,
        who: Identity,
        action: str,
        resource: str,
        *,
        owner: str,
        policy: PolicySet | None = None,
        said: Mapping[str, str | Sequence[str]] | None = None,
    ) -> Answer:
        """What becomes of a request.

        Args:
            who: Who makes it; nobody of whom AWS sees only what they become.
            action: ``service:Action``.
            resource: The ARN.
            owner: The id of the account that owns the resource.
            policy: The resource's own policy, instead of the one that a stack gives it.
            said: Condition keys that are known of this request.
        """
        return self.judge(who, self.request(who, action, resource, owner=owner, said=said), owner=owner, policy=policy)

    def request(
        self,
        who: Identity,
        action: str,
        resource: str,
        *,
        owner: str,
        region: str | None = None,
        said: Mapping[str, str | Sequence[str]] | None = None,
    ) -> Request:
        """A request, with the condition keys that are known of it.

        Args:
            who: Who makes it; nobody of whom AWS sees only what they become.
            action: ``service:Action``.
            resource: The ARN.
            owner: The id of the account that owns the resource.
            region: The region that is called; the owner's unless told otherwise. Global services answer from theirs.
            said: Condition keys that are known besides.
        """
        if who.principal is None:
            raise ValueError(f"{who.name} makes no call of its own, but as whom it becomes.")
        home, owning = self.chains.account_with_id(who.principal.account), self.chains.account_with_id(owner)
        organization = self.chains.organization
        own = region or (owning or home or organization.management).region
        called = endpoint_region(action, organization.partition) or own
        known: dict[str, str | Sequence[str]] = {**dict(who.claims), **(said or {}), "aws:ResourceAccount": owner}
        known = context(self.chains, who.principal, owning, known)
        if "aws:multifactorauthpresent" not in {key.lower() for key in said or {}}:
            known.pop("aws:MultiFactorAuthPresent", None)  # not known beforehand
        # AWS's endpoints speak nothing older: https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingEncryptionInTransit.html
        known.setdefault("s3:TlsVersion", "1.2")
        return Request(who.principal, action, resource, owner, called, known)

    def judge(self, who: Identity, request: Request, *, owner: str, policy: PolicySet | None = None) -> Answer:
        """What becomes of a request that somebody makes.

        Args:
            who: Who makes it.
            request: What `request` gives.
            owner: The id of the account that owns the resource.
            policy: The resource's own policy, instead of the one that a stack gives it.
        """
        home = self.chains.account_with_id(request.principal.account)
        owning = self.chains.account_with_id(owner)
        resource_policy = policy or self.policy_of(request.resource)
        if resource_policy is None and request.needs_resource_policy:
            resource_policy = self._default_policy(owner)
        answer = self._judge.decide(
            request,
            Policies(
                identity=EVERYTHING if who.kind in (Kind.OUTSIDE, Kind.ANYBODY) else who.policies,
                boundary=who.boundary,
                resource=resource_policy,
                scps=self.chains.scps(home) if home else (),
                rcps=self.chains.rcps(owning) if owning else (),
                management_account=self.chains.account_id(self.chains.organization.management),
            ),
        )
        return _with_unknown(who, answer)

    def _default_policy(self, owner: str) -> PolicySet:
        """What AWS gives a key whose policy nobody wrote: its account's IAM policies decide.

        Source: https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html
        """
        if owner not in self._defaults:
            account = f"arn:{self.chains.organization.partition}:iam::{owner}:root"
            document = PolicyDocument.of(allow("*", "*", principals={"AWS": account}))
            self._defaults[owner] = PolicySet.of(document, name="default policy")
        return self._defaults[owner]

    def trusted_by(self, role: Identity) -> Iterator[Identity]:
        """Those whom a role's trust policy could mean; whether it does is `decide`'s to say."""
        if role.trust is None:
            return
        for named in named_in(role.trust):
            if named.kind is Kind.ANYBODY:  # of the organization, too, as conditions may have it
                yield from (each for account in self._by_account for each in self._by_account[account] if each != role)
            if not self._is_own(named):
                yield self.identities[named.name]
                continue
            account = self.chains.account_with_id(named.principal.account if named.principal else None)
            yield from (each for each in self.living_in(account) if each != role)

    def living_in(self, account: Account | None) -> Sequence[Identity]:
        """The identities of an account that can act."""
        return self._by_account.get(account.slug, ()) if account else ()

    @cached_property
    def _by_account(self) -> Mapping[str, Sequence[Identity]]:
        found: dict[str, list[Identity]] = defaultdict(list)
        for identity in self.identities.values():
            if identity.account is not None and identity.principal is not None:
                found[identity.account.slug].append(identity)
        return found


def _with_unknown(who: Identity, answer: Answer) -> Answer:
    """What rests on a text that nobody knows is neither yes nor no."""
    if answer.verdict is Verdict.NO and who.unknown and not answer.decision.is_explicit_deny:
        return Answer(Verdict.DEPENDS, answer.decision, tuple(f"what {each} permits" for each in who.unknown))
    if answer.possible and who.unknown_boundary:
        return Answer(Verdict.DEPENDS, answer.decision, (*answer.needs, f"what {who.unknown_boundary} permits"))
    return answer


def rests_on_unknown(who: Identity, needs: Sequence[str]) -> bool:
    """Whether nothing but policies whose text nobody knows would permit what somebody needs these for."""
    return bool(needs) and {f"what {each} permits" for each in who.unknown}.issuperset(needs)


def assume_action(who: Identity) -> str:
    """How somebody becomes a role."""
    if who.principal is not None and who.principal.kind is PrincipalKind.FEDERATED:
        return "sts:AssumeRoleWithSAML" if ":saml-provider/" in who.principal.arn else "sts:AssumeRoleWithWebIdentity"
    return "sts:AssumeRole"
