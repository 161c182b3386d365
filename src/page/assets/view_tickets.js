// Tickets: which ticket each candidate got right, in a table of any length. A row opens its ticket.

import { currentRun, loadMatrix } from "./app.js";
import { announce, choice, el, field, name } from "./dom.js";
import { makeGrid } from "./grid.js";
import { EXPECTED, FIRST_CANDIDATE, isShown, makeRows, RIGHT, sortRows, TICKET } from "./matrix.js";
import { openTicket } from "./ticket.js";
import { eyebrow, noRun } from "./view_decide.js";
import { count, markOf, percent, said } from "./words.js";

export const keys = [
	["/", "to the search"],
	["↑ ↓ ← →", "move in the table"],
	["Enter", "open the ticket, or sort by the column"],
	["j", "next ticket"],
	["k", "ticket before"],
];

const byRole = [
	["", "all"],
	["ordinary", "ordinary"],
	["harder", "harder"],
];

function ticketCell(row) {
	const harder = row.role === "harder" ? el("span", { class: "mark" }, "harder") : null;
	return { content: [el("bdi", { dir: "auto" }, row.text || row.id), harder] };
}

/** The sign is for the eye, its word for the ear. */
function answerCell(answer, gold) {
	const mark = markOf(answer, gold);
	const sure = answer?.probability === undefined ? "" : percent(answer.probability);
	const other = answer && !answer.right && el("bdi", { class: "small" }, said(answer));
	return {
		class: mark.class,
		content: [
			el("b", { "aria-hidden": "true" }, mark.sign),
			el("span", { class: "unseen" }, mark.word),
			` ${sure} `,
			other,
		],
	};
}

function cellOf(row, column) {
	if (column === TICKET) return ticketCell(row);
	if (column === EXPECTED) return { content: name(row.gold ?? "–") };
	if (column === RIGHT) return { content: `${row.right}/${row.asked}` };
	return answerCell(row.answers[column - FIRST_CANDIDATE], row.gold);
}

function gridColumns(candidates) {
	return [
		{ title: "Ticket" },
		{ title: "Expected" },
		{ title: "Right", class: "n" },
		...candidates.map((one) => ({ title: one.short_name, class: one.pick ? "pick" : "" })),
	];
}

/** The label and role of a ticket, who missed it, and a search. Changes `filters`. */
function filterBar(matrix, rows, filters, changed) {
	const labels = [...new Set(rows.map((row) => row.gold))];
	const set = (values) => changed(Object.assign(filters, values));
	const select = (options, change) =>
		choice(options, "", { change: (event) => change(event.target.value) });
	const byLabel = [
		["", "all labels"],
		...labels.map((label, at) => [String(at), label ?? "none"]),
	];
	const byCandidate = [
		["", "–"],
		...matrix.candidates.map((one, at) => [String(at), one.short_name]),
	];
	const search = el("input", {
		type: "search",
		id: "search",
		autocomplete: "off",
		input: (event) => set({ search: event.target.value }),
	});
	const differ = el("input", {
		type: "checkbox",
		change: (event) => set({ differ: event.target.checked }),
	});
	const hasLabels = matrix.tickets.some(({ answers }) =>
		answers.some((answer) => answer && "label" in answer),
	);

	return el(
		"form",
		{ class: "filters", role: "search", submit: (event) => event.preventDefault() },
		field("Search", search),
		hasLabels &&
			field(
				"Expected",
				select(byLabel, (at) => set({ label: at && labels[at] })),
			),
		rows.some((row) => row.role === "harder") &&
			field(
				"Tickets",
				select(byRole, (role) => set({ role })),
			),
		field(
			"Missed by",
			select(byCandidate, (at) => set({ missedBy: at && Number(at) })),
		),
		el("label", { class: "field check" }, differ, el("span", {}, "Only where they differ")),
	);
}

/** `/` goes to the search unless somebody writes or looks at a ticket. */
function watchSlash(leaving) {
	const slash = (event) => {
		if (event.key !== "/" || event.target.closest("input, select, dialog")) return;
		event.preventDefault();
		document.getElementById("search").focus();
	};
	addEventListener("keydown", slash);
	leaving(() => removeEventListener("keydown", slash));
}

export async function draw([wanted, ticket], leaving) {
	const runName = wanted ?? currentRun();
	if (!runName) return noRun("Tickets");
	const matrix = await loadMatrix(runName);
	const { candidates } = matrix;
	const rows = makeRows(matrix);
	const filters = { search: "", label: "", role: "", missedBy: "", differ: false };
	const sorted = { column: TICKET, down: false };
	const summary = el("p", { class: "note", role: "status" });
	let shown = rows;

	const open = (row) =>
		openTicket({ matrix, rows: shown, row, closed: () => grid.focus(), leaving });
	const update = () => {
		shown = sortRows(
			rows.filter((row) => isShown(row, filters)),
			sorted,
		);
		grid.setRows(shown, sorted);
		summary.textContent = `${shown.length.toLocaleString("en")} of ${count(rows.length, "ticket")}`;
	};
	const sortBy = (column) => {
		Object.assign(sorted, { column, down: sorted.column === column && !sorted.down });
		update();
		announce(sorted.down ? "sorted, descending" : "sorted, ascending");
	};
	const grid = makeGrid({
		caption: "Tickets by candidates",
		columns: gridColumns(candidates),
		open,
		sortBy,
		cell: cellOf,
	});
	watchSlash(leaving);
	requestAnimationFrame(() => {
		update(); // Only now has the table a height.
		const row = rows.find((one) => one.id === ticket);
		if (row) open(row);
	});
	return [
		eyebrow(matrix, true),
		el("h1", {}, "Ticket by ticket"),
		filterBar(matrix, rows, filters, update),
		summary,
		grid.element,
	];
}
