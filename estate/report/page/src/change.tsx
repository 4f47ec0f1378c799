/** What a change does, what plans say, and what was given beside: drift, and a rehearsal. */
import { accounts, at, because, by, decisions, questions, report, turned } from "./report";
import { Table, type Column } from "./table";
import type { StackPlan } from "./data";

const slugs = (set: number) => at(report.account_sets, set).map((place) => at(accounts, place).slug);
const some = (all: readonly string[], most = 8) =>
  all.length > most ? `${all.slice(0, most).join(", ")} and ${all.length - most} more` : all.join(", ");
const link = (slug: string) => <a href={`#/account/${encodeURIComponent(slug)}`}>{slug}</a>;

export function ChangeView() {
  const { change, plans, drift, rehearsal } = report;
  return (
    <section aria-labelledby="change-title">
      <h1 id="change-title">{change ? `Change since ${change.base}` : "Change"}</h1>
      {!change && <p>Nothing was compared: <code>estate report BASE</code> tells what differs from a revision.</p>}
      {change && <Difference />}
      {plans && (
        <section>
          <h2>Plans</h2>
          {plans.stacks.length === 0 && <p>No stack was planned.</p>}
          {plans.stacks.length > 0 && <p>{plans.passes ? "The guard lets them pass." : <strong class="denied">The guard stops them.</strong>}</p>}
          <ul class="dangers">
            {plans.dangers.map((each) => (
              <li class={each.state}>
                <strong>{each.state}</strong> {each.stack} <code>{each.address}</code>: {each.what} {each.why} ({each.rule})
                {each.reason && <em> {each.reason}</em>}
              </li>
            ))}
          </ul>
          {plans.stacks.length > 0 && <Table name="plans" label="Plans by stack" columns={planColumns} entries={plans.stacks} />}
        </section>
      )}
      {rehearsal && <Rehearsal found={rehearsal} />}
      {drift && (
        <section>
          <h2>Drift</h2>
          {drift.length === 0 ? <p>AWS is as the configuration says.</p> : (
            <ul>{drift.map((each) => <li>{String(each["kind"])} <code>{String(each["id"])}</code>: {String(each["message"])} {String(each["cure"])}</li>)}</ul>
          )}
        </section>
      )}
    </section>
  );
}

/** What the guard says of one stack: it is stopped by what is in its own plan. */
const verdict = ({ stack }: StackPlan) =>
  report.plans?.dangers.some((each) => each.stack === stack && each.state === "stopped") ? "stopped" : "passes";

const planColumns: Column<StackPlan>[] = [
  { title: "Stack", text: (each) => each.stack },
  { title: "+", text: (each) => String(each.created), number: true },
  { title: "~", text: (each) => String(each.updated), number: true },
  { title: "-", text: (each) => String(each.destroyed), number: true },
  { title: "Guard", text: (each) => verdict(each), show: (each) => <span class={verdict(each) === "stopped" ? "denied" : ""}>{verdict(each)}</span> },
  {
    title: "What matters",
    text: (each) => each.notes.map((note) => `${note.mark} ${note.address} ${note.text}`).join("; "),
    show: (each) => (
      <ul class="notes">
        {each.notes.map((note) => <li class={note.danger ? "denied" : ""}><code>{note.mark} {note.address}</code> {note.text}</li>)}
      </ul>
    ),
  },
];

function Difference() {
  const { change } = report;
  if (!change) return null;
  const turns = questions
    .map((question, index) => ({ question, index, where: accounts.filter((account) => turned(account).includes(index)) }))
    .filter(({ where }) => where.length > 0);
  const same = change.added.length + change.removed.length + change.moved.length + change.effects.length + change.stacks.length + (change.ways?.length ?? 0) === 0;
  return (
    <>
      {same && <p>The configuration means the same.</p>}
      {change.added.length + change.removed.length + change.moved.length > 0 && (
        <section>
          <h2>Accounts</h2>
          <ul>
            {change.added.map((slug) => <li><span class="sign">+</span> {link(slug)} is new</li>)}
            {change.removed.map((slug) => <li><span class="sign">−</span> {slug} is gone</li>)}
            {change.moved.map((each) => <li><span class="sign">→</span> {link(each.account)} moves from {each.source} to {each.target}</li>)}
          </ul>
        </section>
      )}
      {change.effects.length > 0 && (
        <section>
          <h2>Who may do what</h2>
          {change.effects.map((effect) => (
            <article>
              <h3>{some(slugs(effect.accounts))}</h3>
              <p class="hint">by {effect.policies.join(", ")}</p>
              <ul>{effect.sentences.map((each) => <li>{each}</li>)}</ul>
            </article>
          ))}
        </section>
      )}
      {change.ways !== null && change.ways.length > 0 && (
        <section>
          <h2>Ways to what is worth protecting</h2>
          <ul class="ways">
            {change.ways.map((each) => (
              <li>
                <strong class={each.gained ? (each.rightful ? "depends" : "denied") : "allowed"}>{each.gained ? "gained" : "lost"}</strong>{" "}
                {each.jewel}: {each.gained && !each.rightful && "not theirs, synthesis refuses it: "}
                {each.sentence}
                {slugs(each.accounts).length > 1 && <span class="hint"> The same in {some(slugs(each.accounts).slice(1))}.</span>}
              </li>
            ))}
          </ul>
        </section>
      )}
      {turns.length > 0 && (
        <section>
          <h2>Calls that are decided otherwise</h2>
          <ul class="verdicts">
            {turns.map(({ question, index, where }) => {
              const [first] = where;
              const [now, was] = first ? [decisions(first)[index], decisions(first, true)[index]] : [];
              return (
                <li>
                  <strong class={now?.verdict}>{now?.verdict}</strong>, was {was?.verdict}: {question.title} (<code>{question.action}</code> by{" "}
                  {by[question.by]}) in {some(where.map((each) => each.slug))}
                  {now && because(now) && <span class="hint"> {because(now)}</span>}
                </li>
              );
            })}
          </ul>
        </section>
      )}
      {change.near.length > 0 && (
        <section>
          <h2>Near a quota</h2>
          <ul>{change.near.map((each) => <li>{each.what}: {each.measured.toLocaleString("en")} of {each.limit.toLocaleString("en")} {each.unit}</li>)}</ul>
        </section>
      )}
      {change.stacks.length > 0 && (
        <section>
          <h2>Stacks that may change ({change.stacks.length})</h2>
          <p class="stacks">{change.stacks.map((slug) => <>{link(slug)} </>)}</p>
        </section>
      )}
    </>
  );
}

type Call = Record<string, unknown>;
const callColumns: Column<Call>[] = ["account", "principal", "action", "policy", "node", "statement", "calls"].map((key) => ({
  title: key,
  text: (each) => String(each[key] ?? ""),
  number: key === "calls",
}));

function Rehearsal({ found }: { found: Record<string, unknown> }) {
  const calls = Array.isArray(found["newly_denied"]) ? (found["newly_denied"] as Call[]) : [];
  return (
    <section>
      <h2>Recorded calls that would be denied</h2>
      <Table name="rehearsal" label="Calls that would be denied" columns={callColumns} entries={calls} />
    </section>
  );
}
