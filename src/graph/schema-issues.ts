// What a schema finds wrong with a value, for people and for fields of a form.

/** What does not fit, at `path` ("items.0.name"; empty for the value itself). */
export interface SchemaIssue {
  readonly path: string;
  readonly message: string;
}

/** "path: message", joined; the path only where there is one. */
export function issuesInWords(issues: readonly SchemaIssue[]): string {
  return issues.map(({ path, message }) => (path === "" ? message : `${path}: ${message}`)).join("; ");
}
