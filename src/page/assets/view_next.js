// Next: harder tickets to label, more tickets to add, a head to train, and papers to take along.

import { act, actAndWait, changeDraft, fileAddress } from "./api.js";
import { address, currentJob, currentRun, getKnown, loadRun, readJob, refresh } from "./app.js";
import { learningChart } from "./curves.js";
import { announce, choice, el, field, name, table } from "./dom.js";
import { eyebrow, noRun } from "./view_decide.js";
import { count, percent, workWords } from "./words.js";

const tables = /\.(jsonl|csv|xlsx)$/i;

const fileChoice = (attributes) =>
	choice(
		getKnown()
			.files.filter((file) => tables.test(file.name))
			.map((file) => [file.id, file.name]),
		null,
		attributes,
	);

/** A form that starts an action: `parts` are its fields, `run` gets the form's values. */
function actionForm(title, explanation, parts, button, run) {
	const place = el("div", { role: "status" }),
		working = el("p", { class: "loading" }),
		press = el("button", { class: "button" }, button);
	const submit = async (event) => {
		event.preventDefault();
		press.disabled = true;
		working.textContent = "Working …";
		place.replaceChildren(working);
		const heard = (event) => {
			const said = workWords(event);
			if (said) working.textContent = said;
		};
		try {
			place.replaceChildren(
				...[await run(Object.fromEntries(new FormData(event.target)), heard)]
					.flat(2)
					.filter(Boolean),
			);
		} catch (refusal) {
			place.replaceChildren(el("p", { class: "said" }, refusal.message));
			announce(refusal.message);
		}
		press.disabled = false;
	};
	return el(
		"section",
		{},
		el("h2", {}, title),
		el("p", {}, explanation),
		el("form", { class: "sheet", submit }, el("div", { class: "filters" }, parts), press),
		place,
	);
}

const proposalColumns = [
	{ title: "Ticket", cell: (one) => name(one.id) },
	{ title: "Text", cell: (one) => el("span", { dir: "auto" }, one.text), class: "wide" },
	{ title: "Why", cell: (one) => one.why, class: "wide" },
];

/** The proposals open as a draft of labels for this job, with one click. */
function labelThem(file) {
	const trouble = el("p", { role: "alert" });
	const open = async ({ currentTarget: button }) => {
		const out = `labels-${file.replace(/\.\w+$/, "")}`;
		button.disabled = true;
		try {
			const { draft } = await changeDraft("take", { from: file, out, job: currentJob().id });
			location.hash = address("label", draft, "tickets");
		} catch (refusal) {
			trouble.textContent = refusal.message;
			button.disabled = false;
		}
	};
	return el(
		"div",
		{},
		el(
			"p",
			{ class: "actions" },
			el("button", { type: "button", class: "button", click: open }, "Label these tickets"),
		),
		trouble,
	);
}

function suggest(run) {
	return actionForm(
		"Harder tickets",
		"Tickets on which the candidates differ or waver teach the most. The file needs no labels.",
		[
			field("From", fileChoice({ name: "from", required: true })),
			field(
				"How many",
				el("input", { name: "number", type: "number", min: 1, max: 500, value: 10 }),
			),
			field(
				"Write them to",
				el("input", {
					name: "out",
					value: "hard.csv",
					required: true,
					pattern: String.raw`[^.\/\-][^\/]*\.(csv|jsonl)`,
				}),
			),
		],
		"Suggest tickets",
		async ({ from, number, out }, heard) => {
			const values = { run: run.run, from, number: Number(number), out };
			const result = await actAndWait(
				"suggest",
				{ job: currentJob().id, ...values },
				heard,
			);
			await refresh();
			return [
				table(
					count(result.proposals.length, "proposal"),
					proposalColumns,
					result.proposals,
				),
				labelThem(result.out),
			];
		},
	);
}

const stayValid = "The verdicts stay valid however often you add some.";

function add(run) {
	const wanted = run.recommendation.tickets_to_label;
	return actionForm(
		"More tickets",
		wanted
			? `About ${count(wanted, "more ordinary ticket")} would settle it. ${stayValid}`
			: stayValid,
		[
			field("Labelled tickets", fileChoice({ name: "tickets", required: true })),
			field(
				"They are",
				choice(
					[
						["ordinary", "more of the usual stream"],
						["harder", "chosen because they are hard"],
					],
					"ordinary",
					{ name: "as" },
				),
			),
		],
		"Add and decide again",
		async ({ tickets, as }) => {
			const { id } = await act("add", { job: currentJob().id, run: run.run, tickets, as });
			await refresh();
			location.hash = address("run", id);
		},
	);
}

