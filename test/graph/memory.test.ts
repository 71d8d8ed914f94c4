// The in-memory checkpointer keeps the contract of all checkpointers.
import { MemorySaver } from "../../src/graph/index.ts";
import { checkpointerContract } from "../contract/checkpointer.ts";

checkpointerContract("MemorySaver", () => Promise.resolve(new MemorySaver()));
