// Compare: two candidates with the paired test, two runs with all that differs, and the trend.

import { address, currentRun, loadRun, readJob, smokeRuns } from "./app.js";
import { trendChart } from "./curves.js";
import { choice, el, field, name, table } from "./dom.js";
import { eyebrow, noRun, shortName } from "./view_decide.js";
import { count, score } from "./words.js";

function ticketLinks(run, ids) {
	return ids.length === 0
		? "none"
		: el(
				"ul",
				{ class: "inline" },
				ids.map((id) =>
					el("li", {}, el("a", { href: address("tickets", run, id) }, name(id))),
				),
			);
}

async function pair(run, a, b) {
	const result = await readJob("pair", { run: run.run, candidate: a.name, against: b.name });
	return [
		el("p", { class: "lead" }, result.words),
		el(
			"dl",
			{ class: "facts" },
			el("dt", {}, name(shortName(a))),
			el("dd", {}, `${score(a.score)} right`),
			el("dt", {}, name(shortName(b))),
			el("dd", {}, `${score(b.score)} right`),
			el("dt", {}, "Only the first is right"),
			el("dd", {}, ticketLinks(run.run, result.only_a)),
			el("dt", {}, "Only the second is right"),
			el("dd", {}, ticketLinks(run.run, result.only_b)),
			el("dt", {}, "p (paired test)"),
			el("dd", {}, result.mid_p.toFixed(3)),
		),
	];
}

function candidates(run) {
	const asked = run.candidates.filter((candidate) => candidate.score?.answered);
	if (asked.length < 2) return null;
	const pick = Math.max(
		0,
		asked.findIndex((candidate) => candidate.name === run.pick),
	);
	const chosen = [asked[pick], asked.at(-1) === asked[pick] ? asked[pick - 1] : asked.at(-1)];
	const place = el("div", { role: "status" });
	let nShown = 0;
	const show = async () => {
		const mine = ++nShown; // A slower, older answer is thrown away.
		const content =
			chosen[0] === chosen[1]
				? [el("p", {}, "Choose two different candidates.")]
				: await pair(run, ...chosen).catch((refusal) => [
						el("p", { class: "said" }, refusal.message),
					]);
		if (mine === nShown) place.replaceChildren(...content);
	};
	const select = (at) =>
		choice(
			asked.map((candidate, k) => [String(k), shortName(candidate)]),
			String(asked.indexOf(chosen[at])),
			{
				change: (event) => {
					chosen[at] = asked[event.target.value];
					show();
				},
			},
		);
	show();
	return el(
		"section",
		{},
		el("h2", {}, "Two candidates on the same tickets"),
		el("div", { class: "filters" }, field("First", select(0)), field("Second", select(1))),
		place,
	);
}

const pairColumns = [
	{ title: "Candidate", cell: (one) => name((one.b ?? one.a).name) },
	{ title: "Right before", cell: (one) => (one.flips ? one.a.right : "–"), class: "n" },
	{ title: "Right after", cell: (one) => (one.flips ? one.b.right : "–"), class: "n" },
	{ title: "Answers that differ", cell: (one) => one.flips?.length ?? "–", class: "n" },
];

const flipColumns = (run) => [
	{
		title: "Ticket",
		cell: (one) => el("a", { href: address("tickets", run, one.id) }, name(one.id)),
	},
	{ title: "Candidate", cell: (one) => name(one.candidate) },
	{
		title: "Before",
		cell: (one) => [one.a.right ? "✓ " : "✗ ", name(one.a.label ?? one.a.outcome)],
	},
	{
		title: "After",
		cell: (one) => [one.b.right ? "✓ " : "✗ ", name(one.b.label ?? one.b.outcome)],
	},
];

async function runs(a, b) {
	const diff = await readJob("diff", { run: a, run2: b });
	const flips = diff.candidates.flatMap((one) =>
		(one.flips ?? []).map((flip) => ({ ...flip, candidate: one.b.name })),
	);
	return el(
		"section",
		{},
		el("h2", {}, name(a), " against ", name(b)),
		diff.settings.differ.length === 0
			? el("p", {}, "All settings are the same.")
			: table(
					"Settings that differ",
					[
						{ title: "Setting", cell: (one) => one.name },
						{ title: "Before", cell: (one) => el("span", { class: "said" }, one.a) },
						{ title: "After", cell: (one) => el("span", { class: "said" }, one.b) },
					],
					diff.settings.differ,
				),
		table(
			`${count(diff.tickets_in_both, "ticket")} in both runs`,
			pairColumns,
			diff.candidates,
		),
		flips.length
			? table(`${count(flips.length, "answer")} that differ`, flipColumns(b), flips)
			: null,
	);
}

function runChoice(a, b) {
	const all = smokeRuns();
	const others = all
		.filter((run) => run.run !== a)
		.map((run) => [run.run, `${run.run} (pick: ${run.pick ?? "none"})`]);
	return el(
		"section",
		{},
		el("h2", {}, "Two runs"),
		others.length === 0
			? el("p", {}, "There is only this run.")
			: field(
					`Compare ${a} with`,
					choice([["", "–"], ...others], b ?? "", {
						change: (event) => {
							location.hash = event.target.value
								? address("compare", a, event.target.value)
								: address("compare", a);
						},
					}),
				),
	);
}

function trend() {
	const chart = trendChart(smokeRuns().toSorted((a, b) => a.created.localeCompare(b.created)));
	return chart && el("section", {}, el("h2", {}, "From run to run"), chart);
}

export async function draw([wanted, other]) {
	const runName = wanted ?? currentRun();
	if (!runName) return noRun("Compare");
	const run = await loadRun(runName);
	return [
		eyebrow(run),
		el("h1", {}, "Compare"),
		candidates(run),
		runChoice(runName, other),
		other ? await runs(runName, other) : null,
		trend(),
	];
}
