// In a run's own thread its name can be left out: a command that lacks one means that run.
import { runsShownIn } from "../../runs/thread-question.ts";
import type { Worded } from "../command.ts";
import type { SlackContext } from "../listeners/context.ts";
import type { Asked } from "./asked.ts";

/** Whether words begin with what stands behind the name, and not with a name, however mistyped. */
type Lacks = (words: readonly string[]) => boolean;

const isSilent: Lacks = (words) => words.length === 0;
const saysMore: Lacks = ([first = ""]) => !/^(?:r-.*|[0-9a-f]+)$/i.test(first);

const LACKS_NAME: Readonly<Record<Exclude<Worded, "pending" | "key">, Lacks>> = {
  ...{ status: isSilent, show: isSilent, history: isSilent, retry: isSilent },
  ...{ cancel: saysMore, replay: saysMore },
  audit: (words) => isSilent(words) || words[0]?.toLowerCase() === "export",
};

interface Naming {
  readonly command: Worded;
  readonly words: readonly string[];
}

/** The words with the run's name in front, where they lack it. @throws StorageUnavailable */
export async function namingRun(
  { deps, team }: SlackContext,
  { channel, inThread }: Asked,
  { command, words }: Naming,
): Promise<readonly string[]> {
  if (inThread === undefined || command === "pending" || command === "key" || !LACKS_NAME[command](words))
    return words;
  const [run, other] = await runsShownIn(deps, { team, channel, threadTs: inThread.threadTs });
  return run === undefined || other !== undefined ? words : [run.thread, ...words];
}
