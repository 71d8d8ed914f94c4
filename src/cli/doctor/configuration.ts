// Whether the secrets are there, and whether the functions could begin with what is in them.
import { reasonOf } from "../../approvals/reason.ts";
import { parseConfig } from "../../lambda/config.ts";
import { type Check, type Finding, fine, unknown, wrong } from "./check.ts";
import type { DoctorFacts, SecretLook } from "./facts.ts";

export const secretsCheck: Check = {
  name: "Secrets",
  look: ({ kind, secrets, setup }) => {
    if (kind === "local") return Promise.resolve([unknown("An npm start has invented secrets of its own.")]);
    if (secrets.length === 0)
      return Promise.resolve([
        unknown("The environment names no secret; --stage dev looks at those of a stage."),
      ]);
    const away = secrets.find((secret) => secret.kind === "away");
    // One sentence, with whatever else AWS did not tell.
    if (away !== undefined) return Promise.reject(away.away);
    const read = secrets.filter(({ kind }) => kind === "read");
    const all = read.length === secrets.length ? [fine(`${listed(secrets)} can be read.`)] : [];
    return Promise.resolve([...all, ...secrets.flatMap((secret) => problemOf(secret, setup))]);
  },
};

function listed(secrets: readonly SecretLook[]): string {
  return secrets.map(({ name }) => name).join(", ");
}

function problemOf(secret: SecretLook, setup: string): readonly Finding[] {
  return secret.kind === "unreadable" ? [wrong(secret.says, `Write it: ${setup}`)] : [];
}

export const configurationCheck: Check = {
  name: "Configuration",
  look: (facts) => Promise.resolve([configuration(facts)]),
};

const PLACEHOLDERS = { TABLE_NAME: "table", QUEUE_URL: "https://queue.invalid" };
/** As `parseConfig` begins and ends; what is between are the variables with a problem. */
const AROUND = /^The configuration is not usable: | See \.env\.example.*$/g;

/** As the functions will read it. The table and the queue are looked at by themselves. */
function configuration({ kind, secrets, setup, values }: DoctorFacts): Finding {
  if (secrets.some((secret) => secret.kind === "away")) return unknown("It stands in the secrets.");
  try {
    const { slack, webhookSecrets } = parseConfig({ ...PLACEHOLDERS, ...values });
    const webhooks = webhookSecrets.length === 0 ? "no webhooks are taken" : "webhooks are taken";
    return fine(`The functions can begin with it; the command is ${slack.command}, and ${webhooks}.`);
  } catch (error) {
    const problems = reasonOf(error).replace(AROUND, "").replace(/\.$/, "").split("; ");
    const isOnlyMissing = problems.every((problem) => problem.endsWith(" is missing"));
    if (kind === "environment" && secrets.length === 0 && isOnlyMissing)
      return unknown(
        `Not known here: ${problems.map((problem) => problem.replace(" is missing", "")).join(", ")}. The functions may have it; --stage dev looks where they do.`,
      );
    return wrong(`The functions cannot begin with it: ${problems.join("; ")}.`, `Write it: ${setup}`);
  }
}
