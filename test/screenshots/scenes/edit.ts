// The form for changing arguments, with every kind of field.
import type { Approval } from "../../../src/approvals/approval.ts";
import type { JsonObject } from "../../../src/approvals/json.ts";
import { editModal } from "../../../src/slack/modals/edit.ts";
import { someApproval } from "../../slack/fixtures.ts";
import { formQuestion } from "../asking.ts";
import { modalOf, type Scene } from "../scene.ts";

function editing(properties: JsonObject, args: JsonObject, required: readonly string[] = []): Approval {
  const schema = { type: "object", properties, required: [...required] };
  return someApproval({ title: "Announce the maintenance", action: { name: "announce", args }, schema });
}

const every = editing(
  {
    subject: { type: "string", maxLength: 80, description: "what it is about, in a line" },
    text: { type: "string", maxLength: 2_000, description: "the announcement" },
    audience: { type: "string", enum: ["customers", "partners", "everybody"] },
    channels: { type: "array", items: { type: "string", enum: ["mail", "status page", "banner"] } },
    replicas: { type: "integer", minimum: 1, maximum: 12 },
    budget: { type: "number", description: "in EUR" },
    day: { type: "string", format: "date" },
    at: { type: "string", format: "time" },
    until: { type: "string", format: "date-time" },
    reply_to: { type: "string", format: "email" },
    link: { type: "string", format: "uri" },
    urgent: { type: "boolean" },
    hosts: { type: "array", items: { type: "string" } },
    window: {
      type: "object",
      properties: { minutes: { type: "integer" }, zone: { type: "string" } },
    },
    api_key: { type: "string", writeOnly: true },
  },
  {
    ...{ subject: "Maintenance on Monday", text: "The shop is read-only for ten minutes.\nOrders are kept." },
    ...{ audience: "customers", channels: ["mail", "banner"], replicas: 3, budget: 129.9 },
    ...{ day: "2026-05-11", at: "09:00:00", until: "2026-05-11T09:10:00Z", reply_to: "ops@example.com" },
    ...{ link: "https://status.example.com", urgent: false, hosts: ["web-1", "web-2"] },
    ...{
      window: { minutes: 10, zone: "UTC" },
      api_key: "sk-local-0123456789abcdef",
    },
  },
  ["subject", "text", "audience"],
);

const free = someApproval({
  ...{ title: "Apply the settings", action: { name: "apply", args: { retries: 3, hosts: ["web-1"] } } },
  schema: { type: "object", additionalProperties: true },
});

const two = someApproval();

export const editScenes: readonly Scene[] = [
  modalOf("edit-form", "Two arguments to change before approving.", editModal(two)),
  modalOf(
    "edit-form-two-needed",
    "Where others have to agree, it says what a change does.",
    editModal(someApproval({}, { policy: { ...two.policy, quorum: 2 } })),
  ),
  modalOf("edit-form-every-field", "Every kind of field, and a value that is masked.", editModal(every)),
  modalOf("edit-form-json", "Arguments that nobody has described, as JSON.", editModal(free)),
  modalOf("answer-fields", "A question with fields to fill in.", editModal(formQuestion)),
];
