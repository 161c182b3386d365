// One ticket, big: its text with what the redactor covered struck out, each place with its reason.

import { el, name } from "./dom.js";

/** Why a place is marked, as a word beside it. */
function why(part) {
	if (part.suspect) return part.covered ? `covered: ${part.why}` : `personal? ${part.why}`;
	return part.covered ? part.why : `left open: ${part.why}`;
}

function mark(part, at, toggle) {
	return el(
		"button",
		{
			type: "button",
			id: `place-${at}`,
			class: `place ${part.covered ? "covered" : "open"} ${part.suspect ? "suspect" : ""}`,
			"aria-pressed": String(part.covered),
			"aria-label": `${part.covered ? "Covered" : "Not covered"}: ${part.text}, ${part.why}`,
			click: (event) => toggle(part, event.shiftKey),
		},
		el(part.covered ? "s" : "span", { dir: "auto" }, part.text),
		el("small", {}, why(part)),
	);
}

/** `toggle` is called with the part, and whether every ticket is meant. */
export function drawTicket(ticket, toggle) {
	return el(
		"article",
		{ class: "label-ticket", "aria-label": `Ticket ${ticket.id}` },
		el(
			"p",
			{ class: "note" },
			"Ticket ",
			name(ticket.id),
			ticket.repeats && [" · (nearly) repeats ", name(ticket.repeats)],
			ticket.file_label && [" · the export says ", el("b", {}, name(ticket.file_label))],
			ticket.label && [" · now ", el("b", {}, name(ticket.label))],
			ticket.state === "unsure" && " · unsure",
			ticket.state === "skipped" && " · skipped before",
		),
		el(
			"div",
			{ class: "label-text", dir: "auto" },
			ticket.parts.map((part, at) => (typeof part === "string" ? part : mark(part, at, toggle))),
		),
	);
}
