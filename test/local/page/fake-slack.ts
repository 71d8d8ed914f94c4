// A tiny local Slack for the page's own tests: a hand-made snapshot, and a record of what the page sent.
import { setTimeout as pause } from "node:timers/promises";
import { serve } from "@hono/node-server";
import { Hono } from "hono";
import type {
  Acted,
  Block,
  Click,
  Close,
  HomeView,
  Message,
  Person,
  Say,
  OpenHome,
  Snapshot,
  Submit,
  View,
} from "../../../src/local/slack/protocol.ts";
import { builtPage } from "../../support/page.ts";

export type Sent =
  | { path: "say"; body: Say }
  | { path: "click"; body: Click }
  | { path: "submit"; body: Submit }
  | { path: "close"; body: Close }
  | { path: "home"; body: OpenHome };

export interface FakeSlack {
  readonly url: string;
  readonly sent: Sent[];
  /** What the next actions are answered with, after how long, or once what is given here has happened. */
  readonly answerWith: (acted: Acted, after?: number | Promise<unknown>) => void;
  /** The app posts a message. */
  readonly say: (text: string) => void;
  readonly openModal: (view: Partial<View>) => void;
  readonly close: () => Promise<void>;
}

export const OK: Acted = { ok: true, answer: { kind: "ok", status: 200, ms: 42 } };

// Strict on purpose: the page must not need inline scripts or eval.
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; style-src-attr 'unsafe-inline'; connect-src 'self'; font-src 'self'; img-src 'self' data:";

const person = (id: string, realName: string, title: string, kind: Person["kind"] = "member"): Person => ({
  id,
  name: (realName.split(" ")[0] ?? "").toLowerCase(),
  realName,
  title,
  kind,
  teamId: "T1",
});

const PEOPLE = [
  person("U1", "Ana Lima", "On-call engineer"),
  person("U2", "Bo Chen", "On-call engineer"),
  person("U3", "Gus Guest", "Contractor", "guest"),
  person("B1", "Countersign", "App", "bot"),
];

const START = 1_767_600_000;
const at = (minutes: number): string => `${START + minutes * 60}.000100`;

const text = (value: string): { type: "mrkdwn"; text: string } => ({ type: "mrkdwn", text: value });
const plain = (value: string): { type: "plain_text"; text: string } => ({ type: "plain_text", text: value });
const option = (value: string): { text: { type: "plain_text"; text: string }; value: string } => ({
  text: plain(value),
  value,
});

export const CARD: readonly Block[] = [
  {
    type: "section",
    block_id: "title",
    text: text(
      "🟠 *Approval needed · Deploy `checkout` to prod*\nRolling restart of 12 pods. Errors 5.2 % → expected &lt; 1 %.",
    ),
  },
  {
    type: "section",
    block_id: "facts",
    fields: [
      text("*Requested by*\nagent run r-7f3 for <@U2>"),
      text("*Can decide*\n<!subteam^S1> in <#C1>"),
      text(`*Expires*\n<!date^${START + 7200}^{date_short_pretty} at {time}|later>`),
      text("*Risk*\nHigh · writes to production"),
    ],
  },
  {
    type: "section",
    block_id: "args",
    text: text(
      '```deploy service=checkout version=v2.5.0 strategy=*rolling*\n  note="[not a link](https://evil.example) &lt;@U1&gt;"```',
    ),
  },
  {
    type: "actions",
    block_id: "apr",
    elements: [
      {
        type: "button",
        action_id: "approve",
        text: plain("Approve"),
        style: "primary",
        confirm: {
          title: plain("Deploy to prod?"),
          text: text("This restarts *12 pods* of `checkout`."),
          confirm: plain("Deploy"),
          deny: plain("Not yet"),
        },
      },
      { type: "button", action_id: "reject", text: plain("Reject…") },
      { type: "button", action_id: "edit", text: plain("Edit…"), accessibility_label: "Edit the request" },
      { type: "overflow", action_id: "more", options: [option("View details"), option("Hand over")] },
    ],
  },
  {
    type: "context",
    block_id: "ctx",
    elements: [text("r-7f3 · step 4/9 `deploy_gate` · request 9c21 · rev 1")],
  },
];

const message = (minutes: number, user: string, value: string, more: Partial<Message> = {}): Message => ({
  channel: "C1",
  ts: at(minutes),
  user,
  text: value,
  blocks: [],
  edited: false,
  ...more,
});

