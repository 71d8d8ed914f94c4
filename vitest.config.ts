// One run for everything: real servers are started once by the global set-up, each file brings its own table. Files share their modules:
// nothing of ours keeps anything between two callers, and to load the SDKs anew for each file would take as long as a third of the tests.
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    globalSetup: ["test/support/servers.ts"],
    setupFiles: ["test/support/clean-env.ts"],
    testTimeout: 20_000,
    hookTimeout: 30_000,
    // More than there are cores: most of what a test takes is waiting for servers and browsers.
    maxWorkers: 4,
    isolate: false,
    // Waiting ends with what is waited for: long, for a machine that does much else.
    expect: { poll: { timeout: 10_000 } },
  },
});
