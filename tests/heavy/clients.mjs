// Asks `toehold serve` with openai-node: clients.mjs URL TOKEN. The ticket asks about b.
import OpenAI from "openai";

const [url, token] = process.argv.slice(2);
const client = new OpenAI({ baseURL: url + "/v1", apiKey: token, maxRetries: 0 });
const messages = [{ role: "user", content: [{ type: "text", text: "it asks about b" }] }];
const label = (text) => JSON.parse(text).label;

const whole = await client.chat.completions.create({ model: "any", messages });
console.log("whole", label(whole.choices[0].message.content), whole.usage.total_tokens > 0);
let text = "";
for await (const event of await client.chat.completions.create({ model: "any", messages, stream: true }))
	text += event.choices[0]?.delta?.content ?? "";
console.log("stream", label(text));
const helper = client.chat.completions.stream({ model: "any", messages });
console.log("helper", label(await helper.finalContent()));
for await (const model of client.models.list())
	console.log("model", model.owned_by);
try {
	await client.chat.completions.create({ model: "any", messages, tools: [{ type: "function", function: { name: "f" } }] });
} catch (why) {
	console.log("tools", why.status, why.type);
}
