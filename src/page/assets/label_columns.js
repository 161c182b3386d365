// Which columns of an export are text, label and id: a choice with a look at what it gives.

import { changeDraft, read } from "./api.js";
import { address } from "./app.js";
import { announce, choice, el, field, name, table } from "./dom.js";
import { count } from "./words.js";

/** Names as one value of an option: the program splits it at commas. */
const listed = (names) => names.map((one) => one.replaceAll(",", "\\,")).join(",");

const NONE = "";

function cells(seen) {
	const columns = [
		{ title: "Column", cell: (column) => name(column.name) },
		...[0, 1, 2].map((at) => ({
			title: at === 0 ? "First rows" : "",
			cell: (column) => el("span", { dir: "auto", class: "cell" }, column.cells[at] ?? ""),
		})),
	];
	return seen.columns.length > 0 && table("The export, without personal data", columns, seen.columns);
}

function first(seen) {
	const columns = [
		{ title: "Ticket", cell: (ticket) => name(ticket.id) },
		{ title: "Text", cell: (ticket) => el("span", { dir: "auto", class: "said" }, ticket.text), class: "wide" },
		{ title: "Label", cell: (ticket) => (ticket.label ? name(ticket.label) : "–") },
	];
	return [
		seen.problem && el("p", { class: "warn" }, seen.problem),
		seen.first.length > 0 && table("The first tickets", columns, seen.first),
		seen.left_out.map((one) => el("p", { class: "note" }, `${count(one.rows, "row")} left out: ${one.why}`)),
	];
}

/** The columns by their names: a table has some, JSON has paths. */
function chooser(seen) {
	const names = seen.columns.map((column) => column.name);
	const one = (title, key, none) =>
		field(
			title,
			names.length > 0
				? choice([...none, ...names.map((value) => [value, value])], seen.meant[key] ?? NONE, { name: key })
				: el("input", { name: key, value: seen.meant[key] ?? "", placeholder: "path, such as data.label" }),
		);
	const texts =
		names.length > 0
			? el(
					"fieldset",
					{ class: "columns" },
					el("legend", {}, "Text (several are joined)"),
					names.map((value) =>
						el(
							"label",
							{ class: "field check" },
							el("input", { type: "checkbox", name: "text", value, checked: seen.meant.text.includes(value) }),
							el("span", {}, name(value)),
						),
					),
				)
			: field("Text", el("input", { name: "text", value: seen.meant.text.join(","), placeholder: "path, such as data.text" }));
	const noLabel =
		names.length === 0 &&
		el(
			"label",
			{ class: "field check" },
			el("input", { type: "checkbox", name: "no-label" }),
			el("span", {}, "No labels yet"),
		);
	const rowNumbers = seen.meant.id ? [] : [[NONE, "row numbers"]]; // An id that was found is taken.
	return el(
		"div",
		{ class: "filters" },
		texts,
		one("Label", "label", [[NONE, "none yet"]]),
		noLabel,
		one("Id", "id", rowNumbers),
	);
}

export async function drawColumns({ id, file }) {
	const seen = await read("columns", { upload: id });
	const place = el("div", {}, first(seen).flat().filter(Boolean)),
		press = el("button", { class: "button", disabled: seen.tickets === 0 }, `Take ${count(seen.tickets, "ticket")}`);
	const isTable = seen.columns.length > 0;
	let asked = 0;
	const chosen = (form) => {
		const values = new FormData(form), label = values.get("label");
		return {
			text: isTable ? listed(values.getAll("text").filter(Boolean)) : values.get("text"),
			label,
			id: values.get("id"),
			"no-label": values.has("no-label") || (isTable && label === NONE),
		};
	};
	const fail = (refusal) => {
		place.replaceChildren(el("p", { class: "warn" }, refusal.message));
		announce(refusal.message);
	};
	const look = async (event) => {
		const options = chosen(event.currentTarget), mine = ++asked;
		press.disabled = isTable && !options.text;
		if (press.disabled) return fail({ message: "Choose at least one column of text." });
		try {
			const now = await read("columns", { upload: id, ...options });
			if (mine !== asked) return; // A slower, older answer.
			place.replaceChildren(...first(now).flat().filter(Boolean));
			press.textContent = `Take ${count(now.tickets, "ticket")}`;
			press.disabled = now.tickets === 0;
		} catch (refusal) {
			if (mine === asked) fail(refusal);
		}
	};
	const make = async (event) => {
		event.preventDefault();
		const options = chosen(event.currentTarget), words = press.textContent;
		press.disabled = true;
		press.textContent = "Looking for personal data …";
		try {
			await changeDraft("make", { upload: id, out: id, ...options });
			location.hash = address("label", id, "buckets");
		} catch (refusal) {
			press.disabled = false;
			press.textContent = words;
			fail(refusal);
		}
	};
	return [
		el("h1", {}, "Which columns are meant?"),
		el("p", { class: "eyebrow" }, name(file)),
		el("form", { class: "sheet", change: look, submit: make }, chooser(seen), press),
		place,
		cells(seen),
	];
}
