/** The rows of a matrix with an account each, of which those in view are drawn. */
import type { ComponentChildren } from "preact";
import type { Account } from "./data";
import { unitPath } from "./report";
import type { Rows } from "./virtual";

interface Props {
  view: Rows;
  /** The account of a row. */
  account: (row: number) => Account | undefined;
  /** The number of the first row, counting those of the head. */
  first: number;
  cells: (account: Account, row: number) => ComponentChildren;
}

export function AccountRows({ view, account, first, cells }: Props) {
  return (
    <tbody>
      <tr role="presentation"><td role="presentation" style={{ height: `${view.above}px`, padding: 0 }} /></tr>
      {view.items.map(({ index: row }) => {
        const found = account(row);
        if (!found) return null;
        return (
          <tr role="row" key={found.slug} aria-rowindex={row + first}>
            <th role="rowheader" scope="row" class="who">
              <a tabIndex={-1} href={`#/account/${encodeURIComponent(found.slug)}`} title={unitPath(found)}>{found.slug}</a>
            </th>
            {cells(found, row)}
          </tr>
        );
      })}
      <tr role="presentation"><td role="presentation" style={{ height: `${view.below}px`, padding: 0 }} /></tr>
    </tbody>
  );
}
