// What agents' workflows ask of the ops target: each act is performed once, changes what is read afterwards, and says of a wrong name which ones there are.
import { expect, onTestFinished, test } from "vitest";
import { createOps, type Ops } from "../../../src/local/ops/server.ts";

function opened(): Ops {
  const ops = createOps({ store: ":memory:", now: () => Date.UTC(2026, 0, 5, 12) });
  onTestFinished(() => ops.close());
  return ops;
}

interface Answer {
  readonly status: number;
  readonly body: unknown;
}

async function read(ops: Ops, path: string): Promise<Answer> {
  const response = await ops.fetch(new Request(`http://ops${path}`));
  return { status: response.status, body: await response.json() };
}

async function act(ops: Ops, path: string, body: object, key = "k1"): Promise<Answer> {
  const init = { method: "POST", headers: { "idempotency-key": key }, body: JSON.stringify(body) };
  const response = await ops.fetch(new Request(`http://ops${path}`, init));
  return { status: response.status, body: await response.json() };
}

const CHECKOUT = { service: "checkout", env: "prod" };

test("a restart cures what ails a service, and more replicas share its load", async () => {
  const ops = opened();
  const metrics = (name: string): Promise<Answer> => read(ops, `/services/prod/${name}/metrics`);
  expect((await metrics("checkout")).body).toMatchObject({ metrics: { memoryPercent: 96, kind: "app" } });
  expect((await read(ops, "/services/prod/checkout/logs")).body).toMatchObject({
    lines: expect.arrayContaining([expect.stringContaining("OutOfMemory")]) as unknown,
  });
  expect((await act(ops, "/restarts", CHECKOUT)).status).toBe(201);
  expect((await metrics("checkout")).body).toMatchObject({ metrics: { memoryPercent: 41, replicas: 12 } });
  expect((await metrics("payments")).body).toMatchObject({ metrics: { loadPercent: 94, replicas: 8 } });
  const scaling = { service: "payments", env: "prod", replicas: 10 };
  expect((await act(ops, "/scalings", scaling)).body).toMatchObject({ scaling: { ...scaling, previous: 8 } });
  expect((await metrics("payments")).body).toMatchObject({ metrics: { loadPercent: 75, replicas: 10 } });
  expect(await act(ops, "/scalings", { ...scaling, from: 8, replicas: 4 }, "k2")).toMatchObject({
    status: 409,
    body: { error: "payments in prod runs 10 replicas and no longer 8. Look at it again." },
  });
  expect((await act(ops, "/scalings", { ...scaling, from: 10, replicas: 4 }, "k2")).status).toBe(201);
  expect((await metrics("orders-db")).body).toMatchObject({ metrics: { kind: "database", p99Ms: 6 } });
});

test("runbooks are found by the words of an alert, and all are told of where none fits", async () => {
  const ops = opened();
  const namesFor = async (alert: string): Promise<unknown> =>
    ((await read(ops, `/runbooks?alert=${alert}`)).body as { runbooks: { name: string }[] }).runbooks.map(
      ({ name }) => name,
    );
  expect(await namesFor("CheckoutHighMemory")).toEqual(["memory-leak"]);
  expect(await namesFor("Strange")).toEqual(["memory-leak", "high-load", "idle-database"]);
});

test("changes go to the commit that they are for, which moves the pull request; a replay moves nothing", async () => {
  const ops = opened();
  const changes = { pr: 42, head: "9f2c1ab", changes: ["Add type hints"] };
  const first = await act(ops, "/changes", changes);
  expect(first).toMatchObject({
    status: 201,
    body: { change: { commit: expect.stringMatching(/^\w{7}$/) as unknown } },
  });
  expect(await act(ops, "/changes", changes)).toMatchObject({ status: 200, body: first.body });
  expect(await act(ops, "/changes", changes, "k2")).toMatchObject({
    status: 409,
    body: {
      error: expect.stringMatching(/^Pull request 42 is at \w{7} and no longer at 9f2c1ab\./) as unknown,
    },
  });
  expect((await act(ops, "/pushes", { pr: 43 })).status).toBe(201);
  expect((await read(ops, "/pulls/43")).body).not.toMatchObject({ pull: { head: "41d7e80" } });
});

test("a deleted course is gone, and stays so until the target is reset", async () => {
  const ops = opened();
  const course = "Outdated Java Tutorial";
  expect((await act(ops, "/course-deletions", { course })).status).toBe(201);
  expect((await read(ops, `/courses/${encodeURIComponent(course)}`)).status).toBe(404);
  await act(ops, "/reset", {});
  expect((await read(ops, `/courses/${encodeURIComponent(course)}`)).body).toEqual({
    course: { name: course, students: 3 },
  });
});

test("a document is filed under its contract, whose terms can be read by its name", async () => {
  const ops = opened();
  expect((await read(ops, "/contracts/globex-support")).body).toMatchObject({
    contract: { terms: expect.stringContaining("gross negligence") as unknown },
  });
  await act(ops, "/documents", { contract: "globex-support", text: "1. Fees" });
  expect((await read(ops, "/documents")).body).toMatchObject({
    documents: [{ text: "1. Fees", performed: 1 }],
  });
});

test.each<[string, object, string]>([
  [
    "/restarts",
    { ...CHECKOUT, service: "chekout" },
    'There is no service "chekout" in prod. Nearest: checkout',
  ],
  ["/scalings", { ...CHECKOUT, env: "prd", replicas: 2 }, 'There is no environment "prd". Nearest: prod'],
  ["/changes", { pr: 7, head: "a", changes: ["b"] }, "There is no pull request 7. Open are: 42, 43, 57."],
  ["/course-deletions", { course: "Outdated Java" }, "Nearest: Outdated Java Tutorial"],
])("%s for what there is not says what there is, and keeps nothing of it", async (path, body, error) => {
  const ops = opened();
  const answer = await act(ops, path, body);
  expect(answer.status).toBe(404);
  expect(JSON.stringify(answer.body).replaceAll("\\", "")).toContain(error);
  expect(Object.values((await read(ops, path)).body as object)).toEqual([[]]);
});

test.each<[string, object, string]>([
  ["/scalings", { ...CHECKOUT, replicas: 0 }, "replicas must be 1 or more"],
  ["/scalings", { ...CHECKOUT, replicas: 101 }, "replicas must be 100 or less"],
  ["/restarts", { service: "checkout" }, "env must be a string"],
  ["/changes", { pr: 42, head: "a", changes: [] }, "changes must not be empty"],
  ["/documents", { contract: "globex-support" }, "text must be a string"],
  ["/documents", { contract: "a", text: "a".repeat(100_001) }, "text must have at most 100,000 characters"],
  ["/course-deletions", {}, "course must be a string"],
])("%s with a body that does not fit says what is wrong with it", async (path, body, error) => {
  const answer = await act(opened(), path, body);
  expect(answer.status).toBe(400);
  expect(JSON.stringify(answer.body)).toContain(error);
});
