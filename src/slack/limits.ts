// Slack's limits, and cutting text to them with a mark that says so. Rendering clips, it never throws.
// Source: docs.slack.dev, Block Kit reference and views; the size of a whole message is measured, not documented.

export const LIMITS = {
  sectionText: 3_000,
  fieldText: 2_000,
  fields: 10,
  buttonText: 75,
  confirmTitle: 100,
  confirmText: 300,
  modalTitle: 24,
  inputText: 3_000,
  selectOptions: 100,
  optionText: 75,
  optionValue: 150,
  label: 2_000,
  fallbackText: 3_900,
  /** Our own: longer arguments are read in the full request, not on the card. */
  cardArgs: 1_500,
  modalBlocks: 100,
} as const;

const MARK = "…";

export function clip(text: string, max: number): string {
  if (text.length <= max) return text;
  const cut = text.slice(0, max - MARK.length);
  // Half of an emoji, or of an entity that escaping made, would be drawn as rubbish.
  return `${cut.replace(/[\uD800-\uDBFF]$/, "").replace(/&[a-z]{0,3}$/, "")}${MARK}`;
}
