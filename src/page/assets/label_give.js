// Labelled tickets for a job that is there: a file of them, then the run that goes on with them.

import { act, changeDraft } from "./api.js";
import { address, chooseJob, currentJob, currentRun, getKnown, refresh, smokeRuns } from "./app.js";
import { announce, choice, el, field, name } from "./dom.js";
import { labelledSoFar, step } from "./label_end.js";
import { count } from "./words.js";

/** "hard.csv" becomes "hard-labelled.jsonl"; if that is there, "hard-labelled-2.jsonl". */
function freeName(draft) {
	const stem = draft.id.replace(/^labels-/, "").replace(/^[.-]+/, "");
	const taken = getKnown().files.map((file) => file.name);
	for (let n = 1; ; n++) {
		const free = `${stem}-labelled${n > 1 ? `-${n}` : ""}.jsonl`;
		if (!taken.includes(free)) return free;
	}
}

const row = (...fields) => el("div", { class: "filters" }, fields);

/** The run goes on with the tickets of the file, and decides again. */
function runThem(file) {
	const place = el("div", { role: "status" });
	const runs = smokeRuns().map((run) => run.run);
	if (runs.length === 0)
		return el("p", {}, "The job has no run yet: ", el("a", { href: address("choose") }, "choose models"), ".");
	return [
		el("h2", {}, "Run them, and decide again"),
		step(
			row(
				field("Run", choice(runs.map((run) => [run, run]), currentRun(), { name: "run" })),
				field(
					"They are",
					choice(
						[
							["harder", "chosen because they are hard"],
							["ordinary", "more of the usual stream"],
						],
						"harder",
						{ name: "as" },
					),
				),
				el(
					"label",
					{ class: "field check" },
					el("input", { type: "checkbox", name: "all", checked: true }),
					el("span", {}, "Ask every candidate"),
				),
			),
			"Run them",
			place,
			async (values) => {
				const { id } = await act("add", {
					job: currentJob().id,
					tickets: file,
					run: values.get("run"),
					as: values.get("as"),
					all: values.has("all"),
				});
				await refresh();
				location.hash = address("run", id);
			},
		),
		place,
	];
}

export async function drawGive(draft) {
	const place = el("div", { role: "status" });
	if (currentJob()?.id !== draft.job) await chooseJob(draft.job);
	if (currentJob()?.id !== draft.job)
		return el("section", {}, el("h1", {}, "Add them to the job"), el("p", { class: "warn" }, name(draft.job), " is not in this folder."));
	return el(
		"section",
		{},
		labelledSoFar(draft, "Add them to the job", "or they are left out"),
		step(
			row(field("Write them to", el("input", { name: "file", required: true, value: freeName(draft), pattern: String.raw`[^.\/\-][^\/]*\.jsonl` }))),
			"Write the labelled tickets",
			place,
			async (values) => {
				const made = await changeDraft("finish", { draft: draft.id, finish: values.get("file") });
				await refresh();
				announce("Written");
				return [
					el(
						"p",
						{},
						name(made.file),
						` has ${count(made.tickets, "labelled ticket")}`,
						made.left_out > 0 && `; ${count(made.left_out, "ticket")} without a label left out`,
						".",
					),
					runThem(made.file),
				].flat();
			},
		),
		place,
	);
}
