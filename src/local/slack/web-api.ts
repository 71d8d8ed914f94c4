// Slack's Web API: finds the method, checks the token, and notes every call.
import { type ApiAnswer, type ApiContext, type Methods, refused } from "./api-method.ts";
import { chatMethods } from "./chat-methods.ts";
import { conversationMethods } from "./conversation-methods.ts";
import { directoryMethods } from "./directory-methods.ts";
import { decodeBody } from "./doors.ts";
import { fileMethods } from "./file-methods.ts";
import type { Journal } from "./journal.ts";
import type { Sockets } from "./over-socket.ts";
import { viewMethods } from "./view-methods.ts";
import type { Workspace } from "./workspace.ts";

const METHODS: Methods = {
  ...directoryMethods,
  ...chatMethods,
  ...conversationMethods,
  ...viewMethods,
  ...fileMethods,
};

interface WebApiDeps {
  readonly workspace: Workspace;
  readonly botToken: string;
  readonly journal: Journal;
  /** In Socket Mode. */
  readonly sockets?: Sockets | undefined;
}

type WebApi = (method: string, request: Request) => Promise<ApiAnswer>;

/** A method is answered in one go, without waiting for anything, so no two calls can mix. */
export function createWebApi({ workspace, botToken, journal, sockets }: WebApiDeps): WebApi {
  return async (method, request) => {
    const url = new URL(request.url);
    const args = { ...Object.fromEntries(url.searchParams), ...(await decodeBody(request)) };
    const token = request.headers.get("authorization")?.replace(/^Bearer\s+/i, "") ?? args.token;
    const answer = answerTo(method, args, token, { workspace, origin: url.origin });
    journal.called({ method, ok: answer.ok, ...(!answer.ok && { error: answer.error }) });
    return answer;
  };

  function answerTo(
    name: string,
    args: Readonly<Record<string, unknown>>,
    token: unknown,
    context: ApiContext,
  ): ApiAnswer {
    const method = Object.hasOwn(METHODS, name) ? METHODS[name] : undefined;
    if (name === "apps.connections.open") return invited(sockets?.invite(token, context.origin), token);
    if (method === undefined) return refused("unknown_method");
    if (token === undefined || token === "") return refused("not_authed");
    return token === botToken ? method(context, args) : refused("invalid_auth");
  }

  /** The one method for an app's token, and for no other. */
  function invited(url: string | undefined, token: unknown): ApiAnswer {
    if (url !== undefined) return { ok: true, url };
    return refused(token === botToken ? "not_allowed_token_type" : "invalid_auth");
  }
}
