// Decide: the decision in five lines, what it stands on, and what another bar would change.

import { saidBefore } from "./again.js";
import { act } from "./api.js";
import { address, currentJob, currentRun, loadRun, readJob, refresh } from "./app.js";
import { strip } from "./charts.js";
import { coverageChart, coverageOf } from "./curves.js";
import { announce, choice, el, field, name, table } from "./dom.js";
import { fixForm, isFixable, labelsOf } from "./fix.js";
import { atLeast, bytes, count, duration, percent, score, verdictOf } from "./words.js";

export const shortName = (candidate) => candidate.short_name;

const candidateOf = (run, full) =>
	run.candidates.find((candidate) => candidate.name === full) ?? null;

function badge(candidate) {
	const verdict = verdictOf(candidate);
	return el("span", { class: `badge ${verdict.class}` }, verdict.words);
}

const proof = (candidate) => [
	`${score(candidate.score)} right (${percent(candidate.score.accuracy)}), `,
	`worst case ${atLeast(candidate.verdict?.at_least)}. `,
	badge(candidate),
];

function pickLine(run, pick) {
	if (!pick)
		return [
			el("strong", {}, run.state === "no pick" ? "No pick: " : `${run.state}: `),
			run.why ?? "",
		];
	return [el("strong", {}, "The pick is ", name(shortName(pick)), ": "), proof(pick)];
}

function costLine(pick) {
	const parts = [
		[bytes(pick.peak_rss_bytes), "of memory"],
		[duration(pick.times?.ttft_p50_us), "to the first token"],
		[duration(pick.times?.answers_1000_us), "for 1,000 tickets"],
	]
		.filter(([value]) => value !== "–")
		.map((part) => part.join(" "));
	return [
		`${shortName(pick)} needs ${parts.join(", ") || "next to nothing"}. `,
		pick.licence_verdict
			? `Licence: ${pick.licence_verdict}, ${pick.licence_id || "unknown"}.`
			: "It is no model and needs no licence.",
	];
}

/** A stopped smoke test goes on by its name; added tickets by the command that added them. */
function goOn(run) {
	const trouble = el("span", { class: "said", role: "alert" });
	const options = run.slices.length === 1 ? saidBefore(run, run.go_on_options) : null;
	const resume = async () => {
		try {
			const { id } = await act("smoke", {
				job: currentJob().id,
				name: run.run,
				...options,
			});
			await refresh();
			location.hash = address("run", id);
		} catch (refusal) {
			trouble.textContent = refusal.message;
		}
	};
	return [
		options
			? el("button", { type: "button", class: "quiet", click: resume }, "Go on")
			: "Go on:",
		" ",
		el("code", {}, run.go_on),
		" ",
		trouble,
	];
}

function nextLine(run) {
	const { maybe, tickets_to_label: more, minutes_to_label: minutes } = run.recommendation;
	if (run.go_on) return goOn(run);
	if (maybe && more)
		return [
			`Next: label about ${count(more, "more ticket")} (${Math.round(minutes)} min). `,
			el("a", { href: address("next", run.run) }, "How"),
		];
	return [el("a", { href: address("next", run.run) }, "What to do next")];
}

/** Which candidate is proven to do, if that is not the pick. */
function todayLine(run) {
	const today = candidateOf(run, run.recommendation.today);
	return today && today.name !== run.pick
		? [el("strong", {}, "Sure today is ", name(shortName(today)), ": "), proof(today)]
		: null;
}

/** From which probability on its labels are taken, if a promise is on record. */
const promiseLine = (candidate) =>
	candidate.promise
		? [el("strong", {}, "Promise for ", name(shortName(candidate)), ": "), candidate.promise.words]
		: null;

