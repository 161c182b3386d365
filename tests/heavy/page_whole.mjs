// The whole story with real models, for page.mjs: an export without labels, dropped on the page, becomes
// a job with a decision, and harder tickets change it.
import assert from "node:assert/strict";
import { addBuckets, drop } from "./page_label.mjs";
import { labels } from "./page_pictures.mjs";

/** Labels every ticket with its key; one whose text is covered in part is an "other". */
async function labelAll(see, page, known, buckets) {
	for (let at = 1; !(await page.getByText("Every ticket is read").count()); at++) {
		const text = (await page.locator(".label-text").textContent()).trim();
		await page.keyboard.press(String(buckets.indexOf(known.get(text) ?? "other") + 1));
		await see(page, `${at} labelled`);
	}
}

async function makeJob({ visit, see, click, sound }, page, known) {
	const buckets = [...new Set(known.values())].sort();
	await visit(page, "label");
	await drop(page, "inbox.csv");
	await click(page, "button", "Take 51 tickets");
	await page.getByRole("heading", { name: "Buckets" }).waitFor();
	await addBuckets(page, buckets);
	await click(page, "link", "Label tickets");
	await see(page, "0 labelled");
	await labelAll(see, page, known, buckets);
	await click(page, "link", "Make the job");
	await page.getByLabel("Folder of the job").fill("bank");
	await page.getByLabel("Tickets under test").fill("12");
	await click(page, "button", "Make the job");
	await see(page, "The job is ready");
	await sound(page);
}

/** All that the arguments name is the file with the right labels. */
export async function whole(tools, page, [path]) {
	const { see, click, sound } = tools;
	page.setDefaultTimeout(400_000);
	await makeJob(tools, page, labels(path));

	await click(page, "link", "Smoke test: choose models");
	await page.getByLabel("Name of the run").fill("first");
	await click(page, "button", "Start the smoke test");
	await see(page, /^[1-9]\d* of [1-9]\d* right/);
	await click(page, "link", "See the decision");
	for (const model of [/all-minilm-l6-v2 · plain/, /smollm2-135m · examples/]) await see(page, model);
	assert.equal(await page.locator(".decision li").count() <= 5, true);
	await sound(page);

	await click(page, "link", "Ticket by ticket");
	await see(page, "12 of 12 tickets");
	await page.getByRole("rowheader").first().click();
	await page.getByRole("dialog").locator("blockquote").waitFor();
	await sound(page);
	await page.keyboard.press("Escape");

	await click(page, "link", "Next");
	await page.getByLabel("Labelled tickets").selectOption("harder.jsonl");
	await page.getByLabel("They are").selectOption("harder");
	await click(page, "button", "Add and decide again");
	await see(page, /^[1-9]\d* of [1-9]\d* right/);
	await click(page, "link", "See the decision");
	await page.getByRole("columnheader", { name: "Harder" }).waitFor();
	await sound(page);
}
