// node better_sse_app.mjs PORT MODULE: GET /sub follows, POST /pub tells everybody.
import http from "node:http";
import { pathToFileURL } from "node:url";

const [port, module] = process.argv.slice(2);
const { createChannel, createSession } = await import(pathToFileURL(module).href);
const channel = createChannel();
// What is published is JSON already.
const options = { serializer: (data) => data };

const server = http.createServer(async (request, response) => {
  if (request.method === "GET") {
    channel.register(await createSession(request, response, options));
    return;
  }
  let body = "";
  for await (const part of request) body += part;
  channel.broadcast(body, "message");
  response.writeHead(204).end();
});
server.listen({ port: Number(port), host: "127.0.0.1", backlog: 4096 });
