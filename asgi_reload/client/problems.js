/**
 * What is wrong on the server right now, as it tells its developer: with sources and tracebacks. Another machine's browser
 * is not told.
 */

import { TOKEN_HEADER } from "./stream.js";

/**
 * @typedef {{ title: string, notes: string, hint: string, link: "" | "cause" | "context" | "member", depth: number,
 *   more: number, frames: Frame[] }} Fault
 * @typedef {{ file: string, line: number, name: string, owner: string, first: number, source: string[],
 *   columns: [number, number] | null, marks: [number, number, string][][], href: string }} Frame
 * @typedef {{ id: string, source: "save" | "request" | "restart" | "page", where: string, at: number, count: number,
 *   title: string, detail: string, traceback: string, faults: Fault[] }} Problem
 */

/**
 * @param {{ base: string, token: string }} address
 * @returns {Promise<Problem[] | null>} newest first; none if the server does not say, null where it does not answer
 */
export async function fetchProblems({ base, token }) {
  try {
    const response = await fetch(`${base}/problems`, { headers: { [TOKEN_HEADER]: token }, cache: "no-store" });
    const answer = response.ok ? await response.json() : { problems: [] };
    return answer.problems;
  } catch {
    return null;
  }
}
