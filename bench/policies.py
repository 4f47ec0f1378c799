"""The guardrails of a large organization: what `estate explain` and `estate check` cost, one evaluation, the lockout proof.

As a program, it loads a configuration, times evaluations and the proof in its own process, and prints them as JSON.
"""

import json
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

from bench import setting
from bench.measure import Case, Samples, interleaved
from tests.organizations import write_organization

ACCOUNTS = 1000
_EVALUATIONS = 2000
_REPEATS = 5
_EXEMPTED = "[OrganizationAccountAccessRole, TerraformExecutionRole]"
# guardrail → where it is attached, and its parameters. Nine SCPs and RCPs are above an account of production.
_GUARDRAILS = {
    "deny-leaving-organization": ("root", ""),
    "deny-root-user": ("root", ""),
    "protect-cloudtrail": ("root", f"exempted_principal_arns: {_EXEMPTED}"),
    "deny-external-sharing": ("root", f"exempted_principal_arns: {_EXEMPTED}"),
    "require-tls": ("root", ""),
    "deny-unapproved-regions": ("ou:workloads", f"exempted_principal_arns: {_EXEMPTED}"),
    "require-imdsv2": ("ou:workloads", ""),
    "protect-ebs-encryption": ("ou:workloads/production", f"exempted_principal_arns: {_EXEMPTED}"),
    "protect-s3-public-access-block": ("tag:environment=production", f"exempted_principal_arns: {_EXEMPTED}"),
}
_RESOURCE_CONTROL = {"require-tls"}


def measure(rounds: int, say: Callable[[str], None]) -> Samples:
    """The commands as users call them, and this module's own figures (in what `in process` printed)."""
    config = _organization(setting.WORK / "guarded")
    variables = {"ESTATE_CONFIG": str(config)}
    estate = [sys.executable, "-m", "estate"]
    question = ["workload-0000", "ec2:RunInstances", "--region", "us-west-2"]
    cases = [
        Case("estate explain", [*estate, "explain", *question], setting.CHECKOUT, variables),
        Case("estate controls", [*estate, "controls", "workload-0000"], setting.CHECKOUT, variables),
        Case("estate check", [*estate, "check"], setting.CHECKOUT, variables),
        Case("in process", [sys.executable, "-m", "bench.policies", config], setting.CHECKOUT, variables),
    ]
    return interleaved(cases, rounds, say)


def _organization(directory: Path) -> Path:
    write_organization(directory, ACCOUNTS)
    types = "policy_types: [service_control_policy, resource_control_policy]\n"
    with (directory / "organization.yaml").open("a", encoding="utf-8") as file:
        file.write(types)
    for guardrail, (target, parameters) in _GUARDRAILS.items():
        kind = "resource_control_policy" if guardrail in _RESOURCE_CONTROL else "service_control_policy"
        text = f'type: {kind}\ntargets: ["{target}"]\nguardrail: {guardrail}\n'
        if parameters:
            text += f"parameters:\n  {parameters}\n"
        (directory / "policies" / f"{guardrail}.yaml").write_text(text, encoding="utf-8")
    return directory


def figures(directory: Path) -> dict[str, float]:
    """Seconds of the lockout proof, microseconds of one evaluation, in an organization that is loaded already."""
    from config import load  # noqa: PLC0415 - not needed to start the commands
    from config.controls import Chains  # noqa: PLC0415
    from config.controls.lockout import prove  # noqa: PLC0415
    from config.registry import resource_types  # noqa: PLC0415
    from constructs_lib.policies.document import PolicyDocument, allow  # noqa: PLC0415
    from constructs_lib.policies.evaluator import Policies, PolicySet, Principal, Request, evaluate  # noqa: PLC0415

    organization = load(directory)

    def proof() -> None:
        prove(Chains(organization), lambda account: resource_types(organization, account))

    chains, account = Chains(organization), organization.accounts["workload-0000"]
    role = f"arn:aws:iam::{chains.account_id(account)}:role/developer"
    everything = PolicySet.of(PolicyDocument.of(allow("*", "*")), name="identity")
    policies = Policies(identity=everything, scps=chains.scps(account), rcps=chains.rcps(account))

    def request(action: str, region: str) -> Request:
        return Request(Principal.of(role), action, "*", region=region, context={"aws:SecureTransport": "true"})

    asked = {
        "denied": request("ec2:DescribeInstances", "us-west-2"),
        "allowed": request("dynamodb:PutItem", "eu-central-1"),
    }

    def evaluations(of: Request) -> Callable[[], None]:
        def run() -> None:
            for _ in range(_EVALUATIONS):
                evaluate(of, policies)

        return run

    found = {f"{name} us": 1e6 * _seconds(evaluations(of)) / _EVALUATIONS for name, of in asked.items()}
    for name, of in asked.items():
        if evaluate(of, policies).allowed is not (name == "allowed"):
            raise RuntimeError(f"The request that should be {name} is not.")
    return {**found, "proof s": _seconds(proof)}


def _seconds(run: Callable[[], None]) -> float:
    """The median of several runs, after one that warms up."""
    run()
    taken = []
    for _ in range(_REPEATS):
        start = time.perf_counter()
        run()
        taken.append(time.perf_counter() - start)
    return statistics.median(taken)


if __name__ == "__main__":
    print(json.dumps(figures(Path(sys.argv[1]))))
