// Every workflow this deployment offers, by the name of its file. Add yours here and run `npm run manifest`.
import { registryOf } from "../runs/registry.ts";
import { deploy } from "./deploy.ts";
import { editorial } from "./editorial.ts";
import { email } from "./email.ts";
import { expense } from "./expense.ts";
import { signoff } from "./signoff.ts";

export const workflows = registryOf({ deploy, editorial, email, expense, signoff });
