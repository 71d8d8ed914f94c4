// Preloaded into a process that must not reach for the network: every attempt fails and is written to the file NETWORK_ATTEMPTS names.
import { appendFileSync } from "node:fs";
import { Socket } from "node:net";

function refuse(...target: readonly unknown[]): never {
  const { NETWORK_ATTEMPTS } = process.env;
  if (NETWORK_ATTEMPTS !== undefined) appendFileSync(NETWORK_ATTEMPTS, `${JSON.stringify(target)}\n`);
  throw new Error("This process must not reach for the network.");
}

// Every connection of http, https, fetch and the AWS SDK begins here, before its name is even looked up.
Object.assign(Socket.prototype, { connect: refuse });
