// From labels to a job that runs: tests, examples, training tickets and the rest, in one step.

import { changeDraft } from "./api.js";
import { address, chooseJob } from "./app.js";
import { announce, el, field, name } from "./dom.js";
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
	const place = el("div", { role: "status" }), press = el("button", { class: "button" }, "Make the job");
	const { labelled, ready, disputed } = draft.progress;
	const finish = async (event) => {
		event.preventDefault();
		const values = new FormData(event.currentTarget);
		press.disabled = true;
		place.replaceChildren(el("p", { class: "loading" }, "Drawing tests, looking for models …"));
		try {
			const job = await changeDraft("finish", { draft: draft.id, finish: values.get("folder").trim(), tests: Number(values.get("tests")) });
			await chooseJob(job.job);
			place.replaceChildren(...made(job));
			announce("The job is ready");
		} catch (refusal) {
			place.replaceChildren(el("p", { class: "warn" }, refusal.message));
		}
		press.disabled = false;
	};
	return el(
		"section",
		{},
		el("h1", {}, "Make the job"),
		el("p", {}, `${count(labelled, "ticket")} labelled by `, name(draft.reader), `, ${ready} ready in all.`),
		disputed > 0 &&
			el(
				"p",
				{ class: "warn" },
				`Readers differ on ${count(disputed, "ticket")}: `,
				el("a", { href: address("label", draft.id, "readers", draft.reader) }, "settle them first"),
				", or they go to the pool.",
			),
		el(
			"form",
			{ class: "sheet", submit: finish },
			field("Folder of the job", el("input", { name: "folder", required: true, value: "my-job" })),
			field("Tickets under test", el("input", { name: "tests", type: "number", min: "2", max: "100000", value: "25" })),
			press,
		),
		place,
	);
}
