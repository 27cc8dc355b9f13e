"""The dashboard's document: landmarks, headings and empty tables, which `client/dashboard/` fills. Text in, HTML out.

It carries nothing of the project. What a server or a page says comes later, as JSON, and becomes text and nothing else.
"""

from __future__ import annotations

from html import escape
from typing import Final
from urllib.parse import quote

ICON: Final = quote(
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><circle cx="8" cy="8" r="6" fill="none" '
    'stroke="#0f766e" stroke-width="2.4" stroke-dasharray="28 9" stroke-linecap="round"/>'
    '<circle cx="8" cy="8" r="2.2" fill="#0f766e"/></svg>'
)

HEAD: Final = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="asgi-reload" data-base="{base}" data-client="{client}" data-token="{token}" data-boot="{boot}">
<title>asgi-reload</title>
<link rel="icon" href="data:image/svg+xml,{icon}">
<link rel="stylesheet" href="{client}/dashboard/dashboard.css">
<script type="module" src="{client}/dashboard/main.js"></script>
</head>
"""

BODY: Final = """<body>
<a class="skip" href="#timeline">Skip to the timeline</a>
<header class="top">
<h1>asgi-reload</h1>
<p class="state" id="health"><span>…</span></p>
<p class="state" id="line"><span>connecting…</span></p>
<div class="actions" role="group" aria-label="Actions">
<button type="button" id="reload-all">Reload all pages</button>
<button type="button" id="new-worker" aria-describedby="new-worker-reason">New worker</button>
<span class="reason" id="new-worker-reason"></span>
<button type="button" id="pause" aria-pressed="false">Pause</button>
</div>
<p class="answer" id="answer" role="status"></p>
</header>
<main>
<noscript><p class="notice">The dashboard is made by its script; switch scripts on for this page.</p></noscript>
<dl id="facts" aria-label="At a glance"></dl>
<section id="problems" aria-labelledby="problems-title" hidden>
<h2 id="problems-title" tabindex="-1">Problems <span class="count"></span></h2>
<ul class="problems"></ul>
</section>
<section id="timeline" aria-labelledby="timeline-title" tabindex="-1">
<header>
<h2 id="timeline-title" tabindex="-1">Saves <span class="count"></span></h2>
<label class="field"><span class="unseen">Filter by path, rung or words</span>
<input id="filter" type="search" placeholder="Filter: path, rung, words" autocomplete="off" spellcheck="false"></label>
<button type="button" id="export" class="quiet">Export JSON</button>
</header>
<p class="legend" id="legend" aria-hidden="true"></p>
<p class="unseen" id="newest" role="status" aria-live="polite"></p>
<p class="empty" id="no-saves">Save a file, and here is what it came to, and why.</p>
<ol class="saves"></ol>
</section>
<div class="side">
<div class="stack">
<section id="pages" aria-labelledby="pages-title">
<h2 id="pages-title" tabindex="-1">Pages <span class="count"></span></h2>
<p class="empty" id="no-pages">No page is open. One that you load now appears here.</p>
<div class="scroller" hidden><table>
<thead><tr><th scope="col">Page</th><th scope="col">Line</th><th scope="col">Last update</th>\
<th scope="col"><span class="unseen">Action</span></th></tr></thead>
<tbody></tbody></table></div>
</section>
<section id="console" aria-labelledby="console-title">
<header>
<h2 id="console-title" tabindex="-1">Browser console <span class="count"></span></h2>
<label class="field">Show <select id="level"><option value="debug">everything</option><option value="log">log and above\
</option><option value="info">info and above</option><option value="warning">warnings and errors</option>\
<option value="error">errors</option></select></label>
</header>
<p class="empty" id="no-words">Nothing was said.</p>
<ol class="words scroller" tabindex="0" aria-labelledby="console-title" hidden></ol>
</section>
</div>
<div class="stack">
<section id="watching" aria-labelledby="watching-title">
<h2 id="watching-title" tabindex="-1">Watching <span class="count"></span></h2>
<p class="notice" id="watch-problem" hidden></p>
<table><thead><tr><th scope="col">Root</th><th scope="col">How</th></tr></thead><tbody></tbody></table>
<div id="noisy" hidden><h3>Noisy files, held back</h3><ul class="plain"></ul></div>
<form id="ignored" role="search" aria-label="Why was this file ignored?">
<label for="ignored-path">Why was this file ignored?</label>
<div class="row">
<input id="ignored-path" type="text" placeholder="static/app.css" autocomplete="off" spellcheck="false">
<button type="submit">Ask</button></div>
<p id="ignored-answer" role="status"></p>
</form>
</section>
<section id="skipped" aria-labelledby="skipped-title" hidden>
<h2 id="skipped-title" tabindex="-1">Documents left alone <span class="count"></span></h2>
<div class="scroller" tabindex="0" role="region" aria-labelledby="skipped-title"><table>
<thead><tr><th scope="col">Document</th><th scope="col">Why</th><th scope="col" class="number">Times</th></tr></thead>
<tbody></tbody></table></div>
</section>
</div>
</div>
</main>
</body>
</html>
"""


def dashboard_page(*, base: str, client: str, token: str, boot: str) -> str:
    """The document. base: the path of our routes, mount and all; client: that of the folder of the client's files."""
    head = HEAD.format(base=_path(base), client=_path(client), token=escape(token), boot=escape(boot), icon=ICON)
    return head + BODY


def _path(path: str) -> str:
    # One slash in front, whatever the mount: two would name a host.
    return escape(f"/{quote(path.strip('/'), errors='replace')}")
