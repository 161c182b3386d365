// Run: one lane a candidate, ticket by ticket, from an action's events; drawn once a frame.

import { follow, stop } from "./api.js";
import { address, getKnown, refresh } from "./app.js";
import { lane, laneMarks } from "./charts.js";
import { announce, el, name, table } from "./dom.js";
import { bytes, count, duration, progressWords } from "./words.js";

const stateWords = {
	waiting: "waiting",
	learning: "learning",
	loading: "loading",
	answering: "answering",
	answered: "answered, reasons later",
	writing_reasons: "writing reasons",
	done: "done",
	stopped: "stopped",
	raced: "out of the race",
	not_measured: "not measured",
	refused: "will not run",
};

/** What the events say so far. Pure: an event in, the same object changed. */
export function progressAdd(progress, event) {
	if (event.event === "run_started") {
		Object.assign(progress, {
			run: event.run,
			tickets: event.tickets,
			bar: event.bar,
			leftUs: event.run_left_us,
		});
		progress.lanes = new Map(
			event.candidates.map((candidate) => [
				candidate.name,
				{
					...candidate,
					scored: event.role !== "pool", // Else the tickets have no labels.
					state: candidate.refused ? "refused" : "waiting",
					answered: 0,
					reasoned: 0,
					right: 0,
					marks: [],
					firstUs: [],
				},
			]),
		);
	}
	if (event.run_left_us !== undefined) progress.leftUs = event.run_left_us;
	const own = progress.lanes?.get(event.candidate);
	if (own) {
		const { answered, reasoned, right, state, left_us: leftUs, peak_rss_bytes: peak } = event;
		Object.assign(own, { answered, reasoned, right, peak }, state ? { state, leftUs } : {});
		if (event.event === "answer") {
			own.marks.push(event.is_right);
			own.firstUs.push(event.ttft_us);
		}
	}
	if (event.event === "decision") progress.decision = event;
	if (event.event === "progress") progress.part = event;
	else if (event.state) progress.part = null;
	return progress;
}

const median = (numbers) => numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)];

const rightWords = ({ scored, right, answered }) =>
	scored ? `${right} of ${answered} right` : `${answered} answered`;

/** The elements of a lane are made once; only their texts and ticks change. */
function makeLane(candidate, nTickets) {
	const state = el("span", { class: "lane-state" }),
		right = el("span", { class: "lane-right" });
	const times = el("span", { class: "lane-times" }),
		chart = lane(nTickets);
	const element = el(
		"li",
		{ class: "lane" },
		el("span", { class: "lane-name" }, name(candidate.short_name)),
		state,
		right,
		times,
		chart,
	);
	const draw = (own) => {
		element.dataset.state = own.state;
		state.textContent = own.refused ?? stateWords[own.state] ?? own.state;
		right.textContent = own.answered ? rightWords(own) : "";
		times.textContent = [
			own.firstUs.length ? `first token ${duration(median(own.firstUs))}` : "",
			own.peak ? `${bytes(own.peak)} of memory` : "",
			own.leftUs > 0 && own.state !== "done" ? `${duration(own.leftUs)} left` : "",
		]
			.filter(Boolean)
			.join(" · ");
		laneMarks(chart, own, nTickets);
	};
	return { element, draw };
}

const decides = new Set(["smoke", "add"]);

// By exit code (docs/decision.md); any other is an error.
const endings = {
	0: "Done",
	1: "Done: no candidate scored the bar.",
	7: "Unfinished: it ended early. What is answered is kept.",
	8: "Done: no model was measured.",
	130: "Stopped. What is answered is kept.",
};

const failed = ({ exit_code: code }) => !(code in endings);

function headline(progress) {
	if (progress.end) return endings[progress.end.exit_code] ?? "It ended with an error.";
	if (progress.decision && !progress.decision.final && !progress.decision.open)
		return `All tickets are labelled. The pick: ${progress.decision.pick ?? "none"}. Reasons follow.`;
	if (progress.part) return progressWords(progress.part);
	return progress.leftUs > 0 ? `About ${duration(progress.leftUs)} left` : "Working …";
}

