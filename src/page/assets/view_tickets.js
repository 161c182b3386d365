// Tickets: which ticket each candidate got right, in a table of any length. A row opens its ticket.

import { address, currentRun, loadRun, readJob } from "./app.js";
import { announce, choice, el, field, name } from "./dom.js";
import { makeGrid } from "./grid.js";
import { openTicket } from "./ticket.js";
import { noRun, shortName } from "./view_decide.js";
import { count, markOf, percent, probabilityOf, said } from "./words.js";

export const keys = [
	["/", "to the search"],
	["↑ ↓ ← →", "move in the table"],
	["Enter", "open the ticket, or sort by the column"],
	["j", "next ticket"],
	["k", "ticket before"],
];

const TICKET = 0,
	EXPECTED = 1,
	RIGHT = 2,
	FIRST_CANDIDATE = 3;

/** One row a ticket: the replies of all candidates, in their order. */
function makeRows(run, candidates, texts) {
	const text = new Map(texts.map((ticket) => [ticket.id, ticket.text]));
	return candidates[0].replies.map((reply, at) => {
		const replies = candidates.map((candidate) => candidate.replies[at]);
		const asked = replies.filter((one) => one.outcome);
		return {
			order: at,
			id: reply.id,
			role: reply.role,
			gold: reply.gold,
			text: text.get(reply.id) ?? "",
			replies,
			right: asked.filter((one) => one.right).length,
			asked: asked.length,
			differs: new Set(asked.map((one) => (one.label ?? one.raw) || one.mark)).size > 1,
		};
	});
}

function candidateCell(reply, candidate) {
	const mark = markOf(reply, candidate),
		sure = probabilityOf(reply);
	const label = [
		shortName(candidate),
		mark.word,
		reply.right ? null : said(reply),
		sure === null ? null : percent(sure),
	]
		.filter(Boolean)
		.join(", ");
	return {
		label,
		class: mark.class,
		content: [
			el("b", {}, mark.sign),
			" ",
			sure === null ? "" : percent(sure),
			reply.outcome && !reply.right
				? [" ", el("bdi", { class: "small" }, said(reply))]
				: null,
		],
	};
}

function cellOf(row, column, candidates) {
	if (column === TICKET)
		return {
			content: [
				el("bdi", { class: "cell-text", dir: "auto" }, row.text || row.id),
				row.role === "harder" ? el("span", { class: "mark" }, "harder") : null,
			],
			label: `${row.id}: ${row.text}`,
		};
	if (column === EXPECTED) return { content: name(row.gold ?? "–") };
	if (column === RIGHT)
		return {
			content: `${row.right}/${row.asked}`,
			label: `${row.right} of ${row.asked} candidates are right`,
		};
	return candidateCell(
		row.replies[column - FIRST_CANDIDATE],
		candidates[column - FIRST_CANDIDATE],
	);
}

const rank = (reply) => (!reply.outcome ? 3 : reply.right ? 2 : 1);

/** What a column sorts by, ascending: hardest, wrong and unsure first. */
function sortKey(column) {
	if (column === TICKET) return (row) => row.order;
	if (column === EXPECTED) return (row) => row.gold ?? "";
	if (column === RIGHT) return (row) => (row.asked ? row.right / row.asked : 2);
	return ({ replies: { [column - FIRST_CANDIDATE]: reply } }) =>
		rank(reply) + (reply.right ? 1 : -1) * (probabilityOf(reply) ?? 0) * 0.5;
}

function sortRows(rows, { column, down }) {
	const key = sortKey(column),
		sign = down ? -1 : 1;
	return rows.toSorted(
		(a, b) => sign * (key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0) || a.order - b.order,
	);
}

function matches(row, filters) {
	const words = filters.search.toLowerCase();
	return (
		(!filters.differ || row.differs) &&
		(!filters.label || row.gold === filters.label) &&
		(!filters.role || row.role === filters.role) &&
		(!filters.missedBy ||
			(row.replies[filters.missedBy - 1].outcome &&
				!row.replies[filters.missedBy - 1].right)) &&
		(!words ||
			[row.id, row.text, row.gold ?? ""].some((text) => text.toLowerCase().includes(words)))
	);
}

