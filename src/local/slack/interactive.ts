// Finds the elements of stored blocks that a person can use.
import { z } from "zod";
import type { Block } from "./protocol.ts";

const optionSchema = z.object({
  text: z.object({ type: z.enum(["plain_text", "mrkdwn"]), text: z.string() }),
  value: z.string(),
});

const elementSchema = z.object({
  type: z.string(),
  action_id: z.string(),
  text: z.object({ type: z.string(), text: z.string() }).optional(),
  value: z.string().optional(),
  options: z.array(optionSchema).optional(),
  option_groups: z.array(z.object({ options: z.array(optionSchema) })).optional(),
  initial_value: z.string().optional(),
  initial_option: optionSchema.optional(),
  initial_options: z.array(optionSchema).optional(),
  initial_date: z.string().optional(),
  initial_time: z.string().optional(),
  initial_date_time: z.number().optional(),
  initial_user: z.string().optional(),
  min_length: z.number().optional(),
  max_length: z.number().optional(),
  min_value: z.string().optional(),
  max_value: z.string().optional(),
  max_selected_items: z.number().optional(),
  is_decimal_allowed: z.boolean().optional(),
});

export type Element = z.infer<typeof elementSchema>;
export type Choice = z.infer<typeof optionSchema>;

export interface Interactive {
  readonly blockId: string;
  readonly element: Element;
  /** In an input block, so that it is sent with the modal's submit. */
  readonly isInput: boolean;
  readonly isRequired: boolean;
}

export function interactiveElements(blocks: readonly Block[]): readonly Interactive[] {
  return blocks.flatMap((block) =>
    elementsOf(block).flatMap((candidate) => {
      const parsed = elementSchema.safeParse(candidate);
      if (!parsed.success) return [];
      const isInput = block.type === "input";
      return [
        {
          blockId: block.block_id,
          element: parsed.data,
          isInput,
          isRequired: isInput && block.optional !== true,
        },
      ];
    }),
  );
}

export function choicesOf(element: Element): readonly Choice[] {
  return element.options ?? element.option_groups?.flatMap((group) => group.options) ?? [];
}

function elementsOf(block: Block): readonly unknown[] {
  if (block.type === "actions" && Array.isArray(block.elements)) return block.elements;
  if (block.type === "section") return [block.accessory];
  return block.type === "input" ? [block.element] : [];
}
