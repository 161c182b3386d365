// The rows of tickets × candidates: from what the program says to what is sorted and shown. Pure.

import { markOf } from "./words.js";

export const TICKET = 0;
export const EXPECTED = 1;
export const RIGHT = 2;
export const FIRST_CANDIDATE = 3; // the columns

const what = (answer) => answer.label ?? answer.mark ?? answer.outcome;

/** One row a ticket; `matrix` is show --tickets --json. */
export function makeRows({ tickets }) {
	return tickets.map((ticket, order) => {
		const asked = ticket.answers.filter(Boolean);
		return {
			...ticket,
			order,
			asked: asked.length,
			right: asked.filter((answer) => answer.right).length,
			differs: new Set(asked.map(what)).size > 1,
			found: `${ticket.id} ${ticket.text} ${ticket.gold ?? ""}`.toLowerCase(),
		};
	});
}

const ranks = { wrong: 0, failed: 1, unsure: 2, right: 3, unasked: 4 };

/** Wrong and sure of it comes first, right and sure of it last. */
function answerKey(answer, gold) {
	const kind = markOf(answer, gold).class;
	const sure = answer?.probability ?? 0.5;
	return ranks[kind] + (kind === "right" ? sure : 1 - sure) * 0.9;
}

/** What a column sorts by; ascending, the hardest tickets come first. */
function sortKey(column) {
	if (column === TICKET) return (row) => row.order;
	if (column === EXPECTED) return (row) => row.gold ?? "";
	if (column === RIGHT) return (row) => (row.asked ? row.right / row.asked : 2);
	return (row) => answerKey(row.answers[column - FIRST_CANDIDATE], row.gold);
}

export function sortRows(rows, { column, down }) {
	const key = sortKey(column);
	const keyed = rows.map((row) => [key(row), row]);
	const sign = down ? -1 : 1;
	const compare = ([x, a], [y, b]) => (x === y ? a.order - b.order : sign * (x < y ? -1 : 1));
	return keyed.sort(compare).map(([, row]) => row);
}

/** filters: { search, label, role, missedBy: a candidate's place, differ }; "" is any. */
export function isShown(row, filters) {
	const { missedBy } = filters;
	if (filters.differ && !row.differs) return false;
	if (filters.label !== "" && row.gold !== filters.label) return false;
	if (filters.role && row.role !== filters.role) return false;
	if (missedBy !== "" && (row.answers[missedBy]?.right ?? true)) return false;
	return row.found.includes(filters.search.toLowerCase());
}
