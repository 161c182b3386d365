// A wrong label: corrected as a new version of the tickets, run again, and compared with the old run.

import { saidBefore, saidOfAdd } from "./again.js";
import { actToFinish, changeDraft } from "./api.js";
import { address, chooseJob, currentJob } from "./app.js";
import { announce, el, field, name } from "./dom.js";
import { count, workWords } from "./words.js";

/** Jobs whose tickets have one label each. */
export const isFixable = (run) => ["classify", "yes-no"].includes(run.task);

/** The names of the job's labels. */
export const labelsOf = (run) =>
	Object.keys(run.candidates.find(({ labels }) => labels)?.labels.by_label ?? {});

/** Who corrects, as long as the page is open. */
let signer = "";

/** The options of the smoke test and of each addition; one that the page cannot give again is null. */
const saidOf = (run, fixed) =>
	fixed.slices.map(({ options }, at) => (at === 0 ? saidBefore : saidOfAdd)(run, options));

/** The new version is run as the old one was, with the tickets that were added to it. */
async function runAgain(fixed, said, heard) {
	const both = { job: fixed.job, "store-of": currentJob().id };
	await actToFinish("smoke", { ...said[0], ...both, name: fixed.name }, heard);
	for (const [at, { file, role }] of fixed.slices.entries())
		if (at > 0)
			await actToFinish(
				"add",
				{ ...said[at], ...both, tickets: file, run: fixed.name, as: role },
				heard,
			);
	await chooseJob(fixed.job);
}

/** The button that runs it again; in its place, why there is none. */
function again(run, fixed) {
	const said = saidOf(run, fixed);
	const place = el("div", { role: "status" }),
		working = el("p", { class: "loading" });
	const press = async ({ currentTarget: button }) => {
		const heard = (event) => {
			const now = workWords(event);
			if (now) working.textContent = now;
		};
		button.disabled = true;
		working.textContent = "Working …";
		place.replaceChildren(working);
		try {
			await runAgain(fixed, said, heard);
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
	if (said.includes(null))
		return el("p", { class: "note" }, "This run began with options that the page does not have. Run it again in a terminal:");
	return [
		el("p", { class: "actions" }, el("button", { type: "button", class: "button", click: press }, "Run again on the new version")),
		said.length > 1 &&
			el("p", { class: "note" }, `Keep this tab open: it runs ${said.length} commands, one after the other.`),
		place,
	];
}

function made(run, fixed) {
	const files = fixed.slices.filter((slice) => slice.new).map((slice) => slice.file);
	return el(
		"div",
		{ class: "notice" },
		el("p", {}, `${count(fixed.changes.length, "label")} corrected in `, name(files.join(", ")), ", a new file."),
		fixed.kept.length > 0 &&
			el("p", {}, `It has what was corrected before, too: ${count(fixed.kept.length, "label")}.`),
		fixed.job !== fixed.before &&
			el("p", {}, "The job with these tickets is ", name(fixed.job), "."),
		el("p", { class: "note" }, "The old run and its files stay as they are. You know its results: look at labels that help the models as hard as at those that do not."),
		again(run, fixed),
		el("details", { open: saidOf(run, fixed).includes(null) }, el("summary", {}, "As commands"), el("pre", {}, fixed.commands.join("\n"))),
	);
}

/** A button that corrects what `chosen` gives: [id, label] of each ticket. */
export function fixForm(run, words, chosen) {
	const place = el("div", {}),
		trouble = el("p", { role: "alert" }),
		who = el("input", { value: signer, placeholder: "first", maxlength: 60 });
	const press = async ({ currentTarget: button }) => {
		const fixes = chosen();
		trouble.textContent = fixes.length === 0 ? "Choose the right label first." : "";
		if (fixes.length === 0) return;
		button.disabled = true;
		signer = who.value.trim();
		try {
			const fixed = await changeDraft("fix", {
				job: currentJob().id,
				run: run.run,
				ticket: fixes.map(([id]) => id),
				as: fixes.map(([, label]) => label),
				reader: signer,
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
		field("Your name", who, "The new file says who corrected it."),
		el("p", { class: "actions" }, el("button", { type: "button", class: "button second", click: press }, words)),
		trouble,
		place,
	);
}
