import type { ResponseEvent, ResponseItem } from '@stream-aligner/providers/wire';

/** Where an item stands in the output of its response. */
export interface Place {
  id: string;
  index: number;
}

/** One item of a response while it is written. */
export interface OpenItem<Delta = string> {
  /** The item as it is now. */
  body(status: ResponseItem['status']): ResponseItem;
  /** Takes more of it; gives the events that say so. */
  add(delta: Delta): ResponseEvent[];
  /** The events that end it. */
  close(status: ResponseItem['status']): ResponseEvent[];
}

/** An item that was begun, and the events that say so. */
export interface BegunItem<Delta = string> {
  item: OpenItem<Delta>;
  events: ResponseEvent[];
}
