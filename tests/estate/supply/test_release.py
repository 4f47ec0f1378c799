"""`make release`: what it refuses, and what it writes."""

import pytest

from estate.paths import CHECKOUT
from estate.supply.release import build, digest, problems, provenance, version
from tests.deployment import run

CHANGELOG = "# Changelog\n\n## [Unreleased]\n\n## [1.2.0] - 2026-12-01\n\n### Added\n\n- Something.\n"


@pytest.fixture
def checkout(tmp_path):
    """A small project that is ready to be released."""
    (tmp_path / "pyproject.toml").write_text('[project]\nname = "small"\nversion = "1.2.0"\n')
    (tmp_path / "CHANGELOG.md").write_text(CHANGELOG)
    (tmp_path / "README.md").write_text("Install constructs-lib==1.2.0.\n")
    (tmp_path / "docs").mkdir()
    (tmp_path / "examples").mkdir()
    for arguments in (("init", "-q"), ("add", "-A")):
        run("git", *arguments, cwd=tmp_path)
    commit(tmp_path)
    return tmp_path


def commit(checkout):
    run("git", "-c", "user.name=x", "-c", "user.email=x@example.com", "commit", "-qam", "x", cwd=checkout)


def test_a_release_whose_numbers_agree(checkout):
    assert list(problems(checkout)) == []


@pytest.mark.parametrize(
    ("file", "text", "problem"),
    [
        ("pyproject.toml", '[project]\nversion = "1.2"\n', "three numbers"),
        ("pyproject.toml", '[project]\nversion = "1.3.0"\n', "newest version is 1.2.0, pyproject.toml's 1.3.0"),
        (
            "CHANGELOG.md",
            CHANGELOG.replace("[Unreleased]\n", "[Unreleased]\n\n- More.\n"),
            "changes under [Unreleased]",
        ),
        ("README.md", "One\nconstructs-lib==1.1.0\n", "README.md:2 names version 1.1.0; this is 1.2.0"),
        ("README.md", 'aws-organization-cdktn = {version = "==1.1.0"}\n', "README.md:1 names version 1.1.0"),
    ],
)
def test_numbers_that_do_not_agree_are_told(checkout, file, text, problem):
    (checkout / file).write_text(text)
    commit(checkout)
    assert problem in "\n".join(problems(checkout))


def test_what_is_not_committed_and_a_version_that_was_released_are_told(checkout):
    run("git", "tag", "v1.2.0", cwd=checkout)
    assert list(problems(checkout)) == []
    (checkout / "README.md").write_text("More.\n")
    assert ["not committed" in problem for problem in problems(checkout)] == [True]
    commit(checkout)
    assert "The tag v1.2.0 is of another commit" in "\n".join(problems(checkout))


def test_the_same_commit_gives_the_same_bytes_and_says_what_from(tmp_path):
    (one,), (other,) = (build(tmp_path / name, sources=["."]) for name in ("one", "other"))
    assert digest(one) == digest(other)
    found = provenance([one])
    assert found["subject"] == [{"name": one.name, "digest": {"sha256": digest(one)}}]
    definition = found["predicate"]["buildDefinition"]
    assert definition["externalParameters"]["version"] == version()
    head = run("git", "rev-parse", "HEAD", cwd=CHECKOUT).strip()
    assert definition["resolvedDependencies"][0]["digest"] == {"gitCommit": head}
    assert len(definition["resolvedDependencies"]) == 6
