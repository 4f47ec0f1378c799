/** A table that sorts, filters, shows what is in view, and can be saved. */
import type { ComponentChildren } from "preact";
import { useMemo, useRef, useState } from "preact/hooks";
import { save } from "./csv";
import { useRows } from "./virtual";

export interface Column<T> {
  title: string;
  /** What it is sorted, filtered and saved by. */
  text: (entry: T) => string;
  /** What is shown; the text if not said. */
  show?: (entry: T) => ComponentChildren;
  number?: boolean;
}

const HEIGHT = 33;
const MANY = 60;

export function Table<T>({ name, label, columns, entries }: {
  name: string;
  label: string;
  columns: readonly Column<T>[];
  entries: readonly T[];
}) {
  const [wanted, want] = useState("");
  const [order, setOrder] = useState<{ column: number; down: boolean } | null>(null);
  const scroller = useRef<HTMLDivElement>(null);
  const found = useMemo(() => {
    const words = wanted.toLowerCase().split(/\s+/).filter(Boolean);
    const kept = entries.filter((entry) => {
      const text = columns.map((column) => column.text(entry)).join(" ").toLowerCase();
      return words.every((word) => text.includes(word));
    });
    const column = order && columns[order.column];
    if (!column) return kept;
    const sign = order.down ? -1 : 1;
    return kept.sort((one, other) => {
      const [a, b] = [column.text(one), column.text(other)];
      return sign * (column.number ? Number(a) - Number(b) : a.localeCompare(b));
    });
  }, [entries, columns, wanted, order]);
  const long = found.length > MANY;
  const rows = useRows(found.length, HEIGHT, scroller);
  const shown = long ? rows.items.map((item) => item.index) : found.map((_, place) => place);
  return (
    <div class="table">
      <div class="tools">
        <label>
          Filter <input type="search" value={wanted} onInput={(event) => want(event.currentTarget.value)} />
        </label>
        <span class="count" role="status">
          {found.length.toLocaleString("en")} of {entries.length.toLocaleString("en")}
        </span>
        <button
          type="button"
          onClick={() =>
            save(`${name}.csv`, [
              columns.map((column) => column.title),
              ...found.map((entry) => columns.map((column) => column.text(entry))),
            ])
          }
        >
          Save as CSV
        </button>
      </div>
      <div class={long ? "scroll long" : "scroll"} ref={scroller} tabIndex={0} role="region" aria-label={label}>
        <table aria-rowcount={found.length + 1}>
          <thead>
            <tr>
              {columns.map((column, place) => {
                const sorted = order?.column === place ? (order.down ? "descending" : "ascending") : "none";
                const turn = () => setOrder({ column: place, down: order?.column === place && !order.down });
                return (
                  <th scope="col" aria-sort={sorted} class={column.number ? "number" : ""}>
                    <button type="button" class="sort" onClick={turn}>
                      {column.title}
                      <span aria-hidden="true">{sorted === "ascending" ? " ↑" : sorted === "descending" ? " ↓" : ""}</span>
                    </button>
                  </th>
                );
              })}
            </tr>
          </thead>
          <tbody>
            {long && <tr aria-hidden="true" style={{ height: `${rows.above}px` }} />}
            {shown.map((place) => {
              const entry = found[place];
              return (
                entry !== undefined && (
                  <tr key={place} aria-rowindex={place + 2} class={long ? "fixed" : ""}>
                    {columns.map((column) => (
                      <td class={column.number ? "number" : ""}>{column.show ? column.show(entry) : column.text(entry)}</td>
                    ))}
                  </tr>
                )
              );
            })}
            {long && <tr aria-hidden="true" style={{ height: `${rows.below}px` }} />}
          </tbody>
        </table>
        {found.length === 0 && <p class="none">Nothing.</p>}
      </div>
    </div>
  );
}
