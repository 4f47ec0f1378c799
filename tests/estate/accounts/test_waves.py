"""`estate rollout`: a guardrail or settings reach the organization in waves, in order, with a pause, and back by one revert."""

import datetime as dt
import re

import pytest
import yaml
from typer.testing import CliRunner

from config import ConfigError, load
from config.capabilities.cost import BUDGET
from estate.cli import app
from estate.controls.impact import impact
from tests.organizations import copy_sample

pytestmark = pytest.mark.row("E5")

TODAY = dt.datetime.now(dt.UTC).date()
WAVES = [f"ou:workloads/{name}" for name in ("development", "staging", "production")]
POLICY = {
    "type": "service_control_policy",
    "rollout": {"waves": WAVES},
    "statements": [{"effect": "Deny", "actions": "sqs:CreateQueue"}],
}


@pytest.fixture
def config(tmp_path, monkeypatch):
    directory = copy_sample(tmp_path / "config")
    (directory / "policies/no-queues.yaml").write_text("# Ours\n" + yaml.safe_dump(POLICY))
    with (directory / "organization.yaml").open("a") as file:
        file.write(
            yaml.safe_dump(
                {"rollouts": {"dear": {"waves": WAVES, "settings": {"budget": {"limit": 7}}, "pause_days": 0}}}
            )
        )
    monkeypatch.setenv("ESTATE_CONFIG", str(directory))
    monkeypatch.setenv("COLUMNS", "200")
    return directory


def rollout(*arguments, code=0):
    result = CliRunner().invoke(app, ["rollout", *arguments])
    assert result.exit_code == code, result.output
    return result.output


def written(config):
    return yaml.safe_load((config / "policies/no-queues.yaml").read_text())["rollout"]


def waited(config, days):
    path = config / "policies/no-queues.yaml"
    path.write_text(path.read_text().replace(TODAY.isoformat(), (TODAY - dt.timedelta(days=days)).isoformat()))


def targets(config):
    return [node.selector for node in load(config).policies["no-queues"].targets]


def test_a_guardrail_reaches_one_wave_after_the_other(config):
    assert targets(config) == []
    printed = rollout("next", "no-queues")
    assert "loses sqs:CreateQueue" in printed
    assert targets(config) == WAVES[:1]
    assert written(config) == {"waves": WAVES, "reached": 1, "since": TODAY.isoformat()}
    assert f"pauses until {TODAY + dt.timedelta(days=7)}" in rollout("next", "no-queues", code=1)
    waited(config, 7)
    rollout("next", "no-queues")
    rollout("next", "no-queues", "--now")
    assert targets(config) == sorted(WAVES)
    assert "has reached all waves" in rollout("next", "no-queues", code=1)
    assert (config / "policies/no-queues.yaml").read_text().startswith("# Ours\n")


def test_each_wave_goes_back_with_what_it_changed_and_nothing_else(config):
    path = config / "policies/no-queues.yaml"
    texts = [path.read_text()]
    for _ in WAVES:
        rollout("next", "no-queues", "--now")
        texts.append(path.read_text())
    for number in (2, 1, 0):
        before = load(config)
        rollout("back", "no-queues")
        after = load(config)
        # The same as a revert of the wave's commit.
        path.write_text(texts[number])
        assert load(config).policies["no-queues"].targets == () or targets(config) == WAVES[:number]
        assert impact(before, after).stacks == ("management",)
    assert "has not begun" in rollout("back", "no-queues", code=1)


def test_settings_reach_accounts_in_waves(config):
    def limits():
        organization = load(config)
        slugs = ("development", "staging", "production")
        return [BUDGET.in_account(organization, organization.accounts[slug]).limit for slug in slugs]

    assert limits() == [500, 1000, 5000]
    rollout("next", "dear")
    assert limits() == [7, 1000, 5000]
    rollout("next", "dear")
    rollout("next", "dear")
    assert limits() == [7, 7, 7]
    rollout("back", "dear")
    assert limits() == [7, 7, 5000]
    with (config / "accounts/staging.yaml").open("a") as file:
        file.write("settings: {budget: {limit: 8}}\n")
    assert limits() == [7, 8, 5000]


def test_the_scheduled_job_lets_one_go_on_that_somebody_began_and_whose_pause_is_over(config):
    assert "No wave is due" in rollout("due", "--write")
    rollout("next", "no-queues")
    assert "No wave is due" in rollout("due", "--write")
    waited(config, 8)
    rollout("next", "dear")  # due as well, but not as long
    assert "no-queues: ou:workloads/staging may follow." in rollout("due", "--write")
    assert written(config)["reached"] == 2
    assert yaml.safe_load((config / "organization.yaml").read_text())["rollouts"]["dear"]["reached"] == 1


@pytest.mark.usefixtures("config")
def test_it_is_shown_where_each_wave_stands():
    rollout("next", "no-queues")
    rollout("next", "no-queues", "--now")
    printed = rollout("show")
    assert re.search(r"no-queues +ou:workloads/development +reached", printed)
    assert re.search(r"ou:workloads/production +to come", printed)
    assert f"since {TODAY}; the next may follow on {TODAY + dt.timedelta(days=7)}" in printed
    assert "not begun" in printed  # of the settings


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"waves": [WAVES[0], WAVES[0]]}, "each wave once"),
        ({"waves": [WAVES[0]]}, "waves"),
        ({"waves": ["ou:workloads/nowhere", WAVES[0]]}, "ou:workloads/nowhere"),
        ({"waves": WAVES, "reached": 4, "since": "2026-01-01"}, "at most 3"),
        ({"waves": WAVES, "reached": 1}, "`since`"),
        ({"waves": WAVES, "since": "2026-01-01"}, "`since`"),
        ({"waves": ["state:suspended", *WAVES]}, "waves of OUs"),
    ],
)
def test_bad_rollouts_are_refused(config, change, says):
    (config / "policies/no-queues.yaml").write_text(yaml.safe_dump({**POLICY, "rollout": change}))
    with pytest.raises(ConfigError, match=says):
        load(config)


def test_two_that_contradict_each_other_are_refused(config):
    organization = yaml.safe_load((config / "organization.yaml").read_text())
    dear = {**organization["rollouts"]["dear"], "reached": 1, "since": "2026-01-01"}
    organization["rollouts"] = {
        "dear": dear,
        "dearer": {**dear, "waves": list(WAVES), "settings": {"budget": {"limit": 9}}},
    }
    (config / "organization.yaml").write_text(yaml.safe_dump(organization))
    with pytest.raises(ConfigError, match="different values from 'dear' and 'dearer'"):
        load(config)
