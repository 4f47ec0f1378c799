/** Walking through the cells of a long table by keyboard. */
import type { RefObject } from "preact";
import { useState } from "preact/hooks";
import type { Rows } from "./virtual";

export interface Place {
  row: number;
  column: number;
}

const STEPS: Record<string, [number, number]> = {
  ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1], PageUp: [-10, 0], PageDown: [10, 0],
};

export function useCells(rows: number, columns: number, view: Rows, scroller: RefObject<HTMLElement | null>) {
  const [place, setPlace] = useState<Place>({ row: 0, column: 0 });
  const move = (event: KeyboardEvent) => {
    const step = STEPS[event.key];
    if (!step) return;
    event.preventDefault();
    const row = Math.max(0, Math.min(rows - 1, place.row + step[0]));
    const column = Math.max(0, Math.min(columns - 1, place.column + step[1]));
    setPlace({ row, column });
    view.show(row);
    requestAnimationFrame(() => scroller.current?.querySelector<HTMLElement>(`[data-cell="${row}-${column}"]`)?.focus());
  };
  /** What a cell needs to be walked to. */
  const cell = (row: number, column: number) => {
    const here = place.row === row && place.column === column;
    return {
      here,
      "data-cell": `${row}-${column}`,
      tabIndex: here ? 0 : -1,
      onClick: () => setPlace({ row, column }),
      onFocus: () => here || setPlace({ row, column }),
    };
  };
  return { place, move, cell };
}
