// Secrets inside of texts: known by what they look like, or by the name that stands before them.
import { secretKindOf } from "./secret-names.ts";

/** What stands where a secret was. */
export const MASK = "••••";

/** Forms that say what they are. Each is bounded or anchored, so that a text of a megabyte is read in one pass. */
const FORMS: readonly RegExp[] = [
  /-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----[^]*?(?:-----END [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----|$)/g,
  // Our own: an API key's token
  /\bcsk_[a-z][a-z0-9-]{0,39}_[A-Za-z0-9_-]{43}/g,
  // Slack
  /\bxox[a-z](?:\.xox[a-z])?-[A-Za-z0-9-]{10,}/g,
  /\bxapp-[A-Za-z0-9-]{10,}/g,
  /(?<=hooks\.slack\.com\/(?:services|workflows|triggers)\/)[A-Za-z0-9/_-]{10,}/g,
  // AWS, GitHub, GitLab, npm
  /\b(?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{12,}\b/g,
  /\bgh[a-z]_[A-Za-z0-9]{16,}/g,
  /\bgithub_pat_[A-Za-z0-9_]{16,}/g,
  /\bgl[a-z]{2,6}-[A-Za-z0-9_-]{16,}/g,
  /\bnpm_[A-Za-z0-9]{30,}/g,
  // OpenAI and those who copied it, Stripe, Google, SendGrid, Hugging Face
  /\bsk-[A-Za-z0-9_-]{16,}/g,
  /\b(?:sk|rk|pk)_(?:live|test)_[A-Za-z0-9]{8,}/g,
  /\bwhsec_[A-Za-z0-9+/=]{16,}/g,
  /\bAIza[A-Za-z0-9_-]{30,}/g,
  /\bSG\.[A-Za-z0-9_-]{16,}\.[A-Za-z0-9_-]{16,}/g,
  /\bya29\.[A-Za-z0-9_-]{20,}/g,
  /\bhf_[A-Za-z0-9]{30,}/g,
  // Addresses that are signed let in whoever has them
  /(?<=[?&](?:sig|signature|X-Amz-Signature)=)[A-Za-z0-9%+/_=-]{16,}/gi,
  // JSON web tokens
  /\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}(?:\.[A-Za-z0-9_-]*){0,3}/g,
  // HTTP: a scheme and its credentials, which no prose has
  /(?<=\b(?:Bearer|Basic|Token) +)(?=[^\s"',;=]{0,200}(?:\d|={1,2}(?!\w))|[^\s"',;]{24})[A-Za-z0-9._~+/=-]{8,}/gi,
  // user:password@host
  /(?<=\b[a-z][a-z0-9+.-]{0,30}:\/\/[^\s/?#@:"']{0,200}:)[^\s/?#"']+(?=@)/gi,
];

const AWS_KEY_ID = /\b(?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{12,}\b/;
/** What goes with an AWS key id. Alone it could be any hash. */
const AWS_SECRET = /(?<![A-Za-z0-9/+=])(?=[A-Za-z0-9/+]{0,39}[^a-f0-9])[A-Za-z0-9/+]{40}(?![A-Za-z0-9/+=])/g;

/** `name=value`, `"name": "value"`, `'name': 'value'`; also escaped, as in JSON within a text. */
const NAMED =
  /(?<![\p{L}\p{N}_.-])((?:\\?["'])?([\p{L}\p{N}_][\p{L}\p{N}_.-]{0,79})(?:\\?["'] ?[:=] ?|=))("(?:[^"\\\n]|\\.)*"|\\"[^"\\\n]*\\"|'[^'\n]*'|[^\s"'\\;&)}\]]+)/gu;
/** `name: value` at the end of a line, where the value is one word and no word of prose. */
const LINE =
  /(^|[\s,;])([\p{L}\p{N}_][\p{L}\p{N}_.-]{0,79}): ?((?=\S{0,200}[^\s\p{L}.]|\S{16})\S{4,})(?=\s*$)/gmu;
/** `--name value`, as on a command line. */
const FLAG = /((?:^|\s)--(\p{L}[\p{L}\p{N}_-]{0,79}) +)([^\s-]\S*)/gu;
const COOKIES = /(\b(?:set-)?cookie: ?)([^\s=;]+=[^\n]*)/gi;

/** Without one of these, none of the above is in a text: most texts are done with here. */
const HINT = /[-_:=@]|eyJ|AKIA|ASIA|ABIA|ACCA|AIza|SG\.|ya29|Bearer|Basic|Token/i;

export interface MaskedText {
  readonly text: string;
  /** How many secrets were in it. */
  readonly count: number;
}

export function maskedInText(text: string): MaskedText {
  if (!HINT.test(text)) return { text, count: 0 };
  let count = 0;
  const mask = (): string => {
    count++;
    return MASK;
  };
  const named = (whole: string, before: string, name: string, value: string): string =>
    isSecretValue(name, value) ? `${before}${quotedLike(value, mask())}` : whole;
  const awsSecrets = AWS_KEY_ID.test(text) ? [AWS_SECRET] : [];
  const formed = [...FORMS, ...awsSecrets].reduce((masked, form) => masked.replace(form, mask), text);
  const masked = formed
    .replace(COOKIES, (_, before: string) => `${before}${mask()}`)
    .replace(NAMED, named)
    .replace(FLAG, named)
    .replace(LINE, (whole: string, gap: string, name: string, value: string) =>
      isSecretValue(name, value) ? `${gap}${name}: ${mask()}` : whole,
    );
  return { text: masked, count };
}

/** A number after "tokens" is a count, and so is a yes or a no after anything; what is masked already is not counted twice. */
function isSecretValue(name: string, quoted: string): boolean {
  const value = quoted.replaceAll(/^\\?["']|\\?["']$/g, "");
  const kind = secretKindOf(name);
  const saysNothing =
    value === "" || value.includes(MASK) || /^(?:true|false|null|none|undefined)$/i.test(value);
  if (kind === undefined || saysNothing) return false;
  return kind === "any" || !/^[\d.]+$/.test(value);
}

function quotedLike(value: string, mask: string): string {
  const quote = /^\\?["']/.exec(value)?.[0] ?? "";
  return `${quote}${mask}${quote}`;
}
