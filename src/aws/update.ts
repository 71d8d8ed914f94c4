// One UpdateItem put together from parts: what is set, removed and counted, and under which conditions.
import type { AttributeValue, UpdateItemCommandInput } from "@aws-sdk/client-dynamodb";
import type { Item } from "./items.ts";

export type UpdateExpressions = Pick<
  UpdateItemCommandInput,
  "UpdateExpression" | "ConditionExpression" | "ExpressionAttributeNames" | "ExpressionAttributeValues"
>;

/** What becomes of each attribute; undefined removes it. */
export type Attributes = Readonly<Record<string, AttributeValue | undefined>>;

export class UpdateParts {
  readonly #set: string[] = [];
  readonly #remove: string[] = [];
  readonly #add: string[] = [];
  readonly #conditions: string[] = [];
  readonly #names = new Map<string, string>();
  readonly #values: Item = {};

  /** Attributes are named indirectly, since any of them may be a word that DynamoDB keeps for itself. */
  name(attribute: string): string {
    const alias = this.#names.get(attribute) ?? `#n${this.#names.size}`;
    this.#names.set(attribute, alias);
    return alias;
  }

  value(value: AttributeValue): string {
    const alias = `:v${Object.keys(this.#values).length}`;
    this.#values[alias] = value;
    return alias;
  }

  write(attributes: Attributes): void {
    for (const [attribute, value] of Object.entries(attributes)) {
      if (value === undefined) this.#remove.push(this.name(attribute));
      else this.#set.push(`${this.name(attribute)} = ${this.value(value)}`);
    }
  }

  /** Sets an attribute to what another one was before this update. */
  copy(to: string, from: string, otherwise: AttributeValue): void {
    this.#set.push(`${this.name(to)} = if_not_exists(${this.name(from)}, ${this.value(otherwise)})`);
  }

  /** Counts up by one, from 0 when it was never counted. */
  count(attribute: string): void {
    this.#add.push(`${this.name(attribute)} ${this.value({ N: "1" })}`);
  }

  onlyIf(condition: string): void {
    this.#conditions.push(`(${condition})`);
  }

  onlyIfIs(attribute: string, value: AttributeValue): void {
    this.onlyIf(`${this.name(attribute)} = ${this.value(value)}`);
  }

  expressions(): UpdateExpressions {
    const clauses = { SET: this.#set, REMOVE: this.#remove, ADD: this.#add };
    const written = Object.entries(clauses).filter(([, parts]) => parts.length > 0);
    return {
      UpdateExpression: written.map(([clause, parts]) => `${clause} ${parts.join(", ")}`).join(" "),
      ...(this.#conditions.length > 0 && { ConditionExpression: this.#conditions.join(" AND ") }),
      ExpressionAttributeNames: Object.fromEntries([...this.#names].map(([name, alias]) => [alias, name])),
      ...(Object.keys(this.#values).length > 0 && { ExpressionAttributeValues: this.#values }),
    };
  }
}
