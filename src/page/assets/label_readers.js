// A second reader, who does not see the first one's labels; then both side by side, and what is to settle.

import { read } from "./api.js";
import { address } from "./app.js";
import { el, field, name, table } from "./dom.js";
import { FIRST, SECOND } from "./label_draft.js";
import { count, percent } from "./words.js";

const pairColumns = [
	{ title: "Readers", cell: (pair) => [name(pair.a), " and ", name(pair.b)] },
	{ title: "The same", cell: (pair) => `${pair.same} of ${pair.tickets} (${percent(pair.same / pair.tickets)})` },
	{
		title: "Cohen's kappa",
		cell: (pair) =>
			pair.kappa === null
				? "not defined: one label only"
				: `${pair.kappa.toFixed(2)}${pair.low === null ? "" : ` (${pair.low.toFixed(2)} to ${pair.high.toFixed(2)})`}, ${pair.words}`,
		class: "wide",
	},
	{ title: "By chance", cell: (pair) => percent(pair.by_chance), class: "n" },
];

const plain = (parts) =>
	parts.map((part) => (typeof part === "string" ? part : part.covered ? part.mark : part.text)).join("");

function invite(draft) {
	const start = (event) => {
		event.preventDefault();
		location.hash = address("label", draft.id, "tickets", new FormData(event.currentTarget).get("reader").trim());
	};
	return el(
		"form",
		{ class: "sheet", submit: start },
		el(
			"p",
			{},
			"A second person, or you in a week, labels the same tickets without seeing the first labels. No model can agree with labels on which people do not agree.",
		),
		field(
			"Name of the reader",
			el("input", { name: "reader", required: true, maxlength: "60", value: draft.reader === FIRST ? SECOND : FIRST }),
		),
		el("button", { class: "button second" }, "Read as this person"),
	);
}

export async function drawReaders(draft) {
	const place = el("div", {}), trouble = el("p", { role: "alert" });

	function settled(ticket, redraw) {
		const step = async (as) => {
			try {
				await draft.step({ ticket: ticket.id, as, settle: true });
				await redraw();
			} catch (refusal) {
				trouble.replaceChildren(refusal.message);
			}
		};
		return draft.buckets.map((bucket) =>
			el(
				"button",
				{
					class: "quiet",
					type: "button",
					"aria-pressed": String(ticket.settled === bucket.name),
					click: () => step(bucket.name),
				},
				name(bucket.name),
			),
		);
	}

	function differ(seen, redraw) {
		const tickets = seen.shared.filter((ticket) => ticket.disputed || ticket.settled);
		const columns = [
			{ title: "Ticket", cell: (ticket) => name(ticket.id) },
			{ title: "Text", cell: (ticket) => el("span", { dir: "auto", class: "said" }, plain(ticket.parts)), class: "wide" },
			...seen.readers.map((reader) => ({
				title: name(reader),
				cell: (ticket) => (reader in ticket.said ? name(ticket.said[reader] ?? "unsure") : "–"),
			})),
			{ title: "Settle on", cell: (ticket) => el("span", { class: "settle" }, settled(ticket, redraw)), class: "wide" },
		];
		if (tickets.length === 0) return el("p", {}, "There is nothing to settle.");
		return table(`${count(tickets.length, "ticket")} on which readers differ`, columns, tickets);
	}

	async function redraw() {
		const seen = await read("agreement", { draft: draft.id, reader: draft.reader });
		place.replaceChildren(
			...(seen.pairs.length > 0
				? [table("Agreement", pairColumns, seen.pairs), differ(seen, redraw)]
				: [el("p", {}, "No ticket was labelled twice yet.")]),
		);
	}

	await redraw();
	return el("section", {}, el("h1", {}, "Second reader"), trouble, place, invite(draft));
}
