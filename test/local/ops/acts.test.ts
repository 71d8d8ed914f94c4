// What the ops target can be asked to do for workflows: each act once for its key, and a wrong request is told what is wrong.
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createOps, type Ops } from "../../../src/local/ops/server.ts";

let ops: Ops;
beforeEach(() => {
  ops = createOps({ store: ":memory:", now: () => Date.UTC(2026, 0, 5, 12) });
});
afterEach(() => ops.close());

interface Answer {
  readonly status: number;
  readonly body: unknown;
}

async function call(path: string, init?: RequestInit): Promise<Answer> {
  const response = await ops.fetch(new Request(`http://ops${path}`, init));
  return { status: response.status, body: await response.json() };
}

function post(path: string, body: unknown, key?: string): Promise<Answer> {
  const headers = key === undefined ? {} : { "idempotency-key": key };
  return call(path, { method: "POST", headers, body: JSON.stringify(body) });
}

const PAYMENT = { payee: "Hotel Post", amount: 749.5, currency: "EUR", purpose: "Rooms" };
const ARTICLE = { title: "We are back", body: "Since noon." };
const SIGNED = { proposal: "Acquire WidgetCo", signedBy: { Legal: "U0ANA", Finance: "U0BO" } };

interface Row {
  readonly path: string;
  readonly name: string;
  readonly id: string;
  readonly body: object;
  readonly other: object;
  /** How the first one is named to whoever reuses its key. */
  readonly said: string;
  readonly wrong: readonly (readonly [body: unknown, sentence: string])[];
}

const ROWS: readonly Row[] = [
  {
    ...{ path: "/payments", name: "payment", id: "payment-1" },
    body: PAYMENT,
    other: { ...PAYMENT, amount: 7495 },
    said: "749.50 EUR to Hotel Post (payment-1); a different payment",
    wrong: [
      [{ ...PAYMENT, amount: 0 }, "amount must be above 0"],
      [{ ...PAYMENT, amount: -1 }, "amount must be above 0"],
      [{ ...PAYMENT, amount: "749.5" }, "amount must be a number"],
      [{ ...PAYMENT, amount: 1.005 }, "amount must have at most two decimals"],
      [{ ...PAYMENT, currency: "euro" }, "currency must be a code like EUR"],
      [{ ...PAYMENT, payee: "" }, "payee must not be empty"],
      [{ ...PAYMENT, approved: true }, "approved"],
      [[], "the body must be a JSON object { payee, amount, currency, purpose }"],
    ],
  },
  {
    ...{ path: "/publications", name: "publication", id: "article-1" },
    body: ARTICLE,
    other: { ...ARTICLE, body: "Since one." },
    said: "“We are back” (article-1); a different publication",
    wrong: [
      [{ ...ARTICLE, title: "Two\nlines" }, "title must be one line"],
      [{ ...ARTICLE, body: "" }, "body must not be empty"],
      ["We are back", "the body must be a JSON object { title, body }"],
    ],
  },
  {
    ...{ path: "/sign-offs", name: "signoff", id: "signoff-1" },
    body: SIGNED,
    other: { ...SIGNED, proposal: "Acquire GadgetCo" },
    said: "“Acquire WidgetCo” by Legal and Finance (signoff-1); a different sign-off",
    wrong: [
      [{ ...SIGNED, signedBy: {} }, "signedBy must name a department"],
      [{ ...SIGNED, signedBy: { Legal: true } }, "signedBy must name somebody for each department"],
      [{ ...SIGNED, proposal: "" }, "proposal must not be empty"],
    ],
  },
];

describe.each(ROWS)("$path", ({ path, name, id, body, other, said, wrong }) => {
  const done = { id, ...body, at: "2026-01-05T12:00:00.000Z", idempotencyKey: "k1" };

  test("does it once for its key, and says so each time it is asked", async () => {
    expect(await post(path, body, "k1")).toEqual({ status: 201, body: { [name]: done } });
    expect(await post(path, body, "k1")).toEqual({ status: 200, body: { [name]: done } });
    expect((await post(path, body, "k2")).status).toBe(201);
    expect((await call(path)).body).toMatchObject({
      [`${name}s`]: [
        { ...done, performed: 1, replays: 1 },
        { performed: 1, replays: 0 },
      ],
    });
  });

  test("refuses a key that was used for something else, names that, and does nothing", async () => {
    await post(path, body, "k1");
    const { status, body: answer } = await post(path, other, "k1");
    expect(status).toBe(409);
    expect(answer).toEqual({
      error: `This Idempotency-Key was used for ${said} needs a key of its own.`,
    });
    expect((await call("/acts")).body).toMatchObject({ acts: [{ kind: name, performed: 1, replays: 0 }] });
  });

  test("refuses what has no key or is malformed with what is wrong, and does nothing", async () => {
    const answers: Answer[] = [await post(path, body)];
    for (const [index, [malformed]] of wrong.entries())
      answers.push(await post(path, malformed, `k${index}`));
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 400));
    const sentences = ["The Idempotency-Key header is missing", ...wrong.map(([, sentence]) => sentence)];
    for (const [index, sentence] of sentences.entries())
      expect(JSON.stringify(answers[index]?.body)).toContain(sentence);
    expect((await call("/acts")).body).toEqual({ acts: [] });
  });
});

test("one key names one act of each kind: another kind does not know it", async () => {
  expect((await post("/payments", PAYMENT, "k1")).status).toBe(201);
  expect((await post("/publications", ARTICLE, "k1")).status).toBe(201);
});
