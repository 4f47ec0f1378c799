"""The end of making a stack, done once for all stacks whose JSON is the same but for their account's number, slug and tags.

A thousand accounts are mostly copies of a few. What CDKTF writes of their constructs is made for each; what follows from it, the
rights of roles, the text and what is to be said of it, is worked out for some of a form and copied for the others.

A copy is what would have been worked out. Numbers and slugs decide nothing there but by

* standing where they stand, and by their length: those are the form;
* what the configuration says of the account (`AccountScope.form`), and what is read by its number or slug: that is compared;
* their place in an order: it is compared for every copy;
* what is found in statements with a slug in them: that is nothing in those of a form, whatever the slug. It stands in resources or is
  a whole value of a condition, such as a tag's, and a sign that no rule knows does as well.

A form is confirmed by one more stack, which has to become what its copy would have been.
"""

import json
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass, field, replace
from hashlib import sha256
from itertools import pairwise
from typing import Any, Final

from config.nodes import Organization
from config.watching import Read, read, unwatched
from constructs_lib.policies.clashes import names_of
from constructs_lib.policies.document import PolicyDocument, Statement
from constructs_lib.policies.lint import Around, check_site
from constructs_lib.policies.synthesized import Stack
from constructs_lib.policies.trust import Surroundings
from stacks import output
from stacks.judging import Judged, around, judge
from stacks.reach.extract import digest_of_text, text_of
from stacks.scope import AccountScope

_NUMBER, _SLUG, _TAGS = _MARKS = "\ue001", "\ue002", "\ue003"
"""Stand for what is a stack's own. Unicode keeps them for private use, and no stack that has one is copied."""
_DEFAULT_TAGS: Final = '"default_tags": ['
_TAGS_OF_PROVIDER: Final = re.compile(rf"{re.escape(_DEFAULT_TAGS)}.*?\n {{8}}\]", re.DOTALL)
"""Nothing follows from them."""
_OUTPUT: Final = re.compile(r"account_ids(?:\.[a-z0-9]+|\['[a-z0-9-]+'\])")
"""What stands for an account's number before there is one, behind what is the same for all accounts."""
_EXPRESSION: Final = re.compile(r"\$\{[^{}]*\}")
WORDS: Final = frozenset({"accesspoint"})
"""What AWS's forms of ARNs have where a name stands that a stack chooses: such a slug may be taken for it."""
_MOST: Final = 64
"""So many forms are kept, of those that were found last."""
_ORDERS: Final = 4
"""So many of them for slugs of one length that come in different places among other texts."""


@dataclass(frozen=True)
class _Own:
    """What is a stack's own.

    Args:
        slug: The account's slug.
        number: The account's number; empty before it is known.
        tags: The part of the JSON that says which tags everything gets; empty if nothing gets any.
    """

    slug: str
    number: str
    tags: str

    def taken_out(self, text: str) -> str:
        """A text with marks in place of it."""
        for mark, own in ((_TAGS, self.tags), (_NUMBER, self.number), (_SLUG, self.slug)):
            text = text.replace(own, mark) if own else text
        return text

    def put_in(self, text: str) -> str:
        """A text with it in place of marks."""
        for mark, own in ((_SLUG, self.slug), (_NUMBER, self.number), (_TAGS, self.tags)):
            text = text.replace(mark, own)
        return text


@dataclass(frozen=True)
class _Finished:
    """A stack as it is in the end.

    Args:
        text: Its JSON.
        judged: What is known of it.
        reads: What was read of the organization for that.
        content: What its JSON says, in the order in which it was worked out.
    """

    text: str
    judged: Judged
    reads: frozenset[Read]
    content: dict[str, Any] = field(default_factory=dict, compare=False)


