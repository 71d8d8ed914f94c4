// As much of Slack as cards and homes need, in memory: posts, updates, deletions and the history they are looked for in, which may lag.

export interface PostedMessage {
  readonly channel: string;
  readonly ts: string;
  readonly threadTs: string | undefined;
  /** Which card it says it is. */
  readonly card: string;
  text: string;
  blocks: string;
  /** Who looks through the history sees it only from then on; people see it at once. */
  readonly inHistoryFromMs: number;
  isDeleted: boolean;
}

export interface SlackModel {
  /** What the Web API answers. `hiddenForMs` is how long the history does not show what is posted. */
  answer(method: string, body: URLSearchParams, hiddenForMs: number): object;
  /** Those of a run that are there, oldest first. */
  shown(): readonly PostedMessage[];
  readonly posted: readonly PostedMessage[];
}

export function createSlackModel(nowMs: () => number): SlackModel {
  const posted: PostedMessage[] = [];
  /** What Slack calls the view that is published, by person. */
  const homes = new Map<string, string>();
  const shown = (): readonly PostedMessage[] => posted.filter(({ isDeleted }) => !isDeleted);

  function history(body: URLSearchParams, isListed: (message: PostedMessage) => boolean): object {
    const oldest = Number(body.get("oldest") ?? 0);
    const messages = shown()
      .filter((message) => message.channel === body.get("channel") && isListed(message))
      .filter(({ ts, inHistoryFromMs }) => Number(ts) > oldest && inHistoryFromMs <= nowMs())
      .map(({ ts, card }) => ({ ts, metadata: JSON.parse(card) as unknown }));
    return { ok: true, messages };
  }

  function post(body: URLSearchParams, hiddenForMs: number): object {
    const channel = textIn(body, "channel");
    // Never the same twice, and in order.
    const ts = (nowMs() / 1_000 + posted.length / 1_000_000).toFixed(6);
    posted.push({
      ...{ channel, ts, threadTs: body.get("thread_ts") ?? undefined, isDeleted: false },
      ...{ card: textIn(body, "metadata"), text: textIn(body, "text"), blocks: textIn(body, "blocks") },
      inHistoryFromMs: nowMs() + hiddenForMs,
    });
    return { ok: true, channel, ts };
  }

  function publish(body: URLSearchParams): object {
    const [user, given] = [textIn(body, "user_id"), body.get("hash")];
    if (given !== null && given !== homes.get(user)) return { ok: false, error: "hash_conflict" };
    const hash = `${nowMs()}.${homes.size}`;
    homes.set(user, hash);
    return { ok: true, view: { hash } };
  }

  /** Of a message that is there. */
  function change(body: URLSearchParams, change: (message: PostedMessage) => void): object {
    const [channel, ts] = [body.get("channel"), body.get("ts")];
    const message = shown().find((one) => one.channel === channel && one.ts === ts);
    if (message === undefined) return { ok: false, error: "message_not_found" };
    change(message);
    return { ok: true, channel, ts };
  }

  return {
    posted,
    shown,
    answer(method, body, hiddenForMs) {
      switch (method) {
        case "chat.postMessage":
          return post(body, hiddenForMs);
        case "chat.update":
          return change(body, (message) => {
            message.text = textIn(body, "text");
            message.blocks = textIn(body, "blocks");
          });
        case "chat.delete":
          return change(body, (message) => {
            message.isDeleted = true;
          });
        case "conversations.open":
          return { ok: true, channel: { id: directMessageOf(textIn(body, "users")) } };
        case "views.publish":
          return publish(body);
        case "conversations.history":
          return history(body, ({ threadTs }) => threadTs === undefined);
        case "conversations.replies":
          return history(body, ({ threadTs, ts }) => [threadTs, ts].includes(textIn(body, "ts")));
        default:
          throw new Error(`The model of Slack has no method ${method}.`);
      }
    },
  };
}

/** Where the app writes to somebody alone. */
export function directMessageOf(user: string): string {
  return `D${user}`;
}

function textIn(body: URLSearchParams, name: string): string {
  return body.get(name) ?? "";
}
