/**
 * What travels between server and page: the same JSON over WebSocket frames and `data:` lines of an event stream.
 * `asgi_reload/updates.py` and `asgi_reload/protocol.py` say the same for the server; a test holds them together.
 */

/** One step of an update. Paths are relative to the project, with forward slashes. */
export type Step =
  | { type: "css"; paths: string[] }
  | { type: "images"; paths: string[] }
  | { type: "patch"; paths: string[]; reason: string }
  | { type: "reload"; paths: string[]; reason: string; delay: number }
  | { type: "restart"; paths: string[]; reason: string; by: string }
  | { type: "failure"; paths: string[]; title: string; detail: string }
  | { type: "recovered"; paths: string[] };

/** What a server says. */
export type ServerMessage =
  /** First on every connection. `heartbeat` is the seconds between pings; silence for three of them means a dead line.
   *  `problems`: how many things are wrong right now. */
  | { type: "hello"; boot: string; generation: number; seq: number; client: string; heartbeat: number; problems: number }
  /** Do these steps, in order, then acknowledge `seq`. `written`: when the last file was, ms since 1970; 0: nobody knows. */
  | { type: "update"; seq: number; generation: number; steps: Step[]; written: number }
  | { type: "ping"; seq: number }
  /** The token is not this server's: the page was rendered by an earlier life of it. Load the page anew. */
  | { type: "stale"; boot: string }
  /** No room for one more connection; try again after `retry` ms. */
  | { type: "busy"; retry: number }
  /** The server is about to stop or to be restarted; come back soon. */
  | { type: "bye"; reason: string }
  /** What is wrong is no longer what it was; so many things are now. GET `problems` tells them, to this machine only. */
  | { type: "problems"; count: number }
  /** Somebody asks this one page to load itself anew. */
  | { type: "reload"; page: string; reason: string }
  /** To who follows what the server does: the status has changed. */
  | { type: "news" };

/** What became of an update on a page. */
export type Outcome = "applied" | "nothing" | "reload" | "offered" | "refused" | "failed";

/** What a page says: WebSocket frames, or the body of a POST to `messages` beside an event stream. */
export type PageMessage =
  /** Announces a page, and again whenever it is shown or hidden. */
  | { type: "page"; page: string; url: string; visible: boolean }
  | { type: "gone"; page: string }
  /** Answers a ping over a WebSocket: somebody still reads. */
  | { type: "pong"; seq: number }
  | { type: "ack"; page: string; seq: number; outcome: Outcome; ms: number; detail: string }
  /** What the page's console said, or a script that failed in it; so many times since it was last told. */
  | { type: "said"; page: string; level: Level; text: string; place: string; count: number };

/** How loud a page's console was. */
export type Level = "error" | "warning" | "info" | "log" | "debug";

/** What the injected tag carries as `data-*`: all that a page needs to know to begin. */
export interface Config {
  /** Mount path and prefix, absolute, without a trailing slash: `/sub/__reload__`. */
  base: string;
  /** Where the client's modules lie; another version of them lies elsewhere, so that browsers may keep this one. */
  client: string;
  token: string;
  boot: string;
  generation: number;
  /** The last update that was published before this page was rendered. */
  seq: number;
  /** Identifies the document as sent, the merge's base. */
  page: string;
  transport: "auto" | "ws" | "sse";
  /** May we show ourselves? On its own account a page that a program drives is left as it is. */
  pill: "auto" | "on" | "off";
  overlay: "auto" | "on" | "off";
  /** Which levels of the console the server wants to hear of, with blanks between. */
  console: string;
  /** HTTP status and method that this document answered. */
  status: number;
  method: string;
}
