// Labelling by keys: one ticket after the other. A key works on the ticket in sight when its turn
// comes, so that fast fingers are obeyed in order.

import { address } from "./app.js";
import { announce, el, name } from "./dom.js";
import { FIRST } from "./label_draft.js";
import { drawTicket } from "./label_ticket.js";
import { count } from "./words.js";

const writes = (target) => target.closest?.("input, textarea, select, dialog");

function progress(draft) {
	const { labelled, unsure, skipped } = draft.progress,
		{ goal } = draft;
	const rest = goal - labelled;
	return el(
		"div",
		{ class: "label-progress" },
		el("progress", { max: goal, value: Math.min(labelled, goal), "aria-label": "Labelled" }),
		el(
			"p",
			{},
			el("b", {}, `${labelled} labelled`),
			rest > 0 ? ` · ${rest} to go` : draft.job ? " · all of them" : " · enough for a smoke test",
			unsure > 0 && ` · ${unsure} unsure`,
			skipped > 0 && ` · ${skipped} skipped`,
		),
	);
}

function done(draft) {
	return el(
		"div",
		{ class: "notice" },
		el("h2", {}, "Every ticket is read"),
		el("p", {}, `${count(draft.progress.labelled, "label")}, ${draft.progress.unsure} unsure.`),
	);
}

export function drawTickets(draft, leaving) {
	const place = el("div", {}), trouble = el("p", { role: "alert" });
	let ticket = draft.next(),
		marked = 0,
		afterG = false,
		queue = Promise.resolve();

	async function step(options, stay) {
		const of = ticket?.id;
		try {
			trouble.replaceChildren();
			const changed = await draft.step(options);
			if (options.undo) ticket = changed[0] ?? draft.next();
			else ticket = stay ? draft.find(of) : draft.next(of);
			announce(options.undo ? "Taken back" : `${options.as ?? ""} ${draft.progress.labelled} labelled`);
		} catch (refusal) {
			trouble.replaceChildren(refusal.message);
		}
		if (!stay) marked = 0;
		redraw();
	}

	const toggle = (part, everywhere) =>
		step({ ticket: ticket.id, [part.covered ? "uncover" : "cover"]: part.mark, everywhere }, true);

	const marks = () => ticket?.parts.filter((part) => typeof part !== "string") ?? [];

	/** What a key does now, or null. */
	function meaning(key) {
		if (key === "u") return () => step({ undo: true });
		if (!ticket) return null;
		const bucket = /^[1-9]$/.test(key) && draft.buckets[Number(key) - 1];
		if (bucket) return () => step({ ticket: ticket.id, as: bucket.name });
		if (key === "Enter" && ticket.file_label)
			return () => step({ ticket: ticket.id, as: ticket.file_label });
		if (key === "s") return () => step({ ticket: ticket.id, skip: true });
		if (key === "?") return () => step({ ticket: ticket.id, unsure: true });
		if ((key === "x" || key === "X") && marks()[marked]) return () => toggle(marks()[marked], key === "X");
		if (key === "ArrowLeft" || key === "ArrowRight") return () => move(key === "ArrowLeft" ? -1 : 1);
		return null;
	}

	function move(by) {
		marked = (marked + by + marks().length) % (marks().length || 1);
		redraw();
	}

	function hear(event) {
		const going = afterG;
		afterG = event.key === "g";
		if (going || event.ctrlKey || event.metaKey || event.altKey || writes(event.target)) return;
		if (event.key === "Enter" && event.target.closest("a, button")) return;
		if (!meaning(event.key)) return;
		event.preventDefault();
		event.stopImmediatePropagation(); // `?` is "unsure" here.
		queue = queue.then(() => meaning(event.key)?.());
	}

	function button(key, words, explanation, attributes) {
		return el(
			"button",
			{ type: "button", id: `key-${key}`, "aria-keyshortcuts": key, click: () => meaning(key)?.(), ...attributes },
			el("kbd", {}, key),
			el("span", {}, name(words)),
			explanation && el("small", {}, name(explanation)),
		);
	}

	function buckets() {
		if (draft.buckets.length === 0)
			return el(
				"p",
				{ class: "actions" },
				el("a", { class: "button", href: address("label", draft.id, "buckets", draft.reader) }, "Name the buckets first"),
			);
		return el(
			"div",
			{ class: "label-buckets", role: "group", "aria-label": "Buckets" },
			draft.buckets.map((bucket, at) =>
				button(at < 9 ? String(at + 1) : "·", bucket.name, bucket.about, {
					id: `bucket-${at}`,
					class: ticket?.label === bucket.name ? "bucket chosen" : "bucket",
					click: () => step({ ticket: ticket.id, as: bucket.name }),
				}),
			),
		);
	}

	/** One step for all labels of the export that are still to be read; one undo takes them back. */
	function acceptAll(n) {
		return el(
			"button",
			{ type: "button", id: "accept", class: "quiet", click: () => step({ accept: true }) },
			`take the export's labels for the other ${n}`,
		);
	}

	function redraw() {
		const { labelled, acceptable } = draft.progress;
		const focused = place.querySelector(":focus-visible")?.id; // A click leaves Enter its meaning.
		place.replaceChildren(
			progress(draft),
			ticket ? drawTicket(ticket, toggle) : done(draft),
			...(ticket ? [buckets()] : []),
			el(
				"p",
				{ class: "label-others" },
				ticket?.file_label && button("Enter", `keep ${ticket.file_label}`, null, { class: "quiet" }),
				ticket && button("?", "unsure", null, { class: "quiet" }),
				ticket && button("s", "skip", null, { class: "quiet" }),
				button("u", "undo", null, { class: "quiet", disabled: !draft.canUndo }),
				marks().length > 0 && button("x", marks()[marked]?.covered ? "uncover" : "cover", null, { class: "quiet" }),
				acceptable > 0 && draft.reader === FIRST && acceptAll(acceptable),
			),
			...(labelled >= draft.goal || (draft.job && !ticket)
				? [
						el(
							"p",
							{ class: "actions" },
							el(
								"a",
								{ class: "button", href: address("label", draft.id, "finish", draft.reader) },
								draft.job ? "Add them to the job" : "Make the job",
							),
						),
					]
				: []),
		);
		place.querySelectorAll(".place")[marked]?.classList.add("marked");
		if (focused) document.getElementById(focused)?.focus();
	}

	addEventListener("keydown", hear, { capture: true });
	leaving(() => removeEventListener("keydown", hear, { capture: true }));
	redraw();
	return el("section", { class: "labelling" }, el("h1", { class: "unseen" }, "Label tickets"), trouble, place);
}
