// From labels to a job that runs: tests, examples, training tickets and the rest, in one step.

import { changeDraft } from "./api.js";
import { address, chooseJob } from "./app.js";
import { announce, el, field, name } from "./dom.js";
import { labelledSoFar, step } from "./label_end.js";
import { count } from "./words.js";

const partWords = [
	["under_test", "under test"],
	["examples", "worked examples"],
	["training", "for baselines and encoders to learn from"],
	["pool", "without a label, to choose more from"],
	["repeats", "left out: they repeat a ticket under test"],
	["two_labels", "left out: the same text has two labels"],
];

function made(job) {
	return [
		el("h2", {}, "The job is ready: ", name(job.job)),
		el(
			"ul",
			{},
			partWords.filter(([key]) => job[key] > 0).map(([key, words]) => el("li", {}, `${job[key]} ${words}`)),
			el("li", {}, `${count(job.covered, "place")} with personal data covered${job.left_open ? `, ${job.left_open} left open` : ""}`),
			job.disputed > 0 && el("li", {}, `${count(job.disputed, "ticket")} went to the pool, because readers differ`),
		),
		el("p", { class: "actions" }, el("a", { class: "button", href: address("choose") }, "Smoke test: choose models")),
	];
}

export function drawFinish(draft) {
	const place = el("div", { role: "status" });
	const finish = async (values) => {
		place.replaceChildren(el("p", { class: "loading" }, "Drawing tests, looking for models …"));
		const job = await changeDraft("finish", { draft: draft.id, finish: values.get("folder").trim(), tests: Number(values.get("tests")) });
		await chooseJob(job.job);
		announce("The job is ready");
		return made(job);
	};
	return el(
		"section",
		{},
		labelledSoFar(draft, "Make the job", "or they go to the pool"),
		step(
			[
				field("Folder of the job", el("input", { name: "folder", required: true, value: "my-job" })),
				field("Tickets under test", el("input", { name: "tests", type: "number", min: "2", max: "100000", value: "25" })),
			],
			"Make the job",
			place,
			finish,
		),
		place,
	);
}
