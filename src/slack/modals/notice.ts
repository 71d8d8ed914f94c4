// A modal that only says something: what a form is replaced with when its answer no longer counts.
import type { View } from "@slack/web-api";
import { plain, section } from "../blocks/parts.ts";
import { LIMITS } from "../limits.ts";

export function noticeModal(title: string, text: string): View {
  return {
    type: "modal",
    title: plain(title, LIMITS.modalTitle),
    close: plain("Close", LIMITS.modalTitle),
    blocks: [section(text)],
  };
}