const MESSAGES = [
  message(0, "U2", "/countersign run deploy checkout v2.5.0 :rocket: 2 * 3 * 4"),
  message(1, "B1", "Run r-7f3 started by <@U2>. <https://example.com/run?a=1&amp;b=2|Open the run>"),
  message(2, "B1", "Approval needed: deploy checkout to prod.", {
    threadTs: at(1),
    broadcast: true,
    blocks: CARD,
  }),
  message(3, "U2", "Looks right to me &lt;@U1&gt;, see <@U1>", { threadTs: at(1) }),
  message(4, "B1", "You can't decide this one: it needs <!subteam^S1>.", { visibleTo: "U1" }),
];

export const EDIT_MODAL: Partial<View> = {
  title: "Edit request",
  submit: "Approve edited",
  close: "Back",
  blocks: [
    { type: "section", block_id: "about", text: text("You are editing what the agent will run.") },
    {
      type: "input",
      block_id: "version",
      label: plain("Version"),
      element: { type: "plain_text_input", action_id: "v", initial_value: "v2.5.0" },
    },
    {
      type: "input",
      block_id: "env",
      label: plain("Environment"),
      element: { type: "static_select", action_id: "v", options: [option("prod"), option("staging")] },
    },
    {
      type: "input",
      block_id: "pods",
      label: plain("Max unavailable"),
      hint: plain("Between 1 and 3."),
      element: {
        type: "number_input",
        action_id: "v",
        is_decimal_allowed: false,
        min_value: "1",
        max_value: "3",
        initial_value: "9",
      },
    },
    {
      type: "input",
      block_id: "why",
      optional: true,
      label: plain("Reason"),
      element: { type: "plain_text_input", action_id: "v", multiline: true },
    },
    {
      type: "input",
      block_id: "how",
      optional: true,
      label: plain("Strategy"),
      element: { type: "radio_buttons", action_id: "v", options: [option("rolling"), option("canary")] },
    },
    {
      type: "input",
      block_id: "tell",
      optional: true,
      label: plain("Tell"),
      element: { type: "checkboxes", action_id: "v", options: [option("team"), option("support")] },
    },
    {
      type: "input",
      block_id: "when",
      optional: true,
      label: plain("Not before"),
      element: { type: "datepicker", action_id: "v" },
    },
    {
      type: "input",
      block_id: "hour",
      optional: true,
      label: plain("At"),
      element: { type: "timepicker", action_id: "v", initial_time: "07:30" },
    },
    {
      type: "input",
      block_id: "until",
      optional: true,
      label: plain("Until"),
      element: { type: "datetimepicker", action_id: "v", initial_date_time: 1_777_906_800 },
    },
    {
      type: "input",
      block_id: "zones",
      optional: true,
      label: plain("Zones"),
      element: {
        type: "multi_static_select",
        action_id: "v",
        options: [option("a"), option("b"), option("c")],
        initial_options: [option("b")],
      },
    },
    {
      type: "input",
      block_id: "who",
      optional: true,
      label: plain("Reviewer"),
      element: { type: "users_select", action_id: "v" },
    },
  ],
  errors: { version: "v2.5.0 was rolled back on Monday; choose another." },
};

const HOME_VIEW: HomeView = {
  id: "V_HOME",
  user: "U1",
  hash: "1",
  blocks: [
    { type: "header", block_id: "h", text: plain("Waiting for you 1") },
    {
      type: "section",
      block_id: "row",
      text: text("Deploy `checkout`, asked 6 min ago"),
      accessory: { type: "button", action_id: "review", text: plain("Review") },
    },
    {
      type: "actions",
      block_id: "filter",
      elements: [{ type: "checkboxes", action_id: "show", options: [option("mine"), option("stalled")] }],
    },
    {
      type: "container",
      block_id: "old",
      title: plain("Done today"),
      is_collapsible: true,
      default_collapsed: true,
      child_blocks: [{ type: "section", text: text("payments v1.9.3") }],
    },
  ],
};