class _Form:
    """What the copies of a stack need.

    Args:
        own: What is the stack's own.
        finished: The stack.
        organization: The organization, as stacks get it.
    """

    def __init__(self, own: _Own, finished: _Finished, organization: Organization) -> None:
        self.confirmed = False
        """Whether one more stack has become what its copy would have been."""
        self._organization = organization
        judged = json.dumps(asdict(finished.judged))
        self._texts = [own.taken_out(each) for each in (finished.text, judged, text_of(finished.content))]
        # Read by its number or slug: the copy reads by its own, and has to find the same. What holds it has its name for all.
        self._reads = {each: (each[0], *map(own.taken_out, each[1:])) for each in finished.reads}
        self._found = {to: read(organization, each) for each, to in self._reads.items() if to != each}
        texts = {*_texts_in(finished.content), *_texts_in(asdict(finished.judged))}
        arns = sorted(each for each in texts if each.startswith("arn:"))
        ordered = {*pairwise(arns), *_ordered(finished.content), *_ordered(asdict(finished.judged))}
        marked = {pair: tuple(map(own.taken_out, pair)) for pair in ordered}
        named = names_of(Stack(own.slug, finished.content))
        self._names = [tuple(map(own.taken_out, name)) for name, _ in named]
        self._order = [after for before, after in marked.items() if before != after]

    def copy(self, own: _Own) -> _Finished | None:
        """What another stack of the form becomes; None if that has to be worked out."""
        put = own.put_in
        if any(read(self._organization, tuple(map(put, each))) != found for each, found in self._found.items()):
            return None
        if not all(put(one) < put(other) for one, other in self._order):
            return None
        if len({tuple(map(put, each)) for each in self._names}) < len(self._names):
            return None  # AWS gives a name once
        text, judged, access = map(put, self._texts)
        return _Finished(
            text,
            replace(Judged(**json.loads(judged)), access=digest_of_text(access)),
            frozenset(tuple(map(put, each)) for each in self._reads.values()),
        )


def _values(found: Any) -> Iterator[Any]:
    """The values in a JSON value, itself among them, and those in a JSON that is a text in it."""
    yield found
    if isinstance(found, str) and found.startswith("{"):
        with suppress(ValueError):
            # Terraform fills in what an expression stands for first, whatever quotes it has.
            yield from _values(json.loads(_EXPRESSION.sub(lambda each: each[0].replace('"', "'"), found)))
    elif isinstance(found, dict):
        for each in found.values():
            yield from _values(each)
    elif isinstance(found, list):
        for each in found:
            yield from _values(each)


def _texts_in(content: Any) -> Iterator[str]:
    return (each for each in _values(content) if isinstance(each, str))


def _ordered(content: Any) -> Iterator[tuple[str, str]]:
    """Texts that stand one behind the other in a JSON because they come in that order: keys of a mapping, and of a sorted list."""
    for each in _values(content):
        if isinstance(each, dict):
            yield from pairwise(sorted(each))
        elif isinstance(each, list) and all(isinstance(one, str) for one in each) and sorted(each) == each:
            yield from pairwise(each)


def _is_fine(stack: Stack, slug: str, known: Around) -> bool:
    """Whether nothing is found in the statements of a stack with its slug in them, and nothing would be with another one."""
    around_it = Surroundings(stack.account, known.accounts, known.organization_id)
    for site in stack.sites():
        if isinstance(site.document, PolicyDocument):
            # Before the account has a number, an expression with the slug in it stands for that.
            document = PolicyDocument.from_json(_OUTPUT.sub("account_ids.x", site.document.to_json()))
            found = tuple(each for each in document.statements if slug in each.to_json())
            if not all(_is_in_place(slug, each) for each in found):
                return False
            marked = PolicyDocument.from_json(PolicyDocument(found).to_json().replace(slug, _SLUG))
            if found and any(check_site(replace(site, document=marked), around_it)):
                return False
    return True


def _is_in_place(slug: str, statement: Statement) -> bool:
    """Whether a slug stands in resources, or is a whole value of a condition."""
    values = [each for named in statement.conditions.values() for some in named.values() for each in some]
    others = replace(statement, resources=(), not_resources=(), conditions={})
    return slug not in others.to_json() and not any(slug in each for each in values if each != slug)


