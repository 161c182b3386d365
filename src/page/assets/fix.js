// A wrong label: corrected as a new version of the tickets, run again, and compared with the old run.

import { saidBefore } from "./again.js";
import { actAndWait, changeDraft } from "./api.js";
import { address, chooseJob, currentJob } from "./app.js";
import { announce, el, name } from "./dom.js";
import { count, workWords } from "./words.js";

/** Jobs whose tickets have one label each. */
export const isFixable = (run) => ["classify", "yes-no"].includes(run.task);

/** The names of the job's labels. */
export const labelsOf = (run) =>
	Object.keys(run.candidates.find(({ labels }) => labels)?.labels.by_label ?? {});

/** Each of several names as a part of one option: the program splits it at commas. */
const listed = (texts) => texts.map((text) => text.replaceAll(",", "\\,")).join(",");

/** The new version is run as the old one was, with the tickets that were added to it. */
async function runAgain(run, fixed, heard) {
	const before = currentJob().id;
	const options = saidBefore(run, fixed.options) ?? {};
	await actAndWait(
		"smoke",
		{ ...options, job: fixed.job, name: fixed.name, "store-of": before },
		heard,
	);
	for (const slice of fixed.slices.slice(1))
		await actAndWait(
			"add",
			{
				job: fixed.job,
				tickets: slice.file,
				run: fixed.name,
				as: slice.role,
				all: true,
				"store-of": before,
			},
			heard,
		);
	await chooseJob(fixed.job);
}

function made(run, fixed) {
	const place = el("div", { role: "status" }),
		working = el("p", { class: "loading" });
	const press = async ({ currentTarget: button }) => {
		const heard = (event) => {
			const said = workWords(event);
			if (said) working.textContent = said;
		};
		button.disabled = true;
		working.textContent = "Working …";
		place.replaceChildren(working);
		try {
			await runAgain(run, fixed, heard);
			button.remove();
			place.replaceChildren(
				el(
					"p",
					{ class: "actions" },
					el("a", { class: "button", href: address("decide", fixed.name) }, "See the decision"),
					el(
						"a",
						{ class: "button second", href: address("compare", fixed.run, fixed.name) },
						"Compare old and new",
					),
				),
			);
			announce("Done");
		} catch (refusal) {
			button.disabled = false;
			place.replaceChildren(el("p", { class: "said" }, refusal.message));
		}
	};
	const files = fixed.slices.filter((slice) => slice.new).map((slice) => slice.file);
	return el(
		"div",
		{ class: "notice" },
		el("p", {}, `${count(fixed.changes.length, "label")} corrected in `, name(files.join(", ")), ", a new file."),
		fixed.job !== fixed.before &&
			el("p", {}, "The job with these tickets is ", name(fixed.job), "."),
		el("p", { class: "note" }, "The old run and its files stay as they are. You know its results: look at labels that help the models as hard as at those that do not."),
		el("p", { class: "actions" }, el("button", { type: "button", class: "button", click: press }, "Run again on the new version")),
		place,
		el("details", {}, el("summary", {}, "As commands"), el("pre", {}, fixed.commands.join("\n"))),
	);
}

/** A button that corrects what `chosen` gives: [id, label] of each ticket. */
export function fixForm(run, words, chosen) {
	const place = el("div", {}),
		trouble = el("p", { role: "alert" });
	const press = async ({ currentTarget: button }) => {
		const fixes = chosen();
		trouble.textContent = fixes.length === 0 ? "Choose the right label first." : "";
		if (fixes.length === 0) return;
		button.disabled = true;
		try {
			const fixed = await changeDraft("fix", {
				job: currentJob().id,
				run: run.run,
				ticket: listed(fixes.map(([id]) => id)),
				as: listed(fixes.map(([, label]) => label)),
			});
			place.replaceChildren(made(run, fixed));
			announce("Corrected in a new file");
		} catch (refusal) {
			trouble.textContent = refusal.message;
			button.disabled = false;
		}
	};
	return el(
		"div",
		{},
		el("p", { class: "actions" }, el("button", { type: "button", class: "button second", click: press }, words)),
		trouble,
		place,
	);
}
