// Prompts of a job: its own, its variants, and the versions that were kept while trying some.

import { changeDraft, read } from "./api.js";
import { address, currentJob, refresh } from "./app.js";
import { announce, choice, el, field, name, quietButton, table } from "./dom.js";
import { day } from "./words.js";

/** [{ id, name, kind, sha256, kept, text }], the newest kept one last. */
export const loadPrompts = async () =>
	(await read("prompts", { job: currentJob().id })).prompts;

/** Keeps a text under a name, unless there is such a text already: the prompt. */
export async function keepPrompt(prompts, label, text) {
	const there = prompts.find((one) => one.text === text.trimEnd());
	return there ?? changeDraft("prompt", { job: currentJob().id, keep: label, text });
}

const titleOf = (prompt) => (prompt.kind === "job" ? "the job's" : prompt.id);

const marks = {
	" ": { class: null, spoken: "" },
	"-": { class: "gone", spoken: "removed: " },
	"+": { class: "new", spoken: "added: " },
};

/** Lines of both texts; a screen reader hears which were removed and added. */
const diffLines = (lines) =>
	el(
		"pre",
		{ class: "changes", dir: "auto" },
		lines.map(({ mark, text }) =>
			el(
				"span",
				{ class: marks[mark].class },
				el("span", { class: "unseen" }, marks[mark].spoken),
				`${mark} ${text}\n`,
			),
		),
	);

/** Two selects and what changed between their prompts. */
function comparison(prompts) {
	const place = el("div", { role: "status" });
	const options = prompts.map((one) => [one.id, titleOf(one)]);
	const from = choice(options, "job"),
		to = choice(options, prompts.at(-1).id);
	const submit = async (event) => {
		event.preventDefault();
		try {
			const job = currentJob().id;
			const { lines } = await read("prompts", { job, diff: `${from.value},${to.value}` });
			place.replaceChildren(diffLines(lines));
		} catch (refusal) {
			place.replaceChildren(el("p", { class: "said" }, refusal.message));
		}
	};
	return [
		el(
			"form",
			{ class: "filters", submit },
			field("From", from),
			field("To", to),
			el("button", { class: "button second" }, "Show what changed"),
		),
		place,
	];
}

/** Its name, or "name-2" and so on: one that no other prompt of the job has. */
function nameInJob(prompt, prompts) {
	const taken = prompts
		.filter((one) => one.kind !== "kept" && one.sha256 !== prompt.sha256)
		.map((one) => one.name);
	for (let n = 1; ; n++) {
		const tail = n > 1 ? `-${n}` : "";
		const free = prompt.name.slice(0, 32 - tail.length) + tail;
		if (!taken.includes(free)) return free;
	}
}

function useButton(prompt, prompts, changed) {
	const place = el("span", { role: "status" });
	const use = async ({ currentTarget: button }) => {
		button.disabled = true;
		try {
			const { line, variant } = await changeDraft("prompt", {
				job: currentJob().id,
				use: prompt.id,
				as: nameInJob(prompt, prompts),
			});
			await refresh();
			changed(
				el(
					"p",
					{ role: "status" },
					"The job now has ",
					el("code", {}, line),
					`: every model is asked with "${variant}" too. `,
					el("a", { href: address("choose") }, "Choose models and measure it"),
				),
			);
		} catch (refusal) {
			button.disabled = false;
			place.textContent = refusal.message;
			announce(refusal.message);
		}
	};
	return [
		quietButton("Put into the job", `: ${prompt.id}`, use),
		" ",
		place,
	];
}

/** All versions; `edit` gets one to write on from, `changed` a line to show and all drawn anew. */
export function promptVersions(prompts, edit, changed) {
	const columns = [
		{ title: "Prompt", cell: (one) => name(titleOf(one)) },
		{ title: "Kept", cell: (one) => (one.kept ? day(one.kept) : "in the job") },
		{ title: "sha256", cell: (one) => el("code", {}, one.sha256.slice(0, 12)), class: "wide" },
		{
			title: "Begins with",
			cell: (one) => el("span", { dir: "auto" }, one.text.split("\n")[0]),
			class: "wide",
		},
		{
			title: "Do",
			cell: (one) => [
				quietButton("Edit", ` ${titleOf(one)}`, () => edit(one)),
				" ",
				one.kind === "kept" ? useButton(one, prompts, changed) : null,
			],
		},
	];
	return el(
		"section",
		{},
		el("h2", {}, "Versions"),
		table("The prompts of this job, the newest last", columns, prompts),
		prompts.length > 1 ? comparison(prompts) : null,
	);
}
