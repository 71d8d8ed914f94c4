// Remembers the latest API calls and deliveries, so that a test can say what happened; gone at the next start.
import type { Answer, Call } from "./protocol.ts";

type DeliveryNote = Answer & { readonly type: string };

export interface Journal {
  readonly calls: readonly Call[];
  readonly deliveries: readonly DeliveryNote[];
  called(call: Call): void;
  delivered(delivery: DeliveryNote): void;
  clear(): void;
}

const KEPT = 1_000;

export function createJournal(): Journal {
  const calls: Call[] = [];
  const deliveries: DeliveryNote[] = [];
  return {
    calls,
    deliveries,
    called: (call) => keep(calls, call),
    delivered: (delivery) => keep(deliveries, delivery),
    clear: () => {
      calls.length = 0;
      deliveries.length = 0;
    },
  };
}

function keep<T>(list: T[], entry: T): void {
  list.push(entry);
  if (list.length > KEPT) list.shift();
}
