// Labelling, for page.mjs: from a dropped export to a job, with keys, by two readers, hostile texts.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";

/** Waits until the page shows this command as the last one. */
const did = (page, command) => page.locator("#journal > code").getByText(command).waitFor();

/** A file on the drop zone, as from the desktop. */
export async function drop(page, path) {
	await page.getByRole("heading", { name: "Label tickets" }).waitFor();
	const data = await page.evaluateHandle((text) => {
		const transfer = new DataTransfer();
		transfer.items.add(new File([text], "inbox.csv", { type: "text/csv" }));
		return transfer;
	}, readFileSync(path, "utf8"));
	await page.locator(".drop").dispatchEvent("drop", { dataTransfer: data });
}

export async function addBuckets(page, names) {
	for (const name of names) {
		await page.getByLabel("New bucket").fill(name);
		await page.locator("form.bucket-row .about").fill(`the ${name} thing`);
		await page.keyboard.press("Enter");
		await page.locator(`input[value="${name}"]`).waitFor();
	}
}

/** The key of the bucket that the ticket in sight names: "About a 007". */
async function keyOf(page) {
	const text = await page.locator(".label-text").textContent();
	return { a: "1", b: "2", c: "3" }[text.match(/about ([abc])\b/i)?.[1] ?? "b"];
}

/** Labels with keys alone; waits for each ticket's number. */
async function labelAll(see, page, n, wrong = () => false) {
	for (let at = 1; at <= n; at++) {
		await page.keyboard.press(wrong(at) ? "3" : await keyOf(page));
		await see(page, `${at} labelled`);
	}
}

