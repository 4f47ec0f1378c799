import pytest

from constructs_lib import InvalidValueError, PatchApproval, PatchingConstruct, PatchWindow
from tests.template import synth

pytestmark = pytest.mark.row("A8")
WINDOW = PatchWindow("patch", "sunday", "cron(0 3 ? * SUN *)", time_zone="Europe/Berlin")


def made(baselines=None, windows=None):
    return synth(
        lambda stack: PatchingConstruct(stack, "patching", name="patching", baselines=baselines or {}, windows=windows)
    )


def filters(found):
    ((rule,),) = (found["approval_rule"],)
    return {each["key"]: each["values"] for each in rule["patch_filter"]}


def test_a_baseline_is_the_default_of_its_operating_system():
    template = made(
        {
            "AMAZON_LINUX_2023": PatchApproval(
                3, ("Security",), ("Important", "Critical"), "HIGH", rejected=("kernel*",), rejected_action="BLOCK"
            )
        }
    )
    found = template.only("aws_ssm_patch_baseline")
    assert filters(found) == {
        "PRODUCT": ["*"],
        "CLASSIFICATION": ["Security"],
        "SEVERITY": ["Critical", "Important"],
    }
    assert found["approval_rule"][0]["approve_after_days"] == 3
    assert found["rejected_patches"] == ["kernel*"]
    default = template.only("aws_ssm_default_patch_baseline")
    assert default["operating_system"] == found["operating_system"] == "AMAZON_LINUX_2023"
    assert template.resources("aws_ssm_maintenance_window") == {}


@pytest.mark.parametrize(
    ("system", "key"), [("WINDOWS", "MSRC_SEVERITY"), ("UBUNTU", "PRIORITY"), ("SUSE", "SEVERITY")]
)
def test_how_severe_has_another_name_for_each_kind_of_system(system, key):
    found = made({system: PatchApproval(severities=("Critical",))}).only("aws_ssm_patch_baseline")
    assert filters(found)[key] == ["Critical"]


@pytest.mark.parametrize(
    ("window", "expected"),
    [
        (WINDOW, {"Operation": ["Install"], "RebootOption": ["RebootIfNeeded"]}),
        (PatchWindow("patch", "a", "rate(7 days)", install=False), {"Operation": ["Scan"]}),
        (
            PatchWindow("patch", "a", "rate(7 days)", reboot=False),
            {"Operation": ["Install"], "RebootOption": ["NoReboot"]},
        ),
    ],
)
def test_a_window_runs_what_updates_machines_with_its_tag(window, expected):
    template = made(windows={"sunday": window})
    task = template.only("aws_ssm_maintenance_window_task")
    parameters = task["task_invocation_parameters"]["run_command_parameters"]["parameter"]
    assert {each["name"]: each["values"] for each in parameters} == expected
    assert task["task_arn"] == "AWS-RunPatchBaseline"
    (target,) = template.only("aws_ssm_maintenance_window_target")["targets"]
    assert target == {"key": "tag:patch", "values": [window.tag_value]}
    assert template.only("aws_ssm_maintenance_window")["allow_unassociated_targets"] is False


@pytest.mark.parametrize(
    ("baselines", "windows", "argument"),
    [
        ({"BEOS": PatchApproval()}, {}, "baselines"),
        ({"WINDOWS": PatchApproval(361)}, {}, "approve_after_days"),
        ({"DEBIAN": PatchApproval(classifications=("Security",))}, {}, "classifications"),
        ({}, {"w": PatchWindow("a", "b", "sundays")}, "schedule"),
        ({}, {"w": PatchWindow("a", "b", "rate(7 days)", duration_hours=2, cutoff_hours=2)}, "cutoff_hours"),
        ({}, {"w": PatchWindow("a", "b", "rate(7 days)", max_errors="some")}, "max_errors"),
    ],
)
def test_what_aws_would_refuse(baselines, windows, argument):
    with pytest.raises(InvalidValueError, match=argument):
        made(baselines, windows)
