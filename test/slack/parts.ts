// The parts of cards as tests expect them.
export const ASKED = "<!date^1777906800^{date_short_pretty} {time}|2026-05-04 15:00 UTC>";
export const DECIDED = "<!date^1777907160^{date_short_pretty} {time}|2026-05-04 15:06 UTC>";

export const mrkdwn = (text: string) => ({ type: "mrkdwn", text, verbatim: true });
export const plain = (text: string) => ({ type: "plain_text", text, emoji: true });
export const section = (text: string) => ({ type: "section", text: mrkdwn(text) });
export const fields = (...texts: string[]) => ({ type: "section", fields: texts.map(mrkdwn) });
export const context = (text: string) => ({ type: "context", elements: [mrkdwn(text)] });
export const code = (text: string) => ({
  type: "rich_text",
  elements: [{ type: "rich_text_preformatted", elements: [{ type: "text", text }] }],
});
export const quote = (text: string) => ({
  type: "rich_text",
  elements: [{ type: "rich_text_quote", elements: [{ type: "text", text }] }],
});
export const button = (text: string, action_id: string, value: string, more: object = {}) => ({
  type: "button",
  ...{ text: plain(text), action_id, value },
  ...more,
});

export const ARGS = code("service: checkout\nversion: v2.4.1");

/** What every card that waits offers besides its answers. */
export const MORE = {
  ...{ type: "overflow", action_id: "more" },
  options: [
    { text: plain("Hand over…"), value: "hand-over" },
    { text: plain("Remind me in 30 min"), value: "snooze-30-min" },
    { text: plain("Remind me in 4 h"), value: "snooze-4-h" },
  ],
};