/** What the next smoke test does with the job's newest head. */
async function measureHead(label) {
	const plan = await readJob("plan");
	const tuned = plan.candidates.filter((one) => one.way === "tuned" && !one.refused);
	if (tuned.length === 0)
		return el(
			"p",
			{},
			`The job now has the head "${label}". Its model is not among the job's: `,
			el("a", { href: address("choose") }, "choose it"),
			", then start the smoke test.",
		);
	const trouble = el("span", { class: "said", role: "alert" });
	const start = async ({ currentTarget: button }) => {
		button.disabled = true;
		try {
			const { id } = await act("smoke", { job: currentJob().id });
			await refresh();
			location.hash = address("run", id);
		} catch (refusal) {
			button.disabled = false;
			trouble.textContent = refusal.message;
		}
	};
	return el(
		"p",
		{},
		`The job now has the head "${label}". The next smoke test asks `,
		name(tuned.map((one) => one.name).join(", ")),
		" too. ",
		el("button", { type: "button", class: "button", click: start }, "Start the smoke test"),
		" ",
		trouble,
	);
}

/** Puts a head that was just trained into the job. */
function useHead(label) {
	const place = el("div", { role: "status" });
	const use = async ({ currentTarget: button }) => {
		button.disabled = true;
		try {
			await changeDraft("head", { job: currentJob().id, use: label });
			await refresh();
			place.replaceChildren(await measureHead(label));
		} catch (refusal) {
			button.disabled = false;
			place.replaceChildren(el("p", { class: "said" }, refusal.message));
		}
	};
	return [
		el(
			"p",
			{ class: "actions" },
			el("button", { type: "button", class: "button", click: use }, "Put it into the job"),
		),
		place,
	];
}

function tune(run) {
	const models = [
		...new Map(
			run.candidates
				.filter((one) => !one.baseline && one.sha256)
				.map((one) => [one.path, one.model]),
		).entries(),
	];
	if (models.length === 0 || run.task !== "classify") return null;
	return actionForm(
		"Let a model learn",
		"A head on the model learns from labelled tickets in a minute or two. The model stays as it is.",
		[
			field("Model", choice(models, null, { name: "model" })),
			field("Learn from", fileChoice({ name: "train", required: true })),
		],
		"Train a head",
		async ({ model, train }, heard) => {
			const result = await actAndWait("tune", { job: currentJob().id, model, train }, heard);
			await refresh();
			return [
				el(
					"p",
					{ class: "lead" },
					`${percent(result.held_out.share)} of the held-out tickets are right. `,
					result.outlook.words,
				),
				result.curve.length > 1 ? learningChart(result.curve) : null,
				useHead(result.head.name),
			];
		},
	);
}

const papers = [
	{ kind: "report", title: "The report", what: "one page with everything" },
	{ kind: "slide", title: "The slide", what: "one sheet, 16:9" },
	{ kind: "brief", title: "The brief", what: "half a page of text" },
	{ kind: "evidence", title: "The evidence", what: "the rules card with all checksums" },
	{ kind: "markdown", title: "Markdown", what: "the decision, for a chat or a mail", save: 1 },
	{ kind: "xlsx", title: "Excel", what: "a workbook with all answers", save: 1 },
	{ kind: "csv", title: "CSV", what: "all answers, a row each", save: 1 },
	{ kind: "junit", title: "JUnit", what: "the tickets as tests, for a CI", save: 1 },
];

const formats = [
	{ kind: "wide", title: "Wide CSV", what: "a row a ticket, a column a candidate" },
	{ kind: "jsonl", title: "JSON Lines", what: "all answers, a line each" },
	{ kind: "json", title: "JSON", what: "the whole run" },
	{ kind: "tickets", title: "Tickets", what: "with their labels, as a job reads them" },
	{ kind: "promptfoo-tests", title: "promptfoo, tests", what: "the tickets as its tests" },
	{ kind: "promptfoo", title: "promptfoo, results", what: "for its own viewer" },
	{ kind: "inspect-dataset", title: "Inspect, samples", what: "the tickets as its samples" },
	{ kind: "inspect", title: "Inspect, log", what: "one candidate, for its own viewer" },
	{ kind: "openai-evals", title: "OpenAI evals", what: "the tickets as its samples" },
].map((format) => ({ ...format, save: 1 }));

function paperList(run, list) {
	const linkTo = ({ kind, title, save }) =>
		el(
			"a",
			{
				href: fileAddress(kind, { job: currentJob().id, run: run.run, save }),
				target: save ? null : "_blank",
				rel: "noopener",
			},
			title,
		);
	return el(
		"ul",
		{},
		list.map((paper) => el("li", {}, linkTo(paper), ` – ${paper.what}`)),
	);
}

function take(run) {
	return el(
		"section",
		{},
		el("h2", {}, "Take it along"),
		paperList(run, papers),
		el("details", {}, el("summary", {}, "Other formats"), paperList(run, formats)),
	);
}

export async function draw([wanted]) {
	const runName = wanted ?? currentRun();
	if (!runName) return noRun("Next");
	await refresh();
	const run = await loadRun(runName);
	return [
		eyebrow(run, true),
		el("h1", {}, "What to do next"),
		el("p", { class: "lead" }, run.recommendation.headline),
		suggest(run),
		add(run),
		tune(run),
		take(run),
	];
}
