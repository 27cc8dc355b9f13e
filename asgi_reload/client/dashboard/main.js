/** What the dashboard's document loads: reads where the server is, and begins. */

import { Dashboard } from "./dashboard.js";
import { below } from "./dom.js";

const { base = "", client = "", token = "", boot = "" } = below(document.head, "meta[name=asgi-reload]").dataset;

new Dashboard({ base, client, token, boot, seq: 0, transport: "auto" }).start();
