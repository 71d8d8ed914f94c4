// What people in the stories answer to a question, by its kind.
import type { Approval } from "../../src/approvals/approval.ts";
import type { Vote } from "../../src/approvals/decision.ts";

export function answerTo({ request }: Approval): Vote {
  switch (request.kind) {
    case "approve":
      if (request.allowed.includes("approve")) return { kind: "approve" };
      if (request.allowed.includes("respond")) return { kind: "respond", text: "Yes." };
      return { kind: "edit", args: { who: "kim" } };
    case "choose":
      return { kind: "choose", option: request.options[0]?.id ?? "" };
    case "ask":
      return { kind: "respond", text: "4" };
    case "review":
      return {
        kind: "review",
        items: request.items.map(({ args }, index) => {
          if (index === 1) return { kind: "edit", args: { ...args, to: "kim" } };
          if (index === 2) return { kind: "reject", reason: "Unsafe" };
          return index === 3 ? { kind: "respond", text: "Later." } : { kind: "approve" };
        }),
      };
  }
}
