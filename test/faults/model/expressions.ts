// As much of DynamoDB's expression language as the product speaks: conditions, updates and projections, evaluated on one item.
import type { AttributeValue } from "@aws-sdk/client-dynamodb";

export type Item = Record<string, AttributeValue>;

/** What an expression's aliases stand for. */
export interface Aliases {
  readonly ExpressionAttributeNames?: Readonly<Record<string, string>> | undefined;
  readonly ExpressionAttributeValues?: Readonly<Record<string, AttributeValue>> | undefined;
}

const TOKEN = /\s*(<>|<=|>=|[=<>(),]|[:#]?[A-Za-z_][\w.]*)/y;

/** Expressions are few and come again and again. */
const tokenized = new Map<string, readonly string[]>();

function tokensOf(expression: string): readonly string[] {
  const known = tokenized.get(expression);
  if (known !== undefined) return known;
  const tokens: string[] = [];
  const text = expression.trim();
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < text.length) {
    const at = TOKEN.lastIndex;
    const token = TOKEN.exec(text)?.[1];
    if (token === undefined) throw new Error(`"${text.slice(at)}" is not understood in "${expression}".`);
    tokens.push(token);
  }
  tokenized.set(expression, tokens);
  return tokens;
}

/** Reads tokens from the left; what is missing is an error. */
class Reader {
  readonly #tokens: readonly string[];
  readonly #aliases: Aliases;
  readonly item: Item;
  #at = 0;

  constructor(expression: string, item: Item, aliases: Aliases) {
    this.#tokens = tokensOf(expression);
    this.#aliases = aliases;
    this.item = item;
  }

  get isDone(): boolean {
    return this.#at >= this.#tokens.length;
  }

  next(): string {
    const token = this.#tokens[this.#at++];
    if (token === undefined) throw new Error("An expression ends too early.");
    return token;
  }

  /** Whether this word comes now; then it is read. */
  takes(word: string): boolean {
    if (this.#tokens[this.#at]?.toUpperCase() !== word) return false;
    this.#at++;
    return true;
  }

  expect(word: string): void {
    if (!this.takes(word)) throw new Error(`An expression has no "${word}" where one belongs.`);
  }

  path(): string {
    const token = this.next();
    if (!token.startsWith("#")) return token;
    const name = this.#aliases.ExpressionAttributeNames?.[token];
    if (name === undefined) throw new Error(`The name ${token} was not given.`);
    return name;
  }

  operand(): AttributeValue | undefined {
    const token = this.next();
    if (token.startsWith(":")) {
      const value = this.#aliases.ExpressionAttributeValues?.[token];
      if (value === undefined) throw new Error(`The value ${token} was not given.`);
      return value;
    }
    if (token === "if_not_exists") {
      this.expect("(");
      const present = this.item[this.path()];
      this.expect(",");
      const otherwise = this.operand();
      this.expect(")");
      return present ?? otherwise;
    }
    this.#at--;
    return this.item[this.path()];
  }
}

export function meets(item: Item, expression: string | undefined, aliases: Aliases): boolean {
  if (expression === undefined) return true;
  const reader = new Reader(expression, item, aliases);
  const isMet = anyOf(reader);
  if (!reader.isDone) throw new Error(`"${expression}" has more than was understood.`);
  return isMet;
}

function anyOf(reader: Reader): boolean {
  let isMet = allOf(reader);
  // Both sides are read, whatever the first one says.
  while (reader.takes("OR")) isMet = allOf(reader) || isMet;
  return isMet;
}

function allOf(reader: Reader): boolean {
  let isMet = one(reader);
  while (reader.takes("AND")) isMet = one(reader) && isMet;
  return isMet;
}

function one(reader: Reader): boolean {
  if (reader.takes("(")) {
    const isMet = anyOf(reader);
    reader.expect(")");
    return isMet;
  }
  if (reader.takes("ATTRIBUTE_EXISTS")) return exists(reader);
  if (reader.takes("ATTRIBUTE_NOT_EXISTS")) return !exists(reader);
  if (reader.takes("BEGINS_WITH")) return begins(reader);
  const left = reader.operand();
  if (reader.takes("BETWEEN")) {
    const low = reader.operand();
    reader.expect("AND");
    const high = reader.operand();
    return left !== undefined && compare(left, low) >= 0 && compare(left, high) <= 0;
  }
  const operator = reader.next();
  const right = reader.operand();
  return left !== undefined && right !== undefined && compares(operator, compare(left, right));
}

function exists(reader: Reader): boolean {
  reader.expect("(");
  const isThere = reader.item[reader.path()] !== undefined;
  reader.expect(")");
  return isThere;
}

function begins(reader: Reader): boolean {
  reader.expect("(");
  const text = reader.item[reader.path()]?.S;
  reader.expect(",");
  const prefix = reader.operand()?.S ?? "";
  reader.expect(")");
  return text?.startsWith(prefix) === true;
}

function compares(operator: string, order: number): boolean {
  switch (operator) {
    case "=":
      return order === 0;
    case "<>":
      return order !== 0;
    case "<":
      return order < 0;
    case "<=":
      return order <= 0;
    case ">":
      return order > 0;
    case ">=":
      return order >= 0;
    default:
      throw new Error(`"${operator}" compares nothing.`);
  }
}

/** By DynamoDB's order: numbers by value, all else by bytes. NaN, which is neither, between different types. */
function compare(left: AttributeValue, right: AttributeValue | undefined): number {
  if (left.N !== undefined && right?.N !== undefined) return Number(left.N) - Number(right.N);
  if (left.S !== undefined && right?.S !== undefined) return compareTexts(left.S, right.S);
  if (left.B !== undefined && right?.B !== undefined) return Buffer.compare(left.B, right.B);
  return NaN;
}

export function compareTexts(left: string, right: string): number {
  return left === right ? 0 : Buffer.compare(Buffer.from(left), Buffer.from(right));
}

/** The item as an update leaves it. */
export function updated(item: Item, expression: string, aliases: Aliases): Item {
  const reader = new Reader(expression, item, aliases);
  const after: Item = { ...item };
  while (!reader.isDone) {
    const clause = reader.next().toUpperCase();
    do change(reader, clause, after);
    while (reader.takes(","));
  }
  return after;
}

function change(reader: Reader, clause: string, after: Item): void {
  const path = reader.path();
  switch (clause) {
    case "SET": {
      reader.expect("=");
      const value = reader.operand();
      if (value === undefined) throw new Error(`"${path}" would be set to nothing.`);
      after[path] = value;
      return;
    }
    case "REMOVE":
      Reflect.deleteProperty(after, path);
      return;
    case "ADD":
      after[path] = { N: String(Number(reader.item[path]?.N ?? 0) + Number(reader.operand()?.N)) };
      return;
    default:
      throw new Error(`"${clause}" changes nothing.`);
  }
}

export function projected(item: Item, expression: string | undefined, aliases: Aliases): Item {
  if (expression === undefined) return item;
  const reader = new Reader(expression, item, aliases);
  const shown: Item = {};
  do {
    const path = reader.path();
    const value = item[path];
    if (value !== undefined) shown[path] = value;
  } while (reader.takes(","));
  return shown;
}
