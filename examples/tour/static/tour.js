// What makes the tour a page with a life of its own: a clock, a drawing, and a note of the stops you have made.
import { PACE } from "./pace.js";

const began = performance.now();
const made = JSON.parse(sessionStorage.getItem("made") ?? "{}");

function show(id, text) {
  const node = document.getElementById(id);
  if (node) node.textContent = String(text);
}

function remember(key, value) {
  sessionStorage.setItem(key, JSON.stringify(value));
}

function count(key) {
  const next = Number(sessionStorage.getItem(key) ?? 0) + 1;
  remember(key, next);
  show(key, next);
}

function tick() {
  const seconds = Math.floor((performance.now() - began) / 1000);
  show("clock", `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`);
}

function showStops() {
  for (const stop of document.querySelectorAll(".stop")) {
    const verdict = made[stop.dataset.file];
    stop.classList.toggle("is-made", verdict !== undefined);
    if (verdict) stop.querySelector(".verdict").textContent = verdict;
  }
}

/** What a stop says when its file was saved; nothing if there is nothing new to say. */
function verdictOf(step, { outcome, ms }, before) {
  if (before === "shown" && outcome !== "failed") return "healed";

  return { applied: `${Math.max(1, Math.round(ms))} ms`, reload: "reloaded", offered: "offered", failed: "shown" }[outcome];
}

document.addEventListener("asgi-reload:updated", ({ detail }) => {
  for (const step of detail.steps) {
    for (const path of step.paths) made[path] = verdictOf(step, detail, made[path]) ?? made[path];
  }

  remember("made", made);
  showStops();
  count("updates");
});

/** A point of the curve: two wheels, one turning inside the other, not quite in step. */
function point(angle, size) {
  const [outer, inner] = [0.55 * size, 0.35 * size];
  return [
    size + outer * Math.cos(angle) + inner * Math.cos(-2.604 * angle),
    size + outer * Math.sin(angle) + inner * Math.sin(-2.604 * angle),
  ];
}

function draw(canvas) {
  const pen = canvas.getContext("2d");
  const style = getComputedStyle(document.documentElement);
  pen.lineWidth = 2.5;
  let angle = 0;

  function stroke() {
    const until = angle + 0.035 * PACE;
    pen.strokeStyle = style.getPropertyValue("--accent");
    pen.beginPath();
    pen.moveTo(...point(angle, canvas.width / 2));
    for (; angle < until; angle += 0.0175) pen.lineTo(...point(angle + 0.0175, canvas.width / 2));
    pen.stroke();
    requestAnimationFrame(stroke);
  }

  stroke();
}

const canvas = document.getElementById("drawing");
if (canvas) draw(canvas);

count("loads");
show("updates", sessionStorage.getItem("updates") ?? 0);
showStops();
setInterval(tick, 1000);
