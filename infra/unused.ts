// Stands in for a part of a library that is loaded but never used by Countersign; touching anything of it says so.

/**
 * Loading it and making one of it does nothing, since that is what libraries do whether they use it or not.
 *
 * @throws when it is called, or when anything of it or of what was made of it is read.
 */
export function unused(name: string): object {
  const refuse = (): never => {
    throw new Error(
      `"${name}" is not part of this bundle: no function of Countersign used it. To use it, take it out of LEFT_OUT in infra/left-out.ts.`,
    );
  };
  const stand: object = new Proxy(function () {}, {
    // TypeScript's import helpers look at both while Bolt loads. Seeing an ES module, they pass it on untouched.
    get: (_, property) => (property === "__esModule" ? true : property === "default" ? stand : refuse()),
    apply: refuse,
    construct: () => stand,
  });
  return stand;
}
