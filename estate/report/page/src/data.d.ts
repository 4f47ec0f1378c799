// Written by `python -m estate.report`; a test fails when it is stale. Change estate/report/model.py instead.

/** Who can do what. */
export interface Access {
  identities: Identity[];
  steps: Step[];
  jewels: Jewel[];
}

/** An account. */
export interface Account {
  slug: string;
  name: string;
  id: string | null;
  email: string;
  purpose: string;
  /** Index of its OU; null in the root. */
  unit: number | null;
  region: string;
  /** Why it is out of use, such as `quarantined`; null if it is in use. */
  state: string | null;
  lease: Lease | null;
  tags: Record<string, string>;
  /** Policies attached to the account itself. */
  policies: number[];
  /** Indexes of its settings, one for each capability. */
  settings: number[];
  /** Index of the counts of its resources. */
  resources: number | null;
  /** Index of its row in the matrix. */
  row: number;
  /** The same before the change; null without BASE, or if it is new. */
  row_before: number | null;
  /** Its VPCs, `main` first. */
  networks: Network[];
  entrants: Entrant[];
}

/** What accounts are set to have. */
export interface Capability {
  key: string;
  on: boolean;
  rows: Setting[];
}

/** What differs from BASE. */
export interface Change {
  base: string;
  added: string[];
  removed: string[];
  moved: Moved[];
  effects: Effect[];
  /** null if BASE was not synthesized. */
  ways: WayBetween[] | null;
  near: Near[];
  /** Stacks that may change. */
  stacks: string[];
}

/** A control of a framework. */
export interface Control {
  id: string;
  title: string;
  keepers: Keeper[];
  /** Index of the set of accounts in which nobody keeps it. */
  open: number;
}

/** Something that a plan weakens. */
export interface Danger {
  stack: string;
  address: string;
  rule: string;
  what: string;
  why: string;
  state: "stopped" | "approved" | "said";
  /** Why it was approved. */
  reason: string;
}

/** What becomes of a call. */
export interface Decision {
  verdict: "allowed" | "denied" | "depends";
  by: Denial[];
}

/** A statement that denies a call, or denies it under a condition. */
export interface Denial {
  /** Index of the policy. */
  policy: number;
  /** Selector of where it is attached. */
  node: string;
  sid: string | null;
  /** Where it denies the call, if not everywhere. */
  where: string;
}

/** Who may do other things than before. */
export interface Effect {
  /** Index of a set of accounts. */
  accounts: number;
  policies: string[];
  sentences: string[];
}

/** Somebody who can act in an account: a role, a user, a permission set, its root user. */
export interface Entrant {
  /** Index of the identity. */
  who: number;
  /** Names of its policies. */
  policies: string[];
  /** Name of its permissions boundary. */
  boundary: string | null;
  /** How others become it: from where access begins, indexes of steps. */
  ways: number[][];
}

/** A framework that auditors ask about. */
export interface Framework {
  key: string;
  name: string;
  version: string;
  source: string;
  controls: Control[];
}

/** An entry of the catalogue. */
export interface Guardrail {
  name: string;
  intent: string;
}

/** Somebody who can act, or become somebody who can. */
export interface Identity {
  name: string;
  kind: string;
  account: number | null;
}

/** Something that nobody should reach who need not. */
export interface Jewel {
  title: string;
  account: number;
  action: string;
  resource: string | null;
  reached_by: Reached[];
}

/** What keeps or watches a control. */
export interface Keeper {
  kind: string;
  name: string;
  /** Index of a set of accounts. */
  accounts: number;
}

/** For how long somebody has a sandbox. */
export interface Lease {
  /** The last day, such as `2026-12-31`; null if nobody has it. */
  until: string | null;
  /** Who has it. */
  emails: string[];
  /** What becomes of it then: `close` or `pool`. */
  then: string;
}

/** What the guardrails say to every call that is asked about, in every account. */
export interface Matrix {
  groups: QuestionGroup[];
  questions: Question[];
  decisions: Decision[];
  /** For each question the index of the decision; accounts share rows. */
  rows: number[][];
}

/** An account in another OU than before. */
export interface Moved {
  account: string;
  source: string;
  target: string;
}

/** Something that is near a quota of AWS. */
export interface Near {
  what: string;
  measured: number;
  limit: number;
  unit: string;
}

/** An account's VPC. */
export interface Network {
  /** `main`, or that of one of `network.vpcs`. */
  slug: string;
  cidr: string;
  subnets: Subnet[];
  /** Ranges of the VPC that no subnet has. */
  free: string[];
  nat: string;
  /** Whether it is attached to the transit gateway. */
  attached: boolean;
  /** Ranges that it sends there. */
  beyond: string[];
}

