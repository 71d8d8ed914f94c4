// Every sentence that stands in a source file, with a word in place of whatever is put into it; but for what only the log or a developer reads.
import { readFileSync } from "node:fs";
import ts from "typescript";

export interface Written {
  readonly file: string;
  readonly line: number;
  readonly text: string;
}

/** In place of what is put in. */
const PUT_IN = "this";

export function writtenIn(file: string): readonly Written[] {
  const source = ts.createSourceFile(file, readFileSync(file, "utf8"), ts.ScriptTarget.Latest, true);
  const found: Written[] = [];
  const visit = (node: ts.Node): void => {
    if (isForNobodyElse(node)) return;
    const text = textOf(node);
    if (text !== undefined && isSentence(text)) {
      const { line } = source.getLineAndCharacterOfPosition(node.getStart());
      found.push({ file, line: line + 1, text });
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

function textOf(node: ts.Node): string | undefined {
  if (ts.isStringLiteral(node) || ts.isNoSubstitutionTemplateLiteral(node)) return node.text;
  if (!ts.isTemplateExpression(node)) return undefined;
  return node.head.text + node.templateSpans.map(({ literal }) => PUT_IN + literal.text).join("");
}

function isSentence(text: string): boolean {
  return /\p{L}+ \p{L}+ \p{L}+/u.test(text);
}

/** Lines of the log, errors that are thrown, types, and imports. */
function isForNobodyElse(node: ts.Node): boolean {
  if (ts.isImportDeclaration(node) || ts.isTypeNode(node) || ts.isThrowStatement(node)) return true;
  if (ts.isNewExpression(node)) return /Error$|Unavailable$/.test(node.expression.getText());
  return ts.isCallExpression(node) && /(?:^|\.)log\.(?:info|warn|error)$/.test(node.expression.getText());
}
