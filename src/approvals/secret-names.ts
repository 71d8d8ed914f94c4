// Which names say that what they hold is a secret: read word by word, in any case style, so that a secretary is none.

/** What a word like these names is a secret, numbers included. */
const SECRET = new Set(
  [
    "password passwd passphrase passcode pwd secret credential cred authorization cookie bearer jwt otp cvv cvc",
    "apikey apisecret authkey privatekey secretkey accesskey signingkey encryptionkey sharedkey masterkey sshkey",
    "clientsecret appsecret connectionstring connstr mnemonic",
  ].flatMap((line) => line.split(" ")),
);
/** What a word like these names is a secret when it is a text: numbers of tokens are counts. */
const SECRET_TEXT = new Set("token accesstoken refreshtoken authtoken bottoken sessiontoken".split(" "));
const SECRET_PAIRS = new Set(
  [
    "api key,access key,private key,signing key,encryption key,shared key,master key,account key,auth key,ssh key",
    "host key,deploy key,service key,license key,storage key,connection string,conn string,conn str,seed phrase",
    "recovery phrase,recovery code,backup code,one time",
  ].flatMap((line) => line.split(",")),
);
/** A name that ends in one of these is about a secret, and is not one. */
const ABOUT = new Set(
  [
    "name id arn type kind count used usage limit max min length size ttl expiry expires expiration expired at in",
    "url uri endpoint path file policy rotation rotated version age hint format strategy provider ref reference",
    "required enabled disabled set present valid budget total per number estimate estimated consent domain",
  ].flatMap((line) => line.split(" ")),
);

/** Without a secret when undefined; a count of them is none either. */
export type SecretKind = "any" | "text" | undefined;

/** Few names come again and again, in a long text a hundred thousand times. */
const known = new Map<string, SecretKind>();
const MOST_KNOWN = 2_000;

/** What values under this name are to be masked: all but yes, no and nothing, or texts only. */
export function secretKindOf(name: string): SecretKind {
  if (known.has(name)) return known.get(name);
  const kind = kindByWords(name);
  if (known.size >= MOST_KNOWN) known.clear();
  if (name.length <= LONGEST_NAME) known.set(name, kind);
  return kind;
}

function kindByWords(name: string): SecretKind {
  const words = wordsOf(name);
  if (ABOUT.has(words.at(-1) ?? "")) return undefined;
  const isPlural = words.some(
    (word) => word.endsWith("s") && SECRET.has(singular(word)) && !SECRET.has(word),
  );
  if (words.some((word) => SECRET.has(singular(word)))) return isPlural ? "text" : "any";
  // A number of those that passed is none.
  if (words.length === 1 && words[0] === "pass") return "text";
  const hasPair = words.some((word, index) =>
    SECRET_PAIRS.has(`${word} ${singular(words[index + 1] ?? "")}`),
  );
  return hasPair || words.some((word) => SECRET_TEXT.has(singular(word))) ? "text" : undefined;
}

const LONGEST_NAME = 200;

/** "clientSecret", "CLIENT_SECRET", "client-secret2" and "Client secret" are the same words. */
function wordsOf(name: string): readonly string[] {
  return name
    .normalize("NFKC")
    .replaceAll(/\p{Default_Ignorable_Code_Point}/gu, "")
    .slice(0, LONGEST_NAME)
    .replaceAll(/(\p{Ll}|\p{N})(\p{Lu})/gu, "$1 $2")
    .replaceAll(/(\p{Lu})(\p{Lu}\p{Ll})/gu, "$1 $2")
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .map((word) => word.replace(/\d+$/, ""))
    .filter((word) => word !== "");
}

function singular(word: string): string {
  return SECRET.has(word) || !word.endsWith("s") ? word : word.slice(0, -1);
}
