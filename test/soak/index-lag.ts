// DynamoDB behind a door: what was written a moment ago is not yet in any index for some of the keys, and every call is counted.
import * as z from "zod";
import { type Door, openDoor, passOn, type Passed, type Passing } from "./door.ts";

export interface LaggingDynamo extends Door {
  /** How often each operation was called so far; those of indexes by their names, too. */
  readonly calls: Readonly<Record<string, number>>;
  /** How many entries an index has kept back so far. */
  hidden(): number;
  /** Nothing is kept back any more. */
  settle(): void;
}

interface LagOptions {
  /** Of the writes, how many reach the indexes late. */
  readonly share: number;
  readonly mostMs: number;
}

const Key = z.object({ pk: z.object({ S: z.string() }), sk: z.object({ S: z.string() }) });
const Asked = z.object({ IndexName: z.string().optional(), Item: Key.optional(), Key: Key.optional() });
const Page = z.looseObject({
  Items: z.array(z.looseObject(Key.shape)).optional(),
  Count: z.number().optional(),
});

export async function openLaggingDynamo(target: string, lag: LagOptions): Promise<LaggingDynamo> {
  const hiddenUntil = new Map<string, number>();
  const calls: Record<string, number> = {};
  let hidden = 0;
  let isSettled = false;

  function isHidden(key: z.infer<typeof Key>): boolean {
    const name = nameOf(key);
    const until = hiddenUntil.get(name);
    if (until === undefined) return false;
    if (until > Date.now()) return true;
    hiddenUntil.delete(name);
    return false;
  }

  function noteWrite(key: z.infer<typeof Key> | undefined): void {
    if (key === undefined || isSettled || Math.random() >= lag.share) return;
    hiddenUntil.set(nameOf(key), Date.now() + Math.random() * lag.mostMs);
  }

  async function handle(asked: Passing): Promise<Passed> {
    const operation = String(asked.headers["x-amz-target"]).split(".").at(-1) ?? "";
    const { IndexName, Item, Key: given } = Asked.parse(JSON.parse(asked.body.toString()));
    const name = IndexName === undefined ? operation : `${operation} ${IndexName}`;
    calls[name] = (calls[name] ?? 0) + 1;
    const passed = await passOn(target, asked);
    if (passed.status !== 200) return passed;
    if (/^(Put|Update)Item$/.test(operation)) noteWrite(Item ?? given);
    return IndexName === undefined || hiddenUntil.size === 0 ? passed : withoutHidden(passed);
  }

  function withoutHidden(passed: Passed): Passed {
    const { Items: all = [], ...page } = Page.parse(JSON.parse(passed.body.toString()));
    const Items = all.filter((item) => !isHidden(item));
    if (Items.length === all.length) return passed;
    hidden += all.length - Items.length;
    const { "x-amz-crc32": _, ...headers } = passed.headers;
    return {
      status: 200,
      headers,
      body: Buffer.from(JSON.stringify({ ...page, Items, Count: Items.length })),
    };
  }

  return {
    ...(await openDoor(handle)),
    calls,
    hidden: () => hidden,
    settle: () => {
      isSettled = true;
      hiddenUntil.clear();
    },
  };
}

function nameOf({ pk, sk }: z.infer<typeof Key>): string {
  return `${pk.S} ${sk.S}`;
}
