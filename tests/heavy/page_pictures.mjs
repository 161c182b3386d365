// The pictures of docs/page.md, for page.mjs: from the start of a run to its decision, and a draft of
// labels. scripts/screenshots lays out the folder; no picture may show where that folder lies.
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { pngSmall } from "./page_png.mjs";

const MOST_BYTES = 60_000;

async function shoot(page, name, hidden) {
	await page.evaluate(() => document.activeElement.blur());
	const shown = await page.evaluate(() => document.body.innerText);
	assert.equal(shown.includes(hidden), false, `${name} shows ${hidden}`);
	const png = pngSmall(await page.screenshot());
	assert.equal(png.length <= MOST_BYTES, true, `${name} has ${png.length} bytes`);
	writeFileSync(`${process.env.PAGE_PICTURES}/${name}.png`, png);
	console.log(`${name}.png  ${png.length} bytes`);
}

/** The label of each ticket that the draft was made from, by its text. */
export const labels = (path) =>
	new Map(readFileSync(path, "utf8").trim().split("\n").map((line) => JSON.parse(line)).map(({ text, label }) => [text, label]));

/** Labels until a ticket with personal data is in sight. */
async function labelToPlace(page, path) {
	const known = labels(path);
	for (let at = 0; !(await page.locator(".place").count()); at++) {
		const text = (await page.locator(".label-text").textContent()).trim();
		await page.locator(".bucket", { hasText: known.get(text) }).first().click();
		await page.getByText(`${at + 1} labelled`).first().waitFor();
	}
}

async function pictureRun({ visit, see, click }, page, hidden) {
	await page.setViewportSize({ width: 1000, height: 780 });
	await visit(page, "choose");
	await page.getByLabel("Name of the run").fill("first");
	await click(page, "button", "Start the smoke test");
	await page.locator(".lane", { hasText: "smollm2" }).getByText(/of 1\d right/).first().waitFor();
	await shoot(page, "page-run", hidden);
	await click(page, "link", "See the decision");
	await see(page, /^The pick is/);
}

async function pictureTickets({ visit }, page, hidden) {
	await page.setViewportSize({ width: 1240, height: 640 });
	await visit(page, "tickets", "first");
	await page.locator(".scroller").evaluate((grid) => grid.scrollTo(grid.scrollWidth, 0)); // The models.
	await shoot(page, "page-tickets", hidden);
	await page.setViewportSize({ width: 1000, height: 760 });
	await page.getByRole("rowheader").first().click();
	await page.getByRole("dialog").locator("blockquote").waitFor();
	await shoot(page, "page-ticket", hidden);
	await page.keyboard.press("Escape");
}

/** The arguments: the labelled tickets that the draft `labels` was made from, and the folder to hide. */
export async function pictures(tools, page, [examples, hidden]) {
	page.setDefaultTimeout(1_200_000);
	await pictureRun(tools, page, hidden);
	for (const [name, width, height] of [["page-decide", 1180, 860], ["page-phone", 390, 720]]) {
		await page.setViewportSize({ width, height });
		await tools.visit(page, "");
		await tools.visit(page, "decide", "first");
		await shoot(page, name, hidden);
	}
	await pictureTickets(tools, page, hidden);
	await page.setViewportSize({ width: 1000, height: 580 });
	await tools.visit(page, "label", "labels", "tickets");
	await labelToPlace(page, examples);
	await shoot(page, "page-label", hidden);
}
