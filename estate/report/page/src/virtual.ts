/** Only the rows of a long table that are in view; on paper, all of them. */
import {
  elementScroll,
  observeElementOffset,
  observeElementRect,
  Virtualizer,
  type VirtualItem,
} from "@tanstack/virtual-core";
import type { RefObject } from "preact";
import { useEffect, useLayoutEffect, useReducer, useRef, useState } from "preact/hooks";

export interface Rows {
  items: VirtualItem[];
  /** Pixels above the first of them, and below the last. */
  above: number;
  below: number;
  show: (row: number) => void;
}

export function useRows(count: number, height: number, scroller: RefObject<HTMLElement | null>): Rows {
  const [, again] = useReducer((turn: number) => turn + 1, 0);
  const kept = useRef<Virtualizer<HTMLElement, Element> | null>(null);
  const [printed, print] = useState(() => matchMedia("print").matches);
  useEffect(() => {
    const paper = matchMedia("print");
    const turn = () => print(paper.matches);
    paper.addEventListener("change", turn);
    return () => paper.removeEventListener("change", turn);
  }, []);
  const options = {
    count,
    estimateSize: () => height,
    getScrollElement: () => scroller.current,
    observeElementRect,
    observeElementOffset,
    scrollToFn: elementScroll,
    onChange: () => again(0),
    overscan: printed ? count : 8, // on paper nobody scrolls
    initialRect: { width: 1200, height: 600 },
  };
  kept.current ??= new Virtualizer(options);
  const virtualizer = kept.current;
  virtualizer.setOptions(options);
  useLayoutEffect(() => virtualizer._didMount(), []);
  useLayoutEffect(() => virtualizer._willUpdate());
  const items = virtualizer.getVirtualItems();
  return {
    items,
    above: items[0]?.start ?? 0,
    below: Math.max(0, virtualizer.getTotalSize() - (items.at(-1)?.end ?? 0)),
    show: (row) => virtualizer.scrollToIndex(row),
  };
}
