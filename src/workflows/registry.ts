// Every workflow this deployment offers, by the name of its file. Add yours here and run `npm run manifest`.
import { registryOf } from "../runs/registry.ts";
import { admin } from "./admin.ts";
import { contract } from "./contract.ts";
import { deploy } from "./deploy.ts";
import { editorial } from "./editorial.ts";
import { email } from "./email.ts";
import { expense } from "./expense.ts";
import { prReview } from "./pr-review.ts";
import { remediate } from "./remediate.ts";
import { signoff } from "./signoff.ts";

export const workflows = registryOf({
  admin,
  contract,
  deploy,
  editorial,
  email,
  expense,
  "pr-review": prReview,
  remediate,
  signoff,
});
