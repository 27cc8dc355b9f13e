/**
 * How the pill looks. A constructed sheet, which no content security policy forbids, in a closed shadow root; part of the
 * script, because it is needed where the server is away.
 */

const TEXT = `
:host { all: initial !important; position: fixed !important; z-index: 2147483646 !important; right: 12px !important;
  bottom: 12px !important; display: block !important; max-width: calc(100vw - 24px) !important;
  pointer-events: none !important; color-scheme: light dark !important; }
:host([data-corner$="left"]) { right: auto !important; left: 12px !important; }
:host([data-corner^="top"]) { bottom: auto !important; top: 12px !important; }
@media print { :host { display: none !important; } }
* { box-sizing: border-box; }
[hidden] { display: none !important; }
#root { --ink: light-dark(#1c2026, #e4e7ec); --dim: light-dark(#59616d, #9aa3b0); --paper: light-dark(#ffffff, #1d2128);
  --rule: light-dark(#d9dde3, #373e49); --link: light-dark(#0b57b7, #8ab8ff);
  --tone: light-dark(#1f8a4c, #46c07a); display: flex; flex-direction: column; align-items: flex-end; gap: 8px;
  color: var(--ink); font: 13px/1.45 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", "Noto Sans", Arial, sans-serif; }
:host([data-corner$="left"]) #root { align-items: flex-start; }
:host([data-corner^="top"]) #root { flex-direction: column-reverse; }
#root[data-state="away"], #root[data-state="restart"] { --tone: light-dark(#b06a00, #f0b13f); }
#root[data-state="paused"] { --tone: light-dark(#59616d, #9aa3b0); }
#root[data-state="bad"] { --tone: light-dark(#cf2a21, #ff7a70); }
p, pre { margin: 0; }

.capsule { display: flex; align-items: center; gap: 8px; max-width: min(34rem, 100%); min-height: 28px; padding: 4px 12px 4px 9px;
  font: inherit; color: inherit; text-align: start; border-radius: 999px; pointer-events: auto; background: var(--paper);
  border: 1px solid var(--rule); box-shadow: 0 2px 10px light-dark(#1c202624, #0000008c); animation: appear 120ms ease-out; }
.capsule > .text { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; unicode-bidi: isolate; }
#toggle { cursor: pointer; touch-action: none; user-select: none; -webkit-user-select: none; }
#toggle:has(> .text[hidden]) { width: 28px; padding: 0; justify-content: center; background: light-dark(#ffffffb8, #1d2128b8);
  box-shadow: 0 1px 4px light-dark(#1c20261f, #00000066); }
[data-state="bad"] > #toggle { border-color: color-mix(in srgb, var(--tone) 55%, transparent); }
.dot { flex: none; width: 10px; height: 10px; border-radius: 50%; background: var(--tone); }
[data-state="away"] > #toggle .dot { background: none; border: 2px solid var(--tone); animation: breathe 1.6s ease-in-out infinite; }
[data-state="paused"] > #toggle .dot { border-radius: 0; background: none; border: solid var(--tone); border-width: 0 3px; }
[data-state="restart"] > #toggle .dot { border-radius: 0; clip-path: polygon(50% 0, 100% 100%, 0 100%); }
[data-state="bad"] > #toggle .dot { border-radius: 2px; transform: rotate(45deg) scale(0.85); }
#offer { --tone: var(--link); padding-right: 6px; }

#panel { display: flex; flex-direction: column; gap: 8px; width: max-content; max-width: min(44rem, 100%); padding: 14px 16px;
  pointer-events: auto; background: var(--paper); border: 1px solid var(--rule); border-radius: 12px; overflow-wrap: anywhere;
  box-shadow: 0 8px 32px light-dark(#1c202633, #000000a6); animation: appear 120ms ease-out; }
.dim { color: var(--dim); }
.reason { max-width: 30rem; }
.buttons { display: flex; flex-wrap: wrap; gap: 6px; margin: 4px 0 2px; }
.failure { max-width: 100%; }
.title { font-weight: 600; color: light-dark(#b3261e, #ff8a80); unicode-bidi: isolate; }
pre { margin-top: 8px; padding: 10px 12px; max-height: 40vh; overflow: auto; white-space: pre; tab-size: 4;
  font: 12px/1.5 ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace; unicode-bidi: isolate;
  background: light-dark(#f6f7f9, #12151a); border-radius: 8px; }
kbd { padding: 1px 5px; font: 12px/1.4 ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace;
  color: var(--ink); border: 1px solid var(--rule); border-radius: 4px; }
button:not(.capsule), .button { display: inline-flex; align-items: center; flex: none; min-height: 26px; padding: 2px 10px; font: inherit; font-weight: 550; color: var(--ink);
  text-decoration: none; background: none; border: 1px solid color-mix(in srgb, var(--ink) 24%, transparent); border-radius: 7px;
  cursor: pointer; }
button:not(.capsule):hover, .button:hover { background: light-dark(#f1f3f5, #2a3039); }
button.primary { color: light-dark(#fff, #10151d); background: var(--link); border-color: transparent; border-radius: 999px; }
button.primary:hover { background: light-dark(#094a9c, #a9caff); }
button.quiet { min-width: 26px; padding: 0 6px; font-weight: 400; border: 0; }
:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; }
.said { position: absolute; width: 1px; height: 1px; margin: -1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
@keyframes appear { from { opacity: 0; transform: translateY(4px); } }
@keyframes breathe { 50% { opacity: 0.35; } }
@media (prefers-reduced-motion: reduce) { * { animation: none !important; } }
`;

/** @returns {CSSStyleSheet} */
export function pillStyle() {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(TEXT);
  return sheet;
}
