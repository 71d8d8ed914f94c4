// npm run countersign -- doctor: looks at everything that a deployment needs, and says what is wrong and how to mend it. Changes nothing.
import { visible } from "../../slack/text.ts";
import type { Command, Given } from "../command.ts";
import { type Check, type Finding, type Found, lookedAt } from "./check.ts";
import { clockCheck } from "./clock.ts";
import { configurationCheck, secretsCheck } from "./configuration.ts";
import { fileCheck, jobsCheck, settingsCheck } from "./file.ts";
import { type DoctorFacts, factsOf } from "./facts.ts";
import { modelCheck } from "./model.ts";
import { queueCheck } from "./queue.ts";
import { channelCheck, groupsCheck, tokenCheck } from "./slack.ts";
import { storedCheck } from "./stored.ts";
import { tableCheck } from "./table.ts";
import { targetCheck } from "./target.ts";
import { type Said, wrong } from "../said.ts";

const CHECKS: readonly Check[] = [
  ...[secretsCheck, configurationCheck, tokenCheck, channelCheck, groupsCheck, clockCheck],
  ...[tableCheck, queueCheck, modelCheck, targetCheck, storedCheck],
];

const OF_FILE: readonly Check[] = [
  ...[settingsCheck, tokenCheck, channelCheck, groupsCheck, clockCheck],
  ...[fileCheck, jobsCheck, modelCheck, targetCheck, storedCheck],
];

const DEFAULT_SECONDS = 10;
const MOST_SECONDS = 300;

export const doctorCommand: Command = {
  name: "doctor",
  group: "Upkeep",
  says: "looks at everything that a deployment needs, and says how to mend what is wrong",
  usage: [
    "npm run countersign -- doctor (the npm start of this machine, or the deployment of the environment)",
    "npm run countersign -- doctor --stage dev --region eu-west-1 (a deployment, with its secrets)",
    "npm run countersign -- doctor --store sqlite:./data.db (the file of one machine, and its app)",
  ],
  options: {
    timeout: { type: "string", takes: "<seconds>", says: "how long each check may take; 10 by default" },
  },
  async run(given: Given): Promise<Said> {
    const seconds = Number(given.options["timeout"] ?? DEFAULT_SECONDS);
    if (given.words.length > 0) return wrong(`"doctor" takes no words; --stage dev names a deployment.`);
    if (!(seconds > 0 && seconds <= MOST_SECONDS))
      return wrong(`--timeout takes a number of seconds, ${MOST_SECONDS} at most.`);
    given.progress("Looking …");
    const found = await factsOf(given, seconds * 1_000);
    if (found.kind === "none") return found.said;
    const { facts } = found;
    return said(await lookedAt(facts.kind === "file" ? OF_FILE : CHECKS, facts), facts);
  },
};

function said(all: readonly Found[], facts: DoctorFacts): Said {
  const clean = cleaner(facts);
  const checks = all.map(({ checks: names, findings }) => ({
    checks: names,
    findings: findings.map((finding) => cleaned(finding, clean)),
  }));
  const problems = checks.flatMap(({ findings }) => findings.filter(({ kind }) => kind === "wrong")).length;
  const text = [
    `Looked at ${facts.where}.`,
    "",
    ...checks.flatMap(lines),
    "",
    problems === 0 ? "Nothing is wrong." : `${problems} ${problems === 1 ? "thing is" : "things are"} wrong.`,
  ].join("\n");
  const data = { kind: problems === 0 ? "fine" : "wrong", where: facts.where, problems, checks };
  // What is wrong is what was asked for, and no failure of this command.
  const answer = { code: problems === 0 ? (0 as const) : (1 as const), text, data, isAnswer: true as const };
  return answer;
}

/** Nobody sees a secret, whoever repeats one to us; nor does anything that is told move a terminal's cursor. */
function cleaner({ values }: DoctorFacts): (text: string) => string {
  const secrets = ["SLACK_SIGNING_SECRET", "SLACK_BOT_TOKEN", "OPENAI_API_KEY", "WEBHOOK_SECRETS"].flatMap(
    (name) => (values[name] ?? "").split(/\s+/),
  );
  return (text) =>
    secrets
      .filter((secret) => secret.length > 3)
      .reduce((all, secret) => all.replaceAll(secret, "(secret)"), visible(text));
}

function cleaned(finding: Finding, clean: (text: string) => string): Finding {
  const says = clean(finding.says);
  return finding.kind === "wrong" ? { ...finding, says, mend: clean(finding.mend) } : { ...finding, says };
}

const MARKS: Readonly<Record<Finding["kind"], string>> = { fine: "fine ", wrong: "WRONG", unknown: "-    " };
const NAMES = Math.max(...CHECKS.map(({ name }) => name.length));
const WIDTH = 100;

function lines({ checks, findings }: Found): readonly string[] {
  const [name = "", ...others] = checks;
  const told = others.length === 0 ? "" : `Not looked at either, for the same reason: ${others.join(", ")}.`;
  return findings.flatMap((finding, at) => {
    const first = `${MARKS[finding.kind]}  ${(at === 0 ? name : "").padEnd(NAMES)}  `;
    const mend = finding.kind === "wrong" ? wrapped(`To mend it: ${finding.mend}`, first.length) : [];
    const rest = [...mend, ...(at === 0 ? wrapped(told, first.length) : [])];
    const [head = "", ...tail] = wrapped(finding.says, first.length);
    return [`${first}${head.trimStart()}`, ...tail, ...rest];
  });
}

/** In a column of its own. */
function wrapped(text: string, indent: number): readonly string[] {
  const rows: string[] = [];
  for (const word of text.split(/\s+/)) {
    const last = rows.at(-1);
    if (word === "") continue;
    if (last === undefined || last.length + word.length + 1 > WIDTH) rows.push(" ".repeat(indent) + word);
    else rows[rows.length - 1] = `${last} ${word}`;
  }
  return rows;
}
