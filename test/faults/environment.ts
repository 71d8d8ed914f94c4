// What the SDK wants to know before it asks anybody, for those who run without the test runner.
process.env["AWS_REGION"] ??= "local";
process.env["AWS_ACCESS_KEY_ID"] ??= "local";
process.env["AWS_SECRET_ACCESS_KEY"] ??= "local";
