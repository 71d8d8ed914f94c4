// Clicks as Slack delivers them, signed, and what whoever clicked is told in private.
import { createServer } from "node:http";
import { onTestFinished } from "vitest";
import { buttonClick } from "../support/deliver.ts";
import type { Door } from "./support.ts";

export interface Clicked {
  readonly status: number;
  /** Empty when the card itself is to say it. */
  readonly told: string;
}

export type Clicks = (click: {
  readonly user: string;
  readonly action: string;
  readonly value: string;
  readonly team?: string;
}) => Promise<Clicked>;

/** Answers come back before the delivery is answered, so nothing needs to be waited for. */
export async function clicksOn(door: Door): Promise<Clicks> {
  const said: string[] = [];
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on("data", (part: Buffer) => parts.push(part));
    request.on("end", () => {
      said.push((JSON.parse(Buffer.concat(parts).toString()) as { text: string }).text);
      response.end("ok");
    });
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  onTestFinished(() => {
    server.close();
  });
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("The server has no port.");
  const responseUrl = `http://127.0.0.1:${address.port}/respond`;
  return async (click) => {
    const { status } = await door.send(buttonClick({ ...click, responseUrl }));
    return { status, told: said.splice(0).join("\n") };
  };
}
