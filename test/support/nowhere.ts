// A whole configuration whose addresses nobody answers at, for what is not to reach anybody.
import { localEnvironment } from "../../src/local/config.ts";

/** Port 9 of this machine: refused at once. */
const ADDRESS = "http://127.0.0.1:9";

export const NOWHERE = localEnvironment({
  ...{ slackUrl: ADDRESS, opsUrl: ADDRESS, dynamoUrl: ADDRESS, sqsUrl: ADDRESS },
  queueUrl: `${ADDRESS}/000000000000/jobs`,
  table: "nowhere",
});