/** What matters in a plan. */
export interface Note {
  mark: string;
  address: string;
  text: string;
  danger: boolean;
}

/** The organization as a whole. */
export interface Organization {
  name: string;
  slug: string;
  /** null before the first deploy. */
  id: string | null;
  partition: string;
  home_region: string;
  governed_regions: string[];
  /** Index of the management account. */
  management: number;
  /** Policies attached to the root. */
  policies: number[];
}

/** The addresses of all networks. */
export interface Plan {
  pools: Pool[];
  /** Indexes of the accounts that have a transit gateway. */
  gateways: number[];
  shares: Share[];
}

/** What the guard says about plans. */
export interface Plans {
  passes: boolean;
  stacks: StackPlan[];
  dangers: Danger[];
}

/** A policy of the organization. */
export interface Policy {
  slug: string;
  name: string;
  /** `scp`, `rcp`, `tag`, … */
  kind: string;
  /** Whether only the version that is compared with has it. */
  gone: boolean;
  description: string;
  guardrails: Guardrail[];
  /** Selectors of what it is attached to. */
  targets: string[];
  /** Empty for policies that have none, such as tag policies. */
  statements: Statement[];
}

/** A range that networks take theirs from. */
export interface Pool {
  name: string;
  account: number;
  cidr: string;
  parts: PoolPart[];
  /** Ranges that no part and no VPC has. */
  free: string[];
}

/** A region's part of a pool. */
export interface PoolPart {
  region: string;
  cidr: string;
}

/** A call that the matrix asks about. */
export interface Question {
  action: string;
  /** `role`, `root` or `outside`: see the page. */
  by: string;
  title: string;
  note: string;
  /** Place of its group in `matrix.groups`. */
  group: number;
}

/** Calls that belong together. */
export interface QuestionGroup {
  id: string;
  title: string;
  why: string;
}

/** Somebody who reaches a jewel. */
export interface Reached {
  who: number;
  verdict: "allowed" | "denied" | "depends";
  needs: string[];
  ways: number[][];
}

/** One value of a capability, with where it was written. */
export interface Setting {
  /** Its path, joined by dots. */
  key: string;
  value: string;
  /** Index of where it was written; null for a default of the program. */
  origin: number | null;
}

/** Something of one account that others use. */
export interface Share {
  slug: string;
  name: string;
  account: number;
  what: string[];
  /** Selectors, or ids of accounts outside. */
  principals: string[];
}

/** The plan of one stack. */
export interface StackPlan {
  stack: string;
  created: number;
  updated: number;
  destroyed: number;
  notes: Note[];
}

/** A statement of a policy. */
export interface Statement {
  sid: string | null;
  effect: string;
  /** What it denies or allows, in words. */
  sentence: string;
  /** The statement as AWS writes it. */
  text: Record<string, unknown>;
}

/** How one identity becomes another. */
export interface Step {
  source: number;
  how: string;
  target: number;
  needs: string[];
}

/** A part of a VPC. */
export interface Subnet {
  slug: string;
  cidr: string;
  zone: string;
  public: boolean;
  /** Selectors of those who may use it. */
  shared_with: string[];
}

/** An organizational unit. */
export interface Unit {
  /** Slugs from the root down, joined by `/`. */
  path: string;
  name: string;
  id: string | null;
  /** Index of the OU above; null below the root. */
  parent: number | null;
  tags: Record<string, string>;
  /** Policies attached to it. */
  policies: number[];
}

/** A way to a jewel that one of the two versions has and the other has not. */
export interface WayBetween {
  /** Whether there was none before; else there is none any more. */
  gained: boolean;
  jewel: string;
  /** Index of the set of accounts that the jewel is in. */
  accounts: number;
  who: string;
  /** Whether it is theirs to reach; synthesis refuses the others. */
  rightful: boolean;
  /** The way in the first of the accounts. */
  sentence: string;
}

/** Everything that the page shows. */
export interface Report {
  version: 1;
  /** The version that wrote it. */
  program: string;
  organization: Organization;
  units: Unit[];
  accounts: Account[];
  /** Sets of accounts, by index. */
  account_sets: number[][];
  policies: Policy[];
  settings: Capability[];
  /** Where settings were written: file, line, key. */
  origins: string[];
  /** Counts of resources by type. */
  resources: Record<string, number>[];
  matrix: Matrix;
  access: Access;
  frameworks: Framework[];
  network: Plan;
  quotas: Near[];
  change: Change | null;
  /** null if no plans were kept or given. */
  plans: Plans | null;
  /** What `estate drift --json` said, if it was given. */
  drift: Record<string, unknown>[] | null;
  /** What `estate rehearse --json` said, if it was given. */
  rehearsal: Record<string, unknown> | null;
}
