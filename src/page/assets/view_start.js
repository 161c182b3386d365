// Start: the jobs of this folder, what runs now, and what was found so far.

import { actAndWait } from "./api.js";
import { address, chooseJob, currentJob, getKnown, runningActions, smokeRuns } from "./app.js";
import { announce, choice, el, field, name, table } from "./dom.js";
import { count, day, percent, pickOf } from "./words.js";

const tables = /\.(csv|tsv|xlsx|jsonl|json|txt)$/i;

function jobRow(job, redraw) {
	return el(
		"label",
		{ class: "card pickable" },
		el("input", {
			type: "radio",
			name: "job",
			checked: job === currentJob(),
			change: async () => {
				await chooseJob(job.id);
				redraw();
			},
		}),
		el("strong", {}, name(job.name)),
		el("span", { class: "note" }, name(job.path), job.task ? ` · ${job.task}` : ""),
	);
}

function jobs(redraw) {
	const { jobs: all, folder } = getKnown();
	if (all.length === 0)
		return el(
			"section",
			{},
			el("h2", {}, "No job yet"),
			el(
				"p",
				{},
				"A job says what is asked: the labels, the tickets, the models, the bar. There is none in ",
				name(folder),
				" or in the folders in it; deeper ones are not searched.",
			),
			el(
				"p",
				{ class: "actions" },
				el("a", { class: "button", href: address("label") }, "Label tickets"),
			),
		);
	return el(
		"fieldset",
		{ class: "cards" },
		el("legend", {}, all.length === 1 ? "The job" : "Jobs"),
		all.map((job) => jobRow(job, redraw)),
	);
}

/** A file of the folder that has labels becomes a job. */
function newJob(redraw) {
	const exports = getKnown().files.filter(
		({ name: file }) => tables.test(file) && !/(^|\/)prompts\//.test(file),
	);
	if (exports.length === 0) return null;
	const from = choice(exports.map((file) => [file.id, file.name]));
	const folder = el("input", {
		value: "my-job",
		required: true,
		maxlength: 80,
		pattern: String.raw`[^.\/\-][^\/]*`,
		autocomplete: "off",
	});
	const place = el("div", { role: "status" }),
		press = el("button", { class: "button second" }, "Make the job");
	const submit = async (event) => {
		event.preventDefault();
		press.disabled = true;
		place.replaceChildren(el("p", { class: "loading" }, "Working …"));
		try {
			await actAndWait("init", { folder: folder.value, from: from.value });
			await chooseJob(`${folder.value}/job.yaml`);
			announce(`Made ${folder.value}`);
			redraw();
		} catch (refusal) {
			place.replaceChildren(el("p", { class: "said", role: "alert" }, refusal.message));
			press.disabled = false;
		}
	};
	return el(
		"details",
		{ open: getKnown().jobs.length === 0 },
		el("summary", {}, "A new job from an export that has labels"),
		el(
			"form",
			{ class: "sheet", submit },
			el(
				"div",
				{ class: "filters" },
				field("Export", from, "CSV, Excel, JSON or text, in this folder."),
				field("Folder for the job", folder),
			),
			press,
		),
		place,
	);
}

function running() {
	const actions = runningActions();
	return actions.length === 0
		? null
		: el(
				"section",
				{ class: "notice" },
				el("h2", {}, "Running now"),
				el(
					"ul",
					{},
					actions.map((action) =>
						el(
							"li",
							{},
							el("a", { href: address("run", action.id) }, action.action),
							" ",
							el("code", {}, action.command),
						),
					),
				),
			);
}

const columns = [
	{ title: "Run", cell: (run) => el("a", { href: address("decide", run.run) }, name(run.run)) },
	{ title: "When", cell: (run) => day(run.created), class: "wide" },
	{
		title: "Tickets",
		cell: (run) => run.slices.map((slice) => `${slice.tickets} ${slice.role}`).join(", "),
	},
	{ title: "Pick", cell: (run) => (run.pick ? name(run.pick) : run.state) },
	{ title: "Right", cell: (run) => percent(pickOf(run)?.score?.accuracy), class: "n" },
	{ title: "In one line", cell: (run) => run.recommendation.headline, class: "wide" },
];

function runs() {
	const all = smokeRuns().toSorted((a, b) => b.created.localeCompare(a.created));
	if (all.length === 0)
		return el(
			"section",
			{},
			el("h2", {}, "No run yet"),
			el("p", {}, "Choose the models, then start the smoke test."),
		);
	return el("section", {}, el("h2", {}, "Runs"), table(count(all.length, "run"), columns, all));
}

export async function draw() {
	const place = el("div", {});
	const redraw = () =>
		place.replaceChildren(
			...[
				el("h1", {}, "Which local model is good enough, and how small can it be?"),
				running(),
				jobs(redraw),
				currentJob()
					? el(
							"p",
							{ class: "actions" },
							el("a", { class: "button", href: address("choose") }, "Choose models"),
							el(
								"a",
								{ class: "button second", href: address("try") },
								"Try a prompt first",
							),
						)
					: null,
				newJob(redraw),
				runs(),
			].filter(Boolean),
		);
	redraw();
	return place;
}
