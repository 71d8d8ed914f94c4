// Every workflow this deployment offers, by the name of its file. Add yours here and run `npm run manifest`.
import { registryOf } from "../runs/registry.ts";
import { deploy } from "./deploy.ts";
import { email } from "./email.ts";

export const workflows = registryOf({ deploy, email });
