// Stands in for a package that Bolt loads but Countersign never uses; touching anything of it says so.

/**
 * Loading it does nothing, since Bolt loads all its receivers whether they are used or not.
 *
 * @throws when anything of the package is read or called.
 */
export function unused(name: string): object {
  const refuse = (): never => {
    throw new Error(
      `"${name}" is not part of this bundle: Countersign brings its own receiver. To use it, take it out of UNUSED in infra/bundle.ts.`,
    );
  };
  return new Proxy(function () {}, {
    // TypeScript's import helpers look at this while Bolt loads. Seeing an ES module, they pass it on untouched.
    get: (_, property) => (property === "__esModule" ? true : refuse()),
    apply: refuse,
    construct: refuse,
  });
}
