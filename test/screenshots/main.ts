// npm run screenshots [-- <scene>]: every scene in the local Slack's page, light and dark, at a desk and on a phone, into screenshots/.
import { launchChromium } from "../support/browser.ts";
import { builtPage } from "../support/page.ts";
import { openCamera } from "./camera.ts";
import { SCENES } from "./scenes.ts";
import { openStage } from "./stage.ts";

const [only] = process.argv.slice(2);
const wanted = SCENES.filter(({ name }) => only === undefined || name === only);
if (wanted.length === 0)
  throw new Error(
    `There is no scene "${only ?? ""}"; there are: ${SCENES.map(({ name }) => name).join(", ")}.`,
  );

const [stage, browser] = await Promise.all([builtPage().then(openStage), launchChromium()]);
try {
  const camera = await openCamera(browser, stage.url);
  let pictures = 0;
  for (const scene of wanted) {
    const spot = await stage.show(scene);
    pictures += (await camera.take(scene, spot)).length;
    await stage.clear(spot);
    await camera.ready();
  }
  console.log(`${pictures} pictures of ${wanted.length} scenes are in screenshots/.`);
} finally {
  await browser.close();
  await stage.close();
}
