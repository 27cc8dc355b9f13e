/**
 * How the pill looks. A constructed sheet, which no content security policy forbids, in a closed shadow root.
 */

const TEXT = `
:host { all: initial !important; position: fixed !important; z-index: 2147483647 !important; right: 12px !important;
  bottom: 12px !important; display: block !important; max-width: min(44rem, calc(100vw - 24px)) !important;
  pointer-events: none !important; color-scheme: light dark !important; }
@media print { :host { display: none !important; } }
* { box-sizing: border-box; }
[hidden] { display: none !important; }
#rows { display: flex; flex-direction: column; align-items: flex-end; gap: 6px;
  font: 13px/1.45 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; }
.row { display: flex; align-items: center; gap: 8px; max-width: 100%; padding: 5px 12px; border-radius: 999px;
  color: light-dark(#1f2328, #e6edf3); background: light-dark(#fffffff2, #22272ef2);
  border: 1px solid light-dark(#0000001f, #ffffff26); box-shadow: 0 2px 10px light-dark(#0000001f, #00000080); }
.row > .text { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; unicode-bidi: isolate; }
.row::before { content: ""; flex: none; width: 8px; height: 8px; border-radius: 50%; background: var(--dot); }
#note { --dot: light-dark(#1a7f37, #3fb950); }
#line { --dot: light-dark(#9a6700, #d29922); }
#offer { --dot: light-dark(#0969da, #58a6ff); pointer-events: auto; }
#failure { pointer-events: auto; width: 100%; border-radius: 10px; overflow: hidden;
  color: light-dark(#1f2328, #e6edf3); background: light-dark(#fff, #22272e);
  border: 1px solid light-dark(#cf222e66, #f8514980); box-shadow: 0 4px 24px light-dark(#00000029, #000000a6); }
#failure > header { display: flex; align-items: baseline; gap: 8px; padding: 8px 8px 8px 14px; font-weight: 600;
  color: light-dark(#a40e26, #ff7b72); }
#failure > header > .text { flex: 1; overflow-wrap: anywhere; unicode-bidi: isolate; }
#failure > pre { margin: 0; padding: 10px 14px; max-height: 40vh; overflow: auto; white-space: pre; tab-size: 4;
  font: 12px/1.5 ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace;
  unicode-bidi: isolate; background: light-dark(#0000000a, #00000040); }
button { font: inherit; font-weight: 600; flex: none; cursor: pointer; padding: 1px 10px; border-radius: 999px; border: 0;
  color: light-dark(#fff, #0d1117); background: light-dark(#0969da, #58a6ff); }
button.quiet { padding: 0 7px; font-weight: 400; color: inherit; background: none; }
:focus-visible { outline: 2px solid light-dark(#0969da, #58a6ff); outline-offset: 1px; }
pre:focus-visible { outline-offset: -2px; }
.row { animation: appear 120ms ease-out; }
@keyframes appear { from { opacity: 0; transform: translateY(4px); } }
@media (prefers-reduced-motion: reduce) { .row { animation: none; } }
`;

/** @returns {CSSStyleSheet} */
export function pillStyle() {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(TEXT);
  return sheet;
}