/** What added tickets changed: the pick, and who was right on them. */
function whatChanged({ result }) {
	const change = result?.change;
	if (!change) return null;
	const short = (full) => result.candidates.find((one) => one.name === full)?.short_name ?? full;
	const [before, now] = [change.pick_before, change.pick_now].map((full) =>
		full ? name(short(full)) : "none",
	);
	return el(
		"section",
		{},
		el("h2", {}, "What changed"),
		el(
			"p",
			{},
			change.pick_before === change.pick_now ? ["The pick stays: ", now] : ["The pick was ", before, ", and is now ", now],
			".",
		),
		table(
			`On the ${count(change.tickets, `${change.role} ticket`)}`,
			[
				{ title: "Candidate", cell: (one) => name(short(one.name)) },
				{
					title: "Right",
					cell: (one) => (one.added_tickets ? `${one.added_right} of ${one.added_tickets}` : "not asked"),
					class: "n",
				},
			],
			change.candidates,
		),
	);
}

function atEnd(progress, action) {
	const { end } = progress;
	const run = decides.has(action.action) && progress.run;
	return [
		el(
			"p",
			{ class: "actions" },
			run
				? el("a", { class: "button", href: address("decide", run) }, "See the decision")
				: null,
			el("a", { class: "button second", href: "#/" }, "To the start"),
		),
		whatChanged(end),
		end.message
			? el(
					"details",
					{ open: failed(end) },
					el("summary", {}, "What it printed"),
					el("pre", {}, end.message),
				)
			: null,
	];
}

function watch(action, leaving) {
	const progress = {};
	const lanes = el("ol", { class: "lanes" }),
		line = el("p", { class: "lead" }, "Working …"),
		trouble = el("p", { class: "said", role: "alert" }),
		after = el("div", {});
	const press = async ({ currentTarget: button }) => {
		button.disabled = true;
		try {
			await stop(action.id);
		} catch (refusal) {
			button.disabled = false;
			trouble.textContent = refusal.message;
		}
	};
	const work = el(
		"div",
		{},
		el(
			"p",
			{ class: "actions" },
			el(
				"button",
				{ type: "button", class: "button second", click: press },
				"Stop, and keep what is answered",
			),
		),
		trouble,
		el(
			"p",
			{ class: "note" },
			"It goes on if you close this tab; open the page again to see where it is.",
		),
	);
	const drawn = new Map();
	let asked = false;

	const redraw = () => {
		asked = false;
		line.textContent = headline(progress);
		for (const [key, own] of progress.lanes ?? []) {
			if (!drawn.has(key)) {
				drawn.set(key, makeLane(own, progress.tickets));
				lanes.append(drawn.get(key).element);
			}
			drawn.get(key).draw(own);
		}
	};
	const later = () => {
		if (!asked) requestAnimationFrame(redraw);
		asked = true;
	};
	leaving(
		follow(
			action.id,
			(event) => {
				progressAdd(progress, event);
				if (event.state === "done")
					announce(`${event.candidate}: ${rightWords(progress.lanes.get(event.candidate))}`);
				later();
			},
			async (end) => {
				progress.end = end;
				work.remove();
				later();
				await refresh().catch(() => {}); // If the program is lost, the end says so.
				after.replaceChildren(...atEnd(progress, action).filter(Boolean));
				announce(headline(progress));
			},
		),
	);
	return [line, lanes, work, after];
}

function list() {
	const { actions } = getKnown();
	return [
		el("h1", {}, "Runs and other work"),
		actions.length === 0
			? el(
					"p",
					{},
					"Nothing was started from this page yet. ",
					el("a", { href: address("choose") }, "Choose models"),
					" first.",
				)
			: el(
					"ul",
					{ class: "plain" },
					actions.map((action) =>
						el(
							"li",
							{},
							el("a", { href: address("run", action.id) }, action.action),
							` ${action.state} `,
							el("code", {}, action.command),
						),
					),
				),
	];
}

export async function draw([id], leaving) {
	const { actions } = getKnown();
	const running = actions.filter((action) => action.state === "running");
	const action = actions.find((one) => String(one.id) === id) ?? (id ? null : running[0]);
	if (!action) return list();
	return [
		el("h1", {}, action.action === "smoke" ? "The smoke test" : `The command ${action.action}`),
		running.length > 1
			? el("p", { class: "note" }, `${count(running.length, "command")} are running.`)
			: null,
		...watch(action, leaving),
	];
}
