// What is to go wrong on purpose: each fault waits for the calls and deliveries it is meant for, and is used up by them.
import { z } from "zod";
import type { Fault } from "./protocol.ts";

const times = z.number().int().min(1).max(1_000);
const method = z.string().min(1).exactOptional();
const error = z
  .string()
  .regex(/^[a-z_]{1,100}$/, "Must be one of Slack's error names, such as token_revoked.");
const type = z.string().min(1).exactOptional();
const ms = z.number().int().min(0).max(60_000);

export const faultsBody = z.object({
  faults: z
    .array(
      z.discriminatedUnion("kind", [
        z.strictObject({ kind: z.literal("lose-reply"), method, times }),
        z.strictObject({
          kind: z.literal("rate-limit"),
          ...{ method, times },
          retryAfterSeconds: z.number().int().min(1).max(600),
        }),
        z.strictObject({ kind: z.literal("refuse"), method, error, times }),
        z.strictObject({ kind: z.literal("delay-reply"), method, ms, times }),
        z.strictObject({ kind: z.literal("deliver-twice"), type, times }),
        z.strictObject({ kind: z.literal("delay-delivery"), type, ms, times }),
        z.strictObject({ kind: z.literal("deliver-after-next"), type, times }),
        z.strictObject({ kind: z.literal("expire-trigger"), times }),
        z.strictObject({ kind: z.literal("wrong-team"), times }),
      ]),
    )
    .max(50),
});

export interface FaultBook {
  /** Those still to come. */
  all(): readonly Fault[];
  replace(faults: readonly Fault[]): void;
  /** The first fault that is meant for this Web API call, used up once. */
  ofCall(method: string): CallFault | undefined;
  /** The first that is meant for this delivery, used up once. */
  ofDelivery(delivery: { readonly type: string; readonly hasTrigger: boolean }): DeliveryFault | undefined;
}

export type CallFault = Extract<Fault, { readonly kind: (typeof CALL_KINDS)[number] }>;
export type DeliveryFault = Exclude<Fault, CallFault>;

const CALL_KINDS = ["lose-reply", "rate-limit", "refuse", "delay-reply"] as const;

export function createFaultBook(): FaultBook {
  let faults: readonly Fault[] = [];
  function take<T extends Fault>(isMeant: (fault: Fault) => fault is T): T | undefined {
    const found = faults.find(isMeant);
    faults = faults.flatMap((fault) => (fault === found ? lessOne(fault) : [fault]));
    return found;
  }
  return {
    all: () => faults,
    replace: (next) => {
      faults = next;
    },
    ofCall: (name) =>
      take((fault): fault is CallFault => isCallFault(fault) && (fault.method ?? name) === name),
    ofDelivery: (delivery) =>
      take((fault): fault is DeliveryFault => !isCallFault(fault) && isForDelivery(fault, delivery)),
  };
}

function isCallFault(fault: Fault): fault is CallFault {
  return CALL_KINDS.some((kind) => kind === fault.kind);
}

function isForDelivery(
  fault: DeliveryFault,
  { type, hasTrigger }: { readonly type: string; readonly hasTrigger: boolean },
): boolean {
  if (fault.kind === "expire-trigger") return hasTrigger;
  return "type" in fault ? fault.type === type : true;
}

function lessOne(fault: Fault): readonly Fault[] {
  return fault.times > 1 ? [{ ...fault, times: fault.times - 1 }] : [];
}
