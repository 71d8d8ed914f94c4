// What people type to reach the app; its manifest has the same.
export const COMMAND = "/countersign";