/** The lines: what to use, the pick, what is sure today, its promise, what it costs, what is next. */
function decision(run) {
	const pick = candidateOf(run, run.pick),
		used = candidateOf(run, run.recommendation.today) ?? pick;
	const lines = [
		run.recommendation.headline,
		pickLine(run, pick),
		todayLine(run),
		used ? promiseLine(used) : null,
		used ? costLine(used) : null,
		nextLine(run),
	];
	const verdict = pick ? verdictOf(pick).class : "none";
	return el(
		"section",
		{ class: `decision ${verdict}`, "aria-label": "The decision" },
		run.unfinished ? el("p", { class: "warn" }, run.unfinished) : null,
		el(
			"ol",
			{},
			lines
				.filter(Boolean)
				.map((line, at) => el("li", { class: at === 0 ? "lead" : null }, line)),
		),
		pick ? el("details", {}, el("summary", {}, "Why"), el("p", {}, run.why)) : null,
	);
}

function columns(run) {
	const harder = run.candidates.some((candidate) => candidate.harder);
	return [
		{
			title: "Candidate",
			cell: (one) => [
				one.name === run.pick ? el("span", { class: "mark" }, "PICK") : null,
				" ",
				name(shortName(one)),
			],
		},
		{
			title: "Right",
			cell: (one) =>
				one.score
					? `${one.score.right}/${one.score.answered} · ${percent(one.score.accuracy)}`
					: "–",
			class: "n",
		},
		{
			title: "Verdict",
			cell: (one) => [
				badge(one),
				(one.not_measured ?? one.refused)
					? el("small", { class: "said" }, one.not_measured ?? one.refused)
					: null,
			],
		},
		{
			title: "Against the bar",
			cell: (one) =>
				one.score ? strip(one.score.accuracy, one.verdict?.at_least, run.bar) : "–",
			class: "strips",
		},
		harder
			? {
					title: "Harder",
					cell: (one) =>
						one.harder?.answered ? `${one.harder.right}/${one.harder.answered}` : "–",
					class: "n",
				}
			: null,
		{ title: "First token", cell: (one) => duration(one.times?.ttft_p50_us), class: "n" },
		{ title: "1,000 tickets", cell: (one) => duration(one.times?.answers_1000_us), class: "n" },
		{ title: "Memory", cell: (one) => bytes(one.peak_rss_bytes), class: "n" },
		{ title: "Worst case", cell: (one) => atLeast(one.verdict?.at_least), class: "n" },
	].filter(Boolean);
}

/** What another bar would change: the program decides again from the same answers. */
function whatIf(run) {
	const slider = el("input", {
		type: "range",
		min: 50,
		max: 99,
		step: 1,
		value: Math.round(100 * run.bar),
		"aria-describedby": "what-if",
	});
	const shown = el("output", {}, percent(run.bar)),
		answer = el("div", { id: "what-if" });
	let timer = 0,
		asked = 0;

	const decide = async () => {
		const mine = ++asked;
		try {
			const other = await readJob("decide", { run: run.run, bar: `${slider.value}%` });
			if (mine !== asked) return;
			const changes = other.candidates.filter(
				(one, at) => one.verdict?.verdict !== run.candidates[at].verdict?.verdict,
			);
			const pick = candidateOf(other, other.pick);
			const line = pick
				? `With a bar of ${slider.value}% the pick is ${shortName(pick)}.`
				: `With a bar of ${slider.value}% there is no pick.`;
			answer.replaceChildren(
				el("p", {}, line),
				changes.length
					? el(
							"ul",
							{},
							changes.map((one) =>
								el("li", {}, name(shortName(one)), ": ", badge(one)),
							),
						)
					: el("p", { class: "note" }, "All verdicts stay."),
			);
			announce(line);
		} catch (refusal) {
			answer.replaceChildren(el("p", { class: "said" }, refusal.message));
		}
	};
	slider.addEventListener("input", () => {
		shown.textContent = `${slider.value}%`;
		clearTimeout(timer);
		timer = setTimeout(decide, 250);
	});
	return el(
		"section",
		{},
		el("h2", {}, "What if the bar were another?"),
		el("div", { class: "slider" }, field("Bar", slider), shown),
		answer,
		el(
			"p",
			{ class: "note" },
			"A bar that is moved after the results are known proves less. The job keeps its own.",
		),
	);
}

