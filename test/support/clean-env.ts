// Tests decide their configuration themselves: nothing of it may leak in from the surroundings.
for (const name of Object.keys(process.env)) {
  const ours = /^(SLACK_|AWS_|OPENAI_)|_SECRETS?$/.test(name);
  const named = [
    "APPROVER_GROUP",
    "OPERATOR_GROUP",
    "TABLE_NAME",
    "QUEUE_URL",
    "OPS_URL",
    "SERVICE_NAME",
    "LOG_LEVEL",
    "PORT",
    "HTTP_PROXY",
    "HTTPS_PROXY",
  ];
  if (ours || named.includes(name)) Reflect.deleteProperty(process.env, name);
}

// The SDK refuses to sign without credentials; the local servers accept any.
Object.assign(process.env, {
  AWS_REGION: "eu-west-1",
  AWS_ACCESS_KEY_ID: "local",
  AWS_SECRET_ACCESS_KEY: "local",
});
