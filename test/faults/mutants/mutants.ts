// Ways to break the product that the harness must notice. Each is an edit of the product's own source, so that it stays true to it.

export interface Edit {
  /** Below src/. */
  readonly file: string;
  /** There exactly once, or the mutant is out of date. */
  readonly from: string;
  readonly to: string;
}

/** Where to look for it: every single fault of a scenario, runs with faults by chance, or runs in any order without faults. */
export type Hunt = { readonly scenario: string } & (
  | { readonly by: "singles" }
  | { readonly by: "chance"; readonly seeds: number }
  | { readonly by: "order"; readonly seeds: number }
);

export interface Mutant {
  readonly name: string;
  readonly edits: readonly Edit[];
  readonly hunt: Hunt;
  /** What the harness says of it. */
  readonly noticed: RegExp;
}

export const mutants: readonly Mutant[] = [
  {
    name: "an append without its condition",
    edits: [
      {
        file: "aws/dynamodb.ts",
        from: 'ConditionExpression: "attribute_not_exists(pk)",',
        to: "",
      },
    ],
    hunt: { scenario: "tasks", by: "singles" },
    noticed: /which is not|keys|values|ran it again|and not with/,
  },
  {
    name: "a conflict that is swallowed",
    edits: [
      {
        file: "aws/checkpoint-log.ts",
        from: "if (writer !== slot.writer) throw new CheckpointConflict(threadId, slot.number);",
        to: "",
      },
    ],
    hunt: { scenario: "tasks", by: "singles" },
    noticed: /which is not|keys|values|and not with|failed/,
  },
  {
    name: "no sweeper",
    edits: [
      {
        file: "runs/sweep.ts",
        from: "const due = await deps.records.due(team, deps.clock.now());",
        to: "const due = [];",
      },
    ],
    hunt: { scenario: "deploy", by: "singles" },
    noticed: /never came to rest|still due/,
  },
  {
    name: "a decision that is not the first",
    edits: [
      {
        file: "aws/records.ts",
        from: 'else parts.onlyIfIs("v", { N: String(record.version - 1) });',
        to: 'else parts.onlyIf(`attribute_exists(${parts.name("pk")})`);',
      },
    ],
    hunt: { scenario: "deploy", by: "order", seeds: 100 },
    noticed: /told|decided/,
  },
  {
    name: "an effect's key that is made of the slot",
    edits: [
      {
        file: "graph/superstep.ts",
        from: "checkpointId: scopeOf(thread, task.path),",
        to: "checkpointId: scopeOf(thread, task.path), nextSlot: thread.slot,",
      },
      {
        file: "graph/task.ts",
        from: "scope: [context.threadId, start.checkpointId],",
        to: "scope: [context.threadId, start.checkpointId], nextSlot: start.nextSlot,",
      },
      {
        file: "graph/interrupt.ts",
        from: "JSON.stringify([...scopeOf(attempt), call, ...answers])",
        to: "JSON.stringify([attempt.node.nextSlot, attempt.path, call])",
      },
    ],
    hunt: { scenario: "sequence", by: "order", seeds: 3 },
    noticed: /keys|performed/,
  },
  {
    name: "no look before a card is posted again",
    edits: [
      {
        file: "slack/messenger.ts",
        from: "(place.mayExist ? await find(slack, target) : undefined)",
        to: "undefined",
      },
    ],
    hunt: { scenario: "deploy", by: "singles" },
    noticed: /card/,
  },
  {
    name: "a card before its question is stored",
    edits: [
      {
        file: "runs/questions.ts",
        from: "await deps.rows.put(approval);\n  return saved(deps, called);",
        to: "setImmediate(() => setImmediate(() => setImmediate(() => void saved(deps, called))));\n  return called;",
      },
    ],
    hunt: { scenario: "deploy", by: "singles" },
    noticed: /before its question was stored|nobody knows/,
  },
  {
    name: "no look at the lease before a post",
    edits: [
      {
        file: "runs/redraw.ts",
        from: "if (Date.parse(deps.clock.now()) + DRAWING_MS > Date.parse(until)) {",
        to: "if (until === undefined) {",
      },
    ],
    hunt: { scenario: "deploy", by: "singles" },
    noticed: /twice for a while/,
  },
  {
    name: "a vote without its digest",
    edits: [
      {
        file: "approvals/approval.ts",
        from: 'return digest === approval.digest ? undefined : "changed";',
        to: "return undefined;",
      },
    ],
    hunt: { scenario: "edited", by: "chance", seeds: 300 },
    noticed: /never clicked on/,
  },
  {
    name: "a nudge that is dropped",
    edits: [
      {
        file: "aws/threads.ts",
        from: "if (change.heedless !== true) parts.onlyIf(isCount(parts, names.nudge, held.holds[hold]?.nudge ?? 0));",
        to: "",
      },
    ],
    hunt: { scenario: "parallel", by: "order", seeds: 400 },
    noticed: /waited|nothing had gone wrong|never came to rest/,
  },
  {
    name: "a snapshot's manifest before its chunks",
    edits: [
      {
        file: "aws/log-snapshot.ts",
        from: "await writeBlobs(table, threadId, [...blobs, ...manifest.blobs]);\n",
        to: "",
      },
      {
        file: "aws/log-snapshot.ts",
        from: 'await write("writing a thread\'s snapshot", () => table.dynamo.send(put));',
        to: 'await write("writing a thread\'s snapshot", () => table.dynamo.send(put));\n  await writeBlobs(table, threadId, [...blobs, ...manifest.blobs]);',
      },
    ],
    hunt: { scenario: "large", by: "singles" },
    noticed: /missing or damaged|and not with|failed/,
  },
  {
    name: "a cancelled run that acts on",
    edits: [
      {
        file: "runs/effects.ts",
        from: "if (await isCancelled()) throw new RunCancelled();",
        to: "",
      },
    ],
    hunt: { scenario: "cancelled", by: "order", seeds: 300 },
    noticed: /after the run was cancelled/,
  },
  {
    name: "a refused answer that is kept",
    edits: [
      {
        file: "runs/advance.ts",
        from: "const stored = await saved(turn.deps, again);",
        to: "const stored = again.revision > 0 ? approval : again;",
      },
    ],
    hunt: { scenario: "reopened", by: "order", seeds: 1 },
    noticed: /never came to rest/,
  },
  {
    name: "a finished task that runs again",
    edits: [
      {
        file: "graph/call.ts",
        from: "if (known !== undefined) return Promise.resolve(known.value as Result);",
        to: "",
      },
    ],
    hunt: { scenario: "tasks", by: "singles" },
    noticed: /ran it again/,
  },
  {
    name: "a history that leaves decisions out",
    edits: [
      {
        file: "runs/worker.ts",
        from: "{ run, approvals }, noticed);",
        to: '{ run, approvals }, noticed).filter(({ kind }) => kind !== "decided");',
      },
    ],
    hunt: { scenario: "deploy", by: "order", seeds: 1 },
    noticed: /the history has none/,
  },
  {
    name: "a copy of a card that is left behind",
    edits: [
      {
        file: "runs/wanted-cards.ts",
        from: 'if (approval.state.kind !== "pending") return posted;',
        to: 'if (approval.state.kind !== "pending") return [];',
      },
    ],
    hunt: { scenario: "escalated", by: "order", seeds: 1 },
    noticed: /still offer to approve/,
  },
  {
    name: "a reminder that is not counted",
    edits: [
      {
        file: "approvals/tend.ts",
        from: 'why: { kind: "waiting" }, attention: { reminders } });',
        to: 'why: { kind: "waiting" } });',
      },
    ],
    hunt: { scenario: "escalated", by: "order", seeds: 1 },
    noticed: /was not due|never came to rest/,
  },
  {
    name: "an escalation that gives nobody authority",
    edits: [
      {
        file: "approvals/attention.ts",
        from: "return { ...policy, approvers: { users, groups } };",
        to: "return users.length + groups.length > 0 ? policy : policy;",
      },
    ],
    hunt: { scenario: "escalated", by: "order", seeds: 1 },
    noticed: /and not with|never came to rest|performed 0 times/,
  },
  {
    name: "a reply that notifies, and no history of it",
    edits: [
      {
        file: "approvals/audit.ts",
        from: "return [...pings.map((ping) => pingEntry(ping, on)), ...snoozed];",
        to: "return pings.length > 0 ? snoozed : snoozed;",
      },
    ],
    hunt: { scenario: "escalated", by: "order", seeds: 1 },
    noticed: /the history does not tell of it/,
  },
  {
    name: "a lease that is never given back",
    edits: [
      {
        file: "runs/worker.ts",
        from: 'claim === undefined ? ["lease"] : ["lease", "claim"];',
        to: 'claim === undefined ? [] : ["claim"];',
      },
    ],
    hunt: { scenario: "deploy", by: "order", seeds: 1 },
    noticed: /waited|never came to rest|still due/,
  },
  {
    name: "a rejected call that is carried out",
    edits: [
      {
        file: "agent/tool-decision.ts",
        from: 'return answered(rejectedText(decision), "error");',
        to: 'return { kind: "go", call };',
      },
    ],
    hunt: { scenario: "agent", by: "order", seeds: 1 },
    noticed: /rejected was carried out/,
  },
  {
    name: "an edit that only the model hears of",
    edits: [
      {
        file: "agent/tool-decision.ts",
        from: 'return { kind: "go", call: edited.call, note, seen };',
        to: 'return { kind: "go", call, note, seen };',
      },
    ],
    hunt: { scenario: "agent", by: "order", seeds: 1 },
    noticed: /which is not by hand/,
  },
  {
    name: "a guardrail whose verdict stops nothing",
    edits: [
      {
        file: "agent/tool-call.ts",
        from: "  if (stopped !== undefined)\n    return",
        to: "  if (stopped === 0)\n    return",
      },
    ],
    hunt: { scenario: "agent", by: "order", seeds: 1 },
    noticed: /the guardrail stopped was carried out/,
  },
  {
    name: "answers of calls that are swapped",
    edits: [
      {
        file: "agent/tools-step.ts",
        from: "toolMessage(call, answers[index] ??",
        to: "toolMessage(call, answers[answers.length - 1 - index] ??",
      },
    ],
    hunt: { scenario: "agent", by: "order", seeds: 1 },
    noticed: /The model was told/,
  },
  {
    name: "a call that is no task of its own",
    edits: [
      {
        file: "agent/tools-step.ts",
        from: "task(callName(call), () => calledTool(calling, call))()",
        to: "calledTool(calling, call)",
      },
    ],
    hunt: { scenario: "agent", by: "order", seeds: 3 },
    noticed: /ran it again|decided|keys|never came to rest|ended with|The model was told/,
  },
  {
    name: "a model that is told of the store",
    edits: [{ file: "agent/ends-turn.ts", from: "if (endsTurn(error)) return true;", to: "" }],
    hunt: { scenario: "agent", by: "chance", seeds: 40 },
    noticed: /The model was told "Error: The store/,
  },
  {
    name: "a call that is let go unnoted",
    edits: [
      {
        file: "agent/tool-call.ts",
        from: 'await note?.({ kind: "allowed", id: noteId("allowed"), action, args: digestOf({ ...args }), interrupt });',
        to: "",
      },
    ],
    hunt: { scenario: "allowed", by: "order", seeds: 1 },
    noticed: /calls that were allowed/,
  },
  {
    name: "an idempotency key that names no delivery",
    edits: [
      {
        file: "api/idempotency.ts",
        from: "return `api:${hashed([key.name, idempotencyKey, requestDigest(asked)])}`;",
        to: "return `api:${hashed([key.name, idempotencyKey, requestDigest(asked), String(performance.now())])}`;",
      },
    ],
    hunt: { scenario: "programmed", by: "singles" },
    noticed: /There is no run/,
  },
  {
    name: "an alert that is over and says so once at most",
    edits: [
      {
        file: "runs/alert.ts",
        from: "if (!(await deps.records.saveRun(marked, later(now, SWEEP_AFTER_MS)))) return undefined;",
        to: "await deps.records.saveRun(marked, later(now, SWEEP_AFTER_MS));",
      },
    ],
    hunt: { scenario: "alerted", by: "chance", seeds: 60 },
    noticed: /does not say that its alert is over|failed/,
  },
];