class Finishing:
    """The end of making an organization's stacks.

    Args:
        organization: The configuration.

    Attributes:
        judged: What is known of the stacks that were finished, by their names.
    """

    def __init__(self, organization: Organization) -> None:
        self.judged: dict[str, Judged] = {}
        self._known = around(organization)
        self._met: set[str] = set()
        self._forms: dict[str, list[_Form]] = {}
        self._alone: set[str] = set()

    def finish(self, stack: AccountScope, text: str, reads: set[Read], *, whole: bool) -> str | None:
        """The JSON of a stack as it is in the end.

        Args:
            stack: The stack.
            text: The JSON of its constructs.
            reads: What it has read of the organization; gets what is read here.
            whole: Whether the JSON is as it is in the end already.

        Returns:
            The JSON; None if JavaScript has to write it.
        """
        if whole:
            finished: _Finished | None = self._judged(stack, text, json.loads(text), frozenset())
        else:
            finished = self._finished(stack, text, reads)
        if finished is None:
            return None
        self.judged[stack.inputs.name] = finished.judged
        reads |= finished.reads
        return finished.text

    def _finished(self, stack: AccountScope, text: str, reads: set[Read]) -> _Finished | None:
        own = _own(stack, text)
        key = _key(stack, own, text)
        if key is None:
            return self._made(stack, text, reads)
        for form in self._forms.get(key, ()):
            if form.confirmed and (copied := form.copy(own)):
                return copied
        made = self._made(stack, text, reads)
        if made is not None and key in self._met and key not in self._alone:
            self._learn(key, own, made, unwatched(stack.inputs).organization)
        self._met.add(key)
        return made

    def _learn(self, key: str, own: _Own, made: _Finished, organization: Organization) -> None:
        """Confirm a form by a stack, or make one of it; there was another stack like it before."""
        forms = self._forms.setdefault(key, [])
        for form in forms:
            if not form.confirmed and (copied := form.copy(own)):
                form.confirmed = copied == made
                if not form.confirmed:
                    self._forget(key)
                return
        if len(forms) < _ORDERS:
            found = _form_of(own, made, organization, self._known)
            forms += [found] if found else []
            if found is None:
                self._forget(key)
            elif len(self._forms) > _MOST:
                del self._forms[next(iter(self._forms))]

    def _forget(self, key: str) -> None:
        """Make no copies of a form any more."""
        self._alone.add(key)
        del self._forms[key]

    def _made(self, stack: AccountScope, text: str, reads: set[Read]) -> _Finished | None:
        """What is worked out."""
        before = frozenset(reads)
        reads.clear()
        found = output.rewritten(text, stack.finished)
        of_this = frozenset(reads)
        reads |= before
        return found and self._judged(stack, *found, of_this)

    def _judged(self, stack: AccountScope, text: str, content: dict[str, Any], reads: frozenset[Read]) -> _Finished:
        return _Finished(text, judge(stack.inputs.name, content, self._known), reads, content)


def _form_of(own: _Own, finished: _Finished, organization: Organization, known: Around) -> _Form | None:
    """What copies of a stack need; None if there can be none."""
    fine = _DEFAULT_TAGS not in finished.text.replace(own.tags, "")
    if not fine or not _is_fine(Stack(own.slug, finished.content), own.slug, known):
        return None
    return _Form(own, finished, organization)


def _own(stack: AccountScope, text: str) -> _Own:
    tags = _TAGS_OF_PROVIDER.search(text)
    return _Own(stack.account.slug, stack.account.id or "", tags[0] if tags else "")


def _key(stack: AccountScope, own: _Own, text: str) -> str | None:
    """What all stacks of a form have in common; None for a stack that is like no other one."""
    form = stack.form()
    if form is None or own.slug in WORDS or any(mark in text for mark in _MARKS):
        return None
    marked = own.taken_out(text)
    return sha256(f"{form} {len(own.slug)} {bool(own.number)} {marked}".encode()).hexdigest()
