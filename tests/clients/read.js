// What the package statuspage.io reads of a page: `node read.js PACKAGES URL`.
// Prints one JSON object: the documents, as its calls return them.

const [packages, url] = process.argv.slice(2);
const { Statuspage } = require(require.resolve("statuspage.io", { paths: [packages] }));

async function read() {
  const client = new Statuspage("ours");
  client.setApiUrl(url);
  const { api } = client;
  return {
    summary: await api.getSummary(),
    status: await api.getStatus(),
    components: await api.getComponents(),
    incidents: await api.incidents.getAll(),
    "incidents/unresolved": await api.incidents.getUnresolved(),
    "scheduled-maintenances": await api.scheduledMaintenances.getAll(),
    "scheduled-maintenances/upcoming": await api.scheduledMaintenances.getUpcoming(),
  };
}

read().then((found) => process.stdout.write(JSON.stringify(found)));
