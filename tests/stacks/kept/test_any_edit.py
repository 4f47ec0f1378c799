"""Whatever is edited: what is kept is what would be made."""

import random

import pytest
import yaml
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from config import ConfigError, load
from tests.organizations import SAMPLE

UNITS = [
    "security",
    "infrastructure",
    "workloads/production",
    "workloads/staging",
    "workloads/development",
    "quarantine",
]
MEMBERS = ["development", "network", "production", "security", "shared-services", "staging", "terraform"]
NEW = ["alpha", "beta"]
SWITCHES = [
    "logging", "ci", "identity_center", "cost", "roles", "shares", "tags",
    "security.guardduty", "security.config", "security.access_analyzer", "security.security_hub",
    "defaults.baseline", "defaults.config_recorder", "defaults.budget", "defaults.baseline.alias",
]  # fmt: skip
names = st.sampled_from(["x", "An ${expression}", "Ä name", "%{ if }", "TfToken[1]", "plain"])
member = st.sampled_from(MEMBERS)


def read(directory):
    return {
        str(path.relative_to(directory)): yaml.safe_load(path.read_text()) for path in sorted(directory.rglob("*.yaml"))
    }


def without(data, place):
    """The data without a key, such as ``a.b``."""
    key, _, rest = place.partition(".")
    if key not in data:
        return data
    if rest:
        return {**data, key: without(data[key], rest)}
    return {name: value for name, value in data.items() if name != key}


def account(slug):
    return f"accounts/{slug}.yaml"


def merged(*levels):
    found = {}
    for level in levels:
        for key, value in level.items():
            found[key] = merged(found.get(key, {}), value) if isinstance(value, dict) else value
    return found


def change(path, *levels):
    return lambda tree: {**tree, path: merged(tree[path], *levels)} if path in tree else tree


def switch_off(place):
    path = "organization.yaml"
    return lambda tree: {**tree, path: without(tree[path], place)}


def lock(tree, known):
    slugs = [path[9:-5] for path in tree if path.startswith("accounts/")]
    ids = {
        slug: f"{100000000000 + sum(map(ord, slug)) * 7919}" for slug in sorted(slugs)[:known] if slug != "management"
    }
    content = {"organization_id": "o-a1b2c3d4e5", "root_id": "r-ab12", "management_account_id": "111111111111"}
    return {**tree, "organization.lock.yaml": {**content, "accounts": ids}}


def target(place):
    return lambda tree: {
        path: {**data, "targets": [place]} if path == "policies/allowed-regions.yaml" else data
        for path, data in tree.items()
    }


def reordered(seed):
    def shuffled(data):
        if not isinstance(data, dict):
            return data
        keys = list(data)
        random.Random(seed).shuffle(keys)
        return {key: shuffled(data[key]) for key in keys}

    return lambda tree: {path: shuffled(data) for path, data in tree.items()}


edits = st.one_of(
    st.builds(lambda slug, n: change(account(slug), {"settings": {"budget": {"limit": n}}}), member, st.integers(1, 3)),
    st.builds(lambda slug, name: change(account(slug), {"name": name}), member, names),
    st.builds(lambda slug, name: change(account(slug), {"tags": {"team": name}}), member, names),
    st.builds(lambda slug, ou: change(account(slug), {"ou": ou}), member, st.sampled_from(UNITS)),
    st.builds(lambda slug, on: change(account(slug), {"settings": {"baseline": {"enabled": on}}}), member, st.booleans()),
    st.builds(
        lambda slug, on: change(account(slug), {"settings": {"config_recorder": {"enabled": on}}}), member, st.booleans()
    ),
    st.builds(
        lambda slug, ou: lambda tree: {**tree, account(slug): {"name": slug.title(), "ou": ou}},
        st.sampled_from(NEW),
        st.sampled_from(UNITS),
    ),
    st.builds(
        lambda slug: lambda tree: {path: data for path, data in tree.items() if path != account(slug)},
        st.sampled_from([*NEW, "development", "staging"]),
    ),
    st.builds(switch_off, st.sampled_from(SWITCHES)),
    st.builds(lambda known: lambda tree: lock(tree, known), st.integers(0, 9)),
    st.builds(lambda name: change("organization.yaml", {"name": name}), names),
    st.builds(lambda name: change("organization.yaml", {"tags": {"owner": name}}), names),
    st.builds(
        lambda text: change("organization.yaml", {"execution_role": {"external_id": text}}), st.sampled_from(["one", "two"])
    ),
    st.builds(target, st.sampled_from(["root", "ou:workloads", "account:production"])),
    st.builds(reordered, st.integers(0, 3)),
)  # fmt: skip


@pytest.mark.row("E11")
@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(changes=st.lists(edits, min_size=1, max_size=4))
def test_cached_is_uncached(app, tmp_path_factory, changes):
    """One cache over all examples: so each finds what those before have left."""
    base = tmp_path_factory.mktemp("edit")
    tree = read(SAMPLE)
    for edit in changes:
        tree = edit(tree)
    directory = base / "organization"
    for path, data in tree.items():
        (directory / path).parent.mkdir(parents=True, exist_ok=True)
        (directory / path).write_text(yaml.safe_dump(data, sort_keys=False, allow_unicode=True))
    documents = SAMPLE / "policies" / "documents"
    (directory / "policies" / "documents").symlink_to(documents)
    try:
        load(directory)
    except ConfigError:
        assume(False)
    try:
        cached, made, _ = app.run(directory, base / "cached")
    except SystemExit:  # an account that moves to where developers work opens its jewels to them
        with pytest.raises(SystemExit):
            app.run(directory, base / "refused-again")
        assume(False)
    taken = [path.name for path in sorted((base / "cached" / "stacks").iterdir()) if path.name not in made]
    if taken:  # all others were made just now
        uncached, _, _ = app.run(directory, base / "uncached", *taken, cached=False)
        stacks = {name: content for name, content in uncached.items() if name.startswith("stacks/")}
        assert stacks == {name: cached[name] for name in stacks}
    assert app.run(directory, base / "again") == (cached, [], True)
