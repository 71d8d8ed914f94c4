// A module that is loaded when it is first needed. It is asked for by many nodes, and each `import` of it would cost some microseconds.

export function once<Module>(load: () => Promise<Module>): () => Promise<Module> {
  let loaded: Promise<Module> | undefined;
  return () => (loaded ??= load());
}
