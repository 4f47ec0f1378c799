"""`estate report`: what it writes, and what it says of what it cannot use."""

import json

import pytest
from typer.testing import CliRunner

from estate.cli import app
from estate.report import model
from tests.organizations import SAMPLE

pytestmark = pytest.mark.row("E10")


@pytest.fixture
def run(monkeypatch):
    monkeypatch.setenv("ESTATE_CONFIG", str(SAMPLE))
    return lambda *arguments: CliRunner().invoke(app, ["report", *map(str, arguments)])


def test_the_page_is_written_and_says_where(run, tmp_path):
    plan = {"format_version": "1.2", "resource_changes": [], "configuration": {}}
    (tmp_path / "plans").mkdir()
    (tmp_path / "plans" / "production.json").write_text(json.dumps(plan))
    (tmp_path / "drift.json").write_text("[]")
    page = tmp_path / "new" / "page.html"
    done = run(SAMPLE, "--output", page, "--plans", tmp_path / "plans", "--drift", tmp_path / "drift.json")
    assert (done.exit_code, done.stdout) == (0, f"{page}: open it in a browser.\n")
    text = page.read_text()
    assert text.startswith("<!doctype html>")
    held = text.partition('<script type="application/json" id="report">')[2].partition("</script>")[0]
    found = model.Report.model_validate_json(held)
    assert found.change.stacks == []
    assert [each.stack for each in found.plans.stacks] == ["production"]
    assert (found.plans.passes, found.drift) == (True, [])


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("no-such-revision",), "'no-such-revision' is neither a directory nor a revision that git knows here."),
        (("--plans", "{}"), "There are no plans in {}. Plans are files <stack>.json in {}."),
        (("--drift", "{}/none.json"), "{}/none.json: No such file or directory."),
        (("--drift", "{}/text"), "{}/text is not JSON"),
        (("--drift", "{}/map.json"), "{}/map.json holds something else than what `estate drift --json` prints."),
        (
            ("--rehearsal", "{}/list.json"),
            "{}/list.json holds something else than what `estate rehearse --json` prints.",
        ),
    ],
)
def test_what_cannot_be_used_is_named_before_anything_is_synthesized(run, tmp_path, monkeypatch, arguments, said):
    monkeypatch.setattr("estate.terraform.synth.synthesize", lambda **_: pytest.fail("synthesized"))
    for name, text in (("text", "no"), ("map.json", "{}"), ("list.json", "[]")):
        (tmp_path / name).write_text(text)
    if arguments == ("--plans", "{}"):
        for path in tmp_path.iterdir():
            path.unlink()
    done = run(*(each.format(tmp_path) for each in arguments))
    assert done.exit_code == 1
    assert said.format(*[tmp_path] * 2) in done.stderr
