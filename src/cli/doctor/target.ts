// Whether the operations target answers at all.
import { type Check, fine, unknown, wrong } from "./check.ts";

export const targetCheck: Check = {
  name: "Operations target",
  async look({ values, limitMs }) {
    const url = values["OPS_URL"] ?? "";
    if (!URL.canParse(url)) return [unknown("OPS_URL is not known here, or no address.")];
    const { host } = new URL(url);
    const mend = "Check OPS_URL, and whether the target may be reached from elsewhere than from here.";
    try {
      const signal = AbortSignal.timeout(limitMs * 0.9);
      const response = await fetch(url, { redirect: "manual", signal });
      await response.body?.cancel();
      const { status } = response;
      if (status >= 500) return [wrong(`The target at ${host} answers that it is broken (${status}).`, mend)];
      if (status >= 300 && status < 400)
        return [
          wrong(
            `The target at ${host} wants to be asked elsewhere (${status}); no redirect is followed.`,
            mend,
          ),
        ];
      return [fine(`${host} answers (${status}); what it does with a request, only a run says.`)];
    } catch {
      return [
        wrong(`The target at ${host} could not be reached from here, or did not answer in time.`, mend),
      ];
    }
  },
};
