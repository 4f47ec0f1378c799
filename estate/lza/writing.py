"""The files of the configuration that was made, in the form that people keep."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from ruamel.yaml.comments import CommentedMap, CommentedSeq

from config.sources.files import ACCOUNTS, ORGANIZATION, POLICIES
from estate.adoption.files import round_trip, text_of

if TYPE_CHECKING:
    from ruamel.yaml import YAML

    from estate.lza.draft import Draft

PAGE: Final = "lza.md"
"""What is told about what was taken over."""
_LONGEST: Final = 110
_LONGEST_ENTRY: Final = 170
_IN_A_LINE: Final = frozenset(
    {
        "subnets",
        "rules",
        "routes",
        "trusted_by",
        "address_plan",
        "customer_policies",
        "ssm_documents",
        "groups",
        "users",
        "tiers",
    }
)
"""Keys of mappings and lists whose entries stand in a line each, where they are short."""
_SHORT: Final = frozenset({"attachment", "backup", "dhcp_options", "password_policy", "tiers"})
"""Keys of mappings that stand in a line themselves, where they are short."""
_HEAD: Final = """\
# Written by `estate import-lza` from the Landing Zone Accelerator's configuration; lza.md says block by block what differs.
# It is yours: change it, with comments and in any order. Keys of the mappings below are slugs, and so are the names of the
# files. Rename them before the first deploy, and never afterwards.
"""


def files(into: Draft, page: str) -> dict[str, bytes]:
    """The files of the configuration, by path.

    Args:
        into: What was taken over.
        page: What is told about it.
    """
    yaml = round_trip()
    found = {ORGANIZATION: _HEAD + _text(yaml, into.organization), PAGE: page}
    for slug, account in into.accounts.items():
        comment = f"# {into.comments[slug]}\n" if slug in into.comments else ""
        found[f"{ACCOUNTS}/{slug}.yaml"] = comment + _text(yaml, account)
    for slug, policy in into.policies.items():
        found[f"{POLICIES}/{slug}.yaml"] = _text(yaml, policy)
    for path, text in into.documents.items():
        found[f"{POLICIES}/{path}"] = text
    return {path: text.encode() for path, text in found.items()}


def _text(yaml: YAML, data: dict[str, Any]) -> str:
    return text_of(yaml, _formed(data, in_a_line=False))


def _formed(data: Any, *, in_a_line: bool) -> Any:
    """Data as it is to stand in a file: short lists, and short entries of some mappings, in a line each."""
    if isinstance(data, dict):
        entries = {key: _formed(value, in_a_line=key in _IN_A_LINE) for key, value in data.items()}
        mapping = CommentedMap(entries)
        for key in _SHORT & entries.keys():
            _in_a_line(mapping[key])
        if isinstance(fields := mapping.get("fields"), CommentedSeq):  # of flow logs: thirty words, in each VPC
            fields.fa.set_flow_style()
        if in_a_line:
            for value in mapping.values():
                _in_a_line(value)
        return mapping
    if isinstance(data, list):
        found = CommentedSeq(_formed(each, in_a_line=False) for each in data)
        if all(isinstance(each, str | int) for each in data) and len(", ".join(map(str, data))) <= _LONGEST:
            found.fa.set_flow_style()
        elif in_a_line:
            for value in found:
                _in_a_line(value)
        return found
    return data


def _in_a_line(data: Any) -> None:
    """Have a short mapping, with what is in it, in one line."""
    if isinstance(data, CommentedMap) and len(str(data)) <= _LONGEST_ENTRY:
        data.fa.set_flow_style()
        for value in data.values():
            if isinstance(value, CommentedMap):
                _in_a_line(value)
            elif isinstance(value, CommentedSeq):
                value.fa.set_flow_style()
