// Slack's limits, in one place; from Slack's reference unless a line says otherwise.

export const LIMITS = {
  message: {
    blocks: 50,
    /** Measured by third parties at about 13 kB; the honest stand-in refuses a little earlier. */
    blockBytes: 12_000,
    /** chat.postMessage cuts here instead of refusing. */
    textCut: 40_000,
    /** chat.update refuses here. */
    updateText: 4_000,
    /** As we remember it; Slack's page gives no figure. */
    metadataBytes: 16_000,
    historyPage: 999,
  },
  view: { blocks: 100, bytes: 250_000, title: 24, privateMetadata: 3_000, stack: 3 },
  id: 255,
  text: 3_000,
  section: { fields: 10, field: 2_000 },
  header: 150,
  context: 10,
  actions: 25,
  alert: 200,
  image: { url: 3_000, alt: 2_000, title: 2_000 },
  /** Of all markdown blocks of one payload together. */
  markdown: 12_000,
  button: { text: 75, value: 2_000, url: 3_000, label: 75 },
  option: { text: 75, value: 150, url: 3_000 },
  select: { options: 100, groups: 100, placeholder: 150 },
  choices: 10,
  overflow: 5,
  confirm: { title: 100, text: 300, button: 30 },
  input: { label: 2_000, length: 3_000 },
  trigger: { ttlMs: 3_000 },
  file: { alt: 1_000 },
  responseUrl: { uses: 5, ttlMs: 30 * 60_000 },
  /** An event that is not acknowledged is sent again at once, after a minute and after five. */
  retryAfterMs: [0, 60_000, 300_000],
  answer: { lateAfterMs: 3_000, giveUpAfterMs: 10_000 },
} as const;
