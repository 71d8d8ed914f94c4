// Which format something stored is of: the first one says nothing of it.
import * as z from "zod";

/** A part of what is stored. A version that writes another format says so here, and one that does not know that format reads none of it. */
export const firstFormat = { format: z.literal(1).exactOptional() };
