// What happens around every call that reaches Slack: it is written down, and what is to go wrong with it goes wrong here.
import type { HttpBindings } from "@hono/node-server";
import { RESPONSE_ALREADY_SENT } from "@hono/node-server/utils/response";
import { reasonOf } from "../../approvals/reason.ts";
import type { Sleep } from "./dispatch.ts";
import type { CallFault, FaultBook } from "./faults.ts";
import type { Traffic } from "./traffic.ts";

interface CallsDeps {
  readonly traffic: Traffic;
  readonly faults: FaultBook;
  readonly sleep: Sleep;
}

interface IncomingCall {
  /** The Web API method, or "response_url". */
  readonly name: string;
  readonly request: Request;
  readonly connection: HttpBindings;
}

export type Calls = (call: IncomingCall, carryOut: () => Promise<Response>) => Promise<Response>;

/** What the traffic shows for an answer that never arrived. */
const LOST = { status: 0, body: "The call was carried out; its answer was lost on purpose." } as const;

export function createCalls({ traffic, faults, sleep }: CallsDeps): Calls {
  return async ({ name, request, connection }, carryOut) => {
    const fault = faults.ofCall(name);
    const answered = traffic.begin({
      direction: "to Slack",
      name,
      headers: Object.fromEntries(request.headers),
      body: await request.clone().text(),
      fault: fault?.kind,
    });
    const response = await (refusalBy(fault) ?? carryOut()).catch((error: unknown) => {
      answered({ status: 500, body: reasonOf(error) });
      throw error;
    });
    if (fault?.kind === "lose-reply") {
      answered(LOST);
      connection.outgoing.destroy();
      return RESPONSE_ALREADY_SENT;
    }
    if (fault?.kind === "delay-reply") await sleep(fault.ms);
    const headers = Object.fromEntries(response.headers);
    answered({ status: response.status, headers, body: await response.clone().text() });
    return response;
  };
}

/** Undefined when the call is to be carried out. */
function refusalBy(fault: CallFault | undefined): Promise<Response> | undefined {
  if (fault?.kind === "rate-limit") return Promise.resolve(tooMany(fault.retryAfterSeconds));
  if (fault?.kind === "refuse") return Promise.resolve(Response.json({ ok: false, error: fault.error }));
  return undefined;
}

function tooMany(retryAfterSeconds: number): Response {
  const headers = { "Retry-After": String(retryAfterSeconds) };
  return Response.json({ ok: false, error: "ratelimited" }, { status: 429, headers });
}
