// Prompts that are written and tried, and a head that is trained and put to use, for page.mjs.
import assert from "node:assert/strict";

const lastCommand = (page) => page.locator("#journal > code").textContent();

/** Writes a prompt, asks two tickets with it, and waits for the answers. */
async function ask({ see, click }, page, label, text) {
	await page.getByRole("textbox", { name: "Prompt" }).fill(text);
	await page.getByLabel("Name of the version").fill(label);
	await page.getByRole("spinbutton", { name: "Tickets" }).fill("2");
	await click(page, "button", "Ask");
	await see(page, "Asking …");
	await page.waitForFunction(() => !document.querySelector("main .loading"));
	await see(page, /^Answers to /);
}

async function prompts(tools, page) {
	const { visit, see, click, foreign, findings } = tools;
	await visit(page, "try");
	const own = await page.getByRole("textbox", { name: "Prompt" }).inputValue();
	assert.match(own, /\{labels\}/);
	await ask(tools, page, "short", `${own}\nBe <img src=x onerror=globalThis.struck=1> quick.`);
	assert.match(await lastCommand(page), /^toehold try --prompt=short-[0-9a-f]{12} --tickets=2 --models=one\.script\.json,two\.script\.json job\.yaml$/);
	const table = page.getByRole("table", { name: /^Answers to / }).first();
	assert.deepEqual(await table.getByRole("columnheader").allTextContents(), ["Prompt", "one · plain", "two · plain"]);
	assert.match((await table.getByRole("rowheader").allTextContents()).join(" "), /^the job's short-[0-9a-f]{12}$/);

	await ask(tools, page, "short", `${own}\nBe brief.`); // Another version of that name.
	const others = await page.getByLabel("Also ask with").getByRole("option").allTextContents();
	assert.equal(others.filter((one) => one.includes("short-")).length, 2); // Each once, not as a file too.
	await page.getByLabel("From", { exact: true }).selectOption({ index: 1 });
	await click(page, "button", "Show what changed");
	await see(page, "+ Be brief.");
	await see(page, /- Be <img/);
	await page.getByRole("button", { name: /^Edit short-/ }).first().click();
	assert.match(await page.getByRole("textbox", { name: "Prompt" }).inputValue(), /quick\.$/);
	assert.equal(await page.evaluate(foreign), 0);
	assert.deepEqual(await findings(page), []);

	await page.getByRole("button", { name: /^Put into the job/ }).last().click();
	await see(page, /^The job now has /);
	assert.match(await lastCommand(page), /^toehold plan job\.yaml|^toehold prompts /);
	await page.getByRole("button", { name: /^Put into the job/ }).first().click(); // The other version of that name.
	await see(page, /: every model is asked with "short-2" too/);
	await click(page, "link", "Choose models and measure it");
	await page.getByRole("heading", { name: "Choose models" }).waitFor();
}

async function head({ visit, see, click, findings }, page) {
	await visit(page, "next", "r");
	await page.getByLabel("Learn from").selectOption("train.jsonl");
	await click(page, "button", "Train a head");
	await see(page, /of the held-out tickets are right/);
	const curve = page.getByRole("img", { name: /^Right by the number of tickets it learnt from: .* with 25, / });
	await curve.waitFor();
	assert.equal(await curve.locator("circle").count() >= 3, true);
	assert.deepEqual(await findings(page), []);
	await click(page, "button", "Put it into the job");
	await see(page, /The next smoke test asks seen tuned too/);
	await page.locator("#journal").getByText("toehold tune --use=seen job.yaml").waitFor({ state: "attached" });
	await click(page, "button", "Start the smoke test");
	await click(page, "link", "See the decision");
	await see(page, /^The pick is seen · tuned/);
}

export const scenarios = (tools) => ({
	prompts: (page) => prompts(tools, page),
	head: (page) => head(tools, page),
});
