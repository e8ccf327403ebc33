// A receiver of webhooks in Node, as docs/webhooks.md describes one: it verifies by the Standard
// Webhooks library, answers the challenge, and does a repeat's work once. Prints its port, then a
// line for each request.
import { createServer } from "node:http";
import { Webhook } from "standardwebhooks";

const webhook = new Webhook(process.env.WEBHOOK_SECRET);
const done = new Set();

const server = createServer((request, response) => {
  const pieces = [];
  request.on("data", (piece) => pieces.push(piece));
  request.on("end", () => {
    const body = Buffer.concat(pieces).toString("utf8");
    const answer = (status, text = "") => {
      console.log(JSON.stringify({ status, id: request.headers["webhook-id"], done: done.size }));
      response.writeHead(status, { "Content-Type": "text/plain" }).end(text);
    };
    let event;
    try {
      event = webhook.verify(body, request.headers);
    } catch {
      return answer(401);
    }
    if (event.challenge) return answer(200, event.challenge);
    done.add(request.headers["webhook-id"]);
    return answer(204);
  });
});
server.listen(0, "127.0.0.1", () => console.log(server.address().port));
