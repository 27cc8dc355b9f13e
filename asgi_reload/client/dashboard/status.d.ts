/**
 * What `GET status`, `GET problems` and `GET ignored` answer, as far as the dashboard reads it. Texts in it may come from
 * anybody: file names, titles of exceptions, what a page's console said.
 */

/** What a save came to. `ms` in ms; `at` in seconds of the wall clock. */
export interface Entry {
  seq: number;
  at: number;
  changes: { path: string; kind: string }[];
  more: number;
  steps: { type: string; paths: number; reason: string }[];
  problems: string[];
  python: { rung: string; modules?: string[]; reason: string; ms?: Record<string, number> } | null;
  /** null: not compared; empty: the same as a clean process; else where they differ. */
  audit: string[] | null;
  ms: { settle: number; apply?: number; decide: number; publish: number; total: number };
  /** The line on the terminal. */
  line?: string;
  pages: Ack[];
}

/** What became of an update on a page. `arrived`: ms from publishing until that was heard. */
export interface Ack {
  page: string;
  outcome: string;
  ms: number;
  detail: string;
  url?: string;
  arrived?: number;
}

export interface OpenPage {
  page: string;
  url: string;
  browser?: string;
  transport: string;
  latency?: number | null;
  visible: boolean;
  since: number;
  last: { seq: number; outcome: string; ms: number; detail?: string } | null;
}

/** In `status` only the first three. */
export type Frame = Pick<import("../problems.js").Frame, "file" | "line" | "name"> & Partial<import("../problems.js").Frame>;

export interface Fault {
  title: string;
  notes: string;
  hint?: string;
  link: string;
  more: number;
  frames: Frame[];
}

/** `frames` in `status`; `faults` and `traceback` in `problems`. */
export interface Problem {
  id: string;
  source: string;
  title: string;
  detail: string;
  where: string;
  at: number;
  count: number;
  frames?: Frame[];
  faults?: Fault[];
  traceback?: string;
}

export interface Words {
  at: number;
  page: string;
  url: string;
  level: string;
  text: string;
  place: string;
  count: number;
}

export interface Skipped {
  url: string;
  why: string;
  count: number;
}

export interface Watch {
  running: boolean;
  problem: string | null;
  files: number;
  noisy: string[];
  restarter: string | null;
  hot: boolean;
  roots: { path: string; mode: string; reason: string }[];
}

export interface Workers {
  mode: string;
  current: number | null;
  all: number;
  coming?: boolean;
  crashes?: number;
  failure?: string | null;
}

export interface Status {
  boot: string;
  generation: number;
  seq: number;
  fine?: boolean;
  paused?: boolean;
  watch: Watch;
  workers: Workers | null;
  channel: { clients: Record<string, number>; pages: OpenPage[]; published: number };
  timeline: Entry[];
  problems?: Problem[];
  console?: Words[];
  skipped?: Skipped[];
}
