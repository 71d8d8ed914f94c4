// `npm run faults:processes -- --runs 200 --seed 1`: the campaign by itself, with its summary and, for whatever broke, all that is known of it.
import { parseArgs } from "node:util";
import { playCampaign } from "./campaign.ts";
import { summaryOf, troubleIn } from "./report.ts";

const { values } = parseArgs({
  options: {
    runs: { type: "string", default: "200" },
    seed: { type: "string", default: String(Date.now()) },
    together: { type: "string", default: "25" },
    factor: { type: "string", default: "5" },
    forgetful: { type: "boolean", default: false },
  },
});

Object.assign(process.env, {
  AWS_REGION: "local",
  AWS_ACCESS_KEY_ID: "local",
  AWS_SECRET_ACCESS_KEY: "local",
});
const campaign = await playCampaign({
  runs: Number(values.runs),
  seed: values.seed,
  together: Number(values.together),
  factor: Number(values.factor),
  isForgetful: values.forgetful,
  onRound: ({ counts, kills, violations, ms }) =>
    console.log(
      `${counts.runs} runs, ${kills.length} strikes, ${violations.length} violations in ${Math.round(ms / 1_000)} s`,
    ),
});
if (campaign.violations.length > 0) console.log(troubleIn(campaign));
console.log(summaryOf(campaign));
process.exitCode = campaign.violations.length === 0 ? 0 : 1;
