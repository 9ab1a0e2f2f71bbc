// Everything our worker asks of Ollama, asked by Ollama's own npm client; prints what came.
import { Ollama } from "ollama";

const [, , host, model, embedder, pulled] = process.argv;
const ollama = new Ollama({ host });
const messages = [{ role: "user", content: "hi" }];

const installed = (await ollama.list()).models.map(({ name }) => name);
const { capabilities } = await ollama.show({ model });
let text = "", last;
for await (const part of await ollama.chat({ model, messages, stream: true })) {
  text += part.message.content;
  last = part;
}
const { embeddings } = await ollama.embed({ model: embedder, input: ["one", "two"] });
const statuses = [];
for await (const { status } of await ollama.pull({ model: pulled, stream: true })) statuses.push(status);
let refusal;
try {
  await ollama.chat({ model: "nobody", messages });
} catch (error) {
  refusal = { status: error.status_code, message: error.message };
}
console.log(JSON.stringify({
  installed, capabilities, text, done: last.done, vectors: embeddings.length,
  pulled: statuses.at(-1), refusal,
}));