/** Coverage against accuracy, of one candidate at a time. */
function promise(run) {
	const curves = run.candidates
		.map((candidate) => ({ candidate, curve: coverageOf(candidate.replies ?? []) }))
		.filter(({ curve }) => curve.length > 0);
	if (curves.length === 0) return null;
	const place = el("div", {});
	const show = (full) => {
		const { curve } = curves.find(({ candidate }) => candidate.name === full) ?? curves[0];
		place.replaceChildren(coverageChart(curve, run.bar));
	};
	const chosen = curves.some(({ candidate }) => candidate.name === run.pick)
		? run.pick
		: curves.at(-1).candidate.name;
	show(chosen);
	return el(
		"section",
		{},
		el("h2", {}, "If it may leave the unsure ones to a person"),
		field(
			"Candidate",
			choice(
				curves.map(({ candidate }) => [candidate.name, shortName(candidate)]),
				chosen,
				{ change: (event) => show(event.target.value) },
			),
		),
		place,
	);
}

function suspects(run) {
	const choices = new Map(); // of a ticket: the label that is right
	const right = (one) =>
		choice(
			[["", "as it is"], ...labelsOf(run).map((label) => [label, label])],
			"",
			{
				"aria-label": `The right label of ${one.id}`,
				change: ({ target }) => choices.set(one.id, target.value),
			},
		);
	return run.suspects.length === 0
		? null
		: el(
				"section",
				{},
				el("h2", {}, "Labels to check first"),
				el(
					"p",
					{},
					"Most good candidates agree against the expected label. One of the two is wrong.",
				),
				table(
					count(run.suspects.length, "ticket"),
					[
						{
							title: "Ticket",
							cell: (one) =>
								el(
									"a",
									{ href: address("tickets", run.run, one.id) },
									name(one.id),
								),
						},
						{ title: "Expected", cell: (one) => name(one.gold) },
						{ title: "They say", cell: (one) => name(one.said) },
						{
							title: "Agree",
							cell: (one) => `${one.candidates_agree} of ${one.candidates}`,
							class: "n",
						},
						isFixable(run) ? { title: "Right is", cell: right } : null,
					].filter(Boolean),
					run.suspects,
				),
				isFixable(run) &&
					fixForm(run, "Correct these labels", () =>
						[...choices].filter(([, label]) => label),
					),
			);
}

function remarks(run) {
	return run.moved_after_results.length === 0
		? null
		: el(
				"ul",
				{ class: "warn" },
				run.moved_after_results.map((line) => el("li", {}, line)),
			);
}

/** Which run a view is about: with its bar, or with the way back to its decision. */
export const eyebrow = (run, back) =>
	el(
		"p",
		{ class: "eyebrow" },
		name(run.job),
		" · run ",
		back
			? el("a", { href: address("decide", run.run) }, name(run.run))
			: [name(run.run), ` · bar ${percent(run.bar)}`],
	);

export const noJob = (title) => [
	el("h1", {}, title),
	el("p", {}, "There is no job yet: ", el("a", { href: "#/" }, "start with one"), "."),
];

export function noRun(title) {
	return [
		el("h1", {}, title),
		el(
			"p",
			{},
			"There is no run yet. ",
			el("a", { href: address("choose") }, "Choose models"),
			" and start one.",
		),
	];
}

export async function draw([wanted]) {
	const runName = wanted ?? currentRun();
	if (!runName) return noRun("Decide");
	const run = await loadRun(runName);
	return [
		eyebrow(run),
		el("h1", {}, "The decision"),
		decision(run),
		remarks(run),
		el(
			"section",
			{},
			el("h2", {}, "The candidates, smallest first"),
			table(
				"A dark line is what is proven, the tick what was scored, the dashed line the bar",
				columns(run),
				run.candidates,
				(one) => (one.name === run.pick ? "pick" : null),
			),
			el(
				"p",
				{ class: "actions" },
				el(
					"a",
					{ class: "button second", href: address("tickets", run.run) },
					"Ticket by ticket",
				),
				el("a", { class: "button second", href: address("compare", run.run) }, "Compare"),
			),
		),
		whatIf(run),
		promise(run),
		suspects(run),
	];
}
