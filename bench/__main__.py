"""`python -m bench` (`make bench`): measure everything in one run, write `bench/results.*` and the README's table."""

import argparse
from pathlib import Path

from bench import page, policies, readme, rehearsal, report, scenarios, setting, terraform
from tests.organizations import SAMPLE

_HERE = Path(__file__).parent
_SIZES = [1, 10, 50, 100, 200, 1000]
_QUICK_SIZES = [1, 50]
_LARGE, _QUICK_LARGE = 1000, 100
_RECORDS, _QUICK_RECORDS = 1_000_000, 20_000


def main() -> None:
    """Measure and write."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--rounds", type=int, default=5, help="rounds of each measurement; 5 by default")
    parser.add_argument("--quick", action="store_true", help="one round, at most 50 accounts; writes to .estate/bench/")
    arguments = parser.parse_args()
    rounds = 1 if arguments.quick else arguments.rounds
    sample_accounts = len(list((SAMPLE / "accounts").iterdir()))
    sizes = _QUICK_SIZES if arguments.quick else _SIZES
    setting.WORK.mkdir(parents=True, exist_ok=True)
    target = setting.WORK if arguments.quick else _HERE

    setting.build_typescript()
    print("One role, warm", flush=True)
    start = scenarios.start(rounds, _say)
    print("One role, cold", flush=True)
    cold = scenarios.cold(rounds, _say)
    print("The sample organization", flush=True)
    resources, sample = scenarios.sample(rounds, _say)
    growth = scenarios.growth(sizes, rounds, _say)
    large = _QUICK_LARGE if arguments.quick else _LARGE
    print(f"{large:,} accounts more with the sample's settings", flush=True)
    work, realistic = scenarios.realistic(large, rounds, _say)
    print("Its report", flush=True)
    written, shown = page.measure(work, rounds)
    print("Guardrails", flush=True)
    guardrails = policies.measure(rounds, _say)
    print("A rehearsal", flush=True)
    rehearsed = rehearsal.measure(_QUICK_RECORDS if arguments.quick else _RECORDS, _say)
    print("Command line and Terraform", flush=True)
    commands, shared, packed = terraform.commands(rounds, _say)

    ratios = [
        *report.start_ratios(start, cold),
        *report.sample_ratios(sample),
        *report.growth_ratios(growth),
        *report.realistic_ratios(realistic, large + sample_accounts),
        *shown,
        *report.guardrail_ratios(guardrails),
        *report.rehearsal_ratios(rehearsed),
        *report.terraform_ratios(commands, shared),
    ]
    summary = readme.table(start, (resources, sample), growth, commands)
    parts = [
        report.head(rounds, quick=arguments.quick),
        report.ratio_table(ratios),
        "![Start-up and growth](results.png)\n",
        summary,
        report.table("One stack, one IAM role", start),
        report.table("The same on a machine that never ran CDKTF, and the run after that", cold),
        report.table(f"The sample organization, {resources} resources", sample),
        *(
            report.table(f"{size:,} accounts, {count:,} resources", samples)
            for size, (count, samples) in growth.items()
        ),
        report.table(
            f"{large + sample_accounts:,} accounts with the sample's settings, {work.resources:,} resources",
            {**realistic, **written},
        ),
        report.table(f"Guardrails of {policies.ACCOUNTS:,} accounts", guardrails),
        report.figures(f"A rehearsal of {rehearsed['records']:,.0f} recorded calls", rehearsed),
        report.table("Command line and Terraform, one stack of the sample", commands),
        f"After init, a stack's directory holds {shared:.2f} MiB; with a packed mirror and no cache {packed:.0f} MiB.\n",
    ]
    (target / "results.md").write_text("\n".join(parts), encoding="utf-8")
    report.plot(target / "results.png", start, growth)
    if not arguments.quick:
        readme.write(setting.CHECKOUT / "README.md", summary)
    print(f"\n{report.ratio_table(ratios)}\nWritten: {target / 'results.md'}, {target / 'results.png'}")


def _say(line: str) -> None:
    print(line, flush=True)


if __name__ == "__main__":
    main()