export async function startFakeSlack(): Promise<FakeSlack> {
  const page = await builtPage();
  const sent: Sent[] = [];
  const streams = new Set<ReadableStreamDefaultController<Uint8Array>>();
  let messages: readonly Message[] = MESSAGES;
  let views: readonly View[] = [];
  let isHomePublished = false;
  let next: { acted: Acted; after: number | Promise<unknown> } = { acted: OK, after: 0 };

  function changed(): void {
    for (const stream of streams) stream.enqueue(new TextEncoder().encode("data: {}\n\n"));
  }

  const app = new Hono();
  app.get("/local/snapshot", (c) => {
    const seen = snapshot(c.req.query("as") ?? "", messages, views);
    return c.json(isHomePublished ? { ...seen, home: HOME_VIEW } : seen);
  });
  app.get("/panels/about", (c) => c.json({ model: { kind: "scripted" } }));
  app.get("/local/everything", (c) => c.json({ people: PEOPLE }));
  app.get("/local/events", () => {
    let own: ReadableStreamDefaultController<Uint8Array>;
    const body = new ReadableStream<Uint8Array>({
      start: (controller) => {
        own = controller;
        streams.add(controller);
        controller.enqueue(new TextEncoder().encode(": hello\n\n"));
      },
      cancel: () => void streams.delete(own),
    });
    return new Response(body, { headers: { "content-type": "text/event-stream" } });
  });
  app.post("/local/:path", async (c) => {
    const request = { path: c.req.param("path"), body: (await c.req.json()) as unknown } as Sent;
    sent.push(request);
    await (typeof next.after === "number" ? pause(next.after) : next.after);
    if (next.acted.ok) {
      if (request.path === "say") messages = [...messages, said(request.body, messages.length)];
      if (request.path === "close" || request.path === "submit") views = views.slice(0, -1);
      if (request.path === "home") isHomePublished = true;
    }
    changed();
    return c.json(next.acted, next.acted.ok ? 200 : 400);
  });
  app.get("*", (c) => {
    const file = page(c.req.path.startsWith("/archives/") ? "/" : c.req.path);
    if (file === undefined) return c.notFound();
    return c.body(file.body, 200, { "content-type": file.contentType, "content-security-policy": POLICY });
  });

  const server = serve({ fetch: app.fetch, port: 0, hostname: "127.0.0.1" });
  await new Promise((resolve) => server.once("listening", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("The fake Slack got no port.");
  return {
    url: `http://127.0.0.1:${address.port}`,
    sent,
    answerWith: (acted, after = 0) => {
      next = { acted, after };
    },
    say: (line) => {
      messages = [...messages, message(10 + messages.length, "B1", line)];
      changed();
    },
    openModal: (view) => {
      views = [...views, modal(view, views.length)];
      changed();
    },
    close: () => {
      for (const stream of streams) stream.close();
      return new Promise((resolve) => {
        server.close(() => resolve());
        // A page that was left behind would come back for ever.
        if ("closeAllConnections" in server) server.closeAllConnections();
      });
    },
  };
}

function said(body: Say, count: number): Message {
  const thread = body.thread_ts === undefined ? {} : { threadTs: body.thread_ts };
  return message(10 + count, body.as, body.text, { channel: body.channel, ...thread });
}

function modal(view: Partial<View>, count: number): View {
  const whole = {
    id: `V${count}`,
    user: "U1",
    callbackId: "edit",
    title: "Modal",
    close: "Close",
    privateMetadata: "",
    hash: "1",
  };
  return { ...whole, blocks: [], errors: {}, ...view };
}

function snapshot(me: string, messages: readonly Message[], views: readonly View[]): Snapshot {
  const members = ["U1", "U2", "U3"];
  return {
    version: 1,
    team: { id: "T1", name: "Acme" },
    me,
    people: PEOPLE,
    groups: [{ id: "S1", handle: "sre-oncall", members: ["U1", "U2"] }],
    channels: [
      { id: "C1", name: "deploys", kind: "channel", members },
      { id: "C2", name: "random", kind: "channel", members },
      { id: "D1", name: "Countersign", kind: "im", members: [me, "B1"] },
    ],
    messages: messages.filter(({ visibleTo }) => visibleTo === undefined || visibleTo === me),
    views: views.filter(({ user }) => user === me),
    unread: [],
    app: "B1",
    now: new Date(START * 1000 + 3_600_000).toISOString(),
    commands: [
      { name: "/countersign", description: "Ask before acting", hint: "run deploy service=… version=…" },
    ],
  };
}