function filterBar(rows, candidates, filters, changed) {
	const set = (key, value) => {
		filters[key] = value;
		changed();
	};
	const labels = [...new Set(rows.map((row) => row.gold))].filter((gold) => gold !== null);
	const search = el("input", {
		type: "search",
		id: "search",
		autocomplete: "off",
		input: (event) => set("search", event.target.value),
	});
	return el(
		"form",
		{ class: "filters", role: "search", submit: (event) => event.preventDefault() },
		field("Search", search),
		candidates[0].labels
			? field(
					"Expected",
					choice([["", "all labels"], ...labels.map((label) => [label, label])], "", {
						change: (event) => set("label", event.target.value),
					}),
				)
			: null,
		rows.some((row) => row.role === "harder")
			? field(
					"Tickets",
					choice(
						[
							["", "all"],
							["ordinary", "ordinary"],
							["harder", "harder"],
						],
						"",
						{ change: (event) => set("role", event.target.value) },
					),
				)
			: null,
		field(
			"Missed by",
			choice(
				[
					["", "–"],
					...candidates.map((candidate, at) => [String(at + 1), shortName(candidate)]),
				],
				"",
				{ change: (event) => set("missedBy", Number(event.target.value)) },
			),
		),
		el(
			"label",
			{ class: "field check" },
			el("input", {
				type: "checkbox",
				change: (event) => set("differ", event.target.checked),
			}),
			el("span", {}, "Only where they differ"),
		),
	);
}

const key = (event) =>
	event.ctrlKey ||
	event.metaKey ||
	event.altKey ||
	event.target.closest("input, select, textarea, dialog")
		? ""
		: event.key;

export async function draw([wanted, ticket], leaving) {
	const runName = wanted ?? currentRun();
	if (!runName) return noRun("Tickets");
	const [run, texts] = await Promise.all([
		loadRun(runName),
		readJob("tickets", { run: runName }),
	]);
	const candidates = run.candidates.filter((candidate) => candidate.replies);
	if (candidates.length === 0)
		return [el("h1", {}, "Tickets"), el("p", {}, "No candidate of this run has answered yet.")];

	const rows = makeRows(run, candidates, texts);
	const filters = { search: "", label: "", role: "", missedBy: 0, differ: false };
	const sorted = { column: TICKET, down: false };
	const summary = el("p", { class: "note", role: "status" });
	let shown = rows;

	const open = (row) =>
		openTicket({ run, rows: shown, row, closed: () => grid.focus(), leaving });
	const update = () => {
		shown = sortRows(
			rows.filter((row) => matches(row, filters)),
			sorted,
		);
		grid.setRows(shown, sorted);
		summary.textContent = `${shown.length.toLocaleString("en")} of ${count(rows.length, "ticket")}`;
	};
	const grid = makeGrid({
		caption: "Tickets by candidates",
		columns: [
			{ title: "Ticket" },
			{ title: "Expected" },
			{ title: "Right", class: "n" },
			...candidates.map((candidate) => ({
				title: shortName(candidate),
				class: candidate.name === run.pick ? "pick" : "",
			})),
		],
		cell: (row, column) => cellOf(row, column, candidates),
		open,
		sortBy: (column) => {
			Object.assign(sorted, { column, down: sorted.column === column && !sorted.down });
			update();
			announce(sorted.down ? "sorted, descending" : "sorted, ascending");
		},
	});
	const slash = (event) => {
		if (key(event) !== "/") return;
		event.preventDefault();
		document.getElementById("search").focus();
	};
	addEventListener("keydown", slash);
	leaving(() => removeEventListener("keydown", slash));
	requestAnimationFrame(() => {
		update(); // Only now has the table a height.
		const row = rows.find((one) => one.id === ticket);
		if (row) open(row);
	});
	return [
		el(
			"p",
			{ class: "eyebrow" },
			name(run.job),
			" · run ",
			el("a", { href: address("decide", run.run) }, name(run.run)),
		),
		el("h1", {}, "Ticket by ticket"),
		filterBar(rows, candidates, filters, update),
		summary,
		grid.element,
	];
}