async function story({ visit, see, click }, page) {
	await visit(page, "label");
	await drop(page, "inbox.csv");
	await see(page, "Which columns are meant?");
	assert.equal((await page.content()).includes("anna@example.org"), false); // Before it is a draft, too.
	await click(page, "button", "Take 43 tickets");
	await page.getByRole("heading", { name: "Buckets" }).waitFor();
	await did(page, /^toehold label/);
	await addBuckets(page, ["a", "b", "c"]);
	await page.locator("input[value=a]").fill("aa");
	await page.keyboard.press("Tab"); // The next field keeps what is typed while the step is done.
	await page.keyboard.type("the a thing, typed while it is renamed", { delay: 20 });
	await did(page, /--rename=aa /);
	assert.equal(await page.evaluate(() => document.activeElement.value), "the a thing, typed while it is renamed");
	await page.keyboard.press("Tab");
	await did(page, /--bucket=aa '--about=the a thing, typed/);
	await page.locator("input[value=a]").fill(" ");
	await page.keyboard.press("Tab"); // A name is never empty.
	assert.equal(await page.locator("input[value=a]").inputValue(), "aa");
	await page.locator("input[value=a]").fill("a");
	await page.keyboard.press("Tab");
	await did(page, /--rename=a /);
	await click(page, "link", "Label tickets");
	await see(page, "0 labelled");

	const first = await page.locator("article").getAttribute("aria-label");
	await page.keyboard.press("1");
	await see(page, "1 labelled");
	await page.keyboard.press("u"); // Back to that ticket, without its label.
	await see(page, "0 labelled");
	assert.equal(await page.locator("article").getAttribute("aria-label"), first);
	await page.keyboard.press("s");
	await see(page, "1 skipped");
	await page.keyboard.press("?");
	await see(page, "1 unsure");
	assert.equal(await page.locator("dialog[open]").count(), 0);
	await page.keyboard.press("u");
	await did(page, "toehold label --reveal --reader=first --undo labels-inbox");

	await labelAll(see, page, 20);
	await page.reload(); // A closed browser loses nothing.
	await see(page, "20 labelled");
	for (let at = 21; at <= 43; at++) {
		const place = page.locator(".place").first();
		if (await place.count()) {
			assert.equal(await place.locator("s").count(), 1);
			await page.keyboard.press("x");
			await page.locator(".place.open").first().waitFor();
			await page.keyboard.press("x");
			await page.locator(".place.covered").first().waitFor();
		}
		await page.keyboard.press(await keyOf(page));
		await see(page, `${at} labelled`);
	}
	await see(page, "Every ticket is read");

	await click(page, "link", "Second reader");
	await see(page, "No ticket was labelled twice yet.");
	await click(page, "button", "Read as this person");
	await see(page, "0 labelled");
	assert.equal(await page.locator(".bucket.chosen").count(), 0);
	await labelAll(see, page, 10, (at) => at === 4);
	await click(page, "link", "Second reader");
	await page.getByRole("cell", { name: /of 10/ }).waitFor();
	const rows = await page.locator("table").nth(1).locator("tbody tr").count();
	assert.equal(rows <= 1, true);
	if (rows === 1) {
		await page.locator(".settle button").first().click();
		await page.locator('.settle [aria-pressed="true"]').waitFor();
	}

	await click(page, "link", "Make the job");
	await page.getByLabel("Folder of the job").fill("support");
	await click(page, "button", "Make the job");
	await see(page, "The job is ready");
	await click(page, "link", "Smoke test: choose models");
	await page.getByRole("heading", { level: 1 }).waitFor();
	assert.match(page.url(), /#\/choose$/);
}

/** Harder tickets: suggested, labelled with keys, given back, run, decided again; each with its command. */
async function more({ visit, see, click }, page) {
	await visit(page, "next");
	await page.getByLabel("From", { exact: true }).selectOption("pool.jsonl");
	await click(page, "button", "Suggest tickets");
	await see(page, "10 proposals");
	await click(page, "button", "Label these tickets");
	await see(page, "0 labelled");
	await did(page, "toehold label --reveal --reader=first labels-hard");
	await page.getByText("toehold label --out=labels-hard --job=job.yaml hard.csv", { exact: true }).first().waitFor({ state: "attached" });
	assert.equal(await page.locator(".bucket").count(), 3); // The job's labels, which nobody changes.
	assert.equal(await page.getByRole("link", { name: "Buckets" }).count(), 0);
	for (let at = 1; at <= 9; at++) {
		await page.keyboard.press(await keyOf(page));
		await see(page, `${at} labelled`);
	}
	await see(page, "1 to go");
	await page.keyboard.press("s");
	await see(page, "1 skipped");
	await click(page, "link", "Add them to the job");
	await click(page, "button", "Write the labelled tickets");
	await see(page, "9 labelled tickets; 1 ticket without a label left out.");
	await did(page, "toehold label --finish=hard-labelled.jsonl labels-hard");
	await click(page, "button", "Run them");
	await see(page, "What changed");
	await did(page, /^toehold add --as=harder --run=r --all job.yaml hard-labelled.jsonl/);
	await page.getByRole("cell", { name: /^\d of 9$/ }).first().waitFor();
	await click(page, "link", "See the decision");
	await page.getByRole("columnheader", { name: "Harder" }).waitFor();
}

/** The labels of an export taken with one click, and back with one; then the draft is deleted. */
async function accept({ visit, see, click }, page) {
	await visit(page, "label", "d", "tickets");
	await see(page, "0 labelled");
	await page.keyboard.press("2");
	await see(page, "1 labelled");
	await click(page, "button", "take the export's labels for the other 29");
	await see(page, "30 labelled");
	await did(page, "toehold label --reveal --reader=first --accept d");
	await page.keyboard.press("u");
	await see(page, "1 labelled");
	await visit(page, "label");
	await click(page, "button", "Delete d");
	await click(page, "button", "Keep it");
	await click(page, "button", "Delete d");
	await click(page, "button", "Yes, delete it");
	await see(page, "is deleted");
	await did(page, "toehold label --delete d");
}

/** A wrong label: corrected at the suspects in a new version, run again, compared; then at a ticket. */
async function fix({ visit, see, click }, page) {
	await visit(page, "decide", "r");
	await see(page, "Labels to check first");
	await click(page, "button", "Correct these labels");
	await see(page, "Choose the right label first.");
	await page.getByLabel("The right label of t003").selectOption("a");
	await click(page, "button", "Correct these labels");
	await see(page, "1 label corrected in");
	await did(page, /^toehold fix --ticket=t003 --as=a --store=job.toehold r$/);
	await click(page, "button", "Run again on the new version");
	await did(page, /^toehold smoke --name=r-fixed --store=job.toehold job-2.yaml$/);
	await click(page, "link", "Compare old and new");
	await page.getByRole("heading", { level: 1 }).waitFor();
	await page.waitForURL(/#\/compare\/r\/r-fixed$/);
	await see(page, "29");

	await visit(page, "tickets", "r-fixed", "t004");
	const dialog = page.getByRole("dialog");
	await dialog.getByText("This label is wrong").click();
	await dialog.getByRole("button", { name: "Correct it" }).click();
	await dialog.getByText("Choose the right label first.").waitFor();
	await dialog.getByLabel("Right is").selectOption("b");
	await dialog.getByLabel("Right is").press("k"); // A letter goes to the list, not to another ticket.
	await dialog.getByLabel("Right is").selectOption("b");
	await dialog.getByLabel("Your name").fill("anna");
	await dialog.getByRole("button", { name: "Correct it" }).click();
	await dialog.getByText("1 label corrected in").waitFor();
	await did(page, /^toehold fix --ticket=t004 --as=b --reader=anna --store=job.toehold r-fixed$/);
	await dialog.getByRole("button", { name: "Run again on the new version" }).click();
	await dialog.getByRole("link", { name: "See the decision" }).click();
	await page.waitForURL(/#\/decide\/r-fixed-2$/);
	await see(page, "30 of 30 right");
	assert.equal(await page.getByText("Labels to check first").count(), 0);
}

/** 25 tickets with nothing but the keyboard, as fast as keys come: none is lost, none is doubled. */
async function keyboard({ visit, see }, page) {
	await visit(page, "label", "d", "tickets");
	await see(page, "0 labelled");
	const began = Date.now();
	for (let at = 0; at < 25; at++) await page.keyboard.press(String((at % 3) + 1));
	await see(page, "25 labelled");
	console.log(`25 labels in ${Date.now() - began} ms`);
	await see(page, "enough for a smoke test");
	for (let at = 0; at < 25; at++) await page.keyboard.press("u");
	await see(page, "0 labelled");
	await page.locator(".bucket").nth(1).focus(); // With Tab and Enter, the focus stays on the bucket.
	for (const n of [1, 2]) {
		await page.keyboard.press("Enter");
		await see(page, `${n} labelled`);
	}
	for (let at = 0; at < 2; at++) await page.keyboard.press("u");
	await see(page, "0 labelled");
	await page.keyboard.press("g");
	await page.keyboard.press("s"); // g goes to another step here, too: s is not "skip" then.
	await page.waitForURL(/#\/$/);
}

/** Hostile tickets and names are text on every part of labelling. */
async function hostile({ visit, see, foreign }, page) {
	for (const part of ["tickets", "buckets", "readers", "finish"]) {
		await visit(page, "label", "d", part);
		assert.equal(await page.evaluate(foreign), 0, part);
	}
	await visit(page, "label", "d", "tickets");
	assert.match(await page.locator(".label-text").textContent(), /<script>|<img/);
	await page.keyboard.press("1");
	await see(page, "1 labelled");
	assert.equal(await page.evaluate(() => globalThis.struck), undefined);
}

/** The parts of labelling, for the looks of every view: of the draft d, and of an upload. */
export const views = [["label"], ["label", "labels-raw"], ["label", "d", "buckets"], ["label", "d", "tickets"], ["label", "d", "readers"], ["label", "d", "finish"]];

/** Scenarios of page.mjs, with its tools. */
export const scenarios = (tools) =>
	Object.fromEntries(
		Object.entries({ label: story, label_keys: keyboard, label_hostile: hostile, label_more: more, label_accept: accept, label_fix: fix })
			.map(([name, scenario]) => [name, (page) => scenario(tools, page)]));
