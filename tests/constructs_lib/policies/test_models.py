"""Limits and patterns of texts are those of AWS's own models of its services, as botocore brings them."""

import re
import unicodedata

import botocore.session
import pytest

from constructs_lib.policies.quotas import names, quota

MODELLED = [name for name in names() if quota(name).shape]
CHARACTERS = [chr(code) for code in range(0x10000) if unicodedata.category(chr(code)) not in {"Cn", "Cs"}]
CLASS = re.compile(r"\\p\{(\w)\}")


def shape_of(path):
    service, _, member = path.partition(":")
    structure, _, name = member.partition(".")
    model = botocore.session.get_session().get_component("data_loader").load_service_model(service, "service-2")
    return model["shapes"][model["shapes"][structure]["members"][name]["shape"]]


def taken_by(pattern):
    """The characters that a class such as ``[\\p{L}\\p{N}_]+`` takes."""
    categories = set(CLASS.findall(pattern))
    rest = re.compile(CLASS.sub("", pattern).replace("[]+", r"[^\s\S]"))
    return {
        character
        for character in CHARACTERS
        if unicodedata.category(character)[0] in categories or rest.fullmatch(character)
    }


@pytest.mark.row("E12")
@pytest.mark.parametrize("name", MODELLED)
def test_as_the_service_has_it(name):
    own, its = quota(name), shape_of(quota(name).shape)
    assert (own.minimum, own.limit) == (its.get("min", 0), its["max"])
    pattern = its.get("pattern")
    if pattern in {None, r"[\s\S]*"}:
        assert own.pattern is None
        return
    assert own.pattern
    sample = [*CHARACTERS[:0x250], *CHARACTERS[:: 1 if CLASS.search(pattern) else 97]]
    its_own = (
        taken_by(pattern) if CLASS.search(pattern) else {c for c in CHARACTERS if re.fullmatch(pattern, c, re.ASCII)}
    )
    assert [c for c in sample if (re.fullmatch(own.pattern, c, re.ASCII) is not None) != (c in its_own)] == []
