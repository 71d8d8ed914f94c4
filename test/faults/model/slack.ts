// As much of Slack as cards need, in memory: posts, updates, deletions and the history they are looked for in, which may lag.

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
  const shown = (): readonly PostedMessage[] => posted.filter(({ isDeleted }) => !isDeleted);
  const found = (channel: string | null, ts: string | null): PostedMessage | undefined =>
    shown().find((message) => message.channel === channel && message.ts === ts);

  function history(body: URLSearchParams, isListed: (message: PostedMessage) => boolean): object {
    const oldest = Number(body.get("oldest") ?? 0);
    const messages = shown()
      .filter((message) => message.channel === body.get("channel") && isListed(message))
      .filter(({ ts, inHistoryFromMs }) => Number(ts) > oldest && inHistoryFromMs <= nowMs())
      .map(({ ts, card }) => ({ ts, metadata: JSON.parse(card) as unknown }));
    return { ok: true, messages };
  }

  return {
    posted,
    shown,
    answer(method, body, hiddenForMs) {
      const [channel, ts] = [body.get("channel"), body.get("ts")];
      switch (method) {
        case "chat.postMessage": {
          // Never the same twice, and in order.
          const name = (nowMs() / 1_000 + posted.length / 1_000_000).toFixed(6);
          posted.push({
            ...{ channel: channel ?? "", ts: name, threadTs: body.get("thread_ts") ?? undefined },
            ...{ card: body.get("metadata") ?? "{}", text: body.get("text") ?? "" },
            ...{ blocks: body.get("blocks") ?? "[]", isDeleted: false },
            inHistoryFromMs: nowMs() + hiddenForMs,
          });
          return { ok: true, channel, ts: name };
        }
        case "chat.update": {
          const message = found(channel, ts);
          if (message === undefined) return { ok: false, error: "message_not_found" };
          message.text = body.get("text") ?? "";
          message.blocks = body.get("blocks") ?? "[]";
          return { ok: true, channel, ts };
        }
        case "chat.delete": {
          const message = found(channel, ts);
          if (message === undefined) return { ok: false, error: "message_not_found" };
          message.isDeleted = true;
          return { ok: true, channel, ts };
        }
        case "conversations.history":
          return history(body, ({ threadTs }) => threadTs === undefined);
        case "conversations.replies":
          return history(body, (message) => message.threadTs === ts || message.ts === ts);
        default:
          throw new Error(`The model of Slack has no method ${method}.`);
      }
    },
  };
}
