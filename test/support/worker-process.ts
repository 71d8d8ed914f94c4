// A worker as a process of its own, so that a test can run two of them and kill one: reads its job from the arguments.
import { composeWorker } from "../../src/lambda/app.ts";
import { parseConfig, parseLogging } from "../../src/lambda/config.ts";
import { surroundingsOf } from "../../src/lambda/surroundings.ts";

const TIMEOUT_MS = 10_000;
const handler = composeWorker(parseConfig(process.env), surroundingsOf(parseLogging(process.env)), {
  timeoutMs: TIMEOUT_MS,
});
const deadline = Date.now() + TIMEOUT_MS;
const [job = ""] = process.argv.slice(2);
// Tells the parent that everything is loaded; it answers when the job is to start.
process.stdout.write("READY\n");
process.stdin.once("data", () => {
  const record = { messageId: "1", body: job } as never;
  void handler({ Records: [record] }, { getRemainingTimeInMillis: () => deadline - Date.now() }).then(
    ({ batchItemFailures }) => {
      process.stdout.write(`DONE ${batchItemFailures.length}\n`);
      process.exit(0);
    },
  );
});
