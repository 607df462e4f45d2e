// A person at the console of a node, while another node is killed.

import { Device } from "./device.mjs";
import { visit } from "./looks.mjs";

const GROUP = "GID_lamps";

export async function nodes(suite) {
  const { service } = suite;
  const { other } = service;
  await Device.join(service, `${GROUP}@@@lamp-1`);
  for (const lamp of [2, 3]) {
    const device = await Device.join(other, `${GROUP}@@@lamp-${lamp}`);
    // Their node will be killed.
    device.client.on("error", () => {});
  }
  const people = { en: await suite.person(), zh: await suite.person({ language: "zh" }) };

  await suite.check("the overview leads to the nodes", async () => {
    for (const person of Object.values(people)) {
      await person.open("/console/sign-in");
      await person.signIn(service.key);
      await person.page.locator("main a[href='/console/nodes']").click();
      await person.page.waitForURL("**/console/nodes");
    }
  });
  await suite.check("each node is there with its devices", async () => {
    await people.en.sees(cell("a", 4), "1");
    await people.en.sees(cell("b", 4), "2");
    await people.en.sees(cell("b", 2), "Live");
  });
  await suite.check("the group counts the devices of both", async () => {
    await people.en.open(`/console/instances/${service.instance}/groups/${GROUP}`);
    await people.en.sees(".numbers strong", "3");
  });
  for (const [language, person] of Object.entries(people)) {
    await visit(suite, person, language, [["nodes", "/console/nodes"]]);
  }
  await suite.check("the lease of a node that is killed expires", async () => {
    process.kill(other.process, "SIGKILL");
    await people.en.sees(cell("b", 2), "Expired");
    await people.en.sees(cell("b", 4), "–");
  });
  await suite.check("its devices are not counted any more", async () => {
    await people.en.open(`/console/instances/${service.instance}/groups/${GROUP}`);
    await people.en.sees(".numbers strong", "1");
  });
}

/** Returns the selector of a column, from 1, in the row of a node. */
function cell(node, column) {
  return `tr:has(code:text-is("${node}")) td:nth-child(${column})`;
}
