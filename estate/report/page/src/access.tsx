/** Who reaches what nobody should reach who need not. */
import { hierarchy, tree } from "d3-hierarchy";
import { useState } from "preact/hooks";
import type { Jewel, Reached } from "./data";
import { accounts, at, report, way } from "./report";
import { Table, type Column } from "./table";

interface Row {
  jewel: Jewel;
  reached: Reached | null;
}
const { jewels, identities, steps } = report.access;
const rows: Row[] = jewels.flatMap((jewel): Row[] =>
  jewel.reached_by.length === 0 ? [{ jewel, reached: null }] : jewel.reached_by.map((reached) => ({ jewel, reached })),
);
const where = (jewel: Jewel) => at(accounts, jewel.account).slug;
const origins = (reached: Reached) => [
  ...new Set(reached.ways.map((each) => at(identities, at(steps, each[0] ?? 0).source).name)),
];
const columns: Column<Row>[] = [
  { title: "Jewel", text: ({ jewel }) => jewel.title },
  {
    title: "Account",
    text: ({ jewel }) => where(jewel),
    show: ({ jewel }) => <a href={`#/account/${encodeURIComponent(where(jewel))}`}>{where(jewel)}</a>,
  },
  { title: "Call", text: ({ jewel }) => jewel.action },
  { title: "Who", text: ({ reached }) => (reached ? at(identities, reached.who).name : "nobody") },
  {
    title: "Can",
    text: ({ reached }) => (reached ? (reached.verdict === "allowed" ? "yes" : `if ${reached.needs.join("; ")}`) : "no"),
  },
  { title: "On", text: ({ jewel }) => jewel.resource ?? "" },
  { title: "Becomes it", text: ({ reached }) => (reached ? origins(reached).join(", ") : "") },
];

interface Leaf {
  name: string;
  note: string;
  children: Leaf[];
}

/** The ways to a jewel as a tree: the jewel first, whoever reaches it behind it, and where access begins at the ends. */
function ways(title: string): Leaf {
  const root: Leaf = { name: title, note: "", children: [] };
  const child = (node: Leaf, name: string, note: string) => {
    let found = node.children.find((each) => each.name === name);
    if (!found) {
      found = { name, note, children: [] };
      node.children.push(found);
    }
    return found;
  };
  for (const jewel of jewels.filter((each) => each.title === title)) {
    for (const reached of jewel.reached_by) {
      const who = child(root, at(identities, reached.who).name, reached.needs.join("; "));
      for (const each of reached.ways) {
        [...each].reverse().reduce((node, place) => {
          const step = at(steps, place);
          return child(node, at(identities, step.source).name, [step.how, ...step.needs].join("; "));
        }, who);
      }
    }
  }
  return root;
}

const LINE = 22;
const WIDE = 290;

function Picture({ title }: { title: string }) {
  const root = tree<Leaf>().nodeSize([LINE, WIDE])(hierarchy(ways(title)));
  const all = root.descendants();
  const top = Math.min(...all.map((node) => node.x)) - LINE;
  const height = Math.max(...all.map((node) => node.x)) - top + LINE;
  const width = (Math.max(...all.map((node) => node.depth)) + 1) * WIDE;
  return (
    <div class="scroll graph" tabIndex={0} role="region" aria-label={`Ways to ${title}`}>
      <svg width={width} height={height} role="img" aria-label={`${all.length - 1} identities on the ways to ${title}; the table has the same`}>
        <g transform={`translate(8 ${-top})`}>
          {root.links().map(({ source, target }) => (
            <path d={`M${source.y} ${source.x}C${source.y + WIDE / 2} ${source.x} ${target.y - WIDE / 2} ${target.x} ${target.y} ${target.x}`} />
          ))}
          {all.map((node) => (
            <g transform={`translate(${node.y} ${node.x})`}>
              <circle r="3.5" />
              <text x="7" y="4">{node.data.name.length > 40 ? `${node.data.name.slice(0, 39)}…` : node.data.name}</text>
              <title>{[node.data.name, node.data.note].filter(Boolean).join(": ")}</title>
            </g>
          ))}
        </g>
      </svg>
    </div>
  );
}

export function AccessView() {
  const titles = [...new Set(jewels.map((each) => each.title))];
  const [title, setTitle] = useState(titles[0] ?? "");
  return (
    <section aria-labelledby="access-title">
      <h1 id="access-title">Access</h1>
      <p>
        Who can harm what everything else depends on, by the policies that the stacks make and the guardrails above them. What is not
        known beforehand, such as a second factor, is said as a condition.
      </p>
      <label>
        Ways to{" "}
        <select value={title} onChange={(event) => setTitle(event.currentTarget.value)}>
          {titles.map((each) => <option>{each}</option>)}
        </select>
      </label>
      {title && <Picture title={title} />}
      <h2>All of them</h2>
      <Table name="access" label="Who reaches the jewels" columns={columns} entries={rows} />
      <h2>Longest ways</h2>
      <ul>
        {rows
          .flatMap(({ reached }) => reached?.ways ?? [])
          .sort((one, other) => other.length - one.length)
          .slice(0, 5)
          .map((each) => <li class="way">{way(each)}</li>)}
      </ul>
    </section>
  );
}
