// All scenes, in the order in which somebody meets them.
import { answerScenes } from "./scenes/answers.ts";
import { closedScenes } from "./scenes/closed.ts";
import { commandScenes } from "./scenes/commands.ts";
import { decidedScenes } from "./scenes/decided.ts";
import { editScenes } from "./scenes/edit.ts";
import { historyScenes } from "./scenes/history.ts";
import { homeScenes } from "./scenes/home.ts";
import { keyScenes } from "./scenes/keys.ts";
import { modalScenes } from "./scenes/modals.ts";
import { pendingScenes } from "./scenes/pending.ts";
import { replyScenes } from "./scenes/replies.ts";
import { runScenes } from "./scenes/runs.ts";
import { toldScenes } from "./scenes/told.ts";
import type { Scene } from "./scene.ts";

export const SCENES: readonly Scene[] = [
  ...pendingScenes,
  ...answerScenes,
  ...decidedScenes,
  ...closedScenes,
  ...runScenes,
  ...replyScenes,
  ...modalScenes,
  ...editScenes,
  ...toldScenes,
  ...commandScenes,
  ...keyScenes,
  ...historyScenes,
  ...homeScenes,
];
