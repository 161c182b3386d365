// Start: the jobs of this folder, what runs now, and what was found so far.

import { address, chooseJob, currentJob, getKnown, runningActions, smokeRuns } from "./app.js";
import { el, name, table } from "./dom.js";
import { count, day, percent, pickOf } from "./words.js";

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
				".",
			),
			el(
				"p",
				{ class: "actions" },
				el("a", { class: "button", href: address("label") }, "Label tickets"),
			),
			el(
				"p",
				{ class: "note" },
				"The export has labels already? ",
				el("code", {}, "toehold init my-job --from export.csv"),
			),
		);
	return el(
		"fieldset",
		{ class: "cards" },
		el("legend", {}, all.length === 1 ? "The job" : "Jobs"),
		all.map((job) => jobRow(job, redraw)),
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
				runs(),
			].filter(Boolean),
		);
	redraw();
	return place;
}
