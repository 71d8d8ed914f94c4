// Some services put a fence around the JSON that they were asked for.

export function unfenced(text: string): string {
  return text.replaceAll(/^\s*```(?:json)?|```\s*$/g, "");
}
