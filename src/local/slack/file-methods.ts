// files.*: a file is announced, its bytes are uploaded to an address of its own, and then it is shared in a conversation.
import { z } from "zod";
import { method, refused, structureFrom, type Methods } from "./api-method.ts";
import { postableIn, threadFor } from "./chat-methods.ts";
import type { StoredFile } from "./documents.ts";
import { LIMITS } from "./limits.ts";
import { addMessage } from "./messages.ts";
import type { SharedFile } from "./protocol.ts";
import { SEED } from "./seed.ts";
import type { Workspace } from "./workspace.ts";

const announced = z.object({
  filename: z.string().default(""),
  length: z.coerce.number().int().min(0).default(0),
  alt_txt: z.string().default(""),
});

const completed = z.object({
  files: z.preprocess(
    structureFrom,
    z.array(z.object({ id: z.string(), title: z.string().optional() })).min(1),
  ),
  channel_id: z.string().default(""),
  initial_comment: z.string().default(""),
  thread_ts: z.string().optional(),
});

export const fileMethods: Methods = {
  "files.getUploadURLExternal": method(announced, ({ workspace, origin }, { filename, length, alt_txt }) => {
    // Also what Slack says of a file without a byte in it.
    if (filename === "" || length === 0) return refused("missing_argument");
    if (alt_txt.length > LIMITS.file.alt) return refused("alt_txt_too_large");
    const [id, token] = [workspace.nextId("F"), workspace.secret()];
    const file = { id, token, name: filename, title: filename, bytes: length };
    workspace.files.put({ ...file, state: "announced", content: "" });
    return { ok: true, upload_url: `${origin}/upload/v1/${token}`, file_id: id };
  }),
  "files.completeUploadExternal": method(completed, ({ workspace }, args) => {
    const files: StoredFile[] = [];
    for (const { id, title } of args.files) {
      const file = workspace.files.get(id);
      // It can be completed once, and only when its bytes are there.
      if (file?.state !== "uploaded") return refused("file_not_found");
      files.push({ ...file, state: "shared", title: title ?? file.name });
    }
    const shared = files.map(({ id, title }) => ({ id, title }));
    // Without a conversation it stays private, for the app alone.
    const error = args.channel_id === "" ? undefined : share(workspace, files, args);
    if (error !== undefined) return refused(error);
    for (const file of files) workspace.files.put(file);
    return { ok: true, files: shared };
  }),
};

/** The error why not, if there is one. */
function share(
  workspace: Workspace,
  files: readonly StoredFile[],
  { channel_id, initial_comment, thread_ts }: z.output<typeof completed>,
): string | undefined {
  const channel = postableIn(workspace.channel(channel_id));
  if (typeof channel === "string") return channel;
  const thread = threadFor(workspace, channel.id, thread_ts);
  if (thread === undefined) return "thread_not_found";
  addMessage(workspace, {
    ...{ channel: channel.id, user: SEED.users.bot, text: initial_comment, blocks: [] },
    ...thread,
    files: files.map(sharedFile),
  });
  return undefined;
}

function sharedFile({ id, name, title, bytes }: StoredFile): SharedFile {
  return { id, name, title, bytes };
}

/** Takes the bytes of an announced file; false where nothing was announced, or something else arrives. */
export async function takeUpload(workspace: Workspace, token: string, request: Request): Promise<boolean> {
  const file = workspace.files.all().find((one) => one.token === token);
  const content = await bytesIn(request);
  if (file?.state !== "announced" || content?.length !== file.bytes) return false;
  workspace.files.put({ ...file, state: "uploaded", content: content.toString("base64") });
  return true;
}

/** Raw, or the one file of a form. */
async function bytesIn(request: Request): Promise<Buffer | undefined> {
  const isForm = request.headers.get("content-type")?.startsWith("multipart/form-data") === true;
  if (!isForm) return Buffer.from(await request.arrayBuffer());
  const [file] = [...(await request.formData()).values()].filter((value) => typeof value !== "string");
  return file && Buffer.from(await file.arrayBuffer());
}

/** The file, for somebody who is in a conversation where it was shared. */
export function fileFor(workspace: Workspace, person: string, id: string): StoredFile | undefined {
  const isSeen = workspace.messages
    .all()
    .filter(({ files = [] }) => files.some((file) => file.id === id))
    .some(({ channel }) => workspace.channel(channel)?.members.includes(person));
  return isSeen ? workspace.files.get(id) : undefined;
}
