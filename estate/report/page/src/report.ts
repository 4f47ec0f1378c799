/** The document, and what follows from it. */
import type { Account, Decision, Policy, Report, Unit } from "./data";

const element = document.getElementById("report");
export const report: Report = JSON.parse(element?.textContent ?? "{}");

export const { accounts, units, policies } = report;
export const { questions } = report.matrix;

/** What is there for certain: an index of the document names nothing else. */
export function at<T>(list: readonly T[], place: number): T {
  const found = list[place];
  if (found === undefined) throw new RangeError(`There is no entry ${place} of ${list.length}.`);
  return found;
}

export const placeOf = new Map(accounts.map((account, place) => [account.slug, place]));

/** The OUs of an account, from the topmost down. */
export function chain(account: Account): Unit[] {
  const found: Unit[] = [];
  for (let place = account.unit; place !== null; ) {
    const unit: Unit = at(units, place);
    found.unshift(unit);
    place = unit.parent;
  }
  return found;
}

export function unitPath(account: Account): string {
  return account.unit === null ? "root" : at(units, account.unit).path;
}

export function isManagement(account: Account): boolean {
  return at(accounts, report.organization.management) === account;
}

/** The policies in force in an account, from the root down, each with the selector of where it is attached. */
export function inForce(account: Account): { policy: Policy; node: string }[] {
  const levels: [string, number[]][] = [
    ["root", report.organization.policies],
    ...chain(account).map((unit): [string, number[]] => [`ou:${unit.path}`, unit.policies]),
    [`account:${account.slug}`, account.policies],
  ];
  const all = levels.flatMap(([node, found]) => found.map((place) => ({ policy: at(policies, place), node })));
  // No service or resource control policy restricts the management account.
  return isManagement(account) ? all.filter(({ policy }) => policy.kind !== "scp" && policy.kind !== "rcp") : all;
}

export function decisions(account: Account, before = false): Decision[] {
  const row = before ? account.row_before : account.row;
  return row === null ? [] : at(report.matrix.rows, row).map((place) => at(report.matrix.decisions, place));
}

/** The share of calls that are denied or depend on something, in per cent: how strong the guardrails of an account are. */
const strengths = report.matrix.rows.map((row) => {
  const stopped = row.filter((place) => at(report.matrix.decisions, place).verdict !== "allowed").length;
  return Math.round((100 * stopped) / Math.max(row.length, 1));
});
export function strength(account: Account): number {
  return at(strengths, account.row);
}

/** The calls whose verdict is another one than before: places of questions. */
export function turned(account: Account): number[] {
  const now = decisions(account);
  return decisions(account, true).flatMap((was, place) => (was.verdict === now[place]?.verdict ? [] : [place]));
}

export function environment(account: Account): string {
  return account.tags["environment"] ?? account.purpose;
}

const added = new Set(report.change?.added);
const moved = new Set(report.change?.moved.map((each) => each.account));
const affected = new Set(report.change?.effects.flatMap((each) => at(report.account_sets, each.accounts)));
const stacks = new Set(report.change?.stacks);

export const CHANGES = ["new", "moves", "other rights", "stack may change", "the same"] as const;
/** What a change does to an account: the first of `CHANGES` that holds. */
export function changeOf(account: Account): (typeof CHANGES)[number] {
  if (added.has(account.slug)) return "new";
  if (moved.has(account.slug)) return "moves";
  if (affected.has(placeOf.get(account.slug) ?? -1)) return "other rights";
  return stacks.has(account.slug) ? "stack may change" : "the same";
}

export const by = { role: "any role", root: "the root user", outside: "somebody from outside" } as Record<string, string>;

/** What decides a call, in words. */
export function because(decision: Decision): string {
  const denials = decision.by.map((each) => {
    const sid = each.sid === null ? "" : `, ${each.sid}`;
    return `${at(policies, each.policy).slug} at ${each.node}${sid}${each.where && ` denies it where ${each.where}`}`;
  });
  return denials.join("; ");
}

/** A way from where access begins, in words. */
export function way(steps: readonly number[]): string {
  const { identities, steps: all } = report.access;
  return steps
    .map((place, index) => {
      const step = at(all, place);
      const needs = step.needs.length > 0 ? ` (if ${step.needs.join("; ")})` : "";
      const source = index === 0 ? `${at(identities, step.source).name} ` : "";
      return `${source}→ ${step.how} ${at(identities, step.target).name}${needs}`;
    })
    .join(" ");
}
