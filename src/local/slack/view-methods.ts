// views.*: opening, stacking, changing modals, and publishing the App Home.
import { z } from "zod";
import {
  method,
  refused,
  refusedBecause,
  structureFrom,
  type ApiAnswer,
  type Methods,
} from "./api-method.ts";
import type { Home, Modal } from "./documents.ts";
import { LIMITS } from "./limits.ts";
import { addModal, closeAll, newHash, replaceModal, stackOf } from "./modal-stack.ts";
import { exchangeTrigger, inspectTrigger } from "./triggers.ts";
import {
  acceptHome,
  acceptModal,
  viewJson,
  type HomeContent,
  type ModalContent,
  type Verdict,
} from "./views.ts";
import type { Workspace } from "./workspace.ts";

const withTrigger = z.object({ trigger_id: z.string().min(1), view: z.unknown().optional() });

export const viewMethods: Methods = {
  "views.open": method(withTrigger, ({ workspace }, args) => {
    const ready = prepare(workspace, args);
    if (!ready.ok) return ready.answer;
    exchangeTrigger(workspace, args.trigger_id);
    closeAll(workspace, ready.user);
    return answerWith(workspace, addModal(workspace, ready.user, ready.content));
  }),
  "views.push": method(withTrigger, ({ workspace }, args) => {
    const ready = prepare(workspace, args);
    if (!ready.ok) return ready.answer;
    const stack = stackOf(workspace, ready.user);
    if (stack.length >= LIMITS.view.stack) return refused("push_limit_reached");
    if (stack.length === 0) return refused("not_found");
    exchangeTrigger(workspace, args.trigger_id);
    return answerWith(workspace, addModal(workspace, ready.user, ready.content, stack.at(-1)));
  }),
  "views.update": method(
    z.object({
      view: z.unknown().optional(),
      view_id: z.string().optional(),
      external_id: z.string().optional(),
      hash: z.string().optional(),
    }),
    ({ workspace }, args) => {
      const modal = findModal(workspace, args);
      if (modal === undefined) return refused("not_found");
      const verdict = acceptModal(workspace, structureFrom(args.view));
      if (!verdict.ok) return refusal(verdict);
      if (args.hash !== undefined && args.hash !== modal.hash) return refused("hash_conflict");
      if (isTaken(workspace, verdict.view, modal.id)) return refused("duplicate_external_id");
      return answerWith(workspace, replaceModal(workspace, modal, verdict.view));
    },
  ),
  "views.publish": method(
    z.object({ user_id: z.string().min(1), view: z.unknown().optional(), hash: z.string().optional() }),
    ({ workspace }, args) => {
      if (workspace.person(args.user_id) === undefined) return refused("user_not_found");
      const verdict = acceptHome(workspace, structureFrom(args.view));
      if (!verdict.ok) return refusal(verdict);
      const current = workspace.homes.get(args.user_id);
      if (args.hash !== undefined && args.hash !== current?.hash) return refused("hash_conflict");
      return answerWith(workspace, publish(workspace, args.user_id, verdict.view));
    },
  ),
};

type Ready =
  | { readonly ok: true; readonly user: string; readonly content: ModalContent }
  | { readonly ok: false; readonly answer: ApiAnswer };

function prepare(workspace: Workspace, args: z.output<typeof withTrigger>): Ready {
  const verdict = acceptModal(workspace, structureFrom(args.view));
  if (!verdict.ok) return { ok: false, answer: refusal(verdict) };
  const trigger = inspectTrigger(workspace, args.trigger_id);
  if (!trigger.ok) return { ok: false, answer: refused(trigger.error) };
  if (isTaken(workspace, verdict.view)) return { ok: false, answer: refused("duplicate_external_id") };
  return { ok: true, user: trigger.user, content: verdict.view };
}

function refusal(verdict: Extract<Verdict<unknown>, { readonly ok: false }>): ApiAnswer {
  return verdict.problems.length > 0
    ? refusedBecause(verdict.error, verdict.problems)
    : refused(verdict.error);
}

function isTaken(workspace: Workspace, { externalId }: ModalContent, by?: string): boolean {
  return (
    externalId !== "" &&
    workspace.modals.all().some((other) => other.externalId === externalId && other.id !== by)
  );
}

function findModal(
  workspace: Workspace,
  args: { readonly view_id?: string | undefined; readonly external_id?: string | undefined },
): Modal | undefined {
  if (args.view_id !== undefined) return workspace.modals.get(args.view_id);
  return args.external_id === undefined
    ? undefined
    : workspace.modals.all().find((modal) => modal.externalId === args.external_id);
}

function publish(workspace: Workspace, user: string, content: HomeContent): Home {
  const id = workspace.homes.get(user)?.id ?? workspace.nextId("V");
  const home: Home = { ...content, kind: "home", id, user, hash: newHash(workspace) };
  workspace.homes.put(home);
  return home;
}

function answerWith(workspace: Workspace, view: Modal | Home): ApiAnswer {
  return { ok: true, view: viewJson(workspace, view) };
}
