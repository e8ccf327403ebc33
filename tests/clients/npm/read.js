'use strict';
// What statuspage.io, the client from npm, reads of a page: `node read.js URL MODULES`.
const { Statuspage } = require(`${process.argv[3]}/statuspage.io`);

(async () => {
  const client = new Statuspage('ours');
  client.setApiUrl(process.argv[2]);
  const { incidents, scheduledMaintenances } = client.api;
  const summary = await client.getSummary();
  const names = (list) => list.map((one) => one.name);
  process.stdout.write(JSON.stringify({
    status: (await client.getStatus()).status.description,
    indicator: summary.status.indicator,
    components: names((await client.getComponents()).components),
    incidents: names((await incidents.getAll()).incidents),
    unresolved: names((await incidents.getUnresolved()).incidents),
    maintenances: names((await scheduledMaintenances.getAll()).scheduled_maintenances),
    upcoming: names((await scheduledMaintenances.getUpcoming()).scheduled_maintenances),
    active: names((await scheduledMaintenances.getActive()).scheduled_maintenances),
  }));
})();
