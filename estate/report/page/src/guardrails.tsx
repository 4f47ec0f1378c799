/** What the guardrails say to the calls that are asked about, in every account. */
import { useMemo, useRef, useState } from "preact/hooks";
import type { Account, Decision } from "./data";
import { save } from "./csv";
import { accounts, at, because, by, decisions, questions, report, turned, unitPath } from "./report";
import { useCells } from "./cells";
import { AccountRows } from "./rows";
import { useRows } from "./virtual";

const SIGNS: Record<string, string> = { allowed: "✓", denied: "✕", depends: "?" };
const ORDER = ["allowed", "depends", "denied"];
const HEIGHT = 30;
const groups = report.matrix.groups;

function cellText(now: Decision | undefined, was: Decision | undefined): string {
  const turn = was && now && was.verdict !== now.verdict ? ` (was ${was.verdict})` : "";
  return now ? `${now.verdict}${turn}` : "";
}

export function Guardrails() {
  const [wanted, want] = useState("");
  const [verdict, setVerdict] = useState("");
  const [column, setColumn] = useState(-1);
  const [down, setDown] = useState(true);
  const [changed, setChanged] = useState(false);
  const scroller = useRef<HTMLDivElement>(null);

  const columns = useMemo(() => {
    const all = questions.map((_, index) => index);
    if (!changed) return all;
    const turns = new Set(accounts.flatMap(turned));
    return all.filter((index) => turns.has(index));
  }, [changed]);
  const rows = useMemo(() => {
    const words = wanted.toLowerCase().split(/\s+/).filter(Boolean);
    const found = accounts.filter((account) => {
      const tags = Object.entries(account.tags).map(([key, value]) => `${key}=${value}`);
      const text = [account.slug, account.name, account.id, unitPath(account), ...tags].join(" ").toLowerCase();
      if (!words.every((word) => text.includes(word))) return false;
      if (changed && turned(account).length === 0) return false;
      if (verdict === "") return true;
      const all = decisions(account);
      return column < 0 ? all.some((each) => each.verdict === verdict) : all[column]?.verdict === verdict;
    });
    if (column < 0) return found.sort((one, other) => (down ? 1 : -1) * one.slug.localeCompare(other.slug));
    const rank = (account: Account) => ORDER.indexOf(decisions(account)[column]?.verdict ?? "");
    return found.sort((one, other) => (down ? 1 : -1) * (rank(one) - rank(other)) || one.slug.localeCompare(other.slug));
  }, [wanted, verdict, column, down, changed]);
  const view = useRows(rows.length, HEIGHT, scroller);

  const sort = (index: number) => {
    setDown(index === column ? !down : true);
    setColumn(index);
  };
  const { place, move, cell } = useCells(rows.length, columns.length, view, scroller);
  const chosen = rows[place.row];
  const asked = columns[place.column];

  return (
    <section aria-labelledby="guardrails-title" class="guardrails">
      <h1 id="guardrails-title">Guardrails</h1>
      <p>
        {questions.length} calls that do most harm, and what the organization's policies say to each, for somebody whom nothing in the
        account itself keeps from it. ✓ allowed, ✕ denied, ? depends.
      </p>
      <div class="tools">
        <label>Accounts <input type="search" value={wanted} onInput={(event) => want(event.currentTarget.value)} placeholder="name, OU, tag=value" /></label>
        <label>
          Call{" "}
          <select value={column} onChange={(event) => setColumn(Number(event.currentTarget.value))}>
            <option value={-1}>any</option>
            {groups.map((group, index) => (
              <optgroup label={group.title}>
                {questions.map((question, number) => question.group === index && <option value={number}>{question.title}</option>)}
              </optgroup>
            ))}
          </select>
        </label>
        <label>
          is{" "}
          <select value={verdict} onChange={(event) => setVerdict(event.currentTarget.value)}>
            <option value="">anything</option>
            {ORDER.map((each) => <option value={each}>{each}</option>)}
          </select>
        </label>
        {report.change && (
          <label class="check">
            <input type="checkbox" checked={changed} onChange={(event) => setChanged(event.currentTarget.checked)} />
            only what differs from {report.change.base}
          </label>
        )}
        <span class="count" role="status">{rows.length.toLocaleString("en")} of {accounts.length.toLocaleString("en")}</span>
        <button
          type="button"
          onClick={() =>
            save("guardrails.csv", [
              ["account", "OU", ...columns.map((index) => `${at(questions, index).action} (${at(questions, index).by})`)],
              ...rows.map((account) => {
                const [now, was] = [decisions(account), decisions(account, true)];
                return [account.slug, unitPath(account), ...columns.map((index) => cellText(now[index], was[index]))];
              }),
            ])
          }
        >
          Save as CSV
        </button>
      </div>
      <div class="scroll long matrix" ref={scroller} role="region" aria-label="Matrix of guardrails" tabIndex={-1}>
        <table role="grid" aria-rowcount={rows.length + 2} aria-colcount={columns.length + 1} onKeyDown={move}>
          <thead>
            <tr role="row" class="groups">
              <td role="presentation" />
              {groups.map((group, index) => {
                const span = columns.filter((each) => at(questions, each).group === index).length;
                return span > 0 && <th role="columnheader" scope="colgroup" colSpan={span} title={group.why}>{group.title}</th>;
              })}
            </tr>
            <tr role="row" class="calls">
              <th role="columnheader" scope="col" class="who" aria-sort={column < 0 ? (down ? "ascending" : "descending") : "none"}>
                <button type="button" class="sort" onClick={() => sort(-1)}>Account{column < 0 ? (down ? " ↑" : " ↓") : ""}</button>
              </th>
              {columns.map((index) => {
                const question = at(questions, index);
                const note = question.note ? `, ${question.note}` : "";
                return (
                  <th role="columnheader" scope="col" aria-sort={column === index ? (down ? "ascending" : "descending") : "none"}>
                    <button type="button" class="sort" tabIndex={-1} onClick={() => sort(index)} title={`${question.action} by ${by[question.by]}${note}`}>
                      <span>{question.title}{column === index ? (down ? " ↑" : " ↓") : ""}</span>
                    </button>
                  </th>
                );
              })}
            </tr>
          </thead>
          <AccountRows
            view={view}
            account={(row) => rows[row]}
            first={3}
            cells={(account, row) => {
              const [now, was] = [decisions(account), decisions(account, true)];
              return columns.map((index, number) => {
                const decision = now[index];
                if (!decision) return <td role="gridcell" />;
                const turn = was[index] !== undefined && was[index].verdict !== decision.verdict;
                const { here, ...walked } = cell(row, number);
                return (
                  <td
                    role="gridcell"
                    class={`${decision.verdict}${turn ? " turned" : ""}${here ? " here" : ""}`}
                    {...walked}
                    aria-label={`${at(questions, index).title}: ${cellText(decision, was[index])}`}
                  >
                    {SIGNS[decision.verdict]}
                  </td>
                );
              });
            }}
          />
        </table>
      </div>
      {chosen && asked !== undefined ? <Cell account={chosen} index={asked} /> : <p class="none">No account is left.</p>}
    </section>
  );
}

function Cell({ account, index }: { account: Account; index: number }) {
  const question = at(questions, index);
  const [now, was] = [decisions(account)[index], decisions(account, true)[index]];
  return (
    <aside class="cell" aria-live="polite" aria-label="The chosen cell">
      <h2>
        <a href={`#/account/${encodeURIComponent(account.slug)}`}>{account.slug}</a>: {question.title}
      </h2>
      <p>
        <code>{question.action}</code> by {by[question.by]}
        {question.note && `, ${question.note}`}: <strong class={now?.verdict}>{cellText(now, was)}</strong>
      </p>
      {now && because(now) && <p>{because(now)}</p>}
      {was && now && was.verdict !== now.verdict && because(was) && <p>Before: {because(was)}</p>}
      <p class="hint">{at(groups, question.group).why}</p>
    </aside>
  );
}
